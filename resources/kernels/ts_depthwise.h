/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_DEPTHWISE_H
#define TS_DEPTHWISE_H

/* int8 depthwise convolution, one output row per call; rows as in ts_convolution.h. Weights [channels, kernel_h,
 * kernel_w], bias with the zero point folded in, so that a tap outside the image counts as input_zero. Channel by
 * channel, so that a channel's constants are read once a row. */

#include "ts_requantize.h"

/* One output whose window may reach over an edge. */
TS_INLINE int32_t ts_depthwise_edge_i8(int32_t sum, const int8_t *const *rows, const int8_t *w, int32_t channel,
    int32_t column, int32_t input_w, int32_t input_c, int32_t kernel_h, int32_t kernel_w, int32_t dilation_w,
    int32_t input_zero)
{
    for (int32_t ky = 0; ky < kernel_h; ky++) {
        for (int32_t kx = 0; kx < kernel_w; kx++) {
            const int32_t at = column + kx * dilation_w;
            const int inside = rows[ky] != NULL && at >= 0 && at < input_w;
            sum += (inside ? rows[ky][at * input_c + channel] : input_zero) * *w++;
        }
    }
    return sum;
}

/* One output whose window lies inside the rows. */
TS_INLINE int32_t ts_depthwise_inside_i8(int32_t sum, const int8_t *const *rows, const int8_t *w, int32_t at,
    int32_t step, int32_t kernel_h, int32_t kernel_w, int32_t input_zero)
{
    for (int32_t ky = 0; ky < kernel_h; ky++, w += kernel_w) {
        if (rows[ky] == NULL) {
            for (int32_t kx = 0; kx < kernel_w; kx++) {
                sum += input_zero * w[kx];
            }
        } else {
            const int8_t *from = rows[ky] + at;
            for (int32_t kx = 0; kx < kernel_w; kx++) {
                sum += (int32_t)from[kx * step] * w[kx];
            }
        }
    }
    return sum;
}

/* The sum of a 3x3 window of which only columns `from` (0 or 1) <= kx < `to` (2 or 3) lie inside; the pointers are
 * those of column 0. */
TS_INLINE int32_t ts_depthwise_3x3_sum_i8(int32_t sum, const int8_t *top, const int8_t *middle, const int8_t *bottom,
    int32_t step, const int32_t *w, int32_t from, int32_t to)
{
    if (from == 0) {
        sum += top[0] * w[0] + middle[0] * w[3] + bottom[0] * w[6];
    }
    sum += top[step] * w[1] + middle[step] * w[4] + bottom[step] * w[7];
    if (to == 3) {
        sum += top[2 * step] * w[2] + middle[2 * step] * w[5] + bottom[2 * step] * w[8];
    }
    return sum;
}

/* One channel of a row, kernel 3x3 without dilation, at most one column of padding each side: the nine weights stay in
 * registers as far as there are any, and those that meet padding go into the bias. */
TS_INLINE void ts_depthwise_3x3_channel_i8(const int8_t *const *rows, int8_t *output, const int8_t *weights,
    int32_t bias, int32_t multiplier, int32_t shift, int32_t first, int32_t last, int32_t input_c, int32_t output_w,
    int32_t output_c, int32_t stride_w, int32_t pad_left, int32_t form, int32_t input_zero, int32_t output_zero,
    int32_t minimum, int32_t maximum)
{
    const int8_t *any = rows[1] != NULL ? rows[1] : rows[0] != NULL ? rows[0] : rows[2];
    const int8_t *top = rows[0] != NULL ? rows[0] : any;
    const int8_t *middle = rows[1] != NULL ? rows[1] : any;
    const int8_t *bottom = rows[2] != NULL ? rows[2] : any;
    int32_t w[9]
        = {weights[0], weights[1], weights[2], weights[3], weights[4], weights[5], weights[6], weights[7], weights[8]};
    if (rows[0] == NULL) {
        bias += input_zero * (w[0] + w[1] + w[2]);
        w[0] = w[1] = w[2] = 0;
    }
    if (rows[1] == NULL) {
        bias += input_zero * (w[3] + w[4] + w[5]);
        w[3] = w[4] = w[5] = 0;
    }
    if (rows[2] == NULL) {
        bias += input_zero * (w[6] + w[7] + w[8]);
        w[6] = w[7] = w[8] = 0;
    }
    top -= pad_left * input_c;
    middle -= pad_left * input_c;
    bottom -= pad_left * input_c;
    if (first == 1) {
        const int32_t sum = bias + input_zero * (w[0] + w[3] + w[6]);
        *output = ts_finish_i8(form, ts_depthwise_3x3_sum_i8(sum, top, middle, bottom, input_c, w, 1, 3), multiplier,
            shift, output_zero, minimum, maximum);
        output += output_c;
        top += stride_w * input_c;
        middle += stride_w * input_c;
        bottom += stride_w * input_c;
    }
    for (int32_t x = first; x < last; x++) {
        const int32_t sum = ts_depthwise_3x3_sum_i8(bias, top, middle, bottom, input_c, w, 0, 3);
        *output = ts_finish_i8(form, sum, multiplier, shift, output_zero, minimum, maximum);
        output += output_c;
        top += stride_w * input_c;
        middle += stride_w * input_c;
        bottom += stride_w * input_c;
    }
    if (last < output_w) {
        const int32_t sum = bias + input_zero * (w[2] + w[5] + w[8]);
        *output = ts_finish_i8(form, ts_depthwise_3x3_sum_i8(sum, top, middle, bottom, input_c, w, 0, 2), multiplier,
            shift, output_zero, minimum, maximum);
    }
}

/* Output channel c * depth_multiplier + m is of input channel c. */
TS_INLINE void ts_depthwise_row_i8(const int8_t *const *rows, int8_t *output, const int8_t *weights,
    const int32_t *bias, const int32_t *multiplier, const int8_t *shift, int32_t input_w, int32_t input_c,
    int32_t output_w, int32_t depth_multiplier, int32_t kernel_h, int32_t kernel_w, int32_t stride_w,
    int32_t dilation_w, int32_t pad_left, int32_t form, int32_t input_zero, int32_t output_zero, int32_t minimum,
    int32_t maximum)
{
    const int32_t output_c = input_c * depth_multiplier;
    const int32_t reach = (kernel_w - 1) * dilation_w + 1;
    /* Outputs first <= x < last have their windows inside the rows. Padding below 0 crops: then the first has. */
    const int32_t first = pad_left <= 0 ? 0 : ts_min((pad_left + stride_w - 1) / stride_w, output_w);
    const int32_t fitting = input_w + pad_left < reach ? 0 : (input_w + pad_left - reach) / stride_w + 1;
    const int32_t last = ts_clamp(fitting, first, output_w);
    const int small = kernel_h == 3 && kernel_w == 3 && dilation_w == 1 && pad_left <= 1 && input_w > 2
        && last >= output_w - 1 && (output_w - 1) * stride_w - pad_left + 3 <= input_w + 1;
    for (int32_t c = 0; c < output_c; c++, weights += kernel_h * kernel_w) {
        const int32_t channel = c / depth_multiplier;
        const int32_t by = multiplier[c];
        const int32_t shifted = shift[c];
        if (small && (rows[0] != NULL || rows[1] != NULL || rows[2] != NULL)) {
            const int8_t *from[3] = {rows[0] == NULL ? NULL : rows[0] + channel,
                rows[1] == NULL ? NULL : rows[1] + channel, rows[2] == NULL ? NULL : rows[2] + channel};
            ts_depthwise_3x3_channel_i8(from, output + c, weights, bias[c], by, shifted, first, last, input_c, output_w,
                output_c, stride_w, pad_left, form, input_zero, output_zero, minimum, maximum);
            continue;
        }
        for (int32_t x = 0; x < output_w; x++) {
            const int32_t column = x * stride_w - pad_left;
            const int32_t sum = x >= first && x < last
                ? ts_depthwise_inside_i8(bias[c], rows, weights, column * input_c + channel, dilation_w * input_c,
                    kernel_h, kernel_w, input_zero)
                : ts_depthwise_edge_i8(bias[c], rows, weights, channel, column, input_w, input_c, kernel_h, kernel_w,
                    dilation_w, input_zero);
            output[x * output_c + c] = ts_finish_i8(form, sum, by, shifted, output_zero, minimum, maximum);
        }
    }
}

#endif

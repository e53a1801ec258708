/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_CONVOLUTION_H
#define TS_CONVOLUTION_H

/* int8 convolution, one output row per call. rows[k] is the input row [width, channels] under kernel row k, null
 * outside the image (see ts_take_rows_i8). Weights of a group: blocks of four output channels [kernel_h, kernel_w,
 * channels, 4], then each channel that is left over as [kernel_h, kernel_w, channels]. The bias has - zero point * sum
 * of the weights folded in, so that a tap outside the image counts as input_zero. */

#include "ts_dot.h"
#include "ts_requantize.h"

/* Which taps of a window that starts at `column` lie inside a row of `width` pixels: first <= tap < last. */
typedef struct {
    int32_t first;
    int32_t last;
} ts_taps;

TS_INLINE ts_taps ts_inside(int32_t column, int32_t width, int32_t kernel)
{
    const ts_taps taps = {ts_clamp(-column, 0, kernel), ts_clamp(width - column, 0, kernel)};
    return taps;
}

/* Four output channels of one pixel whose window starts at `column`, of the group whose input starts at `channel`;
 * gives back where the weights go on. */
TS_INLINE const int8_t *ts_conv_pixel4_i8(int32_t *sum, const int8_t *const *rows, const int8_t *w, int32_t column,
    int32_t channel, int32_t input_w, int32_t input_c, int32_t group_c, int32_t kernel_h, int32_t kernel_w,
    int32_t dilation_w, int32_t input_zero)
{
    for (int32_t ky = 0; ky < kernel_h; ky++, w += 4 * kernel_w * group_c) {
        const int8_t *row = rows[ky];
        if (row == NULL) {
            ts_dot4_constant_i8(sum, input_zero, w, kernel_w * group_c);
        } else if (dilation_w == 1 && group_c == input_c) {
            /* The taps inside the row are one run of bytes. */
            const ts_taps taps = ts_inside(column, input_w, kernel_w);
            ts_dot4_constant_i8(sum, input_zero, w, taps.first * group_c);
            ts_dot4_i8(sum, row + (column + taps.first) * input_c, w + 4 * taps.first * group_c,
                (taps.last - taps.first) * group_c);
            ts_dot4_constant_i8(sum, input_zero, w + 4 * taps.last * group_c, (kernel_w - taps.last) * group_c);
        } else {
            for (int32_t kx = 0; kx < kernel_w; kx++) {
                const int32_t x = column + kx * dilation_w;
                if (x >= 0 && x < input_w) {
                    ts_dot4_i8(sum, row + x * input_c + channel, w + 4 * kx * group_c, group_c);
                } else {
                    ts_dot4_constant_i8(sum, input_zero, w + 4 * kx * group_c, group_c);
                }
            }
        }
    }
    return w;
}

TS_INLINE const int8_t *ts_conv_pixel1_i8(int32_t *sum, const int8_t *const *rows, const int8_t *w, int32_t column,
    int32_t channel, int32_t input_w, int32_t input_c, int32_t group_c, int32_t kernel_h, int32_t kernel_w,
    int32_t dilation_w, int32_t input_zero)
{
    for (int32_t ky = 0; ky < kernel_h; ky++) {
        for (int32_t kx = 0; kx < kernel_w; kx++, w += group_c) {
            const int32_t x = column + kx * dilation_w;
            if (rows[ky] != NULL && x >= 0 && x < input_w) {
                *sum += ts_dot_i8(rows[ky] + x * input_c + channel, w, group_c);
            } else {
                *sum += ts_dot_constant_i8(input_zero, w, group_c);
            }
        }
    }
    return w;
}

TS_INLINE void ts_conv_row_i8(const int8_t *const *rows, int8_t *output, const int8_t *weights, const int32_t *bias,
    const int32_t *multiplier, const int8_t *shift, int32_t input_w, int32_t input_c, int32_t output_w,
    int32_t output_c, int32_t kernel_h, int32_t kernel_w, int32_t stride_w, int32_t dilation_w, int32_t pad_left,
    int32_t groups, int32_t input_zero, int32_t output_zero, int32_t minimum, int32_t maximum)
{
    const int32_t group_c = input_c / groups;
    const int32_t group_out = output_c / groups;
    for (int32_t x = 0; x < output_w; x++) {
        const int32_t column = x * stride_w - pad_left;
        const int8_t *w = weights;
        for (int32_t group = 0; group < groups; group++) {
            const int32_t end = (group + 1) * group_out;
            int32_t c = group * group_out;
            for (; c + 4 <= end; c += 4) {
                int32_t sum[4] = {bias[c], bias[c + 1], bias[c + 2], bias[c + 3]};
                w = ts_conv_pixel4_i8(sum, rows, w, column, group * group_c, input_w, input_c, group_c, kernel_h,
                    kernel_w, dilation_w, input_zero);
                for (int32_t i = 0; i < 4; i++) {
                    output[c + i]
                        = ts_output_i8(sum[i], multiplier[c + i], shift[c + i], output_zero, minimum, maximum);
                }
            }
            for (; c < end; c++) {
                int32_t sum = bias[c];
                w = ts_conv_pixel1_i8(&sum, rows, w, column, group * group_c, input_w, input_c, group_c, kernel_h,
                    kernel_w, dilation_w, input_zero);
                output[c] = ts_output_i8(sum, multiplier[c], shift[c], output_zero, minimum, maximum);
            }
        }
        output += output_c;
    }
}

/* Weights [kernel_h, kernel_w, output channels] with output channel c * multiplier_c + m of input channel c; bias
 * folded as above. */
TS_INLINE void ts_depthwise_row_i8(const int8_t *const *rows, int8_t *output, const int8_t *weights,
    const int32_t *bias, const int32_t *multiplier, const int8_t *shift, int32_t input_w, int32_t input_c,
    int32_t output_w, int32_t depth_multiplier, int32_t kernel_h, int32_t kernel_w, int32_t stride_w,
    int32_t dilation_w, int32_t pad_left, int32_t input_zero, int32_t output_zero, int32_t minimum, int32_t maximum)
{
    const int32_t output_c = input_c * depth_multiplier;
    for (int32_t x = 0; x < output_w; x++) {
        const int32_t column = x * stride_w - pad_left;
        const int whole = column >= 0 && column + (kernel_w - 1) * dilation_w < input_w;
        for (int32_t c = 0; c < output_c; c++) {
            int32_t sum = bias[c];
            const int8_t *w = weights + c;
            for (int32_t ky = 0; ky < kernel_h; ky++) {
                const int8_t *row = rows[ky];
                if (row != NULL && whole) {
                    const int8_t *from = row + column * input_c + c / depth_multiplier;
                    for (int32_t kx = 0; kx < kernel_w; kx++, w += output_c) {
                        sum += (int32_t)from[kx * dilation_w * input_c] * *w;
                    }
                    continue;
                }
                for (int32_t kx = 0; kx < kernel_w; kx++, w += output_c) {
                    const int32_t at = column + kx * dilation_w;
                    const int inside = row != NULL && at >= 0 && at < input_w;
                    sum += (inside ? row[at * input_c + c / depth_multiplier] : input_zero) * *w;
                }
            }
            output[c] = ts_output_i8(sum, multiplier[c], shift[c], output_zero, minimum, maximum);
        }
        output += output_c;
    }
}

/* rows as ts_take_transposed_rows_i8 gives them. Weights as for ts_conv_row_i8 with one group, bias as it is: most taps
 * of a transpose convolution meet nothing, so the zero point is taken off each input instead. */
TS_INLINE void ts_transpose_conv_row_i8(const int8_t *const *rows, int8_t *output, const int8_t *weights,
    const int32_t *bias, const int32_t *multiplier, const int8_t *shift, int32_t input_w, int32_t input_c,
    int32_t output_w, int32_t output_c, int32_t kernel_h, int32_t kernel_w, int32_t stride_w, int32_t dilation_w,
    int32_t pad_left, int32_t input_zero, int32_t output_zero, int32_t minimum, int32_t maximum)
{
    const int32_t tap = kernel_h * kernel_w * input_c;
    for (int32_t x = 0; x < output_w; x++) {
        for (int32_t c = 0; c < output_c; c += c + 4 <= output_c ? 4 : 1) {
            const int32_t block = c + 4 <= output_c ? 4 : 1;
            const int8_t *w = weights + c * tap;
            int32_t sum[4] = {0, 0, 0, 0};
            for (int32_t ky = 0; ky < kernel_h; ky++) {
                for (int32_t kx = 0; kx < kernel_w; kx++, w += block * input_c) {
                    const int32_t place = x + pad_left - kx * dilation_w;
                    const int32_t at = place / stride_w;
                    if (rows[ky] == NULL || place < 0 || at * stride_w != place || at >= input_w) {
                        continue;
                    }
                    if (block == 4) {
                        ts_dot4_offset_i8(sum, rows[ky] + at * input_c, input_zero, w, input_c);
                    } else {
                        sum[0] += ts_dot_offset_i8(rows[ky] + at * input_c, input_zero, w, input_c);
                    }
                }
            }
            for (int32_t i = 0; i < block; i++) {
                output[c + i] = ts_output_i8(
                    sum[i] + bias[c + i], multiplier[c + i], shift[c + i], output_zero, minimum, maximum);
            }
        }
        output += output_c;
    }
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_CONVOLUTION_H
#define TS_CONVOLUTION_H

/* int8 convolution, one output row per call. rows[k] is the input row [width, channels] under kernel row k, null
 * outside the image (see ts_take_rows_i8). Weights of a group: blocks of four output channels [kernel_h, kernel_w,
 * channels, 4], then each channel that is left over as [kernel_h, kernel_w, channels]. The bias has - zero point * sum
 * of the weights folded in, so that a tap outside the image counts as input_zero. */

#include "ts_dot.h"
#include "ts_requantize.h"

/* Two pixels share each weight that is loaded, where there are registers for eight sums. */
#if defined(__ARM_ARCH_6M__) || defined(__ARM_ARCH_8M_BASE__)
#define TS_CONV_PAIRS 0
#else
#define TS_CONV_PAIRS 1
#endif

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

/* Four output channels of two adjacent pixels whose windows lie inside the rows; one group, no dilation. */
TS_INLINE const int8_t *ts_conv_pixel4x2_i8(int32_t *sum, const int8_t *const *rows, const int8_t *w, int32_t column,
    int32_t input_c, int32_t kernel_h, int32_t kernel_w, int32_t stride_w, int32_t input_zero)
{
    const int32_t taps = kernel_w * input_c;
    for (int32_t ky = 0; ky < kernel_h; ky++, w += 4 * taps) {
        if (rows[ky] == NULL) {
            ts_dot4_constant_i8(sum, input_zero, w, taps);
            ts_dot4_constant_i8(sum + 4, input_zero, w, taps);
        } else {
            const int8_t *from = rows[ky] + column * input_c;
            ts_dot4x2_i8(sum, from, from + stride_w * input_c, w, taps);
        }
    }
    return w;
}

TS_INLINE void ts_conv_row_i8(const int8_t *const *rows, int8_t *output, const int8_t *weights, const int32_t *bias,
    const int32_t *multiplier, const int8_t *shift, int32_t input_w, int32_t input_c, int32_t output_w,
    int32_t output_c, int32_t kernel_h, int32_t kernel_w, int32_t stride_w, int32_t dilation_w, int32_t pad_left,
    int32_t groups, int32_t form, int32_t input_zero, int32_t output_zero, int32_t minimum, int32_t maximum)
{
    const int32_t group_c = input_c / groups;
    const int32_t group_out = output_c / groups;
    int32_t pixels = 1;
    for (int32_t x = 0; x < output_w; x += pixels, output += pixels * output_c) {
        const int32_t column = x * stride_w - pad_left;
        const int8_t *w = weights;
        int32_t c = 0;
        const int pair = TS_CONV_PAIRS && groups == 1 && dilation_w == 1 && output_w > 1 && output_c % 4 == 0
            && x + 1 < output_w && column >= 0 && column + stride_w + kernel_w <= input_w;
        if (pair) {
            pixels = 2;
            for (int32_t block = 0; block < output_c / 4; block++, c += 4) {
                int32_t sum[8]
                    = {bias[c], bias[c + 1], bias[c + 2], bias[c + 3], bias[c], bias[c + 1], bias[c + 2], bias[c + 3]};
                w = ts_conv_pixel4x2_i8(sum, rows, w, column, input_c, kernel_h, kernel_w, stride_w, input_zero);
                for (int32_t i = 0; i < 4; i++) {
                    const int32_t by = multiplier[c + i];
                    const int32_t shifted = shift[c + i];
                    output[c + i] = ts_finish_i8(form, sum[i], by, shifted, output_zero, minimum, maximum);
                    output[output_c + c + i]
                        = ts_finish_i8(form, sum[4 + i], by, shifted, output_zero, minimum, maximum);
                }
            }
            continue;
        }
        pixels = 1;
        for (int32_t group = 0; group < groups; group++) {
            for (int32_t block = 0; block < group_out / 4; block++, c += 4) {
                int32_t sum[4] = {bias[c], bias[c + 1], bias[c + 2], bias[c + 3]};
                w = ts_conv_pixel4_i8(sum, rows, w, column, group * group_c, input_w, input_c, group_c, kernel_h,
                    kernel_w, dilation_w, input_zero);
                for (int32_t i = 0; i < 4; i++) {
                    output[c + i]
                        = ts_finish_i8(form, sum[i], multiplier[c + i], shift[c + i], output_zero, minimum, maximum);
                }
            }
            for (int32_t rest = 0; rest < group_out % 4; rest++, c++) {
                int32_t sum = bias[c];
                w = ts_conv_pixel1_i8(&sum, rows, w, column, group * group_c, input_w, input_c, group_c, kernel_h,
                    kernel_w, dilation_w, input_zero);
                output[c] = ts_finish_i8(form, sum, multiplier[c], shift[c], output_zero, minimum, maximum);
            }
        }
    }
}

/* One output pixel of a transpose convolution, `block` (4 or 1) channels at a time. */
TS_INLINE void ts_transpose_conv_pixel_i8(int32_t *sum, const int8_t *const *rows, const int8_t *w, int32_t block,
    int32_t x, int32_t input_w, int32_t input_c, int32_t kernel_h, int32_t kernel_w, int32_t stride_w,
    int32_t dilation_w, int32_t pad_left, int32_t input_zero)
{
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
}

/* rows as ts_take_transposed_rows_i8 gives them. Weights as for ts_conv_row_i8 with one group, bias as it is: most taps
 * of a transpose convolution meet nothing, so the zero point is taken off each input instead. */
TS_INLINE void ts_transpose_conv_row_i8(const int8_t *const *rows, int8_t *output, const int8_t *weights,
    const int32_t *bias, const int32_t *multiplier, const int8_t *shift, int32_t input_w, int32_t input_c,
    int32_t output_w, int32_t output_c, int32_t kernel_h, int32_t kernel_w, int32_t stride_w, int32_t dilation_w,
    int32_t pad_left, int32_t form, int32_t input_zero, int32_t output_zero, int32_t minimum, int32_t maximum)
{
    const int32_t taps = kernel_h * kernel_w * input_c;
    for (int32_t x = 0; x < output_w; x++) {
        int32_t c = 0;
        for (int32_t block = 0; block < output_c / 4; block++, c += 4) {
            int32_t sum[4] = {bias[c], bias[c + 1], bias[c + 2], bias[c + 3]};
            ts_transpose_conv_pixel_i8(sum, rows, weights + c * taps, 4, x, input_w, input_c, kernel_h, kernel_w,
                stride_w, dilation_w, pad_left, input_zero);
            for (int32_t i = 0; i < 4; i++) {
                output[c + i]
                    = ts_finish_i8(form, sum[i], multiplier[c + i], shift[c + i], output_zero, minimum, maximum);
            }
        }
        for (int32_t rest = 0; rest < output_c % 4; rest++, c++) {
            int32_t sum = bias[c];
            ts_transpose_conv_pixel_i8(&sum, rows, weights + c * taps, 1, x, input_w, input_c, kernel_h, kernel_w,
                stride_w, dilation_w, pad_left, input_zero);
            output[c] = ts_finish_i8(form, sum, multiplier[c], shift[c], output_zero, minimum, maximum);
        }
        output += output_c;
    }
}

#endif

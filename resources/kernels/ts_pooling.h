/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_POOLING_H
#define TS_POOLING_H

/* Pooling, one output row per call; rows as ts_take_rows_i8 gives them. Taps outside the image do not count. */

#include "ts_requantize.h"

/* Which taps of a window that starts at `column` lie inside a row: first <= kx < last. */
TS_INLINE void ts_pool_inside(
    int32_t column, int32_t input_w, int32_t kernel_w, int32_t dilation_w, int32_t *first, int32_t *last)
{
    *first = ts_clamp((-column + dilation_w - 1) / dilation_w, 0, kernel_w);
    *last = ts_clamp((input_w - column + dilation_w - 1) / dilation_w, *first, kernel_w);
}

/* The sums, or largest values, of `block` (4 or 1) channels over a window; they start `at` elements into each row. */
TS_INLINE void ts_pool_window_i8(int32_t *value, const int8_t *const *rows, int32_t block, int32_t max, int32_t at,
    int32_t step, int32_t kernel_h, int32_t first, int32_t last)
{
    for (int32_t ky = 0; ky < kernel_h; ky++) {
        if (rows[ky] == NULL) {
            continue;
        }
        const int8_t *from = rows[ky] + at + first * step;
        for (int32_t kx = first; kx < last; kx++, from += step) {
            value[0] = max ? ts_max(value[0], from[0]) : value[0] + from[0];
            if (block == 4) {
                value[1] = max ? ts_max(value[1], from[1]) : value[1] + from[1];
                value[2] = max ? ts_max(value[2], from[2]) : value[2] + from[2];
                value[3] = max ? ts_max(value[3], from[3]) : value[3] + from[3];
            }
        }
    }
}

TS_INLINE void ts_max_pool_row_i8(const int8_t *const *rows, int8_t *output, int32_t input_w, int32_t channels,
    int32_t output_w, int32_t kernel_h, int32_t kernel_w, int32_t stride_w, int32_t dilation_w, int32_t pad_left,
    int32_t minimum, int32_t maximum)
{
    const int32_t step = dilation_w * channels;
    for (int32_t x = 0; x < output_w; x++) {
        const int32_t column = x * stride_w - pad_left;
        int32_t first;
        int32_t last;
        int32_t c = 0;
        ts_pool_inside(column, input_w, kernel_w, dilation_w, &first, &last);
        for (int32_t block = 0; block < channels / 4; block++, c += 4) {
            int32_t value[4] = {-128, -128, -128, -128};
            ts_pool_window_i8(value, rows, 4, 1, column * channels + c, step, kernel_h, first, last);
            for (int32_t i = 0; i < 4; i++) {
                output[c + i] = (int8_t)ts_clamp(value[i], minimum, maximum);
            }
        }
        for (int32_t rest = 0; rest < channels % 4; rest++, c++) {
            int32_t value = -128;
            ts_pool_window_i8(&value, rows, 1, 1, column * channels + c, step, kernel_h, first, last);
            output[c] = (int8_t)ts_clamp(value, minimum, maximum);
        }
        output += channels;
    }
}

/* sum / count, rounded to nearest, ties to even. */
TS_INLINE int32_t ts_mean_to_even(int32_t sum, int32_t count)
{
    const int32_t floor = sum / count - (sum % count < 0);
    const int32_t rest = sum - floor * count;
    return floor + (rest > count - rest || (rest == count - rest && (floor & 1)));
}

TS_INLINE int8_t ts_pool_mean_i8(
    int32_t sum, int32_t count, int32_t form, int32_t zero, int32_t minimum, int32_t maximum)
{
    if (form == TS_EVEN) {
        return (int8_t)ts_clamp(ts_mean_to_even(sum - count * zero, count) + zero, minimum, maximum);
    }
    const int32_t mean = sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count;
    return (int8_t)ts_clamp(mean, minimum, maximum);
}

/* The mean of the stored values, rounded to nearest: ties away from zero, and the zero point is not taken off; or with
 * `form` TS_EVEN to even, less the zero point. */
TS_INLINE void ts_average_pool_row_i8(const int8_t *const *rows, int8_t *output, int32_t input_w, int32_t channels,
    int32_t output_w, int32_t kernel_h, int32_t kernel_w, int32_t stride_w, int32_t dilation_w, int32_t pad_left,
    int32_t form, int32_t zero, int32_t minimum, int32_t maximum)
{
    const int32_t step = dilation_w * channels;
    int32_t valid_rows = 0;
    for (int32_t ky = 0; ky < kernel_h; ky++) {
        valid_rows += rows[ky] != NULL;
    }
    for (int32_t x = 0; x < output_w; x++) {
        const int32_t column = x * stride_w - pad_left;
        int32_t first;
        int32_t last;
        int32_t c = 0;
        ts_pool_inside(column, input_w, kernel_w, dilation_w, &first, &last);
        const int32_t count = ts_max(valid_rows * (last - first), 1);
        for (int32_t block = 0; block < channels / 4; block++, c += 4) {
            int32_t sum[4] = {0, 0, 0, 0};
            ts_pool_window_i8(sum, rows, 4, 0, column * channels + c, step, kernel_h, first, last);
            for (int32_t i = 0; i < 4; i++) {
                output[c + i] = ts_pool_mean_i8(sum[i], count, form, zero, minimum, maximum);
            }
        }
        for (int32_t rest = 0; rest < channels % 4; rest++, c++) {
            int32_t sum = 0;
            ts_pool_window_i8(&sum, rows, 1, 0, column * channels + c, step, kernel_h, first, last);
            output[c] = ts_pool_mean_i8(sum, count, form, zero, minimum, maximum);
        }
        output += channels;
    }
}

TS_INLINE void ts_max_pool_row_f32(const float *const *rows, float *output, int32_t input_w, int32_t channels,
    int32_t output_w, int32_t kernel_h, int32_t kernel_w, int32_t stride_w, int32_t dilation_w, int32_t pad_left,
    float minimum, float maximum)
{
    for (int32_t x = 0; x < output_w; x++) {
        for (int32_t c = 0; c < channels; c++) {
            float largest = 0;
            int any = 0;
            for (int32_t ky = 0; ky < kernel_h; ky++) {
                for (int32_t kx = 0; kx < kernel_w; kx++) {
                    const int32_t at = x * stride_w - pad_left + kx * dilation_w;
                    if (rows[ky] != NULL && at >= 0 && at < input_w) {
                        const float value = rows[ky][at * channels + c];
                        largest = any && largest > value ? largest : value;
                        any = 1;
                    }
                }
            }
            output[c] = ts_clamp_f32(largest, minimum, maximum);
        }
        output += channels;
    }
}

/* count_padding: the divisor is always the whole window, as some sources say. */
TS_INLINE void ts_average_pool_row_f32(const float *const *rows, float *output, int32_t input_w, int32_t channels,
    int32_t output_w, int32_t kernel_h, int32_t kernel_w, int32_t stride_w, int32_t dilation_w, int32_t pad_left,
    int32_t count_padding, float minimum, float maximum)
{
    for (int32_t x = 0; x < output_w; x++) {
        for (int32_t c = 0; c < channels; c++) {
            float sum = 0;
            int32_t count = 0;
            for (int32_t ky = 0; ky < kernel_h; ky++) {
                for (int32_t kx = 0; kx < kernel_w; kx++) {
                    const int32_t at = x * stride_w - pad_left + kx * dilation_w;
                    if (rows[ky] != NULL && at >= 0 && at < input_w) {
                        sum += rows[ky][at * channels + c];
                        count++;
                    }
                }
            }
            count = count_padding ? kernel_h * kernel_w : ts_max(count, 1);
            output[c] = ts_clamp_f32(sum / (float)count, minimum, maximum);
        }
        output += channels;
    }
}

#endif

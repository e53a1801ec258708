/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_POOLING_H
#define TS_POOLING_H

/* Pooling, one output row per call; rows as ts_take_rows_i8 gives them. Taps outside the image do not count. */

#include "ts_base.h"

TS_INLINE void ts_max_pool_row_i8(const int8_t *const *rows, int8_t *output, int32_t input_w, int32_t channels,
    int32_t output_w, int32_t kernel_h, int32_t kernel_w, int32_t stride_w, int32_t dilation_w, int32_t pad_left,
    int32_t minimum, int32_t maximum)
{
    for (int32_t x = 0; x < output_w; x++) {
        for (int32_t c = 0; c < channels; c++) {
            int32_t largest = -128;
            for (int32_t ky = 0; ky < kernel_h; ky++) {
                for (int32_t kx = 0; kx < kernel_w; kx++) {
                    const int32_t at = x * stride_w - pad_left + kx * dilation_w;
                    if (rows[ky] != NULL && at >= 0 && at < input_w) {
                        largest = ts_max(largest, rows[ky][at * channels + c]);
                    }
                }
            }
            output[c] = (int8_t)ts_clamp(largest, minimum, maximum);
        }
        output += channels;
    }
}

/* The mean of the stored values, rounded to nearest, ties away from zero (the zero point is not taken off). */
TS_INLINE void ts_average_pool_row_i8(const int8_t *const *rows, int8_t *output, int32_t input_w, int32_t channels,
    int32_t output_w, int32_t kernel_h, int32_t kernel_w, int32_t stride_w, int32_t dilation_w, int32_t pad_left,
    int32_t minimum, int32_t maximum)
{
    for (int32_t x = 0; x < output_w; x++) {
        /* The taps inside the image, once for all channels. */
        const int32_t column = x * stride_w - pad_left;
        const int32_t first = column < 0 ? (-column + dilation_w - 1) / dilation_w : 0;
        const int32_t end = ts_min(kernel_w, column < input_w ? (input_w - 1 - column) / dilation_w + 1 : 0);
        int32_t count = 0;
        for (int32_t ky = 0; ky < kernel_h; ky++) {
            count += rows[ky] != NULL ? ts_max(end - first, 0) : 0;
        }
        count = ts_max(count, 1);
        for (int32_t c = 0; c < channels; c++) {
            int32_t sum = 0;
            for (int32_t ky = 0; ky < kernel_h; ky++) {
                if (rows[ky] != NULL && first < end) {
                    const int8_t *value = rows[ky] + (column + first * dilation_w) * channels + c;
                    for (int32_t kx = first; kx < end; kx++, value += dilation_w * channels) {
                        sum += *value;
                    }
                }
            }
            sum = sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count;
            output[c] = (int8_t)ts_clamp(sum, minimum, maximum);
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

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_CONVOLUTION_F32_H
#define TS_CONVOLUTION_F32_H

/* float32 convolution, one output row per call; rows as in ts_convolution.h, taps outside the image count as zero. */

#include "ts_dot.h"

/* Weights [output channels, kernel_h, kernel_w, channels of a group]. */
TS_INLINE void ts_conv_row_f32(const float *const *rows, float *output, const float *weights, const float *bias,
    int32_t input_w, int32_t input_c, int32_t output_w, int32_t output_c, int32_t kernel_h, int32_t kernel_w,
    int32_t stride_w, int32_t dilation_w, int32_t pad_left, int32_t groups, float minimum, float maximum)
{
    const int32_t group_c = input_c / groups;
    const int32_t group_out = output_c / groups;
    for (int32_t x = 0; x < output_w; x++) {
        const int32_t column = x * stride_w - pad_left;
        for (int32_t c = 0; c < output_c; c++) {
            const float *w = weights + c * kernel_h * kernel_w * group_c;
            const int32_t channel = c / group_out * group_c;
            float sum = 0;
            for (int32_t ky = 0; ky < kernel_h; ky++) {
                for (int32_t kx = 0; kx < kernel_w; kx++, w += group_c) {
                    const int32_t at = column + kx * dilation_w;
                    if (rows[ky] != NULL && at >= 0 && at < input_w) {
                        sum = ts_dot_f32(sum, rows[ky] + at * input_c + channel, w, group_c);
                    }
                }
            }
            output[c] = ts_clamp_f32(sum + bias[c], minimum, maximum);
        }
        output += output_c;
    }
}

/* Weights [kernel_h, kernel_w, output channels]. */
TS_INLINE void ts_depthwise_row_f32(const float *const *rows, float *output, const float *weights, const float *bias,
    int32_t input_w, int32_t input_c, int32_t output_w, int32_t depth_multiplier, int32_t kernel_h, int32_t kernel_w,
    int32_t stride_w, int32_t dilation_w, int32_t pad_left, float minimum, float maximum)
{
    const int32_t output_c = input_c * depth_multiplier;
    for (int32_t x = 0; x < output_w; x++) {
        const int32_t column = x * stride_w - pad_left;
        for (int32_t c = 0; c < output_c; c++) {
            const float *w = weights + c;
            float sum = 0;
            for (int32_t ky = 0; ky < kernel_h; ky++) {
                for (int32_t kx = 0; kx < kernel_w; kx++, w += output_c) {
                    const int32_t at = column + kx * dilation_w;
                    if (rows[ky] != NULL && at >= 0 && at < input_w) {
                        sum += rows[ky][at * input_c + c / depth_multiplier] * *w;
                    }
                }
            }
            output[c] = ts_clamp_f32(sum + bias[c], minimum, maximum);
        }
        output += output_c;
    }
}

/* rows as ts_take_transposed_rows_f32 gives them; weights [output channels, kernel_h, kernel_w, channels]. */
TS_INLINE void ts_transpose_conv_row_f32(const float *const *rows, float *output, const float *weights,
    const float *bias, int32_t input_w, int32_t input_c, int32_t output_w, int32_t output_c, int32_t kernel_h,
    int32_t kernel_w, int32_t stride_w, int32_t dilation_w, int32_t pad_left, float minimum, float maximum)
{
    for (int32_t x = 0; x < output_w; x++) {
        const float *w = weights;
        for (int32_t c = 0; c < output_c; c++) {
            float sum = 0;
            for (int32_t ky = 0; ky < kernel_h; ky++) {
                for (int32_t kx = 0; kx < kernel_w; kx++, w += input_c) {
                    const int32_t place = x + pad_left - kx * dilation_w;
                    const int32_t at = place / stride_w;
                    if (rows[ky] != NULL && place >= 0 && at * stride_w == place && at < input_w) {
                        sum = ts_dot_f32(sum, rows[ky] + at * input_c, w, input_c);
                    }
                }
            }
            output[c] = ts_clamp_f32(sum + bias[c], minimum, maximum);
        }
        output += output_c;
    }
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_DSP_DENSE_H
#define TS_DSP_DENSE_H

/* int8 dense layers, and convolutions of a single output column, whose taps are gathered first. */

#include "ts_dsp_convolution.h"

/* Scratch: input_c rounded up to 4, where it is not a multiple of 4; none otherwise. */
TS_INLINE void ts_dsp_dense_i8(const int8_t *input, int8_t *output, const uint32_t *weights, void *scratch,
    int32_t batch, int32_t input_c, int32_t output_c, int32_t channels, int32_t form, int32_t shift_a, int32_t shift_b,
    int32_t minimum, int32_t maximum)
{
    for (int32_t i = 0; i < batch; i++) {
        const int8_t *from = input;
        if (input_c % 4 != 0) {
            ts_dsp_copy((int8_t *)scratch, input, input_c);
            from = (const int8_t *)scratch;
        }
        ts_dsp_vector_i8(from, weights, output, channels, output_c, (input_c + 3) / 4, form, shift_a, shift_b, minimum,
            maximum);
        input += input_c;
        output += output_c;
    }
}

/* As ts_dsp_conv_row_i8, pixel by pixel. Scratch: the taps, rounded up to 4 bytes. */
TS_INLINE void ts_dsp_conv_pixel_row_i8(const int8_t *const *rows, int8_t *output, const uint32_t *weights,
    void *scratch, int32_t input_w, int32_t input_c, int32_t output_w, int32_t output_c, int32_t kernel_h,
    int32_t kernel_w, int32_t stride_w, int32_t dilation_w, int32_t pad_left, int32_t input_zero, int32_t channels,
    int32_t form, int32_t shift_a, int32_t shift_b, int32_t minimum, int32_t maximum)
{
    const int32_t columns = dilation_w == 1 ? kernel_w : 1;
    for (int32_t x = 0; x < output_w; x++) {
        int8_t *to = (int8_t *)scratch;
        for (int32_t ky = 0; ky < kernel_h; ky++) {
            for (int32_t kx = 0; kx < kernel_w; kx += columns, to += columns * input_c) {
                ts_dsp_edge(
                    to, rows[ky], x * stride_w - pad_left + kx * dilation_w, columns, input_w, input_c, input_zero);
            }
        }
        ts_dsp_vector_i8((const int8_t *)scratch, weights, output, channels, output_c,
            (kernel_h * kernel_w * input_c + 3) / 4, form, shift_a, shift_b, minimum, maximum);
        output += output_c;
    }
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_DENSE_H
#define TS_DENSE_H

/* Fully connected layers: input [batch, inputs], output [batch, outputs]. */

#include "ts_dot.h"
#include "ts_requantize.h"

/* Weights in blocks of four outputs [inputs, 4], then [inputs] for each that is left over; bias with the input's zero
 * point folded in. per_channel 0: one multiplier and shift for all outputs. */
TS_INLINE void ts_dense_i8(const int8_t *input, int8_t *output, const int8_t *weights, const int32_t *bias,
    const int32_t *multiplier, const int8_t *shift, int32_t batch, int32_t inputs, int32_t outputs, int32_t per_channel,
    int32_t form, int32_t output_zero, int32_t minimum, int32_t maximum)
{
    for (int32_t n = 0; n < batch; n++) {
        const int8_t *w = weights;
        int32_t c = 0;
        for (int32_t block = 0; block < outputs / 4; block++, c += 4, w += 4 * inputs) {
            int32_t sum[4] = {bias[c], bias[c + 1], bias[c + 2], bias[c + 3]};
            ts_dot4_i8(sum, input, w, inputs);
            for (int32_t i = 0; i < 4; i++) {
                const int32_t at = per_channel ? c + i : 0;
                output[c + i] = ts_finish_i8(form, sum[i], multiplier[at], shift[at], output_zero, minimum, maximum);
            }
        }
        for (int32_t rest = 0; rest < outputs % 4; rest++, c++, w += inputs) {
            const int32_t sum = bias[c] + ts_dot_i8(input, w, inputs);
            const int32_t at = per_channel ? c : 0;
            output[c] = ts_finish_i8(form, sum, multiplier[at], shift[at], output_zero, minimum, maximum);
        }
        input += inputs;
        output += outputs;
    }
}

/* Weights [outputs, inputs]. */
TS_INLINE void ts_dense_f32(const float *input, float *output, const float *weights, const float *bias, int32_t batch,
    int32_t inputs, int32_t outputs, float minimum, float maximum)
{
    for (int32_t n = 0; n < batch; n++) {
        for (int32_t c = 0; c < outputs; c++) {
            const float sum = ts_dot_f32(0, input, weights + c * inputs, inputs);
            output[c] = ts_clamp_f32(sum + bias[c], minimum, maximum);
        }
        input += inputs;
        output += outputs;
    }
}

#endif

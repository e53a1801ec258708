/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_REDUCTION_H
#define TS_REDUCTION_H

/* Input [outer, reduced, inner], output [outer, inner]. */

#include "ts_requantize.h"

/* Mean and sum: the mean's multiplier has the number of elements divided in. */
TS_INLINE void ts_sum_i8(const int8_t *input, int8_t *output, int32_t outer, int32_t reduced, int32_t inner,
    int32_t form, int32_t input_zero, int32_t multiplier, int32_t shift, int32_t output_zero)
{
    for (int32_t o = 0; o < outer; o++) {
        for (int32_t i = 0; i < inner; i++) {
            int32_t sum = -reduced * input_zero;
            for (int32_t r = 0; r < reduced; r++) {
                sum += input[r * inner + i];
            }
            output[i] = ts_finish_i8(form, sum, multiplier, shift, output_zero, -128, 127);
        }
        input += reduced * inner;
        output += inner;
    }
}

TS_INLINE void ts_reduce_max_i8(const int8_t *input, int8_t *output, int32_t outer, int32_t reduced, int32_t inner)
{
    for (int32_t o = 0; o < outer; o++) {
        for (int32_t i = 0; i < inner; i++) {
            int32_t best = input[i];
            for (int32_t r = 1; r < reduced; r++) {
                best = ts_max(best, input[r * inner + i]);
            }
            output[i] = (int8_t)best;
        }
        input += reduced * inner;
        output += inner;
    }
}

TS_INLINE void ts_reduce_min_i8(const int8_t *input, int8_t *output, int32_t outer, int32_t reduced, int32_t inner)
{
    for (int32_t o = 0; o < outer; o++) {
        for (int32_t i = 0; i < inner; i++) {
            int32_t best = input[i];
            for (int32_t r = 1; r < reduced; r++) {
                best = ts_min(best, input[r * inner + i]);
            }
            output[i] = (int8_t)best;
        }
        input += reduced * inner;
        output += inner;
    }
}

/* `divisor` is 1 for a sum, the number of elements for a mean. */
TS_INLINE void ts_sum_f32(
    const float *input, float *output, int32_t outer, int32_t reduced, int32_t inner, int32_t divisor)
{
    for (int32_t o = 0; o < outer; o++) {
        for (int32_t i = 0; i < inner; i++) {
            float sum = 0;
            for (int32_t r = 0; r < reduced; r++) {
                sum += input[r * inner + i];
            }
            output[i] = divisor == 1 ? sum : sum / (float)divisor;
        }
        input += reduced * inner;
        output += inner;
    }
}

TS_INLINE void ts_reduce_max_f32(const float *input, float *output, int32_t outer, int32_t reduced, int32_t inner)
{
    for (int32_t o = 0; o < outer; o++) {
        for (int32_t i = 0; i < inner; i++) {
            float best = input[i];
            for (int32_t r = 1; r < reduced; r++) {
                best = input[r * inner + i] > best ? input[r * inner + i] : best;
            }
            output[i] = best;
        }
        input += reduced * inner;
        output += inner;
    }
}

TS_INLINE void ts_reduce_min_f32(const float *input, float *output, int32_t outer, int32_t reduced, int32_t inner)
{
    for (int32_t o = 0; o < outer; o++) {
        for (int32_t i = 0; i < inner; i++) {
            float best = input[i];
            for (int32_t r = 1; r < reduced; r++) {
                best = input[r * inner + i] < best ? input[r * inner + i] : best;
            }
            output[i] = best;
        }
        input += reduced * inner;
        output += inner;
    }
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_ACTIVATION_H
#define TS_ACTIVATION_H

#include "ts_base.h"

/* Any int8 function of one element: a table of 256 results, the one of value q at q + 128. */
TS_INLINE void ts_lookup_i8(const int8_t *input, int8_t *output, const int8_t *table, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        output[i] = table[input[i] + 128];
    }
}

#define TS_UNARY_F32(NAME, EXPRESSION)                                    \
    TS_INLINE void NAME(const float *input, float *output, int32_t count) \
    {                                                                     \
        for (int32_t i = 0; i < count; i++) {                             \
            const float x = input[i];                                     \
            output[i] = (EXPRESSION);                                     \
        }                                                                 \
    }

TS_UNARY_F32(ts_logistic_f32, 1.0F / (1.0F + expf(-x)))
TS_UNARY_F32(ts_tanh_f32, tanhf(x))
TS_UNARY_F32(ts_hard_swish_f32, x *ts_clamp_f32(x + 3.0F, 0.0F, 6.0F) / 6.0F)
TS_UNARY_F32(ts_abs_f32, fabsf(x))
TS_UNARY_F32(ts_neg_f32, -x)
TS_UNARY_F32(ts_exp_f32, expf(x))
TS_UNARY_F32(ts_sqrt_f32, sqrtf(x))
TS_UNARY_F32(ts_rsqrt_f32, 1.0F / sqrtf(x))
TS_UNARY_F32(ts_square_f32, x *x)

TS_INLINE void ts_clip_f32(const float *input, float *output, int32_t count, float minimum, float maximum)
{
    for (int32_t i = 0; i < count; i++) {
        output[i] = ts_clamp_f32(input[i], minimum, maximum);
    }
}

TS_INLINE void ts_leaky_relu_f32(const float *input, float *output, int32_t count, float alpha)
{
    for (int32_t i = 0; i < count; i++) {
        output[i] = input[i] < 0 ? alpha * input[i] : input[i];
    }
}

TS_INLINE void ts_elu_f32(const float *input, float *output, int32_t count, float alpha)
{
    for (int32_t i = 0; i < count; i++) {
        output[i] = input[i] < 0 ? alpha * ts_expm1_f32(input[i]) : input[i];
    }
}

TS_INLINE void ts_hard_sigmoid_f32(const float *input, float *output, int32_t count, float alpha, float beta)
{
    for (int32_t i = 0; i < count; i++) {
        output[i] = ts_clamp_f32(alpha * input[i] + beta, 0.0F, 1.0F);
    }
}

/* Input [rows, width]; each row becomes exp(beta * x), normalised. May run in place. */
TS_INLINE void ts_softmax_f32(const float *input, float *output, int32_t rows, int32_t width, float beta)
{
    for (int32_t row = 0; row < rows; row++) {
        float largest = input[0];
        float sum = 0;
        for (int32_t i = 1; i < width; i++) {
            largest = input[i] > largest ? input[i] : largest;
        }
        for (int32_t i = 0; i < width; i++) {
            output[i] = expf((input[i] - largest) * beta);
            sum += output[i];
        }
        for (int32_t i = 0; i < width; i++) {
            output[i] = output[i] / sum;
        }
        input += width;
        output += width;
    }
}

#endif

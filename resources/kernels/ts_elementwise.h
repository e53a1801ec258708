/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_ELEMENTWISE_H
#define TS_ELEMENTWISE_H

/* Two operands, element by element. step_a and step_b are 1, or 0 where one element of the operand serves all. Element
 * i is written after element i of both operands was read, so that the output may lie on either. */

#include "ts_requantize.h"

/* Both operands are brought to twice the larger scale in 12.20 fixed point; sign -1 subtracts. */
TS_INLINE void ts_add_i8(const int8_t *a, const int8_t *b, int8_t *output, int32_t count, int32_t step_a,
    int32_t step_b, int32_t form, int32_t sign, int32_t zero_a, int32_t multiplier_a, int32_t shift_a, int32_t zero_b,
    int32_t multiplier_b, int32_t shift_b, int32_t output_zero, int32_t multiplier, int32_t shift, int32_t minimum,
    int32_t maximum)
{
    for (int32_t i = 0; i < count; i++) {
        const int32_t first = ts_requantize((a[i * step_a] - zero_a) * ((int32_t)1 << 20), multiplier_a, shift_a);
        const int32_t second = ts_requantize((b[i * step_b] - zero_b) * ((int32_t)1 << 20), multiplier_b, shift_b);
        output[i] = ts_finish_i8(form, first + sign * second, multiplier, shift, output_zero, minimum, maximum);
    }
}

TS_INLINE void ts_mul_i8(const int8_t *a, const int8_t *b, int8_t *output, int32_t count, int32_t step_a,
    int32_t step_b, int32_t form, int32_t zero_a, int32_t zero_b, int32_t output_zero, int32_t multiplier,
    int32_t shift, int32_t minimum, int32_t maximum)
{
    for (int32_t i = 0; i < count; i++) {
        const int32_t product = (a[i * step_a] - zero_a) * (b[i * step_b] - zero_b);
        output[i] = ts_finish_i8(form, product, multiplier, shift, output_zero, minimum, maximum);
    }
}

TS_INLINE void ts_minimum_i8(
    const int8_t *a, const int8_t *b, int8_t *output, int32_t count, int32_t step_a, int32_t step_b)
{
    for (int32_t i = 0; i < count; i++) {
        output[i] = a[i * step_a] < b[i * step_b] ? a[i * step_a] : b[i * step_b];
    }
}

TS_INLINE void ts_maximum_i8(
    const int8_t *a, const int8_t *b, int8_t *output, int32_t count, int32_t step_a, int32_t step_b)
{
    for (int32_t i = 0; i < count; i++) {
        output[i] = a[i * step_a] > b[i * step_b] ? a[i * step_a] : b[i * step_b];
    }
}

#define TS_ELEMENTWISE_F32(NAME, EXPRESSION)                                                                          \
    TS_INLINE void NAME(const float *a, const float *b, float *output, int32_t count, int32_t step_a, int32_t step_b, \
        float minimum, float maximum)                                                                                 \
    {                                                                                                                 \
        for (int32_t i = 0; i < count; i++) {                                                                         \
            const float x = a[i * step_a];                                                                            \
            const float y = b[i * step_b];                                                                            \
            output[i] = ts_clamp_f32((EXPRESSION), minimum, maximum);                                                 \
        }                                                                                                             \
    }

TS_ELEMENTWISE_F32(ts_add_f32, x + y)
TS_ELEMENTWISE_F32(ts_sub_f32, x - y)
TS_ELEMENTWISE_F32(ts_mul_f32, x *y)
TS_ELEMENTWISE_F32(ts_div_f32, x / y)
TS_ELEMENTWISE_F32(ts_minimum_f32, x < y ? x : y)
TS_ELEMENTWISE_F32(ts_maximum_f32, x > y ? x : y)
TS_ELEMENTWISE_F32(ts_squared_difference_f32, (x - y) * (x - y))

#endif

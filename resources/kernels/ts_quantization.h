/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_QUANTIZATION_H
#define TS_QUANTIZATION_H

#include "ts_requantize.h"

/* Ties go to even (`form` TS_EVEN) or away from zero. */
TS_INLINE void ts_quantize_i8(
    const float *input, int8_t *output, int32_t count, int32_t form, float scale, int32_t zero)
{
    for (int32_t i = 0; i < count; i++) {
        /* Clamped as a float first: a conversion that does not fit int32 is undefined. */
        const float steps = ts_clamp_f32(input[i] / scale, -1024.0F, 1024.0F);
        const float value = form == TS_EVEN ? ts_nearby_f32(steps) : roundf(steps);
        output[i] = (int8_t)ts_clamp((int32_t)value + zero, -128, 127);
    }
}

TS_INLINE void ts_dequantize_i8(const int8_t *input, float *output, int32_t count, float scale, int32_t zero)
{
    for (int32_t i = 0; i < count; i++) {
        output[i] = scale * (float)(input[i] - zero);
    }
}

TS_INLINE void ts_dequantize_u8(const uint8_t *input, float *output, int32_t count, float scale, int32_t zero)
{
    for (int32_t i = 0; i < count; i++) {
        output[i] = scale * (float)((int32_t)input[i] - zero);
    }
}

TS_INLINE void ts_requantize_i8(const int8_t *input, int8_t *output, int32_t count, int32_t form, int32_t input_zero,
    int32_t multiplier, int32_t shift, int32_t output_zero)
{
    for (int32_t i = 0; i < count; i++) {
        output[i] = ts_finish_i8(form, input[i] - input_zero, multiplier, shift, output_zero, -128, 127);
    }
}

/* uint8 differs from int8 by 128 in value and zero point alike. */
TS_INLINE void ts_requantize_u8_i8(const uint8_t *input, int8_t *output, int32_t count, int32_t form,
    int32_t input_zero, int32_t multiplier, int32_t shift, int32_t output_zero)
{
    for (int32_t i = 0; i < count; i++) {
        output[i] = ts_finish_i8(form, (int32_t)input[i] - input_zero, multiplier, shift, output_zero, -128, 127);
    }
}

TS_INLINE void ts_requantize_i8_u8(const int8_t *input, uint8_t *output, int32_t count, int32_t form,
    int32_t input_zero, int32_t multiplier, int32_t shift, int32_t output_zero)
{
    for (int32_t i = 0; i < count; i++) {
        const int32_t centred = input[i] - input_zero;
        const int32_t value = form == TS_EVEN ? ts_requantize_even(centred, multiplier, shift)
                                              : ts_requantize(centred, multiplier, shift);
        output[i] = (uint8_t)ts_clamp(ts_wrapping_sum(value, output_zero), 0, 255);
    }
}

#endif

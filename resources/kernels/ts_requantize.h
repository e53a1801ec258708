/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_REQUANTIZE_H
#define TS_REQUANTIZE_H

/* The fixed-point arithmetic of int8 inference: real multiplier = multiplier / 2^31 * 2^shift. */

#include "ts_base.h"

/* How accumulators become outputs. The first three forms give the bits of TFLite's double rounding, the others round
 * once, ties to even, as ONNX does; which of the shorter ones a layer may use is proved at export:
 * RELU          the smallest output is the zero point, and shift is -2 to -20 for all channels
 * NARROW        no accumulator reaches 2^30, and shift is -1 to -30
 * GENERAL       anything
 * EVEN_NARROW   shift is -2 to -30
 * EVEN          anything */
#define TS_RELU 0
#define TS_NARROW 1
#define TS_GENERAL 2
#define TS_EVEN_NARROW 3
#define TS_EVEN 4

/* The 64-bit product from 16-bit halves, for cores that have no instruction for it: their library function does more
 * than is needed here. */
TS_INLINE int64_t ts_product_of_halves(int32_t a, int32_t b)
{
    const uint32_t a_low = (uint32_t)a & 0xFFFFU;
    const uint32_t b_low = (uint32_t)b & 0xFFFFU;
    const int32_t a_high = a >> 16;
    const int32_t b_high = b >> 16;
    const uint32_t low = a_low * b_low;
    const int32_t first = (int32_t)((uint32_t)a_high * b_low);
    const int32_t second = (int32_t)(a_low * (uint32_t)b_high);
    const uint32_t middle = (low >> 16) + ((uint32_t)first & 0xFFFFU) + ((uint32_t)second & 0xFFFFU);
    const int32_t high = a_high * b_high + (first >> 16) + (second >> 16) + (int32_t)(middle >> 16);
    return (int64_t)((uint64_t)(uint32_t)high << 32 | (middle << 16 | (low & 0xFFFFU)));
}

TS_INLINE int64_t ts_product(int32_t a, int32_t b)
{
#if defined(__ARM_ARCH_6M__) || defined(__ARM_ARCH_8M_BASE__)
    return ts_product_of_halves(a, b);
#else
    return (int64_t)a * b;
#endif
}

/* a * b / 2^31, rounded to nearest, ties upwards. */
TS_INLINE int32_t ts_high_multiply(int32_t a, int32_t b)
{
    return (int32_t)((ts_product(a, b) + ((int64_t)1 << 30)) >> 31);
}

/* value / 2^exponent, rounded to nearest, ties away from zero. */
TS_INLINE int32_t ts_rounding_shift(int32_t value, int32_t exponent)
{
    const int32_t mask = (int32_t)(((uint32_t)1 << exponent) - 1U);
    const int32_t remainder = value & mask;
    const int32_t threshold = (mask >> 1) + (value < 0);
    return (value >> exponent) + (remainder > threshold);
}

/* The double rounding of TFLite: left shift, high multiply, rounding right shift. */
TS_INLINE int32_t ts_requantize(int32_t value, int32_t multiplier, int32_t shift)
{
    const int32_t left = ts_max(shift, 0);
    const int32_t right = ts_max(-shift, 0);
    return ts_rounding_shift(ts_high_multiply((int32_t)((uint32_t)value << left), multiplier), right);
}

/* Rounded once, ties to even; beyond 2^30 it stays there, so that a zero point can be added. */
TS_INLINE int32_t ts_requantize_even(int32_t value, int32_t multiplier, int32_t shift)
{
    const int32_t total = 31 - shift;
    const int64_t product = ts_product(value, multiplier);
    const int64_t odd = (product >> total) & 1;
    const int64_t rounded = (product + ((int64_t)1 << (total - 1)) - 1 + odd) >> total;
    const int64_t most = (int64_t)1 << 30;
    return (int32_t)(rounded < -most ? -most : rounded > most ? most : rounded);
}

/* The same for shifts of -2 to -30: a tie has nothing left below the rounded bit. */
TS_INLINE int32_t ts_requantize_even_narrow(int32_t value, int32_t multiplier, int32_t shift)
{
    const int32_t right = -shift - 1;
    const int64_t product = ts_product(value, multiplier);
    const int32_t high = (int32_t)(product >> 32) + (int32_t)((uint32_t)1 << (right - 1));
    const uint32_t rest = ((uint32_t)high << (32 - right)) | (uint32_t)product;
    const int32_t rounded = high >> right;
    return rest == 0U ? rounded & ~1 : rounded;
}

/* a + b, which wraps around: only scales that make no sense lead there. */
TS_INLINE int32_t ts_wrapping_sum(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

/* An accumulator made an output value. */
TS_INLINE int8_t ts_output_i8(
    int32_t accumulator, int32_t multiplier, int32_t shift, int32_t zero_point, int32_t minimum, int32_t maximum)
{
    const int32_t value = ts_wrapping_sum(ts_requantize(accumulator, multiplier, shift), zero_point);
    return (int8_t)ts_clamp(value, minimum, maximum);
}

/* The same in the form that the layer was proved for. */
TS_INLINE int8_t ts_finish_i8(int32_t form, int32_t accumulator, int32_t multiplier, int32_t shift, int32_t zero_point,
    int32_t minimum, int32_t maximum)
{
    if (form == TS_RELU) {
        /* Ties only differ where the result is negative, which the bound hides: so one floor does for both roundings,
         * zero point included. The constant is half of each rounding's unit. */
        const int32_t half = (2 * zero_point + 1) * ((int32_t)1 << (-shift - 2));
        const int64_t sum = ts_product(accumulator, multiplier) + ((int64_t)1 << 30);
        return (int8_t)ts_clamp(((int32_t)(sum >> 32) + half) >> (-shift - 1), minimum, maximum);
    }
    if (form == TS_NARROW) {
        const int32_t high = (int32_t)((ts_product(accumulator * 2, multiplier) + ((int64_t)1 << 31)) >> 32);
        const int32_t value = (high + (high >> 31) + ((int32_t)1 << (-shift - 1))) >> -shift;
        return (int8_t)ts_clamp(value + zero_point, minimum, maximum);
    }
    if (form == TS_EVEN_NARROW) {
        const int32_t value = ts_requantize_even_narrow(accumulator, multiplier, shift);
        return (int8_t)ts_clamp(ts_wrapping_sum(value, zero_point), minimum, maximum);
    }
    if (form == TS_EVEN) {
        const int32_t value = ts_requantize_even(accumulator, multiplier, shift);
        return (int8_t)ts_clamp(ts_wrapping_sum(value, zero_point), minimum, maximum);
    }
    return ts_output_i8(accumulator, multiplier, shift, zero_point, minimum, maximum);
}

#endif

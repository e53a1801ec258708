/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_REQUANTIZE_H
#define TS_REQUANTIZE_H

/* The fixed-point arithmetic of int8 inference: real multiplier = multiplier / 2^31 * 2^shift. */

#include "ts_base.h"

/* value * multiplier / 2^31, rounded to nearest, ties upwards. The multiplier is not negative. */
TS_INLINE int32_t ts_high_multiply(int32_t value, int32_t multiplier)
{
    return (int32_t)(((int64_t)value * multiplier + ((int64_t)1 << 30)) >> 31);
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

/* An accumulator made an output value. */
TS_INLINE int8_t ts_output_i8(
    int32_t accumulator, int32_t multiplier, int32_t shift, int32_t zero_point, int32_t minimum, int32_t maximum)
{
    return (int8_t)ts_clamp(ts_requantize(accumulator, multiplier, shift) + zero_point, minimum, maximum);
}

#endif

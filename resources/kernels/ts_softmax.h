/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TS_SOFTMAX_H
#define TS_SOFTMAX_H

/* int8 softmax in the fixed-point arithmetic that TFLite defines; Qi.f has i integer and f fractional bits. */

#include "ts_requantize.h"

TS_INLINE int32_t ts_saturating_double(int32_t value)
{
    return value > INT32_MAX / 2 ? INT32_MAX : value < INT32_MIN / 2 ? INT32_MIN : value * 2;
}

/* ts_high_multiply for any sign. */
TS_INLINE int32_t ts_high_product(int32_t a, int32_t b)
{
    return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

/* exp(value) in Q0.31 of value <= 0 in Q5.26. */
static inline int32_t ts_exp_q5(int32_t value)
{
    static const int32_t factors[7] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
    if (value == 0) {
        return INT32_MAX;
    }
    /* A Taylor polynomial around -1/8 for the part in [-1/4, 0), then one factor for each further bit. */
    const int32_t quarter = (int32_t)1 << 24;
    const int32_t part = (value & (quarter - 1)) - quarter;
    const int32_t x = part * 32 + ((int32_t)1 << 28);
    const int32_t x2 = ts_high_product(x, x);
    const int32_t x3 = ts_high_product(x2, x);
    const int32_t x4 = ts_high_product(x2, x2);
    const int32_t inner = ts_high_product(ts_rounding_shift(x4, 2) + x3, 715827883) + x2;
    int32_t result = 1895147668 + ts_high_product(1895147668, x + ts_rounding_shift(inner, 1));
    const int32_t rest = part - value;
    for (int32_t bit = 0; bit < 7; bit++) {
        if ((rest >> (24 + bit)) & 1) {
            result = ts_high_product(result, factors[bit]);
        }
    }
    return result;
}

/* 1 / (1 + fraction) in Q0.31 of fraction in [0, 1] in Q0.31, by Newton's method. */
static inline int32_t ts_one_over_one_plus(int32_t fraction)
{
    const int32_t half = (int32_t)(((int64_t)fraction + INT32_MAX + 1) / 2);
    int32_t x = 1515870810 + ts_high_product(half, -1010580540);
    for (int32_t i = 0; i < 3; i++) {
        const int32_t error = ((int32_t)1 << 29) - ts_high_product(half, x);
        x += ts_saturating_double(ts_saturating_double(ts_high_product(x, error)));
    }
    return ts_saturating_double(x);
}

/* Input [rows, width]; output scale 1/256, zero point -128. multiplier and shift bring a difference of two inputs to
 * Q5.26; differences below difference_min count as nothing. May run in place. */
TS_INLINE void ts_softmax_i8(const int8_t *input, int8_t *output, int32_t rows, int32_t width, int32_t multiplier,
    int32_t shift, int32_t difference_min)
{
    for (int32_t row = 0; row < rows; row++) {
        int32_t largest = input[0];
        int32_t sum = 0;
        int32_t headroom = 0;
        for (int32_t i = 1; i < width; i++) {
            largest = ts_max(largest, input[i]);
        }
        for (int32_t i = 0; i < width; i++) {
            if (input[i] - largest >= difference_min) {
                sum += ts_rounding_shift(ts_exp_q5(ts_requantize(input[i] - largest, multiplier, shift)), 12);
            }
        }
        while (headroom < 31 && !(((uint32_t)sum << headroom) & 0x80000000U)) {
            headroom++;
        }
        const int32_t inverse = ts_one_over_one_plus((int32_t)(((uint32_t)sum << headroom) & 0x7FFFFFFFU));
        const int32_t exponent = ts_min(12 - headroom + 31 - 8, 31);
        for (int32_t i = 0; i < width; i++) {
            const int32_t difference = input[i] - largest;
            if (difference >= difference_min) {
                const int32_t power = ts_exp_q5(ts_requantize(difference, multiplier, shift));
                const int32_t value = ts_rounding_shift(ts_high_product(inverse, power), exponent);
                output[i] = (int8_t)ts_clamp(value - 128, -128, 127);
            } else {
                output[i] = -128;
            }
        }
        input += width;
        output += width;
    }
}

#endif

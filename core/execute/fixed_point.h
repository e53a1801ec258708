// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/requantize.h"

#include <cstdint>

namespace tinsmith {

// Transcendental functions on fixed-point numbers, bit for bit those that TFLite's quantized softmax, logistic and tanh
// are defined by (gemmlowp's). "Qi.f" is an int32 with i integer and f = 31 - i fractional bits.

/// value * 2^exponent, saturated.
constexpr std::int32_t saturatingShiftLeft(std::int32_t value, std::int32_t exponent)
{
    const std::int64_t wide = static_cast<std::int64_t>(value) * (std::int64_t{1} << exponent);
    return wide > INT32_MAX ? INT32_MAX : wide < INT32_MIN ? INT32_MIN : static_cast<std::int32_t>(wide);
}

namespace fixed_point {

/// exp(a) in Q0.31 for a in [-1/4, 0) in Q0.31: a Taylor polynomial around -1/8.
constexpr std::int32_t expNearZero(std::int32_t a)
{
    constexpr std::int32_t expMinusEighth = 1895147668;
    constexpr std::int32_t third = 715827883;
    const std::int32_t x = a + (1 << 28);
    const std::int32_t x2 = roundingDoublingHighMultiply(x, x);
    const std::int32_t x3 = roundingDoublingHighMultiply(x2, x);
    const std::int32_t x4 = roundingDoublingHighMultiply(x2, x2);
    const std::int32_t tail
        = roundingShiftRight(roundingDoublingHighMultiply(roundingShiftRight(x4, 2) + x3, third) + x2, 1);
    return expMinusEighth + roundingDoublingHighMultiply(expMinusEighth, x + tail);
}

/// exp(a) in Q0.31 for a <= 0 with `integerBits` integer bits, at most 5.
constexpr std::int32_t expOfNegative(std::int32_t a, int integerBits)
{
    if (a == 0) {
        return INT32_MAX;
    }
    constexpr std::int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
    const int fraction = 31 - integerBits;
    const std::int32_t quarter = 1 << (fraction - 2);
    const std::int32_t part = (a & (quarter - 1)) - quarter;
    std::int32_t result = expNearZero(saturatingShiftLeft(part, integerBits));
    const std::int32_t rest = part - a;
    for (int exponent = -2; exponent <= 4 && exponent < integerBits; ++exponent) {
        if ((rest & (std::int32_t{1} << (fraction + exponent))) != 0) {
            result = roundingDoublingHighMultiply(result, factors[exponent + 2]);
        }
    }
    return result;
}

/// Newton's 2 / (1 + a) in Q2.29 for a in [0, 1] in Q0.31.
constexpr std::int32_t twoOverOnePlus(std::int32_t a)
{
    const std::int64_t sum = static_cast<std::int64_t>(a) + INT32_MAX;
    const auto half = static_cast<std::int32_t>((sum + 1) / 2);
    std::int32_t x = 1515870810 + roundingDoublingHighMultiply(half, -1010580540);
    for (int iteration = 0; iteration < 3; ++iteration) {
        const std::int32_t error = (1 << 29) - roundingDoublingHighMultiply(half, x);
        x += saturatingShiftLeft(roundingDoublingHighMultiply(x, error), 2);
    }
    return x;
}

/// 1 / (1 + a) in Q0.31 for a in [0, 1] in Q0.31.
constexpr std::int32_t oneOverOnePlus(std::int32_t a)
{
    return saturatingShiftLeft(twoOverOnePlus(a), 1);
}

/// The logistic function in Q0.31 of a with `integerBits` integer bits.
constexpr std::int32_t logistic(std::int32_t a, int integerBits)
{
    if (a == 0) {
        return 1 << 30;
    }
    const std::int32_t positive = oneOverOnePlus(expOfNegative(a > 0 ? -a : a, integerBits));
    return a > 0 ? positive : INT32_MAX - positive;
}

/// The hyperbolic tangent in Q0.31 of a with `integerBits` integer bits, at most 4.
constexpr std::int32_t tanh(std::int32_t a, int integerBits)
{
    if (a == 0) {
        return 0;
    }
    // exp(-2|a|): the same bits read with one integer bit more.
    const std::int32_t power = expOfNegative(a > 0 ? -a : a, integerBits + 1);
    const std::int32_t positive = saturatingShiftLeft(twoOverOnePlus(power) - (1 << 29), 2);
    return a > 0 ? positive : -positive;
}

/// 1 / value for value > 0 in Q(31-f).f with f = 31 - integerBits: the result in Q0.31 times 2^-shift.
struct Reciprocal {
    std::int32_t scale = 0;
    std::int32_t shift = 0;
};
constexpr Reciprocal reciprocal(std::int32_t value, int integerBits)
{
    std::uint32_t bits = static_cast<std::uint32_t>(value);
    int leading = 0;
    while (leading < 31 && (bits & 0x80000000U) == 0) {
        bits <<= 1;
        ++leading;
    }
    const auto fraction = static_cast<std::int32_t>(bits - 0x80000000U);
    return {oneOverOnePlus(fraction), integerBits - leading};
}

} // namespace fixed_point
} // namespace tinsmith

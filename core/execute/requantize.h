// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/quantization.h"

#include <cstdint>

namespace tinsmith {

/// A real factor in the form that TFLite applies to int32 values: multiplier * 2^(shift - 31), multiplier 0 or in
/// 2^30 .. 2^31 - 1; a positive shift goes left.
struct QuantizedMultiplier {
    std::int32_t multiplier = 0;
    std::int32_t shift = 0;
    Rounding rounding = Rounding::Twice;
    friend bool operator==(const QuantizedMultiplier &, const QuantizedMultiplier &) = default;
};

/// The nearest multiplier for `factor` (ties away from zero); 0 for factors below 2^-32 and those that are not finite.
QuantizedMultiplier quantizeMultiplier(double factor, Rounding rounding = Rounding::Twice);

/// round(a * b / 2^31), ties towards plus infinity; saturates for the one product that does not fit.
constexpr std::int32_t roundingDoublingHighMultiply(std::int32_t a, std::int32_t b)
{
    if (a == INT32_MIN && b == INT32_MIN) {
        return INT32_MAX;
    }
    const std::int64_t product = static_cast<std::int64_t>(a) * b;
    return static_cast<std::int32_t>((product + (std::int64_t{1} << 30)) >> 31);
}

/// value / 2^exponent, ties away from zero; exponent 0..31.
constexpr std::int32_t roundingShiftRight(std::int32_t value, std::int32_t exponent)
{
    const std::int64_t mask = (std::int64_t{1} << exponent) - 1;
    const std::int64_t rest = value & mask;
    const std::int64_t threshold = (mask >> 1) + (value < 0 ? 1 : 0);
    return static_cast<std::int32_t>((static_cast<std::int64_t>(value) >> exponent) + (rest > threshold ? 1 : 0));
}

/// value << exponent without undefined behaviour: what does not fit wraps around, as on every target.
constexpr std::int32_t wrappingShiftLeft(std::int32_t value, std::int32_t exponent)
{
    return exponent > 31 ? 0 : static_cast<std::int32_t>(static_cast<std::uint32_t>(value) << exponent);
}

/// a + b, which wraps around, as on every target: only scales that make no sense lead there.
constexpr std::int32_t wrappingSum(std::int32_t a, std::int32_t b)
{
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}

/// value times the factor, rounded once, ties to even; beyond 2^30 it stays there, so that a zero point can be added.
constexpr std::int32_t requantizeHalfToEven(std::int32_t value, QuantizedMultiplier factor)
{
    const std::int32_t total = 31 - factor.shift;
    const std::int64_t product = static_cast<std::int64_t>(value) * factor.multiplier;
    const std::int64_t odd = product >> total & 1;
    const std::int64_t rounded = (product + (std::int64_t{1} << (total - 1)) - 1 + odd) >> total;
    constexpr std::int64_t most = std::int64_t{1} << 30;
    return static_cast<std::int32_t>(rounded < -most ? -most : rounded > most ? most : rounded);
}

/// value times the factor, rounded as the factor says; Twice is TFLite's default.
constexpr std::int32_t requantize(std::int32_t value, QuantizedMultiplier factor)
{
    if (factor.rounding == Rounding::HalfToEven) {
        return requantizeHalfToEven(value, factor);
    }
    const std::int32_t left = factor.shift > 0 ? factor.shift : 0;
    const std::int32_t right = factor.shift > 0 ? 0 : -factor.shift;
    return roundingShiftRight(
        roundingDoublingHighMultiply(wrappingShiftLeft(value, left), factor.multiplier), right > 31 ? 31 : right);
}

/// The variant that rounds once (TFLITE_SINGLE_ROUNDING); never more than 1 away from requantize().
constexpr std::int32_t requantizeSingleRounding(std::int32_t value, QuantizedMultiplier factor)
{
    const std::int32_t total = 31 - factor.shift;
    const std::int64_t product = static_cast<std::int64_t>(value) * factor.multiplier;
    if (total <= 0) {
        return static_cast<std::int32_t>(product);
    }
    return total > 62 ? 0 : static_cast<std::int32_t>((product + (std::int64_t{1} << (total - 1))) >> total);
}

/// value / divisor, rounded to nearest, ties to even; divisor > 0.
constexpr std::int64_t quotientToEven(std::int64_t value, std::int64_t divisor)
{
    const std::int64_t cut = value / divisor;
    const std::int64_t floor = value % divisor < 0 ? cut - 1 : cut;
    const std::int64_t rest = value - floor * divisor;
    return floor + (rest > divisor - rest || (rest == divisor - rest && floor % 2 != 0) ? 1 : 0);
}

constexpr std::int32_t clampTo(std::int32_t value, std::int32_t min, std::int32_t max)
{
    return value < min ? min : value > max ? max : value;
}

} // namespace tinsmith

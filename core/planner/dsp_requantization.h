// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/requantize.h"

#include <cstdint>
#include <optional>

namespace tinsmith {

/// One output channel as a function of its accumulator x, which the weights keep within first..last:
/// clamp(requantize(x, multiplier) + zeroPoint, min, max). It never falls.
struct ChannelFunction {
    QuantizedMultiplier multiplier;
    std::int32_t zeroPoint = 0;
    std::int32_t min = -128;
    std::int32_t max = 127;
    std::int64_t first = 0;
    std::int64_t last = 0;

    std::int32_t operator()(std::int64_t x) const
    {
        return clampTo(requantize(static_cast<std::int32_t>(x), multiplier) + zeroPoint, min, max);
    }
    /// The same value for every accumulator that can occur.
    bool constant() const { return (*this)(first) == (*this)(last); }
};

/// y = saturate8(((256 * x + offset) * multiplier >> 32) >> shift)
struct ScaledRequantization {
    std::int32_t offset = 0;
    std::int32_t multiplier = 0;
};
/// y = saturate8((((x + offset) * multiplier >> 32) + addend) >> shift)
struct PlainRequantization {
    std::int32_t offset = 0;
    std::int32_t multiplier = 0;
    std::int32_t addend = 0;
};

/// y = saturate8((((256 * (x - base) + offset) * multiplier >> 32) + addend) >> shift), for accumulators far from 0
/// that vary little about `base`.
using AddendRequantization = PlainRequantization;

/// Constants with which the short form equals the channel's function for every x of first..last; nothing where none are
/// found. The search is a proof: for each offset it intersects, over all thresholds of the function, the multipliers
/// that put that threshold at the right accumulator. The function must clamp at -128 and 127 and nowhere else. `shift`
/// is common to a layer: scaledShift() or plainShift() of the smallest right shift among its channels.
std::optional<ScaledRequantization> findScaled(const ChannelFunction &channel, std::int32_t shift);
std::optional<PlainRequantization> findPlain(const ChannelFunction &channel, std::int32_t shift);
/// With `shift` as for findScaled().
std::optional<AddendRequantization> findAddend(const ChannelFunction &channel, std::int64_t base, std::int32_t shift);

constexpr std::int32_t scaledShift(std::int32_t smallestRightShift)
{
    return smallestRightShift + 7;
}
constexpr std::int32_t plainShift(std::int32_t smallestRightShift)
{
    return smallestRightShift - 1;
}
/// Right shifts with which the short forms are tried at all.
constexpr std::int32_t largestRightShift = 14;

} // namespace tinsmith

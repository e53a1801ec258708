// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

// How weights lie in flash for the portable kernels.

namespace tinsmith::firmware {

/// Weights [channels, taps] as ts_dot4_i8 reads them: blocks of four channels [taps, 4], the channels left over [taps]
/// each.
std::vector<std::int8_t> packBlocksOfFour(
    std::span<const std::int8_t> weights, std::int64_t channels, std::int64_t taps);
/// The same for each group of channels on its own.
std::vector<std::int8_t> packGroups(
    std::span<const std::int8_t> weights, std::int64_t channels, std::int64_t taps, std::int64_t groups);

/// bias - inputZeroPoint * sum of the channel's weights, and a bound that no accumulator passes on the way.
struct FoldedBias {
    std::vector<std::int32_t> values;
    std::int64_t largest = 0;
};
/// The accumulator stays within int32 for every input, border taps included, or the function throws UnsupportedError.
/// weights [channels, taps].
FoldedBias foldZeroPoint(std::span<const std::int32_t> bias, std::span<const std::int8_t> weights,
    std::int64_t channels, std::int64_t taps, std::int32_t inputZeroPoint);

/// [taps, channels] as [channels, taps].
std::vector<std::int8_t> channelsFirst(std::span<const std::int8_t> weights, std::int64_t channels, std::int64_t taps);

} // namespace tinsmith::firmware

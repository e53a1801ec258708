// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/packing.h"

#include "core/graph/error.h"

#include <algorithm>
#include <cstdlib>

namespace tinsmith::firmware {

std::vector<std::int8_t> packBlocksOfFour(
    std::span<const std::int8_t> weights, std::int64_t channels, std::int64_t taps)
{
    std::vector<std::int8_t> packed;
    packed.reserve(weights.size());
    const auto at = [&](std::int64_t channel, std::int64_t tap) {
        return weights[static_cast<std::size_t>(channel * taps + tap)];
    };
    std::int64_t channel = 0;
    for (; channel + 4 <= channels; channel += 4) {
        for (std::int64_t tap = 0; tap < taps; ++tap) {
            for (std::int64_t i = 0; i < 4; ++i) {
                packed.push_back(at(channel + i, tap));
            }
        }
    }
    for (; channel < channels; ++channel) {
        for (std::int64_t tap = 0; tap < taps; ++tap) {
            packed.push_back(at(channel, tap));
        }
    }
    return packed;
}

std::vector<std::int8_t> packGroups(
    std::span<const std::int8_t> weights, std::int64_t channels, std::int64_t taps, std::int64_t groups)
{
    std::vector<std::int8_t> packed;
    packed.reserve(weights.size());
    const std::int64_t each = channels / groups;
    for (std::int64_t group = 0; group < groups; ++group) {
        const auto part
            = weights.subspan(static_cast<std::size_t>(group * each * taps), static_cast<std::size_t>(each * taps));
        const auto block = packBlocksOfFour(part, each, taps);
        packed.insert(packed.end(), block.begin(), block.end());
    }
    return packed;
}

FoldedBias foldZeroPoint(std::span<const std::int32_t> bias, std::span<const std::int8_t> weights,
    std::int64_t channels, std::int64_t taps, std::int32_t inputZeroPoint)
{
    FoldedBias folded;
    folded.values.reserve(static_cast<std::size_t>(channels));
    for (std::int64_t channel = 0; channel < channels; ++channel) {
        std::int64_t sum = 0;
        std::int64_t magnitude = 0;
        for (std::int64_t tap = 0; tap < taps; ++tap) {
            const std::int64_t weight = weights[static_cast<std::size_t>(channel * taps + tap)];
            sum += weight;
            magnitude += std::abs(weight);
        }
        const std::int64_t own = bias.empty() ? 0 : bias[static_cast<std::size_t>(channel)];
        const std::int64_t value = own - inputZeroPoint * sum;
        const std::int64_t largest = std::max(std::abs(value) + 128 * magnitude, std::abs(own) + 255 * magnitude);
        if (largest > INT32_MAX) {
            throw UnsupportedError("the sums of output channel " + std::to_string(channel) + " can pass 32 bits");
        }
        folded.values.push_back(static_cast<std::int32_t>(value));
        folded.largest = std::max(folded.largest, largest);
    }
    return folded;
}

std::vector<std::int8_t> channelsFirst(std::span<const std::int8_t> weights, std::int64_t channels, std::int64_t taps)
{
    std::vector<std::int8_t> turned(weights.size());
    for (std::int64_t tap = 0; tap < taps; ++tap) {
        for (std::int64_t channel = 0; channel < channels; ++channel) {
            turned[static_cast<std::size_t>(channel * taps + tap)]
                = weights[static_cast<std::size_t>(tap * channels + channel)];
        }
    }
    return turned;
}

} // namespace tinsmith::firmware

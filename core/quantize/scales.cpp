// SPDX-License-Identifier: Apache-2.0
#include "core/quantize/scales.h"

#include <algorithm>
#include <cmath>

namespace tinsmith {
namespace {

/// Scales below this make multipliers that no kernel can hold.
constexpr float leastScale = 1e-9F;

} // namespace

Quantization activationQuantization(Range range)
{
    const bool seen = range.min <= range.max;
    const float low = seen ? std::min(range.min, 0.0F) : 0.0F;
    const float high = seen ? std::max(range.max, 0.0F) : 0.0F;
    const double width = static_cast<double>(high) - static_cast<double>(low);
    if (width <= 0) {
        // Always 0: any scale does.
        return {{1.0F / 255}, {-128}, 0};
    }
    const float scale = std::max(static_cast<float>(width / 255), leastScale);
    const double zero = std::round(-128 - static_cast<double>(low) / static_cast<double>(scale));
    return {{scale}, {static_cast<std::int64_t>(std::clamp(zero, -128.0, 127.0))}, 0};
}

Quantization inputQuantization(Range range)
{
    // Pixels seldom reach both ends in every sample; half the range is enough to know them by.
    if (range.min >= 0 && range.max > 0.5F && range.max <= 1) {
        return {{1.0F / 255}, {-128}, 0};
    }
    if (range.min >= 0 && range.max > 127.5F && range.max <= 255) {
        return {{1.0F}, {-128}, 0};
    }
    return activationQuantization(range);
}

Quantization unitQuantization()
{
    return {{1.0F / 256}, {-128}, 0};
}

Quantization signedUnitQuantization()
{
    return {{1.0F / 128}, {0}, 0};
}

QuantizedWeights quantizeWeights(std::span<const float> values, std::int64_t channels, std::int64_t inner,
    std::int32_t axis, std::span<const float> leastScales)
{
    const auto channelOf
        = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<std::int64_t>(i) / inner % channels); };
    std::vector<float> largest(static_cast<std::size_t>(channels));
    for (std::size_t i = 0; i < values.size(); ++i) {
        float &most = largest[channelOf(i)];
        most = std::max(most, std::fabs(values[i]));
    }
    QuantizedWeights weights;
    weights.quantization.axis = axis;
    weights.quantization.zeroPoints.assign(largest.size(), 0);
    for (std::size_t c = 0; c < largest.size(); ++c) {
        // A channel of zeros has no scale of its own.
        float scale = largest[c] > 0 ? largest[c] / 127 : 1.0F / 127;
        scale = std::max({scale, leastScale, c < leastScales.size() ? leastScales[c] : 0.0F});
        weights.quantization.scales.push_back(scale);
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float stored = std::round(values[i] / weights.quantization.scales[channelOf(i)]);
        weights.values.push_back(static_cast<std::int8_t>(std::clamp(stored, -127.0F, 127.0F)));
    }
    return weights;
}

std::vector<std::int8_t> quantizeValues(std::span<const float> values, const Quantization &quantization)
{
    std::vector<std::int8_t> stored;
    for (const float value : values) {
        const float q = std::round(value / quantization.scale()) + static_cast<float>(quantization.zeroPoint());
        stored.push_back(static_cast<std::int8_t>(std::isnan(q) ? 0.0F : std::clamp(q, -128.0F, 127.0F)));
    }
    return stored;
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "core/execute/wide_functions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace tinsmith {
namespace {

/// logistic(i / 24) * 2^16. TFLite's points lie a little above the curve, by 1/16 of the step's square times the
/// curvature, so that the chords between them err to both sides.
const std::array<std::uint16_t, 256> &logisticTable()
{
    static const std::array<std::uint16_t, 256> table = [] {
        std::array<std::uint16_t, 256> values = {};
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double y = 1 / (1 + std::exp(-static_cast<double>(i) / 24));
            const double curvature = y * (1 - y) * (1 - 2 * y);
            const double raised = 65536 * (y - curvature / (16 * 24 * 24));
            values[i] = static_cast<std::uint16_t>(std::floor(raised + 0.5));
        }
        // The last point is where the function saturates, not its value of 65534.
        values.back() = 65535;
        return values;
    }();
    return table;
}

std::int32_t scaled(std::int16_t x, WideScaling scaling)
{
    const std::int64_t rounding = scaling.shift > 0 ? std::int64_t{1} << (scaling.shift - 1) : 0;
    return static_cast<std::int32_t>((static_cast<std::int64_t>(x) * scaling.multiplier + rounding) >> scaling.shift);
}

} // namespace

WideScaling wideScalingOfPower(std::int32_t exponent)
{
    const std::int32_t doublings = std::clamp(exponent + 12, -30, 12);
    return doublings < 0 ? WideScaling{3, -doublings} : WideScaling{3 << doublings, 0};
}

WideScaling wideScalingOfScale(float scale, int powers)
{
    const float power = std::log2(scale);
    const auto whole = static_cast<std::int32_t>(std::round(power));
    if (std::abs(power - static_cast<float>(whole)) < 1e-3F && whole + 12 >= 0 && whole + 12 < powers) {
        return wideScalingOfPower(whole);
    }
    double multiplier = static_cast<double>(scale) * 4096.0 * 3.0;
    WideScaling scaling{0, 0};
    while (multiplier <= 32767.0 / 2.0 && scaling.shift <= 30) {
        ++scaling.shift;
        multiplier *= 2.0;
    }
    scaling.multiplier = static_cast<std::int32_t>(std::min(multiplier, 32767.0));
    return scaling;
}

std::int16_t wideLogistic(std::int16_t x, WideScaling scaling)
{
    const std::int32_t value = scaled(x, scaling);
    const auto size = static_cast<std::uint32_t>(std::abs(static_cast<std::int64_t>(value)));
    const std::uint32_t position = size >> 9;
    std::uint32_t result = 0x7FFFU << 10;
    if (position < 255) {
        const std::uint32_t below = logisticTable()[position];
        const std::uint32_t above = logisticTable()[position + 1];
        result = (below << 9) + (size & 511U) * (above - below);
    }
    result = value >= 0 ? result + (1U << 9) : (1U << 25) - result + (1U << 9) - 1;
    return static_cast<std::int16_t>(result >> 10);
}

std::int16_t wideTanh(std::int16_t x, WideScaling scaling)
{
    const std::int32_t value = scaled(x, scaling);
    const auto size = static_cast<std::uint32_t>(std::abs(static_cast<std::int64_t>(value)));
    const std::uint32_t position = size >> 8;
    std::int32_t result = 0xFFFF << 8;
    if (position < 255) {
        const std::int32_t below = logisticTable()[position];
        const std::int32_t above = logisticTable()[position + 1];
        result = (below << 8) + static_cast<std::int32_t>(size & 255U) * (above - below);
    }
    // tanh(x) = 2 logistic(2x) - 1
    result = value >= 0 ? result - (1 << 23) + (1 << 7) : -result + (1 << 23) + (1 << 7) - 1;
    return static_cast<std::int16_t>(result >> 8);
}

} // namespace tinsmith

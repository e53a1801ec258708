// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace tinsmith {

// Logistic and tanh of int16 values, bit for bit TFLite's: an interpolated table of the logistic function at steps of
// 1/24. The output's scale is 1/32768.

/// The value is brought to 3/4 of Q3.12 by (x * multiplier + rounding) >> shift; see wideScaling().
struct WideScaling {
    std::int32_t multiplier = 3;
    std::int32_t shift = 0;
};
/// For an input of scale 2^exponent as the recurrent operators have it: exponent + 12 doublings.
WideScaling wideScalingOfPower(std::int32_t exponent);

/// For an input of any scale: the largest multiplier of 15 bits. `powers` says for how many doublings (0 and 1, or only
/// 0) TFLite takes a scale that is a power of two as such.
WideScaling wideScalingOfScale(float scale, int powers);

std::int16_t wideLogistic(std::int16_t x, WideScaling scaling);
std::int16_t wideTanh(std::int16_t x, WideScaling scaling);

/// A function of int16 values as TFLite tables it: 512 straight pieces whose ends are moved by half of the error in the
/// middle.
class WideTable {
public:
    /// x = inputScale * (q - inputZeroPoint), and function(x) likewise.
    template <typename Function>
    WideTable(float inputScale, std::int32_t inputZeroPoint, float outputScale, std::int32_t outputZeroPoint,
        const Function &function);

    std::int16_t at(std::int16_t q) const
    {
        const auto index = static_cast<std::size_t>(256 + (q >> 7));
        const std::int32_t base = values_[index];
        const auto slope = static_cast<std::int16_t>(values_[index + 1] - base);
        return static_cast<std::int16_t>(base + ((slope * (q & 127) + 64) >> 7));
    }

private:
    std::array<std::int16_t, 513> values_ = {};
};

template <typename Function>
WideTable::WideTable(float inputScale, std::int32_t inputZeroPoint, float outputScale, std::int32_t outputZeroPoint,
    const Function &function)
{
    const auto real
        = [](float scale, std::int32_t q, std::int32_t zero) { return scale * static_cast<float>(q - zero); };
    const auto stored = [](float value) {
        return static_cast<std::int16_t>(std::isnan(value) ? 0.0F : std::clamp(value, -32768.0F, 32767.0F));
    };
    const float first = real(inputScale, -32768, inputZeroPoint);
    const float last = real(inputScale, 32767, inputZeroPoint);
    const float step = (last - first) / 512;
    const float inverse
        = 65536.0F / (real(outputScale, 32767, outputZeroPoint) - real(outputScale, -32768, outputZeroPoint));
    for (std::size_t i = 0; i < 512; ++i) {
        const float x = first + static_cast<float>(i) * step;
        const float left = std::round(function(x) * inverse);
        const float right = function(first + static_cast<float>(i + 1) * step) * inverse;
        const float middle = std::round(function(x + step / 2) * inverse);
        const float error = std::round((right + left) / 2) - middle;
        values_[i] = stored(left - std::round(error / 2));
    }
    values_[512] = stored(std::round(function(last) * inverse));
}

} // namespace tinsmith

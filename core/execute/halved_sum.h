// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/quantized_tensor.h"
#include "core/execute/requantize.h"

#include <cstdint>

namespace tinsmith {

/// Sums of int8 values of one scale as TFLite forms them in ADD_N and CUMSUM: each at half its value with 20 more bits.
class HalvedSum {
public:
    HalvedSum(const ScaleAndZero &input, const ScaleAndZero &output)
        : inputZero_(input.zeroPoint), outputZero_(output.zeroPoint), half_(quantizeMultiplier(0.5))
    {
        const double twice = 2 * static_cast<double>(input.scale);
        factor_ = quantizeMultiplier(twice / ((1 << leftShift) * static_cast<double>(output.scale)));
    }

    std::int32_t term(std::int32_t q) const { return requantize(wrappingShiftLeft(q - inputZero_, leftShift), half_); }
    /// What the reference begins with: stored 0, which is real 0 only where the zero point is 0.
    std::int32_t start() const { return requantize(wrappingShiftLeft(-inputZero_, leftShift), half_); }
    std::int8_t result(std::int32_t sum) const
    {
        return static_cast<std::int8_t>(clampTo(wrappingSum(requantize(sum, factor_), outputZero_), -128, 127));
    }

private:
    static constexpr std::int32_t leftShift = 20;

    std::int32_t inputZero_ = 0;
    std::int32_t outputZero_ = 0;
    QuantizedMultiplier half_;
    QuantizedMultiplier factor_;
};

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/requantize.h"

#include <cstdint>

namespace tinsmith {

/// A 64-bit sum times the factor, as TFLite rescales the sums of int16 activations: by a multiplier of 16 bits, rounded
/// once. Meant for |value| < 2^47 and results that fit int32; what does not fit wraps around.
constexpr std::int32_t requantizeWide(std::int64_t value, QuantizedMultiplier factor)
{
    const std::int64_t multiplier
        = factor.multiplier < 0x7FFF0000 ? (factor.multiplier + (std::int32_t{1} << 15)) >> 16 : 0x7FFF;
    const std::int32_t shift = 15 - factor.shift;
    const auto product = static_cast<std::uint64_t>(value) * static_cast<std::uint64_t>(multiplier);
    if (shift <= 0) {
        return static_cast<std::int32_t>(product << (-shift > 31 ? 31 : -shift));
    }
    const std::int32_t right = shift > 62 ? 62 : shift;
    const auto rounded = static_cast<std::int64_t>(product + (std::uint64_t{1} << (right - 1)));
    return static_cast<std::int32_t>(rounded >> right);
}

} // namespace tinsmith

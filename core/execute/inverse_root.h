// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/requantize.h"

#include <cstdint>

namespace tinsmith {

/// 1 / sqrt(value) as a factor, bit for bit TFLite's: five steps of Newton in fixed point. Values below 2 give 1.
QuantizedMultiplier inverseRoot(std::int32_t value);

/// factor / sqrt(value) for value > 0, through 20 fractional bits.
std::int32_t scaledInverseRoot(std::int32_t value, QuantizedMultiplier factor);

} // namespace tinsmith

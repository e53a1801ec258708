// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/tensor.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tinsmith {

/// IEEE half precision to single, exactly.
float floatFromHalf(std::uint16_t half);
/// The nearest half, ties to even; too large becomes infinite.
std::uint16_t halfFromFloat(float value);

/// The stored values of `count` elements (integers as they stand, halves converted), as floats. Int4 is unpacked.
/// False where the type has no numbers.
bool storedValues(ElementType type, const std::byte *data, std::int64_t count, float *out);

/// The real values of a tensor: storedValues() with the tensor's quantization taken off, per channel too.
std::vector<float> realValues(const Tensor &tensor, const std::byte *data);

} // namespace tinsmith

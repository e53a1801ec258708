// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/error.h"
#include "core/graph/graph.h"

#include <cstdint>

namespace tinsmith {

/// One tensor's scale and zero point, checked: for operators that need exactly one of each.
struct ScaleAndZero {
    float scale = 1;
    std::int32_t zeroPoint = 0;
    friend bool operator==(const ScaleAndZero &, const ScaleAndZero &) = default;
};

/// Throws UnsupportedError at `op` where the tensor has no quantization, more than one scale, a scale that is not a
/// positive number or a zero point outside its type.
ScaleAndZero scaleAndZero(const Operator &op, const Tensor &tensor);

/// Checks several scales likewise (zero points must be 0 where there is more than one scale, as TFLite says).
void checkChannelScales(const Operator &op, const Tensor &tensor, std::int64_t channels);

/// The operator's input or output; throws UnsupportedError where it is left out.
const Tensor &requiredInput(const Graph &graph, const Operator &op, std::size_t position);
const Tensor &requiredOutput(const Graph &graph, const Operator &op, std::size_t position = 0);

/// The smallest and largest value of an integer type of at most 32 bits.
struct IntegerLimits {
    std::int32_t min = -128;
    std::int32_t max = 127;
};
IntegerLimits limitsOf(ElementType type);

} // namespace tinsmith

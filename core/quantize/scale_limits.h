// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/quantize/quantize.h"

#include <functional>

namespace tinsmith {

/// The scale of an activation or, for a constant, the one that it will have.
using ScaleOf = std::function<float(TensorId)>;

/// The least scale that the operator's int8 kernel takes for its output, given its inputs' scales; 0 where any will do.
/// TFLite's kernels compute in 32 bits: a factor from input to output that shifts a sum out of them gives noise, an Add
/// takes factors below 1 only, and a HardSwish outputs of at least 1/128 of the input's scale. `op` has float weights
/// still.
float leastOutputScale(const GraphBuilder &builder, const Operator &op, const ScaleOf &scaleOf);

/// Comparisons bring both sides to 1/256: where the larger scale is 1 or more, which TFLite refuses, or less than that,
/// where nothing would remain of the difference, both sides are multiplied by a power of two first. That is exact.
void scaleComparisons(GraphBuilder &builder, Ranges &ranges);

} // namespace tinsmith

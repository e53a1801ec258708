// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/bytes.h"
#include "core/graph/graph.h"

#include <cstdint>
#include <vector>

namespace tinsmith {

/// The values that are known before any input is: by TensorId those of constants, aligned for their elements, and those
/// that operators make of constants alone (weights behind a Dequantize, shapes worked out from shapes). Empty for all
/// others, also where such an operator cannot run.
std::vector<Bytes> knownValues(const Graph &graph);

/// Bytes of a tensor whose size is known and sane (at most 2^30). Throws UnsupportedError that names the tensor, with
/// `place` (may be empty).
std::int64_t checkedBytes(const std::string &place, const Tensor &tensor);

/// Checks all tensors of an operator likewise, and that it has at least one input and one output.
void checkTensors(const Graph &graph, const Operator &op);

} // namespace tinsmith

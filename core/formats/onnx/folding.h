// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/onnx/node.h"
#include "core/graph/small_value.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace tinsmith::onnxio {

/// How many of its first inputs evaluate() needs of this node; 0 where it computes no shape.
std::size_t inputsToEvaluate(const Node &node);

/// The output of a shape-computing node from its inputs (null where an input is left out or not known).
/// Nothing where the node is not one of those, or its parameters are not settled.
std::optional<SmallValue> evaluate(const Node &node, const std::vector<const SmallValue *> &inputs);

} // namespace tinsmith::onnxio

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/onnx/folding.h"
#include "core/formats/onnx/node.h"
#include "core/graph/tensor.h"

#include <vector>

namespace tinsmith::onnxio {

struct InferredOutput {
    ElementType type = ElementType::Unknown;
    Shape shape = Shape::unranked();
};

/// Types and shapes that libonnx's own rules give for a node without typed form. `inputs` are null where left out,
/// `values` where their elements are not known. Everything stays unknown where the library has no rule, or its rule
/// could fail on untrusted attributes other than by an exception.
std::vector<InferredOutput> inferByLibrary(
    const Node &node, const std::vector<const Tensor *> &inputs, const std::vector<const SmallValue *> &values);

} // namespace tinsmith::onnxio

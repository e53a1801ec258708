// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <functional>

namespace tinsmith {

/// The shapes of an operator's outputs from those of its inputs; unknown dimensions give unknown ones, Custom unranked
/// ones. Throws GraphError, with the operator's name as place, where the shapes cannot be right.
std::vector<Shape> inferShapes(const Operator &op, const std::function<const Tensor &(TensorId)> &tensor);

/// Recomputes the shape of every activation of the builder that an operator writes, in running order. A rewrite that
/// changes a shape calls this before build(). Outputs of Custom operators keep theirs.
void inferAllShapes(GraphBuilder &builder);

} // namespace tinsmith

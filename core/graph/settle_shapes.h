// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <functional>
#include <string>

namespace tinsmith {

/// Files open with whatever shapes they declare; what computes with shapes asks for them first. The graph with the
/// dimensions that the operators' rules give where it declares none. Throws GraphError naming the first operator that
/// has no output, lacks an input, reads a tensor of unknown rank, or writes one whose declared dimensions are others
/// than its rule gives. Kinds whose shape only the file states are left as they are.
Graph settleShapes(const Graph &graph);

/// Convolutions and pools: how the shape that their windows give differs from the one that their output is declared to
/// have. TFLite's interpreter takes the former, whatever the file declares. Empty where both agree or one is not known,
/// and for all other operators.
std::string whyWindowsDisagree(const Operator &op, const std::function<const Tensor &(TensorId)> &tensor);

} // namespace tinsmith

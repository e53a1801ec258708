// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

namespace tinsmith {

/// Files open with whatever shapes they declare; what computes with shapes asks for them first. The graph with the
/// dimensions that the operators' rules give where it declares none. Throws GraphError naming the first operator that
/// has no output, lacks an input, reads a tensor of unknown rank, or writes one whose declared dimensions are others
/// than its rule gives. Kinds whose shape only the file states are left as they are.
Graph settleShapes(const Graph &graph);

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

namespace tinsmith {

/// Files open with whatever shapes they declare; what computes with shapes asks first. Throws GraphError naming the
/// first operator that has no output, lacks an input, or writes a tensor whose declared dimensions are not those that
/// its rule gives. Dimensions that one side does not know agree with any. Kinds whose shape only the file states pass.
void checkShapes(const Graph &graph);

} // namespace tinsmith

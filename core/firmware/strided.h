// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace tinsmith::firmware {

/// An output that is the input walked through in another way, in elements: output dimensions with the step that each
/// makes in the input, and where the walk begins.
struct StridedWalk {
    std::vector<std::int64_t> dims;
    std::vector<std::int64_t> steps;
    std::int64_t start = 0;
};

/// The walk of a Transpose, StridedSlice, BroadcastTo, Tile, DepthToSpace or SpaceToDepth (channels last).
std::optional<StridedWalk> stridedWalk(const Graph &graph, const Operator &op);

} // namespace tinsmith::firmware

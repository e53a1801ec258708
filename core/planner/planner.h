// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/planner/plan.h"
#include "core/targets/target.h"

namespace tinsmith {

struct PlanOptions {
    /// Let an output lie on its dying input (elementwise, reshape, and row by row where distances allow).
    bool overlap = true;
    /// Use only portable kernels, whatever the core has.
    bool portableOnly = false;
};

/// Plans a canonical graph (channels last, shapes known; see rewrites/canonical.h) for a target. Throws
/// UnsupportedError naming the operator or tensor where a shape is not known or an activation has no fixed size.
Plan makePlan(const Graph &graph, const Target &target, const PlanOptions &options = {});

} // namespace tinsmith

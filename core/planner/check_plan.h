// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/planner/planner.h"

#include <string>
#include <vector>

namespace tinsmith {

/// Looks for anything that would make a plan of whole tensors compute wrong values: an order against the data flow, a
/// missing or misplaced buffer, bytes that one operator writes while another value in them is still to be read. Written
/// without the planner's own code: overlaps of rows are simulated row by row. One sentence per problem; none if it is
/// sound.
std::vector<std::string> checkPlan(
    const Graph &graph, const Target &target, const Plan &plan, const PlanOptions &options = {});

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/planner/storage.h"

#include <vector>

namespace tinsmith {

/// The order in which the graph's operators stand.
std::vector<OperatorId> sourceOrder(const Graph &graph);

/// Other orders that respect the data flow and may need less memory at once: greedy and by beam search over what has
/// run. None for a graph without branches.
std::vector<std::vector<OperatorId>> otherOrders(const PlanContext &context);

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/planner/kernels.h"
#include "core/planner/pack.h"
#include "core/planner/planner.h"

#include <cstdint>
#include <vector>

namespace tinsmith {

/// What the planner must know of a graph, whatever the order in which it runs.
struct PlanContext {
    const Graph &graph;
    const PlanOptions &options;
    /// By OperatorId.
    std::vector<KernelFacts> facts;
    /// By TensorId: bytes of an activation that takes memory, 0 for constants and tensors that nothing uses.
    std::vector<std::int64_t> bytes;
    /// By TensorId: the storage that the tensor lies in, -1 for none. Tensors that only rename bytes share one.
    std::vector<std::int32_t> storageOf;
    /// By storage: its tensors, the one that is written first at the front.
    std::vector<std::vector<TensorId>> storages;
};

/// Throws UnsupportedError naming the tensor where a shape is not known or an element has no fixed size.
PlanContext makeContext(const Graph &graph, const Target &target, const PlanOptions &options);

/// Items 0..storages-1 are the storages, scratch areas follow in running order.
struct StorageProblem {
    PackProblem packing;
    /// The operator of each scratch area.
    std::vector<OperatorId> scratchOwners;
};
StorageProblem makeProblem(const PlanContext &context, const std::vector<OperatorId> &order);

/// By TensorId: its own bytes and lifetime when the graph runs in this order.
std::vector<PackItem> tensorLifetimes(const PlanContext &context, const std::vector<OperatorId> &order);

} // namespace tinsmith

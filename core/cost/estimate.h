// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/planner/plan.h"
#include "core/targets/target.h"

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

namespace tinsmith {

/// What one operator costs on the target.
struct OperatorCost {
    std::int64_t macs = 0;
    /// Bytes of weights, biases and requantization constants as the package stores them.
    std::int64_t weightBytes = 0;
    /// Modelled instructions and cycles of one inference.
    std::int64_t instructions = 0;
    std::int64_t cycles = 0;
    /// Whether packages have a kernel for it; instructions and cycles are 0 where they have none, for they are unknown.
    bool hasKernel = true;
};

/// What a planned graph costs on its target. Cycles, latency and energy are modelled (from instruction counts of our
/// own kernels, see docs of the cost model); RAM and flash are what the package has.
struct Estimate {
    std::int64_t macs = 0;
    std::int64_t parameters = 0;
    std::int64_t arenaBytes = 0;
    std::int64_t stackBytes = 0;
    /// Bytes of weights and constants that the core copies to RAM because it cannot load them from flash; 0 for most.
    std::int64_t constantRamBytes = 0;
    /// Arena, stack, static data and constants in RAM.
    std::int64_t ramBytes = 0;
    std::int64_t weightBytes = 0;
    std::int64_t codeBytes = 0;
    /// Weights and code.
    std::int64_t flashBytes = 0;
    std::int64_t instructions = 0;
    std::int64_t cycles = 0;
    double latencyMs = 0;
    /// 0 where the target states no energy per cycle.
    double energyUj = 0;
    /// How many operators have no kernel for packages: the totals above are without what these would take.
    std::int64_t withoutKernel = 0;
    /// RAM and flash hold the whole of it: false too where an operator has no kernel.
    bool fits = false;
    /// By OperatorId.
    std::vector<OperatorCost> operators;
};

/// cost(Graph, Plan, Target). The plan must be of this graph and target; packages have no kernel for the operators of
/// `withoutKernel` (positions in the graph).
Estimate estimate(
    const Graph &graph, const Plan &plan, const Target &target, const std::set<std::size_t> &withoutKernel = {});

} // namespace tinsmith

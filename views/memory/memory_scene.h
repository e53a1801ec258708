// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/planner/plan.h"

#include <QString>

#include <cstdint>
#include <vector>

namespace tinsmith {

/// One buffer of the arena over time. A plain value.
struct MemoryBlock {
    /// none() for scratch.
    TensorId tensor;
    /// The operator that makes the tensor or works in the scratch; none() for graph inputs.
    OperatorId owner;
    /// "conv_1", "scratch of conv_1"
    QString name;
    /// What makes it, short and unlike the others: "Conv2D 3", "Input".
    QString shortName;
    /// "ring of 3 rows", "scratch", empty for a whole tensor.
    QString kindText;
    BufferKind kind = BufferKind::Whole;
    OperatorFamily family = OperatorFamily::Other;
    std::int64_t offset = 0;
    std::int64_t bytes = 0;
    /// First and last step (position in the running order) in which it must stay.
    int first = 0;
    int last = 0;
};

/// What the memory map shows of a plan. A plain value.
struct MemoryScene {
    struct Step {
        /// The operator's type, numbered where there are several: "Conv2D 3".
        QString name;
        OperatorId op;
        /// Runs row by row together with its neighbours of the same stage.
        bool streamed = false;
        int stage = 0;
    };
    /// The operators in running order.
    std::vector<Step> steps;
    /// Those that come to life first come first.
    std::vector<MemoryBlock> blocks;
    std::int64_t arenaBytes = 0;
    std::int64_t lowerBoundBytes = 0;
    /// -1 where not known.
    int peakStep = -1;
    /// What the target's RAM leaves for the arena; negative where that is not known.
    std::int64_t roomBytes = -1;
    /// "RAM of STM32L4R5xI: 636.8 KB of 640 KB for the arena"
    QString roomText;
};

/// The plan must be of this graph.
MemoryScene memoryOf(const Graph &graph, const Plan &plan);
/// Notes the target's RAM, of which stack and static data take `otherBytes`.
void limitTo(MemoryScene &scene, const QString &targetName, std::int64_t ramBytes, std::int64_t otherBytes);

} // namespace tinsmith

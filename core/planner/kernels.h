// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/planner/plan.h"
#include "core/targets/target.h"

#include <cstdint>

namespace tinsmith {

/// In what order a kernel reads its first input and writes its output, which says how far they may overlap. Planner and
/// checker know it from here alone; a test runs each kernel as packages have it at every overlap that follows from it.
enum class AccessOrder {
    /// Any: input and output must be apart.
    Any,
    /// Byte i of the output is written after byte i of the input was last read: the same offset is safe.
    Elementwise,
    /// Output rows are written top to bottom; while row y is written, only input rows that row y or a later one needs
    /// are still read (SpatialGeometry says which).
    Rows,
};

/// The kernel that an operator runs on a target, and what it needs. Planner, cost model and firmware all ask here, so
/// that the figures shown are the ones that the package has.
struct KernelFacts {
    KernelVariant variant = KernelVariant::Portable;
    /// Bytes of the arena besides tensors, for the time of the operator.
    std::int64_t scratchBytes = 0;
    /// Bytes of flash for weights, biases and requantization constants as the package stores them for this variant.
    std::int64_t weightBytes = 0;
    AccessOrder order = AccessOrder::Any;
    /// With Rows: the kernel can also write rows bottom to top; while row y is written, only input rows that row y or
    /// an earlier one needs are still read. The plan says per operator which way it runs.
    bool bottomUp = false;
    /// Products per output value that the kernel computes beyond the operator's own.
    std::int64_t furtherProducts = 0;
};

/// Whether the output may have the offset of input `which`: the kernel works element by element, and the elements match
/// in width and number. The first input may have more than the output, for a depthwise layer leaves fewer.
bool mayShareOffset(const Graph &graph, const Operator &op, const KernelFacts &facts, std::size_t which);

/// Facts of the kernel for operator `id` of a canonical graph. `portableOnly` keeps to C99.
KernelFacts kernelFor(const Graph &graph, OperatorId id, const Target &target, bool portableOnly = false);

} // namespace tinsmith

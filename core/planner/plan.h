// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tinsmith {

/// Which inner loops an operator runs: portable C99, Armv7E-M DSP instructions, Helium.
enum class KernelVariant { Portable, Dsp, Mve };
std::string_view nameOf(KernelVariant variant);

enum class BufferKind { Whole, Ring, Scratch };
std::string_view nameOf(BufferKind kind);

/// A piece of the arena. First and last are the positions, in the running order, of the operators between which the
/// bytes must stay: an input's first is 0, an output's last the last operator.
struct PlanBuffer {
    /// The tensor that lies here; none() for scratch.
    TensorId tensor;
    /// Scratch: the operator whose kernel works in it.
    OperatorId owner;
    BufferKind kind = BufferKind::Whole;
    std::int64_t offset = 0;
    std::int64_t bytes = 0;
    std::int32_t first = 0;
    std::int32_t last = 0;
    /// Rows that a ring holds; 0 otherwise.
    std::int32_t ringRows = 0;
};

/// A run of operators that execute together: whole, one operator, or as a stream row by row.
struct PlanStage {
    std::vector<OperatorId> operators;
    bool streamed = false;
};

/// How one operator runs.
struct PlannedOperator {
    KernelVariant variant = KernelVariant::Portable;
    /// Bytes of the arena that its kernel needs besides tensors.
    std::int64_t scratchBytes = 0;
    /// The output lies on the bytes of this input, wholly or with a distance; none() where they are apart.
    TensorId overlaps;
    /// Output rows must be written from the last to the first, as the output lies above the input that it overlaps.
    /// Only where the kernel can (KernelFacts::bottomUp).
    bool bottomUp = false;
};

/// How a graph runs on one target. Every RAM figure shown anywhere comes from here, and the exported C has it.
struct Plan {
    std::vector<PlanStage> stages;
    /// One per activation that takes memory, and one per scratch area. Tensors that only rename another's bytes
    /// (reshape) have a buffer of their own at the same offset.
    std::vector<PlanBuffer> buffers;
    /// By OperatorId.
    std::vector<PlannedOperator> operators;
    /// Size of the arena, inputs and outputs included.
    std::int64_t arenaBytes = 0;
    /// What whole tensors in source order need at the worst operator, without overlap and scratch (what TFLM's planner
    /// cannot go below).
    std::int64_t opByOpBytes = 0;
    /// No plan of this kind (this order, these overlaps, this scratch) can be smaller.
    std::int64_t lowerBoundBytes = 0;
    /// Where the arena is fullest.
    OperatorId peakOperator;
    /// Every offset is a multiple of it.
    std::int64_t alignment = 4;

    /// The buffer of a tensor, nullptr for constants and tensors without memory.
    const PlanBuffer *bufferOf(TensorId tensor) const;
};

} // namespace tinsmith

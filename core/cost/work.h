// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/geometry.h"
#include "core/graph/graph.h"

#include <cstdint>

namespace tinsmith {

/// Kernels that cost alike per unit of work.
enum class KernelKind {
    /// Convolution whose taps make no multiple of four per kernel row, as first layers have.
    FirstConvolution,
    Convolution,
    Pointwise,
    Depthwise,
    Dense,
    /// Maximum of a window.
    Pool,
    AveragePool,
    /// Quantized addition and its like: both operands are rescaled.
    Add,
    /// One cheap step per element: a table, a clamp, a copy with arithmetic.
    Map,
    /// One costly step per element: exponentials, divisions.
    Transcendental,
    /// Elements moved as they are.
    Move,
    Reduce,
    /// Nothing at run time: the bytes only get another name.
    Nothing,
};
inline constexpr int kernelKinds = static_cast<int>(KernelKind::Nothing) + 1;

/// What an operator has to do in one inference, whatever runs it.
struct Work {
    KernelKind kind = KernelKind::Nothing;
    bool floating = false;
    std::int64_t macs = 0;
    /// Elements read of activations: every one once.
    std::int64_t inputs = 0;
    /// Elements written.
    std::int64_t outputs = 0;
    /// Calls of a row kernel, or blocks: what is paid per turn of the outer loop.
    std::int64_t rows = 0;
    /// Turns of the loop within a row: output pixels of convolutions and pools.
    std::int64_t pixels = 0;
    /// Output elements times kernel rows: what is paid when an output's sum goes on in another input row.
    std::int64_t windowRows = 0;
    /// Elements of the windows of all output pixels: what a kernel that gathers its window copies.
    std::int64_t windowElements = 0;
};

/// The work of any operator. Unknown operators count as moving their elements.
Work workOf(const Graph &graph, const Operator &op);

// The families, each in the file of its name.
Work convolutionWork(const Graph &graph, const Operator &op);
Work poolingWork(const Graph &graph, const Operator &op);
Work denseWork(const Graph &graph, const Operator &op);
Work elementwiseWork(const Graph &graph, const Operator &op);
Work activationWork(const Graph &graph, const Operator &op);
Work shapeWork(const Graph &graph, const Operator &op);
Work reductionWork(const Graph &graph, const Operator &op);
Work quantizationWork(const Graph &graph, const Operator &op);

/// Elements of all activations that the operator reads, of all tensors that it writes, and whether it computes in
/// float.
Work elementsOf(const Graph &graph, const Operator &op);

} // namespace tinsmith

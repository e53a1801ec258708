// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace tinsmith {

/// The values of one tensor: little-endian elements, outermost dimension first, of the tensor's type and shape.
using TensorValue = std::vector<std::byte>;

/// Runs a graph on the host, in either layout, int8 bit for bit as TFLite's reference kernels do.
class Executor {
public:
    /// Prepares tables and scratch. Throws UnsupportedError naming the first operator that cannot run, and why.
    explicit Executor(Graph graph);
    ~Executor();
    Executor(Executor &&) noexcept;
    Executor &operator=(Executor &&) noexcept;

    const Graph &graph() const;
    /// One value per graph input, of exactly the tensor's bytes (GraphError otherwise); one per graph output.
    std::vector<TensorValue> run(std::span<const TensorValue> inputs);
    /// Like run(), and shows every activation as it is made (calibration, per-layer error). `see` must copy what it
    /// keeps.
    std::vector<TensorValue> run(
        std::span<const TensorValue> inputs, const std::function<void(TensorId, std::span<const std::byte>)> &see);
    /// Forgets the state of variable tensors.
    void reset();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Why the operator cannot run on the host; empty where it can.
std::string whyNotExecutable(const Graph &graph, OperatorId id);

} // namespace tinsmith

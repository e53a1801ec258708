// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/executor.h"
#include "core/execute/kernel.h"
#include "core/execute/memory.h"
#include "core/execute/run_context.h"

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace tinsmith {

/// A graph made ready to run: the whole model's, or a body with the shapes of the operator that runs it.
class GraphRun {
public:
    using Observer = std::function<void(TensorId, std::span<const std::byte>)>;

    /// Throws UnsupportedError naming the first operator that cannot run, and why.
    GraphRun(Graph graph, std::shared_ptr<RunContext> context);

    const Graph &graph() const { return graph_; }
    RunContext &context() const { return *context_; }
    /// Whole values at the pointers, of each input's and output's bytes. Throws RunEnds where the model's run ends
    /// here, without outputs.
    void run(std::span<const std::byte *const> inputs, std::span<std::byte *const> outputs, const Observer &see = {});
    std::int64_t bytesOf(TensorId id) const { return *graph_.tensor(id).bytes(); }

private:
    struct Step {
        OperatorId id;
        Kernel run;
        std::vector<const std::byte *> inputs;
        std::vector<std::byte *> outputs;
        /// Outputs that an observer sees.
        std::vector<TensorId> made;
    };

    void prepare();
    void placeTensors();
    void forgetVariables();
    std::vector<const std::byte *> inputPointers(const Operator &op) const;
    const std::byte *valueOf(TensorId id) const;

    Graph graph_;
    std::shared_ptr<RunContext> context_;
    /// Values that are known before a run: constants and what follows from them.
    std::vector<Bytes> values_;
    std::vector<Step> steps_;
    /// Where each tensor lies now; nullptr for those that have no place of their own.
    std::vector<std::byte *> places_;
    AlignedBuffer arena_;
    AlignedBuffer scratch_;
    std::size_t scratchBytes_ = 0;
    /// Outputs of steps that were folded, in running order.
    std::vector<TensorId> folded_;
    /// Bring back the start of what kernels remember.
    std::vector<std::function<void()>> forget_;
    /// The reset after which all that is remembered was last brought back to its start.
    std::int64_t resets_ = -1;
};

} // namespace tinsmith

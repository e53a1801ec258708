// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"

#include "core/execute/graph_run.h"
#include "core/execute/known_values.h"
#include "core/graph/bodies.h"
#include "core/graph/error.h"

#include <new>

namespace tinsmith {

struct Executor::State {
    GraphRun run;
    /// A kernel may end the run early: the outputs of the run before are kept for that.
    std::vector<TensorValue> lastResults = {};
};

namespace {

Graph checked(Graph graph)
{
    checkBodies(graph);
    return graph;
}

} // namespace

Executor::Executor(Graph graph) : state_(new State{GraphRun(checked(std::move(graph)), std::make_shared<RunContext>())})
{
}

Executor::~Executor() = default;
Executor::Executor(Executor &&) noexcept = default;
Executor &Executor::operator=(Executor &&) noexcept = default;

const Graph &Executor::graph() const
{
    return state_->run.graph();
}

std::vector<TensorValue> Executor::run(std::span<const TensorValue> inputs)
{
    return run(inputs, {});
}

std::vector<TensorValue> Executor::run(
    std::span<const TensorValue> inputs, const std::function<void(TensorId, std::span<const std::byte>)> &see)
{
    GraphRun &run = state_->run;
    const Graph &graph = run.graph();
    if (inputs.size() != graph.inputs().size()) {
        throw GraphError({}, graph.name(),
            "takes " + std::to_string(graph.inputs().size()) + " inputs, not " + std::to_string(inputs.size()));
    }
    std::vector<const std::byte *> from;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const TensorId id = graph.inputs()[i];
        if (static_cast<std::int64_t>(inputs[i].size()) != run.bytesOf(id)) {
            throw GraphError({}, "input \"" + graph.tensor(id).name + "\"",
                "takes " + std::to_string(run.bytesOf(id)) + " bytes, not " + std::to_string(inputs[i].size()));
        }
        from.push_back(inputs[i].data());
    }
    std::vector<TensorValue> results;
    std::vector<std::byte *> to;
    for (const TensorId id : graph.outputs()) {
        results.emplace_back(static_cast<std::size_t>(run.bytesOf(id)));
        to.push_back(results.back().data());
    }
    run.context().roundsLeft = RunContext::mostRounds;
    try {
        run.run(from, to, see);
    } catch (const RunEnds &) {
        return state_->lastResults.empty() ? results : state_->lastResults;
    }
    if (run.context().mayEnd) {
        state_->lastResults = results;
    }
    return results;
}

void Executor::reset()
{
    state_->run.context().reset();
    state_->lastResults.clear();
}

std::string whyNotExecutable(const Graph &graph, OperatorId id)
{
    const Operator &op = graph.op(id);
    try {
        checkTensors(graph, op);
        if (!bodiesOf(op.kind).empty()) {
            checkBodies(graph);
        }
        std::vector<Bytes> values(graph.tensors().size());
        for (const TensorId input : op.inputs) {
            if (input.valid() && graph.tensor(input).data) {
                values[input.position()] = *graph.tensor(input).data;
            }
        }
        Preparation preparation(graph, op, values, true, std::make_shared<RunContext>());
        prepareKernel(preparation);
        return {};
    } catch (const Error &error) {
        return error.cause();
    }
}

} // namespace tinsmith

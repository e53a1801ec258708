// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"

#include "core/execute/element_values.h"
#include "core/execute/graph_run.h"
#include "core/execute/half_precision.h"
#include "core/execute/known_values.h"
#include "core/graph/bodies.h"
#include "core/graph/error.h"

#include <cstring>
#include <new>

namespace tinsmith {

struct Executor::State {
    /// As given; the run keeps the halves between operators as floats.
    Graph graph;
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

Executor::Executor(Graph graph)
    : state_(
        new State{graph, GraphRun(withSingleActivations(checked(std::move(graph))), std::make_shared<RunContext>())})
{
}

Executor::~Executor() = default;
Executor::Executor(Executor &&) noexcept = default;
Executor &Executor::operator=(Executor &&) noexcept = default;

const Graph &Executor::graph() const
{
    return state_->graph;
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
    const auto seeAsGiven = [&](TensorId id, std::span<const std::byte> value) {
        if (graph.tensor(id).type == state_->graph.tensor(id).type) {
            return see(id, value);
        }
        std::vector<std::uint16_t> halves;
        for (std::size_t at = 0; at + sizeof(float) <= value.size(); at += sizeof(float)) {
            float each = 0;
            std::memcpy(&each, value.data() + at, sizeof each);
            halves.push_back(halfFromFloat(each));
        }
        see(id, std::as_bytes(std::span(halves)));
    };
    try {
        run.run(from, to, see ? GraphRun::Observer(seeAsGiven) : GraphRun::Observer());
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

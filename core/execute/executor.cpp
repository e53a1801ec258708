// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"

#include "core/execute/kernel.h"
#include "core/execute/known_values.h"
#include "core/execute/memory.h"
#include "core/graph/error.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <map>
#include <new>

namespace tinsmith {
namespace {

constexpr std::int64_t mostArenaBytes = std::int64_t{1} << 32;

} // namespace

struct Executor::State {
    struct Step {
        OperatorId id;
        Kernel run;
        std::vector<const std::byte *> inputs;
        std::vector<std::byte *> outputs;
        /// Outputs that an observer sees.
        std::vector<TensorId> made;
    };

    explicit State(Graph source) : graph(std::move(source)) { }

    void prepare();
    void placeTensors();
    void bind(std::span<const TensorValue> inputValues);
    std::vector<const std::byte *> inputPointers(const Operator &op) const;

    std::int64_t bytesOf(TensorId id) const { return *graph.tensor(id).bytes(); }

    Graph graph;
    /// Values that are known before a run: constants and what follows from them.
    std::vector<Bytes> values;
    std::vector<Step> steps;
    /// Where each tensor lies now; nullptr for those that have no place of their own.
    std::vector<std::byte *> places;
    AlignedBuffer arena;
    AlignedBuffer scratch;
    std::size_t scratchBytes = 0;
    /// Bring back the start of what kernels remember.
    std::vector<std::function<void()>> resets;
    /// A kernel may end the run early: the outputs of the run before are kept for that.
    bool mayEnd = false;
    std::vector<TensorValue> lastResults;
    /// Outputs of steps that were folded, in running order.
    std::vector<TensorId> folded;
};

std::vector<const std::byte *> Executor::State::inputPointers(const Operator &op) const
{
    std::vector<const std::byte *> pointers;
    for (const TensorId id : op.inputs) {
        if (!id.valid()) {
            pointers.push_back(nullptr);
        } else if (places[id.position()] != nullptr) {
            pointers.push_back(places[id.position()]);
        } else {
            pointers.push_back(values[id.position()].data());
        }
    }
    return pointers;
}

void Executor::State::prepare()
{
    values = knownValues(graph);
    places.assign(graph.tensors().size(), nullptr);
    for (std::size_t i = 0; i < graph.operators().size(); ++i) {
        const Operator &op = graph.operators()[i];
        checkTensors(graph, op);
        const auto known = [&](TensorId id) { return !id.valid() || !values[id.position()].empty(); };
        if (std::all_of(op.outputs.begin(), op.outputs.end(), known)) {
            std::copy_if(op.outputs.begin(), op.outputs.end(), std::back_inserter(folded),
                [](TensorId id) { return id.valid(); });
            continue;
        }
        // Some outputs may be known and others empty (of no elements): the step writes them all, so they need places.
        for (const TensorId id : op.outputs) {
            if (id.valid()) {
                values[id.position()] = Bytes();
            }
        }
        Preparation preparation(graph, op, values, false);
        Step step;
        step.id = OperatorId(i);
        step.run = prepareKernel(preparation);
        scratchBytes = std::max(scratchBytes, preparation.reservedBytes());
        resets.insert(resets.end(), preparation.resets().begin(), preparation.resets().end());
        mayEnd = mayEnd || op.is<CircularBuffer>();
        steps.push_back(std::move(step));
    }
}

void Executor::State::placeTensors()
{
    // A tensor lives from the step that makes it to the last one that reads it; graph inputs from the start, outputs to
    // the end.
    std::map<std::int32_t, Lifetime> lifetimes;
    const auto last = static_cast<std::int64_t>(steps.size());
    const auto touch = [&](TensorId id, std::int64_t time, bool reading) {
        const bool constant = id.valid() && graph.tensor(id).constant() && !graph.tensor(id).variable;
        if (!id.valid() || !values[id.position()].empty() || (reading && constant)) {
            return;
        }
        auto [entry, fresh] = lifetimes.try_emplace(id.value, Lifetime{bytesOf(id), time, time, 0});
        entry->second.last = std::max(entry->second.last, time);
    };
    for (const TensorId id : graph.inputs()) {
        checkedBytes({}, graph.tensor(id));
        touch(id, 0, false);
    }
    for (std::int64_t time = 0; time < last; ++time) {
        const Operator &op = graph.op(steps[static_cast<std::size_t>(time)].id);
        for (const TensorId id : op.inputs) {
            touch(id, time, true);
        }
        for (const TensorId id : op.outputs) {
            touch(id, time, false);
        }
    }
    for (const TensorId id : graph.outputs()) {
        touch(id, last, true);
    }
    for (auto &[id, lifetime] : lifetimes) {
        if (graph.tensors()[static_cast<std::size_t>(id)].variable) {
            lifetime.first = 0;
            lifetime.last = last;
        }
    }
    std::vector<Lifetime *> order;
    for (auto &entry : lifetimes) {
        order.push_back(&entry.second);
    }
    const std::int64_t total = placeLifetimes(order);
    if (total > mostArenaBytes) {
        throw UnsupportedError({}, graph.name(), "the activations need more memory than is sane");
    }
    arena = AlignedBuffer(static_cast<std::size_t>(total));
    scratch = AlignedBuffer(scratchBytes);
    for (const auto &[id, lifetime] : lifetimes) {
        places[static_cast<std::size_t>(id)] = arena.data() + lifetime.offset;
    }
    for (Step &step : steps) {
        const Operator &op = graph.op(step.id);
        step.inputs = inputPointers(op);
        for (const TensorId id : op.outputs) {
            step.outputs.push_back(id.valid() ? places[id.position()] : nullptr);
            if (id.valid()) {
                step.made.push_back(id);
            }
        }
    }
}

void Executor::State::bind(std::span<const TensorValue> inputValues)
{
    if (inputValues.size() != graph.inputs().size()) {
        throw GraphError({}, graph.name(),
            "takes " + std::to_string(graph.inputs().size()) + " inputs, not " + std::to_string(inputValues.size()));
    }
    for (std::size_t i = 0; i < inputValues.size(); ++i) {
        const TensorId id = graph.inputs()[i];
        const Tensor &tensor = graph.tensor(id);
        if (static_cast<std::int64_t>(inputValues[i].size()) != bytesOf(id)) {
            throw GraphError({}, "input \"" + tensor.name + "\"",
                "takes " + std::to_string(bytesOf(id)) + " bytes, not " + std::to_string(inputValues[i].size()));
        }
        if (places[id.position()] != nullptr && !inputValues[i].empty()) {
            std::memcpy(places[id.position()], inputValues[i].data(), inputValues[i].size());
        }
    }
}

Executor::Executor(Graph graph) : state_(std::make_unique<State>(std::move(graph)))
{
    try {
        state_->prepare();
        state_->placeTensors();
    } catch (const std::bad_alloc &) {
        throw UnsupportedError({}, state_->graph.name(), "there is not enough memory to run it");
    }
    reset();
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
    State &state = *state_;
    state.bind(inputs);
    const auto show = [&](TensorId id) {
        if (see) {
            const std::byte *place = state.places[id.position()];
            see(id,
                {place != nullptr ? place : state.values[id.position()].data(),
                    static_cast<std::size_t>(state.bytesOf(id))});
        }
    };
    for (const TensorId id : state.graph.inputs()) {
        show(id);
    }
    for (const TensorId id : state.folded) {
        show(id);
    }
    for (const State::Step &step : state.steps) {
        try {
            step.run({step.inputs, step.outputs, state.scratch.data()});
        } catch (const std::bad_alloc &) {
            throw UnsupportedError({}, state.graph.op(step.id).name, "there is not enough memory to run it");
        } catch (const RunEnds &) {
            return state.lastResults;
        }
        for (const TensorId id : step.made) {
            show(id);
        }
    }
    std::vector<TensorValue> results;
    for (const TensorId id : state.graph.outputs()) {
        const std::byte *place = state.places[id.position()];
        const std::byte *from = place != nullptr ? place : state.values[id.position()].data();
        results.emplace_back(from, from + state.bytesOf(id));
    }
    if (state.mayEnd) {
        state.lastResults = results;
    }
    return results;
}

void Executor::reset()
{
    State &state = *state_;
    for (std::size_t i = 0; i < state.places.size(); ++i) {
        const Tensor &tensor = state.graph.tensors()[i];
        if (!tensor.variable || state.places[i] == nullptr) {
            continue;
        }
        const auto bytes = static_cast<std::size_t>(state.bytesOf(TensorId(i)));
        if (tensor.data && tensor.data->size() == bytes) {
            std::memcpy(state.places[i], tensor.data->data(), bytes);
        } else {
            // Real zero, as TFLite Micro resets them.
            const bool stored = tensor.type == ElementType::Int8 && tensor.quantization;
            std::memset(state.places[i], stored ? static_cast<int>(tensor.quantization->zeroPoint()) : 0, bytes);
        }
    }
    for (const auto &reset : state.resets) {
        reset();
    }
    state.lastResults.clear();
    for (const TensorId id : state.graph.outputs()) {
        state.lastResults.emplace_back(state.mayEnd ? static_cast<std::size_t>(state.bytesOf(id)) : 0);
    }
}

std::string whyNotExecutable(const Graph &graph, OperatorId id)
{
    const Operator &op = graph.op(id);
    try {
        checkTensors(graph, op);
        std::vector<Bytes> values(graph.tensors().size());
        for (const TensorId input : op.inputs) {
            if (input.valid() && graph.tensor(input).data) {
                values[input.position()] = *graph.tensor(input).data;
            }
        }
        Preparation preparation(graph, op, values, true);
        prepareKernel(preparation);
        return {};
    } catch (const Error &error) {
        return error.cause();
    }
}

} // namespace tinsmith

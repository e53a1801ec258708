// SPDX-License-Identifier: Apache-2.0
#include "core/graph/error.h"
#include "core/graph/geometry.h"
#include "core/graph/graph_data.h"

#include <algorithm>
#include <queue>
#include <unordered_set>

namespace tinsmith {

struct GraphBuilder::State {
    std::string name;
    GraphInfo info;
    std::vector<Tensor> tensors;
    std::vector<Operator> operators;
    std::vector<bool> removed;
    std::vector<TensorId> inputs;
    std::vector<TensorId> outputs;
    std::vector<Graph> subgraphs;
    // Names in use, made when first asked for and kept up to date, so that adding many operators stays linear.
    mutable std::unordered_set<std::string> tensorNames;
    mutable std::unordered_set<std::string> operatorNames;
    mutable bool tensorNamesKnown = false;
    mutable bool operatorNamesKnown = false;
};

namespace {

std::string labelOf(const Operator &op, std::size_t index)
{
    return "operator " + std::to_string(index) + " (" + typeName(op.kind) + (op.name.empty() ? "" : " " + op.name)
        + ")";
}

std::string labelOf(const Tensor &tensor, std::size_t index)
{
    return "tensor " + std::to_string(index) + (tensor.name.empty() ? "" : " (" + tensor.name + ")");
}

std::string uniqueName(const std::string &wish, const std::unordered_set<std::string> &taken)
{
    if (!wish.empty() && taken.count(wish) == 0) {
        return wish;
    }
    for (std::size_t number = 1;; ++number) {
        std::string candidate = wish + "_" + std::to_string(number);
        if (taken.count(candidate) == 0) {
            return candidate;
        }
    }
}

/// Checks that every reference is in range and returns the producer of each tensor.
std::vector<std::int32_t> checkedProducers(const std::vector<Tensor> &tensors, const std::vector<Operator> &operators,
    const std::vector<bool> &removed, const std::vector<TensorId> &inputs, const std::vector<TensorId> &outputs)
{
    std::vector<std::int32_t> producers(tensors.size(), -1);
    const auto inRange = [&tensors](TensorId id) { return id.valid() && id.position() < tensors.size(); };
    for (std::size_t index = 0; index < operators.size(); ++index) {
        if (removed[index]) {
            continue;
        }
        const Operator &op = operators[index];
        for (const TensorId id : op.inputs) {
            if (id.valid() && !inRange(id)) {
                throw GraphError({}, labelOf(op, index),
                    "reads tensor " + std::to_string(id.value) + " of " + std::to_string(tensors.size()));
            }
        }
        for (const TensorId id : op.outputs) {
            if (!id.valid()) {
                continue;
            }
            if (!inRange(id)) {
                throw GraphError({}, labelOf(op, index),
                    "writes tensor " + std::to_string(id.value) + " of " + std::to_string(tensors.size()));
            }
            std::int32_t &producer = producers[id.position()];
            if (producer >= 0) {
                throw GraphError({}, labelOf(tensors[id.position()], id.position()),
                    "is written twice, by "
                        + labelOf(operators[static_cast<std::size_t>(producer)], static_cast<std::size_t>(producer))
                        + " and " + labelOf(op, index));
            }
            if (tensors[id.position()].constant()) {
                throw GraphError(
                    {}, labelOf(op, index), "writes the constant " + labelOf(tensors[id.position()], id.position()));
            }
            producer = static_cast<std::int32_t>(index);
        }
    }
    for (const auto *list : {&inputs, &outputs}) {
        for (const TensorId id : *list) {
            if (!inRange(id)) {
                throw GraphError({}, list == &inputs ? "graph inputs" : "graph outputs",
                    "name tensor " + std::to_string(id.value) + " of " + std::to_string(tensors.size()));
            }
        }
    }
    for (const TensorId id : inputs) {
        if (const std::int32_t producer = producers[id.position()]; producer >= 0) {
            const auto index = static_cast<std::size_t>(producer);
            throw GraphError({}, labelOf(operators[index], index),
                "writes the graph's input " + labelOf(tensors[id.position()], id.position()));
        }
    }
    return producers;
}

void checkConstants(const std::vector<Tensor> &tensors)
{
    for (std::size_t index = 0; index < tensors.size(); ++index) {
        const Tensor &tensor = tensors[index];
        if (!tensor.constant()) {
            continue;
        }
        const auto bytes = tensor.bytes();
        if (bytes && static_cast<std::uint64_t>(*bytes) != tensor.data->size()) {
            throw GraphError({}, labelOf(tensor, index),
                "is " + tensor.shape.text() + " " + std::string(nameOf(tensor.type)) + ", " + std::to_string(*bytes)
                    + " bytes, but has " + std::to_string(tensor.data->size()) + " bytes of data");
        }
    }
}

/// The operators in an order that can run: among those that are ready the earliest in the given order comes first.
std::vector<std::size_t> runningOrder(const std::vector<Operator> &operators, const std::vector<bool> &removed,
    const std::vector<std::int32_t> &producers)
{
    std::vector<std::vector<std::size_t>> readers(operators.size());
    std::vector<std::size_t> waiting(operators.size(), 0);
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    std::size_t expected = 0;
    for (std::size_t index = 0; index < operators.size(); ++index) {
        if (removed[index]) {
            continue;
        }
        ++expected;
        for (const TensorId id : operators[index].inputs) {
            const std::int32_t producer = id.valid() ? producers[id.position()] : -1;
            if (producer >= 0) {
                readers[static_cast<std::size_t>(producer)].push_back(index);
                ++waiting[index];
            }
        }
        if (waiting[index] == 0) {
            ready.push(index);
        }
    }
    std::vector<std::size_t> order;
    order.reserve(expected);
    while (!ready.empty()) {
        const std::size_t index = ready.top();
        ready.pop();
        order.push_back(index);
        for (const std::size_t reader : readers[index]) {
            if (--waiting[reader] == 0) {
                ready.push(reader);
            }
        }
    }
    if (order.size() != expected) {
        for (std::size_t index = 0; index < operators.size(); ++index) {
            if (!removed[index] && waiting[index] > 0) {
                throw GraphError(
                    {}, labelOf(operators[index], index), "depends on its own output: the graph has a cycle");
            }
        }
    }
    return order;
}

} // namespace

GraphBuilder::GraphBuilder() : state_(std::make_unique<State>()) { }

GraphBuilder::GraphBuilder(const Graph &source) : GraphBuilder()
{
    const Graph::Data &data = *source.data_;
    state_->name = data.name;
    state_->info = data.info;
    state_->tensors = data.tensors;
    state_->operators = data.operators;
    state_->removed.assign(data.operators.size(), false);
    state_->inputs = data.inputs;
    state_->outputs = data.outputs;
    state_->subgraphs = data.subgraphs;
}

GraphBuilder::~GraphBuilder() = default;
GraphBuilder::GraphBuilder(GraphBuilder &&) noexcept = default;
GraphBuilder &GraphBuilder::operator=(GraphBuilder &&) noexcept = default;

std::string &GraphBuilder::name()
{
    return state_->name;
}

GraphInfo &GraphBuilder::info()
{
    return state_->info;
}

std::vector<Graph> &GraphBuilder::subgraphs()
{
    return state_->subgraphs;
}

TensorId GraphBuilder::addTensor(Tensor tensor)
{
    if (state_->tensorNamesKnown) {
        state_->tensorNames.insert(tensor.name);
    }
    state_->tensors.push_back(std::move(tensor));
    return TensorId(state_->tensors.size() - 1);
}

TensorId GraphBuilder::addConstant(
    std::string name, ElementType type, Shape shape, Bytes data, std::optional<Quantization> quantization)
{
    Tensor tensor;
    tensor.name = std::move(name);
    tensor.type = type;
    tensor.shape = std::move(shape);
    tensor.data = std::move(data);
    tensor.quantization = std::move(quantization);
    return addTensor(std::move(tensor));
}

OperatorId GraphBuilder::addOperator(Operator op)
{
    if (state_->operatorNamesKnown) {
        state_->operatorNames.insert(op.name);
    }
    state_->operators.push_back(std::move(op));
    state_->removed.push_back(false);
    return OperatorId(state_->operators.size() - 1);
}

void GraphBuilder::removeOperator(OperatorId id)
{
    state_->removed.at(id.position()) = true;
}

std::size_t GraphBuilder::tensorCount() const
{
    return state_->tensors.size();
}

std::size_t GraphBuilder::operatorCount() const
{
    return state_->operators.size();
}

Tensor &GraphBuilder::tensor(TensorId id)
{
    return state_->tensors.at(id.position());
}

const Tensor &GraphBuilder::tensor(TensorId id) const
{
    return state_->tensors.at(id.position());
}

Operator &GraphBuilder::op(OperatorId id)
{
    return state_->operators.at(id.position());
}

const Operator &GraphBuilder::op(OperatorId id) const
{
    return state_->operators.at(id.position());
}

bool GraphBuilder::removed(OperatorId id) const
{
    return state_->removed.at(id.position());
}

void GraphBuilder::setInputs(std::vector<TensorId> inputs)
{
    state_->inputs = std::move(inputs);
}

void GraphBuilder::setOutputs(std::vector<TensorId> outputs)
{
    state_->outputs = std::move(outputs);
}

const std::vector<TensorId> &GraphBuilder::inputs() const
{
    return state_->inputs;
}

const std::vector<TensorId> &GraphBuilder::outputs() const
{
    return state_->outputs;
}

void GraphBuilder::replaceUses(TensorId from, TensorId to)
{
    for (std::size_t index = 0; index < state_->operators.size(); ++index) {
        if (!state_->removed[index]) {
            auto &inputs = state_->operators[index].inputs;
            std::replace(inputs.begin(), inputs.end(), from, to);
        }
    }
    std::replace(state_->outputs.begin(), state_->outputs.end(), from, to);
}

std::string GraphBuilder::uniqueTensorName(const std::string &wish) const
{
    if (!state_->tensorNamesKnown) {
        for (const Tensor &tensor : state_->tensors) {
            state_->tensorNames.insert(tensor.name);
        }
        state_->tensorNamesKnown = true;
    }
    return uniqueName(wish, state_->tensorNames);
}

std::string GraphBuilder::uniqueOperatorName(const std::string &wish) const
{
    if (!state_->operatorNamesKnown) {
        for (const Operator &op : state_->operators) {
            state_->operatorNames.insert(op.name);
        }
        state_->operatorNamesKnown = true;
    }
    return uniqueName(wish, state_->operatorNames);
}

Graph GraphBuilder::build()
{
    State state = std::move(*state_);
    *state_ = State();

    const auto producers = checkedProducers(state.tensors, state.operators, state.removed, state.inputs, state.outputs);
    checkConstants(state.tensors);
    const auto tensorOf = [&state](TensorId id) -> const Tensor & { return state.tensors[id.position()]; };
    for (std::size_t index = 0; index < state.operators.size(); ++index) {
        if (!state.removed[index]) {
            checkSpatialLimits(state.operators[index], tensorOf);
        }
    }
    const auto order = runningOrder(state.operators, state.removed, producers);

    auto data = std::make_shared<Graph::Data>();
    data->name = std::move(state.name);
    data->info = std::move(state.info);
    data->subgraphs = std::move(state.subgraphs);

    // Number anew what is still referred to, in the order of the source.
    std::vector<bool> used(state.tensors.size(), false);
    const auto use = [&used](const std::vector<TensorId> &ids) {
        for (const TensorId id : ids) {
            if (id.valid()) {
                used[id.position()] = true;
            }
        }
    };
    use(state.inputs);
    use(state.outputs);
    for (const std::size_t index : order) {
        use(state.operators[index].inputs);
        use(state.operators[index].outputs);
    }
    std::vector<TensorId> renumbered(state.tensors.size());
    for (std::size_t index = 0; index < state.tensors.size(); ++index) {
        if (used[index]) {
            renumbered[index] = TensorId(data->tensors.size());
            data->tensors.push_back(std::move(state.tensors[index]));
        }
    }
    const auto renumber = [&renumbered](std::vector<TensorId> ids) {
        for (TensorId &id : ids) {
            id = id.valid() ? renumbered[id.position()] : TensorId::none();
        }
        return ids;
    };
    data->inputs = renumber(std::move(state.inputs));
    data->outputs = renumber(std::move(state.outputs));

    std::unordered_set<std::string> names;
    data->operators.reserve(order.size());
    for (const std::size_t index : order) {
        Operator op = std::move(state.operators[index]);
        op.inputs = renumber(std::move(op.inputs));
        op.outputs = renumber(std::move(op.outputs));
        if (op.name.empty() && !op.outputs.empty() && op.outputs.front().valid()) {
            op.name = data->tensors[op.outputs.front().position()].name;
        }
        op.name = uniqueName(op.name.empty() ? typeName(op.kind) : op.name, names);
        names.insert(op.name);
        data->operators.push_back(std::move(op));
    }

    data->producers.assign(data->tensors.size(), OperatorId::none());
    data->consumerStarts.assign(data->tensors.size() + 1, 0);
    std::vector<std::vector<OperatorId>> readers(data->tensors.size());
    for (std::size_t index = 0; index < data->operators.size(); ++index) {
        const Operator &op = data->operators[index];
        const OperatorId id(index);
        data->operatorsByName.emplace(op.name, id);
        for (const TensorId output : op.outputs) {
            if (output.valid()) {
                data->producers[output.position()] = id;
            }
        }
        for (const TensorId input : op.inputs) {
            if (input.valid()) {
                auto &list = readers[input.position()];
                if (list.empty() || list.back() != id) {
                    list.push_back(id);
                }
            }
        }
    }
    for (std::size_t index = 0; index < data->tensors.size(); ++index) {
        data->tensorsByName.emplace(data->tensors[index].name, TensorId(index));
        data->consumerStarts[index + 1] = data->consumerStarts[index] + readers[index].size();
        data->consumers.insert(data->consumers.end(), readers[index].begin(), readers[index].end());
    }
    return Graph(std::move(data));
}

} // namespace tinsmith

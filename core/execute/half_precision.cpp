// SPDX-License-Identifier: Apache-2.0
#include "core/execute/half_precision.h"

#include "core/execute/element_values.h"
#include "core/graph/bodies.h"

#include <algorithm>

namespace tinsmith {
namespace {

/// One operator by itself, its halves turned into floats.
struct Widened {
    Graph graph;
    /// By the tensors of `graph`.
    std::vector<Bytes> values;
};

std::vector<float> floatsOf(const std::byte *halves, std::int64_t count)
{
    std::vector<float> floats(static_cast<std::size_t>(count));
    storedValues(ElementType::Float16, halves, count, floats.data());
    return floats;
}

Tensor widened(const Tensor &tensor)
{
    Tensor wide = tensor;
    wide.data.reset();
    wide.type = tensor.type == ElementType::Float16 ? ElementType::Float32 : tensor.type;
    return wide;
}

std::shared_ptr<const Widened> widen(const Preparation &preparation)
{
    const Operator &op = preparation.op();
    GraphBuilder builder;
    Operator copy = op;
    std::vector<Bytes> values;
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
        if (!op.inputs[i].valid()) {
            continue;
        }
        const Tensor &tensor = preparation.input(i);
        Tensor wide = widened(tensor);
        const Bytes *known = preparation.constant(i);
        Bytes value = known == nullptr ? Bytes() : *known;
        if (known != nullptr && tensor.type == ElementType::Float16) {
            value = Bytes::of(floatsOf(known->data(), elementsOf(tensor)));
        }
        if (tensor.constant() && known != nullptr && !tensor.variable) {
            wide.data = value;
        }
        values.push_back(std::move(value));
        copy.inputs[i] = builder.addTensor(std::move(wide));
    }
    for (TensorId &id : copy.outputs) {
        if (id.valid()) {
            values.emplace_back();
            id = builder.addTensor(widened(preparation.graph().tensor(id)));
        }
    }
    builder.addOperator(std::move(copy));
    return std::make_shared<const Widened>(Widened{builder.build(), std::move(values)});
}

/// A tensor that stands as floats in scratch while the operator runs.
struct Place {
    std::size_t scratch = 0;
    std::int64_t count = 0;
};

} // namespace

bool usesHalves(const Preparation &preparation)
{
    const auto isHalf
        = [&](TensorId id) { return id.valid() && preparation.graph().tensor(id).type == ElementType::Float16; };
    const Operator &op = preparation.op();
    return std::any_of(op.inputs.begin(), op.inputs.end(), isHalf)
        || std::any_of(op.outputs.begin(), op.outputs.end(), isHalf);
}

Kernel prepareInSinglePrecision(Preparation &preparation)
{
    const auto wide = widen(preparation);
    const Operator &op = wide->graph.operators()[0];
    Preparation inner(wide->graph, op, wide->values, preparation.checkOnly(), preparation.context());
    const Kernel kernel = prepareKernel(inner);
    for (const auto &reset : inner.resets()) {
        preparation.remembers(reset);
    }
    const std::size_t own = preparation.reserve(static_cast<std::int64_t>(inner.reservedBytes()));
    std::vector<Place> inputs(op.inputs.size());
    std::vector<Place> outputs(op.outputs.size());
    const auto place = [&](const Tensor &tensor) {
        return Place{preparation.reserve(elementsOf(tensor) * 4), elementsOf(tensor)};
    };
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const bool given = op.inputs[i].valid() && inner.constant(i) == nullptr;
        if (given && preparation.input(i).type == ElementType::Float16) {
            inputs[i] = place(preparation.input(i));
        }
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (op.outputs[i].valid() && preparation.output(i).type == ElementType::Float16) {
            outputs[i] = place(preparation.output(i));
        }
    }
    return [=](const Arguments &arguments) {
        std::vector<const std::byte *> from(arguments.inputs.begin(), arguments.inputs.end());
        std::vector<std::byte *> to(arguments.outputs.begin(), arguments.outputs.end());
        const Operator &single = wide->graph.operators()[0];
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const TensorId id = single.inputs[i];
            if (inputs[i].count > 0) {
                auto *floats = arguments.scratchAt<float>(inputs[i].scratch);
                storedValues(ElementType::Float16, from[i], inputs[i].count, floats);
                from[i] = reinterpret_cast<const std::byte *>(floats);
            } else if (id.valid() && !wide->values[id.position()].empty()) {
                from[i] = wide->values[id.position()].data();
            }
        }
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            if (outputs[i].count > 0) {
                to[i] = arguments.scratch + outputs[i].scratch;
            }
        }
        kernel({from, to, arguments.scratch + own});
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            const auto *floats = arguments.scratchAt<float>(outputs[i].scratch);
            for (std::int64_t k = 0; k < outputs[i].count; ++k) {
                arguments.out<std::uint16_t>(i)[k] = halfFromFloat(floats[k]);
            }
        }
    };
}

Graph withSingleActivations(const Graph &graph)
{
    const auto halves = [](const Tensor &tensor) { return tensor.type == ElementType::Float16; };
    if (std::none_of(graph.tensors().begin(), graph.tensors().end(), halves)) {
        return graph;
    }
    std::vector<bool> kept(graph.tensors().size());
    for (const Operator &op : graph.operators()) {
        const bool bodies = !bodiesOf(op.kind).empty();
        for (const TensorId id : op.outputs) {
            if (id.valid() && (bodies || op.is<Cast>())) {
                kept[id.position()] = true;
            }
        }
        for (const TensorId id : op.inputs) {
            if (id.valid() && bodies) {
                kept[id.position()] = true;
            }
        }
    }
    GraphBuilder builder(graph);
    for (std::size_t position = 0; position < kept.size(); ++position) {
        const TensorId id(position);
        const Tensor &tensor = graph.tensor(id);
        const bool between = graph.producer(id).valid() && !graph.isInput(id) && !graph.isOutput(id);
        if (halves(tensor) && between && !tensor.constant() && !tensor.variable && !kept[position]) {
            builder.tensor(id).type = ElementType::Float32;
        }
    }
    return builder.build();
}

} // namespace tinsmith

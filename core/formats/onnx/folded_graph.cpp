// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/folded_graph.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tinsmith::onnxio {
namespace {

/// The fused form of an activation whose result is stored as `stored`; nothing where it has none.
std::optional<FusedActivation> fusedBefore(const Activation &activation, const Tensor &stored)
{
    double low = 0;
    double high = std::numeric_limits<double>::infinity();
    switch (activation.function) {
    case ActivationFunction::Relu:
        return FusedActivation::Relu;
    case ActivationFunction::Relu6:
        return FusedActivation::Relu6;
    case ActivationFunction::ReluN1To1:
        return FusedActivation::ReluN1To1;
    case ActivationFunction::Relu0To1:
        high = 1;
        break;
    case ActivationFunction::Clip:
        low = static_cast<double>(activation.alpha);
        high = static_cast<double>(activation.beta);
        break;
    default:
        return std::nullopt;
    }
    if (low == 0 && std::isinf(high)) {
        return FusedActivation::Relu;
    }
    // Bounds that the stored values cannot reach anyway.
    const double scale = static_cast<double>(stored.quantization->scale());
    const auto zero = static_cast<double>(stored.quantization->zeroPoint());
    const double least = stored.type == ElementType::UInt8 ? 0 : -128;
    constexpr double almostHalf = 0.49;
    const bool idle = low / scale + zero <= least + almostHalf && high / scale + zero >= least + 255 - almostHalf;
    return idle ? std::optional(FusedActivation::None) : std::nullopt;
}

} // namespace

bool isQuantizedByte(const Tensor &tensor)
{
    return (tensor.type == ElementType::Int8 || tensor.type == ElementType::UInt8) && tensor.quantization
        && tensor.quantization->scales.size() == 1 && tensor.quantization->scale() > 0
        && std::isfinite(tensor.quantization->scale());
}

FoldedGraph::FoldedGraph(const Graph &graph)
    : builder(graph), producers_(graph.tensors().size()), readers_(graph.tensors().size()),
      inputs_(graph.tensors().size()), outputs_(graph.tensors().size())
{
    for (std::size_t index = 0; index < graph.tensors().size(); ++index) {
        const TensorId id(index);
        producers_[index] = graph.producer(id);
        inputs_[index] = graph.isInput(id);
        outputs_[index] = graph.isOutput(id);
    }
    for (std::size_t index = 0; index < graph.operators().size(); ++index) {
        for (const TensorId id : graph.operators()[index].inputs) {
            if (id.valid()) {
                readers_[id.position()].emplace_back(index);
            }
        }
    }
}

TensorId FoldedGraph::add(Tensor tensor)
{
    const TensorId id = builder.addTensor(std::move(tensor));
    producers_.push_back(OperatorId::none());
    readers_.emplace_back();
    inputs_.push_back(false);
    outputs_.push_back(false);
    return id;
}

OperatorId FoldedGraph::add(Operator op)
{
    const auto inputs = std::move(op.inputs);
    const auto outputs = std::move(op.outputs);
    op.inputs.clear();
    op.outputs.clear();
    op.name = builder.uniqueOperatorName(op.name);
    const OperatorId id = builder.addOperator(std::move(op));
    setInputs(id, inputs);
    setOutputs(id, outputs);
    return id;
}

void FoldedGraph::remove(OperatorId id)
{
    setInputs(id, {});
    setOutputs(id, {});
    builder.removeOperator(id);
}

void FoldedGraph::setInputs(OperatorId id, std::vector<TensorId> inputs)
{
    Operator &op = builder.op(id);
    for (const TensorId old : op.inputs) {
        if (old.valid()) {
            auto &list = readers_[old.position()];
            list.erase(std::find(list.begin(), list.end(), id));
        }
    }
    for (const TensorId fresh : inputs) {
        if (fresh.valid()) {
            readers_[fresh.position()].push_back(id);
        }
    }
    op.inputs = std::move(inputs);
}

void FoldedGraph::setOutputs(OperatorId id, std::vector<TensorId> outputs)
{
    Operator &op = builder.op(id);
    for (const TensorId old : op.outputs) {
        if (old.valid() && producers_[old.position()] == id) {
            producers_[old.position()] = OperatorId::none();
        }
    }
    for (const TensorId fresh : outputs) {
        if (fresh.valid()) {
            producers_[fresh.position()] = id;
        }
    }
    op.outputs = std::move(outputs);
}

void FoldedGraph::replaceReaders(TensorId from, TensorId to)
{
    const std::vector<OperatorId> all = readers(from);
    for (const OperatorId reader : all) {
        std::vector<TensorId> inputs = builder.op(reader).inputs;
        std::replace(inputs.begin(), inputs.end(), from, to);
        setInputs(reader, std::move(inputs));
    }
}

TensorId FoldedGraph::addLike(TensorId like, const std::string &suffix)
{
    Tensor made = tensor(like);
    made.data.reset();
    made.variable = false;
    made.name = builder.uniqueTensorName(made.name + "/" + suffix);
    return add(std::move(made));
}

TensorId FoldedGraph::quantizedSource(TensorId real) const
{
    const OperatorId maker = real.valid() ? producer(real) : OperatorId::none();
    if (!maker.valid() || !builder.op(maker).is<Dequantize>()) {
        return TensorId::none();
    }
    const TensorId source = builder.op(maker).inputs[0];
    return isQuantizedByte(tensor(source)) ? source : TensorId::none();
}

TensorId FoldedGraph::constantSource(TensorId real) const
{
    const OperatorId maker = real.valid() ? producer(real) : OperatorId::none();
    if (!maker.valid() || !builder.op(maker).is<Dequantize>()) {
        return TensorId::none();
    }
    const TensorId source = builder.op(maker).inputs[0];
    const Tensor &constant = tensor(source);
    return constant.data && constant.quantization && constant.shape.known() ? source : TensorId::none();
}

std::optional<Sink> sinkOf(const FoldedGraph &graph, TensorId real)
{
    Sink sink;
    const Activation *activation = nullptr;
    TensorId last = real;
    if (graph.readers(last).size() == 1 && !graph.isOutput(last)) {
        const OperatorId reader = graph.readers(last).front();
        activation = graph.builder.op(reader).as<Activation>();
        if (activation != nullptr) {
            sink.removed.push_back(reader);
            last = graph.builder.op(reader).outputs[0];
        }
    }
    if (graph.isOutput(last) || graph.readers(last).empty()) {
        return std::nullopt;
    }
    for (const OperatorId reader : graph.readers(last)) {
        const Operator &op = graph.builder.op(reader);
        if (!op.is<Quantize>()) {
            return std::nullopt;
        }
        const Tensor &stored = graph.tensor(op.outputs[0]);
        if (!isQuantizedByte(stored)) {
            return std::nullopt;
        }
        if (!sink.stored.valid()) {
            sink.stored = op.outputs[0];
        } else if (stored.type != graph.tensor(sink.stored).type
            || stored.quantization != graph.tensor(sink.stored).quantization
            || (graph.isOutput(op.outputs[0]) && graph.isOutput(sink.stored))) {
            return std::nullopt;
        } else if (graph.isOutput(op.outputs[0])) {
            sink.stored = op.outputs[0];
        }
        sink.removed.push_back(reader);
    }
    if (activation != nullptr) {
        const auto fused = fusedBefore(*activation, graph.tensor(sink.stored));
        if (!fused) {
            return std::nullopt;
        }
        sink.activation = *fused;
    }
    return sink;
}

void takeSink(FoldedGraph &graph, OperatorId id, const Sink &sink)
{
    for (const OperatorId gone : sink.removed) {
        const TensorId output = graph.builder.op(gone).outputs[0];
        graph.remove(gone);
        if (output != sink.stored) {
            graph.replaceReaders(output, sink.stored);
        }
    }
    graph.setOutputs(id, {sink.stored});
}

} // namespace tinsmith::onnxio

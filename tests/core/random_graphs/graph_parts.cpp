// SPDX-License-Identifier: Apache-2.0
#include "tests/core/random_graphs/graph_parts.h"

#include "core/execute/compare.h"

#include <algorithm>
#include <set>

namespace tinsmith::test {
namespace {

bool jumps(const Operator &op)
{
    if (const auto *binary = op.as<Binary>()) {
        return binary->function == BinaryFunction::FloorDiv || binary->function == BinaryFunction::FloorMod
            || binary->function == BinaryFunction::FloatMod
            || (binary->function >= BinaryFunction::Equal && binary->function <= BinaryFunction::GreaterEqual);
    }
    if (const auto *unary = op.as<Unary>()) {
        return unary->function == UnaryFunction::Floor || unary->function == UnaryFunction::Ceil
            || unary->function == UnaryFunction::Round || unary->function == UnaryFunction::Sign;
    }
    if (const auto *activation = op.as<Activation>()) {
        return activation->function == ActivationFunction::ThresholdedRelu
            || activation->function == ActivationFunction::Shrink;
    }
    return op.is<ArgExtreme>() || op.is<Cast>() || op.is<Quantize>();
}

bool isComparison(const Operator &op)
{
    const auto *binary = op.as<Binary>();
    return binary != nullptr && binary->function >= BinaryFunction::Equal
        && binary->function <= BinaryFunction::GreaterEqual;
}

} // namespace

Recording record(Executor &executor, const std::vector<TensorValue> &inputs)
{
    Recording recording;
    const Graph &graph = executor.graph();
    recording.outputs = executor.run(inputs, [&](TensorId id, std::span<const std::byte> value) {
        recording.activations[graph.tensor(id).name] = TensorValue(value.begin(), value.end());
    });
    return recording;
}

std::vector<TensorValue> inputsFrom(const Recording &recording, const Graph &graph)
{
    std::vector<TensorValue> inputs;
    for (const TensorId id : graph.inputs()) {
        inputs.push_back(recording.activations.at(graph.tensor(id).name));
    }
    return inputs;
}

std::map<std::string, bool> jumpingTensors(const Graph &graph)
{
    std::map<std::string, bool> jumping;
    for (const Operator &op : graph.operators()) {
        const bool jumps = test::jumps(op) || std::any_of(op.inputs.begin(), op.inputs.end(), [&](TensorId id) {
            return id.valid() && jumping[graph.tensor(id).name];
        });
        for (const TensorId id : op.outputs) {
            jumping[graph.tensor(id).name] = jumps;
        }
    }
    return jumping;
}

Graph partOf(const Graph &graph, const std::function<bool(const Graph &, OperatorId)> &keep)
{
    GraphBuilder builder(graph);
    std::set<TensorId> readByKept;
    std::set<TensorId> readByOthers(graph.outputs().begin(), graph.outputs().end());
    std::vector<bool> kept;
    for (std::size_t i = 0; i < graph.operators().size(); ++i) {
        const Operator &op = graph.operators()[i];
        kept.push_back(keep(graph, OperatorId(i)));
        (kept.back() ? readByKept : readByOthers).insert(op.inputs.begin(), op.inputs.end());
        if (!kept.back()) {
            builder.removeOperator(OperatorId(i));
        }
    }
    std::vector<TensorId> inputs;
    std::vector<TensorId> outputs;
    for (const TensorId id : graph.inputs()) {
        if (readByKept.count(id) != 0) {
            inputs.push_back(id);
        }
    }
    for (std::size_t i = 0; i < graph.operators().size(); ++i) {
        for (const TensorId id : graph.operators()[i].outputs) {
            if (!kept[i] && readByKept.count(id) != 0) {
                inputs.push_back(id);
            } else if (kept[i] && (readByOthers.count(id) != 0 || graph.consumers(id).empty())) {
                outputs.push_back(id);
            }
        }
    }
    builder.setInputs(inputs);
    builder.setOutputs(outputs);
    return builder.build();
}

Graph roundedBySeed(const Graph &int8, std::uint64_t seed)
{
    GraphBuilder builder(int8);
    builder.info().rounding = seed % 3 == 1 ? Rounding::HalfToEven : Rounding::Twice;
    return builder.build();
}

Graph operatorsAsFloat(const Graph &int8)
{
    GraphBuilder builder;
    builder.name() = "operators";
    std::map<TensorId, TensorId> operands;
    std::vector<TensorId> inputs;
    std::vector<TensorId> outputs;
    const auto operand = [&](TensorId id) {
        if (!id.valid()) {
            return id;
        }
        const auto known = operands.find(id);
        if (known != operands.end()) {
            return known->second;
        }
        Tensor tensor = int8.tensor(id);
        if (tensor.quantization && tensor.constant()) {
            tensor.data = Bytes::of(realsOf(tensor, tensor.data->view()));
        }
        if (tensor.quantization) {
            tensor.type = ElementType::Float32;
            tensor.quantization.reset();
        }
        const bool activation = !tensor.constant();
        const TensorId made = builder.addTensor(std::move(tensor));
        if (activation) {
            inputs.push_back(made);
        }
        operands.emplace(id, made);
        return made;
    };
    for (const Operator &op : int8.operators()) {
        Operator own = op;
        if (op.is<Quantize>() || op.is<Dequantize>()) {
            own.kind = Identity{};
        }
        for (TensorId &id : own.inputs) {
            id = operand(id);
        }
        for (TensorId &id : own.outputs) {
            Tensor tensor = int8.tensor(id);
            tensor.name += ownResult;
            tensor.type = tensor.quantization ? ElementType::Float32 : tensor.type;
            tensor.quantization.reset();
            id = builder.addTensor(std::move(tensor));
            outputs.push_back(id);
        }
        if (isComparison(op) && builder.tensor(own.inputs[0]).type == ElementType::Float32) {
            Tensor difference = builder.tensor(own.outputs[0]);
            difference.name = int8.tensor(op.outputs[0]).name + ownDifference;
            difference.type = ElementType::Float32;
            outputs.push_back(builder.addTensor(std::move(difference)));
            builder.addOperator(
                {own.name + ownDifference, Binary{BinaryFunction::Sub, {}}, own.inputs, {outputs.back()}});
        }
        builder.addOperator(std::move(own));
    }
    builder.setInputs(inputs);
    builder.setOutputs(outputs);
    return builder.build();
}

} // namespace tinsmith::test

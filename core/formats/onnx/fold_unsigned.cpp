// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/folded_graph.h"

#include <algorithm>

namespace tinsmith::onnxio {
namespace {

template <typename... Kinds>
bool isOneOf(const Operator &op)
{
    return (op.is<Kinds>() || ...);
}

/// Operators of which int8 is a form; they take no other numbers that uint8 could stand for.
bool computes(const Operator &op)
{
    return isOneOf<Conv2D, DepthwiseConv2D, TransposeConv2D, FullyConnected, MatMul, Binary, Unary, Activation, PRelu,
        Softmax, Pool2D, Reduce, Reshape, Squeeze, ExpandDims, Transpose, Pad, Concatenation, Split, Pack, Unpack,
        StridedSlice, Gather, Resize, DepthToSpace, SpaceToDepth, Tile, BroadcastTo, Identity, ArgExtreme>(op);
}

bool isUnsigned(const FoldedGraph &graph, TensorId id)
{
    return id.valid() && graph.tensor(id).type == ElementType::UInt8 && isQuantizedByte(graph.tensor(id));
}

void shift(Tensor &tensor)
{
    constexpr std::int64_t middle = 128;
    tensor.type = ElementType::Int8;
    tensor.quantization->zeroPoints = {tensor.quantization->zeroPoint() - middle};
    if (tensor.data) {
        std::vector<std::byte> values(tensor.data->view().begin(), tensor.data->view().end());
        for (std::byte &value : values) {
            value ^= std::byte{0x80};
        }
        tensor.data = Bytes(std::move(values));
    }
}

/// Whether everything that touches the tensor takes its int8 form as well.
bool movable(const FoldedGraph &graph, TensorId id)
{
    if (graph.isInput(id) || graph.isOutput(id) || graph.tensor(id).variable) {
        return false;
    }
    const auto agrees = [&](OperatorId op) {
        const Operator &each = graph.builder.op(op);
        return computes(each) || each.is<Quantize>() || each.is<Dequantize>();
    };
    const OperatorId maker = graph.producer(id);
    const auto &readers = graph.readers(id);
    return (!maker.valid() || agrees(maker)) && std::all_of(readers.begin(), readers.end(), agrees);
}

/// The int8 form of a tensor that stays uint8, beside it.
TensorId beside(FoldedGraph &graph, TensorId id, const char *suffix)
{
    const TensorId made = graph.addLike(id, suffix);
    shift(graph.builder.tensor(made));
    return made;
}

void crossBorders(FoldedGraph &graph, OperatorId id)
{
    const Operator op = graph.builder.op(id);
    std::vector<TensorId> inputs = op.inputs;
    for (TensorId &input : inputs) {
        if (!isUnsigned(graph, input)) {
            continue;
        }
        TensorId found = TensorId::none();
        for (const OperatorId reader : graph.readers(input)) {
            const Operator &other = graph.builder.op(reader);
            if (other.is<Quantize>() && graph.tensor(other.outputs[0]).name == graph.tensor(input).name + "/int8") {
                found = other.outputs[0];
            }
        }
        if (!found.valid()) {
            found = beside(graph, input, "int8");
            graph.add({graph.tensor(input).name + "/to_int8", Quantize{}, {input}, {found}});
        }
        input = found;
    }
    graph.setInputs(id, std::move(inputs));
    std::vector<TensorId> outputs = op.outputs;
    for (TensorId &output : outputs) {
        if (isUnsigned(graph, output)) {
            const TensorId made = beside(graph, output, "int8");
            graph.setOutputs(id, {});
            graph.add({graph.tensor(output).name + "/to_uint8", Quantize{}, {made}, {output}});
            output = made;
        }
    }
    graph.setOutputs(id, std::move(outputs));
}

} // namespace

void makeSigned(FoldedGraph &graph)
{
    for (std::size_t index = 0; index < graph.builder.tensorCount(); ++index) {
        const TensorId id(index);
        if (isUnsigned(graph, id) && movable(graph, id)) {
            shift(graph.builder.tensor(id));
        }
    }
    const std::size_t count = graph.builder.operatorCount();
    for (std::size_t index = 0; index < count; ++index) {
        const OperatorId id(index);
        if (!graph.builder.removed(id) && computes(graph.builder.op(id))) {
            crossBorders(graph, id);
        }
    }
}

} // namespace tinsmith::onnxio

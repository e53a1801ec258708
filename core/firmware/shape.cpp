// SPDX-License-Identifier: Apache-2.0
#include "core/execute/quantized_parameters.h"
#include "core/firmware/emitters.h"
#include "core/firmware/layer_parts.h"
#include "core/firmware/strided.h"
#include "core/firmware/strides.h"

#include <array>

namespace tinsmith::firmware {
namespace {

/// For operators whose output has the input's bytes as they are.
std::string whyNotRenamed(const Graph &graph, const Operator &op)
{
    std::string reason = whyNotMoved(graph, op);
    if (reason.empty() && graph.tensor(op.inputs[0]).bytes() != graph.tensor(op.outputs[0]).bytes()) {
        reason = "has an input and an output of different sizes";
    }
    return reason;
}

void emitRenamed(Emission &emission, OperatorId id)
{
    const Graph &graph = emission.graph();
    const Operator &op = graph.op(id);
    const PlanBuffer *in = emission.plan().bufferOf(op.inputs[0]);
    const PlanBuffer *out = emission.plan().bufferOf(op.outputs[0]);
    if (in != nullptr && out != nullptr && in->offset == out->offset) {
        return;
    }
    CWriter body(1);
    body.call("ts_copy", {"input", "output", {"bytes", *graph.tensor(op.outputs[0]).bytes()}});
    emission.include("ts_shape.h");
    emission.layer(id, "copy",
        {{"const void *input", emission.pointer(op.inputs[0])}, {"void *output", emission.pointer(op.outputs[0])}},
        body);
}

/// The blocks that an operand occupies when a tensor is cut along one axis.
struct Blocks {
    std::int64_t count = 1;
    std::int64_t bytes = 0;
};

Blocks blocksOf(const Tensor &tensor, std::int32_t axis)
{
    const auto &dims = tensor.shape.dims;
    const auto at = static_cast<std::size_t>(axis < 0 ? axis + static_cast<std::int32_t>(dims.size()) : axis);
    Blocks blocks;
    blocks.bytes = elementBytes(tensor);
    for (std::size_t i = 0; i < dims.size(); ++i) {
        (i < at ? blocks.count : blocks.bytes) *= dims[i];
    }
    return blocks;
}

/// Joins `parts` into `whole` along the axis, or takes it apart.
void emitBlocks(Emission &emission, OperatorId id, const std::string &hint, TensorId whole,
    std::span<const TensorId> parts, std::int32_t axis, bool join)
{
    const Graph &graph = emission.graph();
    const Blocks all = blocksOf(graph.tensor(whole), axis);
    const std::string wholeName = join ? "output" : "input";
    std::vector<LayerParameter> parameters
        = {{(join ? "void *" : "const void *") + wholeName, emission.pointer(whole)}};
    CWriter body(1);
    body.line(join ? "unsigned char *to = (unsigned char *)output;"
                   : "const unsigned char *from = (const unsigned char *)input;");
    std::int64_t before = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string name = (join ? "input" : "output") + std::to_string(i);
        parameters.push_back({(join ? "const void *" : "void *") + name, emission.pointer(parts[i])});
        const std::int64_t bytes = *graph.tensor(parts[i]).bytes() / all.count;
        const std::string place = std::string(join ? "to" : "from") + " + " + std::to_string(before);
        body.call("ts_copy_blocks",
            {join ? name : place, join ? place : name, {"count", all.count}, {"bytes", bytes},
                {"input_step", join ? bytes : all.bytes}, {"output_step", join ? all.bytes : bytes}});
        before += bytes;
    }
    emission.include("ts_shape.h");
    emission.layer(id, hint, parameters, body);
}

std::string whyNotBlocks(const Graph &graph, const Operator &op, TensorId whole, std::span<const TensorId> parts)
{
    std::int64_t sum = 0;
    for (const TensorId part : parts) {
        if (!part) {
            return "leaves out an operand";
        }
        sum += graph.tensor(part).bytes().value_or(0);
    }
    if (sum != graph.tensor(whole).bytes().value_or(0)) {
        return "has operands whose sizes do not agree";
    }
    return whyNotMoved(graph, op);
}

/// The tensor's shape with leading ones, as [n, h, w, c], and the padding likewise.
struct PadShape {
    std::array<std::int64_t, 4> dims = {1, 1, 1, 1};
    std::array<std::int64_t, 4> before = {};
    std::array<std::int64_t, 4> after = {};
};

PadShape padShape(const Shape &shape, const Pad &kind)
{
    PadShape result;
    const std::size_t lead = 4 - shape.rank();
    for (std::size_t i = 0; i < shape.rank(); ++i) {
        result.dims[lead + i] = shape[i];
        result.before[lead + i] = kind.before[i];
        result.after[lead + i] = kind.after[i];
    }
    return result;
}

} // namespace

std::string whyNot(const Graph &graph, const Operator &op, const Reshape &)
{
    return whyNotRenamed(graph, op);
}

std::string whyNot(const Graph &graph, const Operator &op, const Squeeze &)
{
    return whyNotRenamed(graph, op);
}

std::string whyNot(const Graph &graph, const Operator &op, const ExpandDims &)
{
    return whyNotRenamed(graph, op);
}

std::string whyNot(const Graph &graph, const Operator &op, const Identity &)
{
    return whyNotRenamed(graph, op);
}

void emit(Emission &emission, OperatorId id, const Reshape &)
{
    emitRenamed(emission, id);
}

void emit(Emission &emission, OperatorId id, const Squeeze &)
{
    emitRenamed(emission, id);
}

void emit(Emission &emission, OperatorId id, const ExpandDims &)
{
    emitRenamed(emission, id);
}

void emit(Emission &emission, OperatorId id, const Identity &)
{
    emitRenamed(emission, id);
}

std::string whyNot(const Graph &graph, const Operator &op, const Concatenation &kind)
{
    if (kind.activation != FusedActivation::None) {
        return "has a fused activation, for which there is no kernel";
    }
    return whyNotBlocks(graph, op, op.outputs[0], op.inputs);
}

void emit(Emission &emission, OperatorId id, const Concatenation &kind)
{
    const Operator &op = emission.graph().op(id);
    emitBlocks(emission, id, "concatenation", op.outputs[0], op.inputs, kind.axis, true);
}

std::string whyNot(const Graph &graph, const Operator &op, const Pack &)
{
    return whyNotBlocks(graph, op, op.outputs[0], op.inputs);
}

void emit(Emission &emission, OperatorId id, const Pack &kind)
{
    const Operator &op = emission.graph().op(id);
    emitBlocks(emission, id, "pack", op.outputs[0], op.inputs, kind.axis, true);
}

std::string whyNot(const Graph &graph, const Operator &op, const Split &)
{
    return whyNotBlocks(graph, op, op.inputs[0], op.outputs);
}

void emit(Emission &emission, OperatorId id, const Split &kind)
{
    const Operator &op = emission.graph().op(id);
    emitBlocks(emission, id, "split", op.inputs[0], op.outputs, kind.axis, false);
}

std::string whyNot(const Graph &graph, const Operator &op, const Unpack &)
{
    return whyNotBlocks(graph, op, op.inputs[0], op.outputs);
}

void emit(Emission &emission, OperatorId id, const Unpack &kind)
{
    const Operator &op = emission.graph().op(id);
    emitBlocks(emission, id, "unpack", op.inputs[0], op.outputs, kind.axis, false);
}

std::string whyNot(const Graph &graph, const Operator &op, const Pad &kind)
{
    if (kind.mode != PadMode::Constant) {
        return "pads with mirrored values, for which there is no kernel";
    }
    const std::size_t rank = graph.tensor(op.inputs[0]).shape.rank();
    if (rank > 4 || kind.before.size() != rank || kind.after.size() != rank) {
        return "pads more than four dimensions, for which there is no kernel";
    }
    for (std::size_t i = 0; i < rank; ++i) {
        if (kind.before[i] < 0 || kind.after[i] < 0) {
            return "crops, for which there is no kernel";
        }
    }
    const std::string reason = whyNotNumbers(graph, op);
    return reason.empty() ? whyNotMoved(graph, op) : reason;
}

void emit(Emission &emission, OperatorId id, const Pad &kind)
{
    const Graph &graph = emission.graph();
    const Operator &op = graph.op(id);
    const Tensor &input = graph.tensor(op.inputs[0]);
    const Tensor &output = graph.tensor(op.outputs[0]);
    const PadShape pad = padShape(input.shape, kind);
    CWriter body(1);
    if (input.type == ElementType::Int8) {
        body.line("const int8_t value = " + std::to_string(quantizedValue(kind.value, output)) + ";");
    } else {
        body.line("const float value = " + floatLiteral(static_cast<float>(kind.value)) + ";");
    }
    std::vector<CArgument> arguments = {"input", "output", "&value", {"element_bytes", elementBytes(input)}};
    static constexpr std::array<const char *, 4> names = {"n", "h", "w", "c"};
    for (std::size_t i = 0; i < 4; ++i) {
        arguments.emplace_back(names[i], pad.dims[i]);
    }
    for (std::size_t i = 0; i < 4; ++i) {
        arguments.emplace_back(std::string("before_") + names[i], pad.before[i]);
        arguments.emplace_back(std::string("after_") + names[i], pad.after[i]);
    }
    body.call("ts_pad", arguments);
    emission.include("ts_shape.h");
    emission.layer(id, "pad",
        {{"const void *input", emission.pointer(op.inputs[0])}, {"void *output", emission.pointer(op.outputs[0])}},
        body);
}

} // namespace tinsmith::firmware

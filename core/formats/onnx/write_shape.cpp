// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/operator_writer.h"
#include "core/formats/onnx/tensor_proto.h"

#include <algorithm>
#include <limits>

namespace tinsmith::onnxio {
namespace {

/// Operators that only move values keep stored integers, where input and output stand for the same numbers.
bool movesStored(Emitter &e, const Operator &op)
{
    const Tensor &output = e.tensor(op.outputs[0]);
    return std::all_of(op.inputs.begin(), op.inputs.end(), [&](TensorId id) {
        return !id.valid() || !isQuantized(e.tensor(id))
            || (e.tensor(id).type == output.type && e.tensor(id).quantization == output.quantization);
    });
}

struct Ends {
    std::string input;
    std::string output;
};

Ends moved(Emitter &e, const Operator &op)
{
    return movesStored(e, op) ? Ends{e.stored(0), e.storedOutput()} : Ends{e.real(0), e.realOutput()};
}

std::int64_t onlyIf(bool yes)
{
    return yes ? 1 : 0;
}

} // namespace

void write(Emitter &e, const Operator &op, const Reshape &kind)
{
    const Ends ends = moved(e, op);
    const bool zero = std::find(kind.shape.begin(), kind.shape.end(), 0) != kind.shape.end();
    AttributeList attributes;
    if (zero && !kind.zeroCopies) {
        attributes.emplace_back("allowzero", onlyIf(true));
    }
    e.node("Reshape", {ends.input, e.integers(kind.shape)}, {ends.output}, attributes);
}

void write(Emitter &e, const Operator &op, const Squeeze &kind)
{
    const Ends ends = moved(e, op);
    e.node("Squeeze", {ends.input, kind.axes.empty() ? "" : e.integers(kind.axes)}, {ends.output});
}

void write(Emitter &e, const Operator &op, const ExpandDims &kind)
{
    const Ends ends = moved(e, op);
    e.node("Unsqueeze", {ends.input, e.integers(kind.axes)}, {ends.output});
}

void write(Emitter &e, const Operator &op, const Transpose &kind)
{
    const Ends ends = moved(e, op);
    e.node("Transpose", {ends.input}, {ends.output}, {{"perm", kind.permutation}});
}

void write(Emitter &e, const Operator &op, const Pad &kind)
{
    if (kind.mode == PadMode::Symmetric) {
        e.refuse("ONNX has no padding that repeats the border");
    }
    const char *const modes[] = {"constant", "reflect", "", "edge"};
    std::vector<std::int64_t> pads = kind.before;
    pads.insert(pads.end(), kind.after.begin(), kind.after.end());
    const bool valued = kind.mode == PadMode::Constant && kind.value != 0;
    e.node("Pad", {e.real(0), e.integers(pads), valued ? e.number(op.inputs[0], kind.value) : ""}, {e.realOutput()},
        {{"mode", std::string(modes[static_cast<int>(kind.mode)])}});
}

void write(Emitter &e, const Operator &op, const Concatenation &kind)
{
    const bool stored = movesStored(e, op) && kind.activation == FusedActivation::None;
    std::vector<std::string> inputs;
    for (std::size_t input = 0; input < op.inputs.size(); ++input) {
        inputs.push_back(stored ? e.stored(input) : e.real(input));
    }
    const std::string result = stored ? e.storedOutput() : beforeFused(e, kind.activation);
    e.node("Concat", inputs, {result}, {{"axis", std::int64_t{kind.axis}}});
    writeFused(e, kind.activation, result);
}

void write(Emitter &e, const Operator &op, const Split &kind)
{
    const bool stored = std::all_of(op.outputs.begin(), op.outputs.end(),
        [&](TensorId id) { return e.tensor(id).quantization == e.tensor(op.inputs[0]).quantization; });
    std::vector<std::string> outputs;
    for (std::size_t output = 0; output < op.outputs.size(); ++output) {
        outputs.push_back(stored ? e.storedOutput(output) : e.realOutput(output));
    }
    e.node("Split", {stored ? e.stored(0) : e.real(0), e.integers(kind.sizes)}, outputs,
        {{"axis", std::int64_t{kind.axis}}});
}

void write(Emitter &e, const Operator &op, const Pack &kind)
{
    std::vector<std::string> parts;
    for (std::size_t input = 0; input < op.inputs.size(); ++input) {
        parts.push_back(e.temporary());
        e.node("Unsqueeze", {e.real(input), e.integers({kind.axis})}, {parts.back()});
    }
    e.node("Concat", parts, {e.realOutput()}, {{"axis", std::int64_t{kind.axis}}});
}

void write(Emitter &e, const Operator &op, const Unpack &kind)
{
    std::vector<std::string> parts;
    for (std::size_t output = 0; output < op.outputs.size(); ++output) {
        parts.push_back(e.temporary());
    }
    AttributeList attributes = {{"axis", std::int64_t{kind.axis}}};
    if (e.operatorSet() >= 18) {
        attributes.emplace_back("num_outputs", static_cast<std::int64_t>(parts.size()));
    }
    e.node("Split", {e.real(0)}, parts, attributes);
    for (std::size_t output = 0; output < op.outputs.size(); ++output) {
        e.node("Squeeze", {parts[output], e.integers({kind.axis})}, {e.realOutput(output)});
    }
}

void write(Emitter &e, const Operator &op, const StridedSlice &kind)
{
    const Ends ends = moved(e, op);
    const Shape &x = e.tensor(op.inputs[0]).shape;
    std::vector<std::int64_t> starts;
    std::vector<std::int64_t> stops;
    std::vector<std::int64_t> axes;
    std::vector<std::int64_t> steps;
    for (std::size_t axis = 0; axis < kind.begin.size(); ++axis) {
        const bool whole = kind.begin[axis] == 0 && kind.stride[axis] == 1
            && (kind.end[axis] == x[axis] || kind.end[axis] == std::numeric_limits<std::int64_t>::max());
        if (!whole) {
            starts.push_back(kind.begin[axis]);
            // Counting down, the end before the first element has no other name.
            stops.push_back(kind.end[axis] < 0 ? std::numeric_limits<std::int32_t>::min() : kind.end[axis]);
            axes.push_back(static_cast<std::int64_t>(axis));
            steps.push_back(kind.stride[axis]);
        }
    }
    const std::string sliced = kind.droppedAxes.empty() ? ends.output : e.temporary();
    if (axes.empty()) {
        // All of everything; it stays a slice all the same.
        starts = {0};
        stops = {kind.end.empty() ? 0 : kind.end[0]};
        axes = {0};
        steps = {1};
    }
    e.node("Slice", {ends.input, e.integers(starts), e.integers(stops), e.integers(axes), e.integers(steps)}, {sliced});
    if (!kind.droppedAxes.empty()) {
        e.node("Squeeze", {sliced, e.integers(kind.droppedAxes)}, {ends.output});
    }
}

void write(Emitter &e, const Operator &op, const Gather &kind)
{
    if (kind.batchDims != 0) {
        e.refuse("ONNX has no gather with batch dimensions of this kind");
    }
    const Ends ends = moved(e, op);
    e.node("Gather", {ends.input, e.stored(1)}, {ends.output}, {{"axis", std::int64_t{kind.axis}}});
}

void write(Emitter &e, const Operator &op, const Tile &kind)
{
    const Ends ends = moved(e, op);
    e.node("Tile", {ends.input, e.integers(kind.multiples)}, {ends.output});
}

void write(Emitter &e, const Operator &op, const BroadcastTo &kind)
{
    const Ends ends = moved(e, op);
    e.node("Expand", {ends.input, e.integers(kind.shape)}, {ends.output});
}

void write(Emitter &e, const Operator &, const Cast &kind)
{
    const std::int32_t type = dataTypeOf(kind.to);
    if (type == 0) {
        e.refuse("ONNX has no type " + std::string(nameOf(kind.to)));
    }
    e.node("Cast", {e.real(0)}, {e.realOutput()}, {{"to", std::int64_t{type}}});
}

void write(Emitter &e, const Operator &op, const Identity &)
{
    const Ends ends = moved(e, op);
    e.node("Identity", {ends.input}, {ends.output});
}

void write(Emitter &e, const Operator &, const Reduce &kind)
{
    const char *const names[] = {"ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd", "", "", "ReduceL1",
        "ReduceL2", "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp"};
    const char *name = names[static_cast<int>(kind.function)];
    if (kind.function == ReduceFunction::Any || kind.function == ReduceFunction::All) {
        e.needOperatorSet(20);
        name = kind.function == ReduceFunction::Any ? "ReduceMax" : "ReduceMin";
    }
    AttributeList attributes = {{"keepdims", onlyIf(kind.keepDims)}};
    std::vector<std::string> inputs = {e.real(0)};
    if ((kind.function == ReduceFunction::Sum || e.operatorSet() >= 18) && !kind.axes.empty()) {
        inputs.push_back(e.integers(kind.axes));
    } else if (!kind.axes.empty()) {
        attributes.emplace_back("axes", kind.axes);
    }
    e.node(name, inputs, {e.realOutput()}, attributes);
}

void write(Emitter &e, const Operator &op, const ArgExtreme &kind)
{
    AttributeList attributes = {{"axis", std::int64_t{kind.axis}}, {"keepdims", onlyIf(kind.keepDims)}};
    if (kind.lastOfEquals) {
        attributes.emplace_back("select_last_index", onlyIf(true));
    }
    const ElementType type = e.tensor(op.outputs[0]).type;
    const char *name = kind.smallest ? "ArgMin" : "ArgMax";
    if (type == ElementType::Int64) {
        e.node(name, {e.real(0)}, {e.storedOutput()}, attributes);
        return;
    }
    const std::string wide = e.temporary();
    e.node(name, {e.real(0)}, {wide}, attributes);
    e.node("Cast", {wide}, {e.storedOutput()}, {{"to", std::int64_t{dataTypeOf(type)}}});
}

void write(Emitter &e, const Operator &op, const Quantize &)
{
    const Tensor &output = e.tensor(op.outputs[0]);
    if (!isQuantized(output)) {
        e.refuse("its output has no scale");
    }
    const auto [scale, zero] = e.quantizationOf(output);
    e.node("QuantizeLinear", {e.real(0), scale, zero}, {e.storedOutput()}, Emitter::quantizationAxis(output));
}

void write(Emitter &e, const Operator &op, const Dequantize &)
{
    const Tensor &input = e.tensor(op.inputs[0]);
    if (isFloat(input.type)) {
        e.node("Cast", {e.stored(0)}, {e.storedOutput()},
            {{"to", std::int64_t{dataTypeOf(e.tensor(op.outputs[0]).type)}}});
        return;
    }
    if (!isQuantized(input)) {
        e.refuse("its input has no scale");
    }
    const auto [scale, zero] = e.quantizationOf(input);
    e.node("DequantizeLinear", {e.stored(0), scale, zero}, {e.storedOutput()}, Emitter::quantizationAxis(input));
}

} // namespace tinsmith::onnxio

// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/operator_writer.h"

#include <limits>
#include <numeric>

namespace tinsmith::onnxio {
namespace {

std::string reductionName(Emitter &e, ScatterReduction reduction)
{
    const char *const names[] = {"none", "add", "mul", "max", "min"};
    if (reduction == ScatterReduction::Max || reduction == ScatterReduction::Min) {
        e.needOperatorSet(18);
    }
    return names[static_cast<int>(reduction)];
}

std::int64_t flag(bool value)
{
    return value ? 1 : 0;
}

} // namespace

void write(Emitter &e, const Operator &op, const Select &kind)
{
    const Shape &condition = e.tensor(op.inputs[0]).shape;
    if (kind.firstAxis && condition.rank() == 1 && e.tensor(op.outputs[0]).shape.rank() > 1) {
        e.refuse("ONNX has no choice by a vector over the first dimension");
    }
    e.node("Where", {e.stored(0), e.real(1), e.real(2)}, {e.realOutput()});
}

void write(Emitter &e, const Operator &op, const Nary &kind)
{
    const char *const names[] = {"Sum", "Mean", "Min", "Max"};
    std::vector<std::string> inputs;
    for (std::size_t input = 0; input < op.inputs.size(); ++input) {
        inputs.push_back(e.real(input));
    }
    e.node(names[static_cast<int>(kind.function)], std::move(inputs), {e.realOutput()});
}

void write(Emitter &e, const Operator &, const Triangle &kind)
{
    const std::string k = kind.diagonal == 0
        ? std::string()
        : e.constant(ElementType::Int64, {}, Bytes::of(std::vector{kind.diagonal}));
    e.node("Trilu", {e.real(0), k}, {e.realOutput()}, {{"upper", flag(kind.upper)}});
}

void write(Emitter &e, const Operator &, const GatherElements &kind)
{
    e.node("GatherElements", {e.real(0), e.stored(1)}, {e.realOutput()}, {{"axis", std::int64_t{kind.axis}}});
}

void write(Emitter &e, const Operator &, const GatherNd &kind)
{
    e.node("GatherND", {e.real(0), e.stored(1)}, {e.realOutput()}, {{"batch_dims", std::int64_t{kind.batchDims}}});
}

void write(Emitter &e, const Operator &, const ScatterElements &kind)
{
    e.node("ScatterElements", {e.real(0), e.stored(1), e.real(2)}, {e.realOutput()},
        {{"axis", std::int64_t{kind.axis}}, {"reduction", reductionName(e, kind.reduction)}});
}

void write(Emitter &e, const Operator &, const ScatterNd &kind)
{
    e.node("ScatterND", {e.real(0), e.stored(1), e.real(2)}, {e.realOutput()},
        {{"reduction", reductionName(e, kind.reduction)}});
}

/// ONNX counts negative classes from the end, which a graph's OneHot does not: with indices that are not known before,
/// a comparison says it exactly.
void write(Emitter &e, const Operator &op, const OneHot &kind)
{
    const Tensor &indices = e.tensor(op.inputs[0]);
    if (indices.data) {
        const std::string depth = e.constant(ElementType::Int64, {}, Bytes::of(std::vector{kind.depth}));
        e.node("OneHot", {e.stored(0), depth, e.real(1)}, {e.realOutput()}, {{"axis", std::int64_t{kind.axis}}});
        return;
    }
    const auto rank = static_cast<std::int64_t>(indices.shape.rank()) + 1;
    const std::int64_t axis = kind.axis < 0 ? kind.axis + rank : kind.axis;
    std::vector<std::int64_t> dims(static_cast<std::size_t>(rank), 1);
    dims[static_cast<std::size_t>(axis)] = kind.depth;
    std::vector<std::int64_t> classes(static_cast<std::size_t>(kind.depth));
    std::iota(classes.begin(), classes.end(), std::int64_t{0});
    const std::string wide = e.temporary();
    const std::string number = e.temporary();
    const std::string hot = e.temporary();
    e.node("Cast", {e.stored(0)}, {wide}, {{"to", e.dataType(ElementType::Int64)}});
    e.node("Unsqueeze", {wide, e.integers({axis})}, {number});
    e.node("Equal", {number, e.constant(ElementType::Int64, dims, Bytes::of(classes))}, {hot});
    const auto chosen = [&](std::int64_t at) {
        const std::string value = e.temporary();
        e.node("Gather", {e.real(1), e.constant(ElementType::Int64, {}, Bytes::of(std::vector{at}))}, {value});
        return value;
    };
    const std::string off = chosen(0);
    e.node("Where", {hot, chosen(1), off}, {e.realOutput()});
}

void write(Emitter &e, const Operator &op, const TopK &kind)
{
    if (op.outputs.size() > 1 && e.tensor(op.outputs[1]).type != ElementType::Int64) {
        e.refuse("ONNX gives positions as int64");
    }
    e.node("TopK", {e.real(0), e.integers({kind.k})}, {e.realOutput(), e.storedOutput(1)},
        {{"axis", std::int64_t{kind.axis}}, {"largest", flag(kind.largest)}, {"sorted", flag(kind.sorted)}});
}

void write(Emitter &e, const Operator &op, const ReverseSequence &kind)
{
    std::string lengths = e.stored(1);
    if (e.tensor(op.inputs[1]).type != ElementType::Int64) {
        const std::string wide = e.temporary();
        e.node("Cast", {lengths}, {wide}, {{"to", std::int64_t{7}}});
        lengths = wide;
    }
    e.node("ReverseSequence", {e.real(0), lengths}, {e.realOutput()},
        {{"batch_axis", std::int64_t{kind.batchAxis}}, {"time_axis", std::int64_t{kind.sequenceAxis}}});
}

void write(Emitter &e, const Operator &, const CumulativeSum &kind)
{
    const std::string axis = e.constant(ElementType::Int64, {}, Bytes::of(std::vector<std::int64_t>{kind.axis}));
    e.node("CumSum", {e.real(0), axis}, {e.realOutput()},
        {{"exclusive", flag(kind.exclusive)}, {"reverse", flag(kind.reverse)}});
}

void write(Emitter &e, const Operator &op, const Reverse &kind)
{
    const Shape &x = e.tensor(op.inputs[0]).shape;
    std::vector<std::int64_t> starts;
    std::vector<std::int64_t> ends;
    std::vector<std::int64_t> steps;
    for (const std::int64_t axis : kind.axes) {
        const auto at = static_cast<std::size_t>(axis < 0 ? axis + static_cast<std::int64_t>(x.rank()) : axis);
        if (at >= x.rank() || x[at] < 0) {
            e.refuse("the size of its input is not known");
        }
        starts.push_back(x[at] - 1);
        ends.push_back(std::numeric_limits<std::int32_t>::min());
        steps.push_back(-1);
    }
    e.node("Slice", {e.real(0), e.integers(starts), e.integers(ends), e.integers(kind.axes), e.integers(steps)},
        {e.realOutput()});
}

void write(Emitter &e, const Operator &op, const Fill &kind)
{
    const Tensor &value = e.tensor(op.inputs[0]);
    if (value.shape.elements() != 1) {
        e.refuse("fills with a value that is not known to be one element");
    }
    if (value.data && !isQuantized(value) && value.type != ElementType::Int4) {
        e.dataType(value.type);
        e.node("ConstantOfShape", {e.integers(kind.shape)}, {e.storedOutput()},
            {{"value", AttributeTensor{value.type, *value.data}}});
        return;
    }
    e.node("Expand", {e.real(0), e.integers(kind.shape)}, {e.realOutput()});
}

void write(Emitter &e, const Operator &op, const EyeLike &kind)
{
    e.node("EyeLike", {e.stored(0)}, {e.storedOutput()},
        {{"dtype", e.dataType(e.tensor(op.outputs[0]).type)}, {"k", kind.diagonal}});
}

void write(Emitter &e, const Operator &op, const ShapeOf &kind)
{
    if (e.tensor(op.outputs[0]).type != ElementType::Int64) {
        e.refuse("ONNX gives shapes as int64");
    }
    if (kind.product) {
        e.node("Size", {e.stored(0)}, {e.storedOutput()});
        return;
    }
    AttributeList attributes;
    if (kind.start != 0) {
        attributes.emplace_back("start", kind.start);
    }
    if (kind.end != std::numeric_limits<std::int64_t>::max()) {
        attributes.emplace_back("end", kind.end);
    }
    e.node("Shape", {e.stored(0)}, {e.storedOutput()}, attributes);
}

void write(Emitter &e, const Operator &, const NumberRange &)
{
    e.node("Range", {e.stored(0), e.stored(1), e.stored(2)}, {e.storedOutput()});
}

} // namespace tinsmith::onnxio

// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/node_context.h"

#include <algorithm>

namespace tinsmith::onnxio {
namespace {

std::int64_t oneInteger(NodeContext &context, std::size_t input, std::string_view what)
{
    const auto values = context.integers(input, what);
    if (values.size() != 1) {
        throw Untyped{"its " + std::string(what) + " is not one number"};
    }
    return values.front();
}

std::int32_t axisOf(NodeContext &context, const char *attribute, std::int64_t otherwise)
{
    return static_cast<std::int32_t>(context.axis(context.node.integer(attribute, otherwise), context.rank(0)));
}

void readTrilu(NodeContext &context)
{
    Triangle kind;
    kind.upper = context.node.integer("upper", 1) != 0;
    kind.diagonal = context.has(1) ? oneInteger(context, 1, "k") : 0;
    if (context.rank(0) < 2) {
        throw Untyped{"its input is no matrix"};
    }
    context.emit(kind, {context.in(0)});
}

void readGatherElements(NodeContext &context)
{
    const std::size_t rank = context.rank(0);
    if (context.rank(1) != rank) {
        throw Untyped{"its indices do not have as many dimensions as its input"};
    }
    context.emit(GatherElements{axisOf(context, "axis", 0)}, {context.in(0), context.in(1)});
}

void readGatherNd(NodeContext &context)
{
    GatherNd kind;
    const std::int64_t batchDims = context.node.integer("batch_dims", 0);
    if (batchDims < 0 || batchDims >= static_cast<std::int64_t>(std::min(context.rank(0), context.rank(1)))) {
        throw Untyped{"its batch dimensions are out of range"};
    }
    kind.batchDims = static_cast<std::int32_t>(batchDims);
    context.emit(kind, {context.in(0), context.in(1)});
}

ScatterReduction reductionOf(const Node &node)
{
    const std::string name = node.string("reduction", "none");
    if (name == "none") {
        return ScatterReduction::None;
    }
    if (name == "add") {
        return ScatterReduction::Add;
    }
    if (name == "mul") {
        return ScatterReduction::Mul;
    }
    if (name == "max") {
        return ScatterReduction::Max;
    }
    if (name == "min") {
        return ScatterReduction::Min;
    }
    throw Untyped{"reduction " + name + " is not known"};
}

void readScatterElements(NodeContext &context)
{
    const std::size_t rank = context.rank(0);
    if (context.rank(1) != rank || context.rank(2) != rank) {
        throw Untyped{"its indices and updates do not have as many dimensions as its input"};
    }
    context.emit(ScatterElements{axisOf(context, "axis", 0), reductionOf(context.node)},
        {context.in(0), context.in(1), context.in(2)});
}

void readScatterNd(NodeContext &context)
{
    context.rank(0);
    context.rank(1);
    context.emit(ScatterNd{reductionOf(context.node)}, {context.in(0), context.in(1), context.in(2)});
}

/// Classes 0 to depth - 1 and, as ONNX has it, -depth to -1 that count from the end.
void emitOneHotByComparison(NodeContext &context, TensorId indices, std::int64_t depth, std::size_t axis)
{
    const ElementType type = context.tensor(indices).type;
    const std::size_t rank = context.tensor(indices).shape.rank() + 1;
    const auto classes = [&](const char *name, std::int64_t first) {
        SmallValue value{type, std::vector<std::int64_t>(rank, 1), {}};
        value.dims[axis] = depth;
        for (std::int64_t at = 0; at < depth; ++at) {
            value.elements.push_back(SmallValue::Element::ofInteger(first + at));
        }
        return context.constant(name, type, Shape(value.dims), value.bytes());
    };
    const auto chosen = [&](const char *name, std::int64_t at) {
        const TensorId which = context.integer(name, ElementType::Int64, at);
        return context.step(Gather{}, {context.in(2), which}, name);
    };
    const Binary equal{BinaryFunction::Equal, FusedActivation::None};
    const TensorId wide = context.step(ExpandDims{{static_cast<std::int64_t>(axis)}}, {indices}, "wide");
    const TensorId front = context.step(equal, {wide, classes("classes", 0)}, "front", ElementType::Bool);
    const TensorId back = context.step(equal, {wide, classes("last", -depth)}, "back", ElementType::Bool);
    const TensorId hot = context.step(Binary{BinaryFunction::LogicalOr, FusedActivation::None}, {front, back}, "hot");
    const TensorId off = chosen("off", 0);
    const TensorId on = chosen("on", 1);
    context.setType(context.out(), context.tensor(context.in(2)).type);
    context.emit(Select{}, {hot, on, off});
}

void readOneHot(NodeContext &context)
{
    const std::size_t rank = context.rank(0);
    OneHot kind;
    const std::size_t axis = context.axis(context.node.integer("axis", -1), rank + 1);
    kind.axis = static_cast<std::int32_t>(axis);
    kind.depth = oneInteger(context, 1, "depth");
    if (kind.depth < 1 || kind.depth > (std::int64_t{1} << 20)) {
        throw Untyped{"its depth is out of range"};
    }
    TensorId indices = context.in(0);
    const ElementType type = context.tensor(indices).type;
    if (type != ElementType::Int64 && type != ElementType::Int32) {
        indices = context.step(Cast{ElementType::Int64}, {indices}, "indices", ElementType::Int64);
    }
    const SmallValue *known = context.small(0);
    const bool counted = known != nullptr && known->known()
        && std::all_of(known->elements.begin(), known->elements.end(), [](const auto &e) { return e.integer >= 0; });
    if (!counted) {
        if (static_cast<std::size_t>(kind.depth) > mostSmallElements) {
            throw Untyped{"a depth of more than 1024 needs indices that are known"};
        }
        emitOneHotByComparison(context, indices, kind.depth, axis);
        return;
    }
    context.setType(context.out(), context.tensor(context.in(2)).type);
    context.emit(kind, {indices, context.in(2)});
}

/// k is an attribute before operator set 10.
void readTopK(NodeContext &context)
{
    TopK kind;
    kind.axis = axisOf(context, "axis", -1);
    kind.k = context.node.has("k") ? context.node.integer("k", 1) : oneInteger(context, 1, "k");
    kind.largest = context.node.integer("largest", 1) != 0;
    kind.sorted = context.node.integer("sorted", 1) != 0;
    const TensorId values = context.wants(0) ? context.out(0) : context.temporary("values");
    const TensorId indices = context.wants(1) ? context.out(1) : context.temporary("indices");
    context.setType(indices, ElementType::Int64);
    context.emit(kind, {context.in(0)}, {values, indices});
}

void readReverseSequence(NodeContext &context)
{
    ReverseSequence kind;
    kind.sequenceAxis = axisOf(context, "time_axis", 0);
    kind.batchAxis = axisOf(context, "batch_axis", 1);
    if (kind.sequenceAxis == kind.batchAxis) {
        throw Untyped{"its two axes are the same"};
    }
    context.emit(kind, {context.in(0), context.in(1)});
}

void readCumSum(NodeContext &context)
{
    CumulativeSum kind;
    const std::int64_t axis = oneInteger(context, 1, "axis");
    kind.axis = static_cast<std::int32_t>(context.axis(axis, context.rank(0)));
    kind.exclusive = context.node.integer("exclusive", 0) != 0;
    kind.reverse = context.node.integer("reverse", 0) != 0;
    context.emit(kind, {context.in(0)});
}

/// The elements that a condition known beforehand lets through are a Gather.
void readCompress(NodeContext &context)
{
    const std::size_t rank = context.rank(0);
    const SmallValue *condition = context.small(1);
    if (condition == nullptr || !condition->known()) {
        throw Untyped{"its output's size depends on the values of its condition"};
    }
    std::vector<std::int64_t> kept;
    for (std::size_t at = 0; at < condition->elements.size(); ++at) {
        if (condition->elements[at].integer != 0) {
            kept.push_back(static_cast<std::int64_t>(at));
        }
    }
    TensorId x = context.in(0);
    Gather kind;
    if (context.node.has("axis")) {
        kind.axis = axisOf(context, "axis", 0);
    } else if (rank != 1) {
        x = context.step(Reshape{{-1}, false}, {x}, "flat");
    }
    const std::int64_t size = context.tensor(x).shape[static_cast<std::size_t>(kind.axis)];
    if (!kept.empty() && size >= 0 && kept.back() >= size) {
        throw Untyped{"its condition lets through more elements than there are"};
    }
    const TensorId indices = context.constant(
        "indices", ElementType::Int64, Shape{static_cast<std::int64_t>(kept.size())}, Bytes::of(kept));
    context.emit(kind, {x, indices});
}

} // namespace

void addSelectionReaders(NodeReaders &readers)
{
    readers["Trilu"] = readTrilu;
    readers["GatherElements"] = readGatherElements;
    readers["GatherND"] = readGatherNd;
    readers["ScatterElements"] = readScatterElements;
    readers["Scatter"] = readScatterElements;
    readers["ScatterND"] = readScatterNd;
    readers["OneHot"] = readOneHot;
    readers["TopK"] = readTopK;
    readers["ReverseSequence"] = readReverseSequence;
    readers["CumSum"] = readCumSum;
    readers["Compress"] = readCompress;
}

} // namespace tinsmith::onnxio

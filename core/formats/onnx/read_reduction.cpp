// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/node_context.h"

#include <map>

namespace tinsmith::onnxio {
namespace {

const std::map<std::string, ReduceFunction, std::less<>> &reduceFunctions()
{
    static const std::map<std::string, ReduceFunction, std::less<>> all
        = {{"ReduceMean", ReduceFunction::Mean}, {"ReduceSum", ReduceFunction::Sum}, {"ReduceMax", ReduceFunction::Max},
            {"ReduceMin", ReduceFunction::Min}, {"ReduceProd", ReduceFunction::Prod}};
    return all;
}

void readReduce(NodeContext &context)
{
    Reduce kind;
    kind.function = reduceFunctions().find(context.node.type)->second;
    kind.keepDims = context.node.integer("keepdims", 1) != 0;
    if (context.node.has("axes")) {
        kind.axes = context.node.integers("axes");
    } else if (context.has(1)) {
        kind.axes = context.integers(1, "axes");
    }
    if (kind.axes.empty() && context.node.integer("noop_with_empty_axes", 0) != 0) {
        context.emit(Identity{}, {context.in(0)});
        return;
    }
    context.rank(0);
    context.emit(std::move(kind), {context.in(0)});
}

void readArgExtreme(NodeContext &context)
{
    if (context.node.integer("select_last_index", 0) != 0) {
        throw Untyped{"the last of equal elements is not supported"};
    }
    ArgExtreme kind;
    kind.smallest = context.node.type == "ArgMin";
    kind.axis = static_cast<std::int32_t>(context.axis(context.node.integer("axis", 0), context.rank(0)));
    kind.keepDims = context.node.integer("keepdims", 1) != 0;
    context.setType(context.out(), ElementType::Int64);
    context.emit(kind, {context.in(0)});
}

} // namespace

void addReductionReaders(NodeReaders &readers)
{
    for (const auto &entry : reduceFunctions()) {
        readers[entry.first] = readReduce;
    }
    readers["ArgMax"] = readArgExtreme;
    readers["ArgMin"] = readArgExtreme;
}

} // namespace tinsmith::onnxio

// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/node_context.h"

#include <map>

namespace tinsmith::onnxio {
namespace {

const std::map<std::string, ReduceFunction, std::less<>> &reduceFunctions()
{
    static const std::map<std::string, ReduceFunction, std::less<>> all
        = {{"ReduceMean", ReduceFunction::Mean}, {"ReduceSum", ReduceFunction::Sum}, {"ReduceMax", ReduceFunction::Max},
            {"ReduceMin", ReduceFunction::Min}, {"ReduceProd", ReduceFunction::Prod}, {"ReduceL1", ReduceFunction::L1},
            {"ReduceL2", ReduceFunction::L2}, {"ReduceSumSquare", ReduceFunction::SumSquare},
            {"ReduceLogSum", ReduceFunction::LogSum}, {"ReduceLogSumExp", ReduceFunction::LogSumExp}};
    return all;
}

void readReduce(NodeContext &context)
{
    Reduce kind;
    kind.function = reduceFunctions().find(context.node.type)->second;
    if (context.tensor(context.in(0)).type == ElementType::Bool) {
        // Operator set 20: the largest truth value is "any", the smallest "all".
        kind.function = kind.function == ReduceFunction::Max ? ReduceFunction::Any
            : kind.function == ReduceFunction::Min           ? ReduceFunction::All
                                                             : kind.function;
    }
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
    ArgExtreme kind;
    kind.lastOfEquals = context.node.integer("select_last_index", 0) != 0;
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

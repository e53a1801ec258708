// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/node_context.h"

#include <map>

namespace tinsmith::onnxio {
namespace {

const std::map<std::string, BinaryFunction, std::less<>> &binaryFunctions()
{
    static const std::map<std::string, BinaryFunction, std::less<>> all = {{"Add", BinaryFunction::Add},
        {"Sub", BinaryFunction::Sub}, {"Mul", BinaryFunction::Mul}, {"Div", BinaryFunction::Div},
        {"Mod", BinaryFunction::FloorMod}, {"Pow", BinaryFunction::Pow}, {"Min", BinaryFunction::Minimum},
        {"Max", BinaryFunction::Maximum}, {"Sum", BinaryFunction::Add}, {"Equal", BinaryFunction::Equal},
        {"Less", BinaryFunction::Less}, {"LessOrEqual", BinaryFunction::LessEqual},
        {"Greater", BinaryFunction::Greater}, {"GreaterOrEqual", BinaryFunction::GreaterEqual},
        {"And", BinaryFunction::LogicalAnd}, {"Or", BinaryFunction::LogicalOr}};
    return all;
}

const std::map<std::string, UnaryFunction, std::less<>> &unaryFunctions()
{
    static const std::map<std::string, UnaryFunction, std::less<>> all
        = {{"Abs", UnaryFunction::Abs}, {"Neg", UnaryFunction::Neg}, {"Exp", UnaryFunction::Exp},
            {"Log", UnaryFunction::Log}, {"Sqrt", UnaryFunction::Sqrt}, {"Sin", UnaryFunction::Sin},
            {"Cos", UnaryFunction::Cos}, {"Floor", UnaryFunction::Floor}, {"Ceil", UnaryFunction::Ceil},
            {"Round", UnaryFunction::Round}, {"Reciprocal", UnaryFunction::Reciprocal}, {"Sign", UnaryFunction::Sign},
            {"Erf", UnaryFunction::Erf}, {"Not", UnaryFunction::LogicalNot}};
    return all;
}

bool compares(BinaryFunction function)
{
    return function >= BinaryFunction::Equal && function <= BinaryFunction::GreaterEqual;
}

/// Operator sets before 7 broadcast the second input only where `broadcast` says so, from the axis `axis`.
TensorId olderBroadcast(NodeContext &context, TensorId second)
{
    if (context.node.opset >= 7 || context.node.opset == 0 || context.node.integer("broadcast", 0) == 0
        || !context.node.has("axis")) {
        return second;
    }
    const Shape first = context.shape(0);
    const Tensor tensor = context.tensor(second);
    if (!first.ranked || !tensor.shape.ranked) {
        throw Untyped{"its old-style broadcast needs known shapes"};
    }
    const std::size_t axis = context.axis(context.node.integer("axis", 0), first.rank());
    if (axis + tensor.shape.rank() > first.rank() || !tensor.data) {
        throw Untyped{"its old-style broadcast is not supported"};
    }
    Shape shape = tensor.shape;
    shape.dims.resize(first.rank() - axis, 1);
    return context.constant("operand", tensor.type, shape, *tensor.data);
}

void readBinary(NodeContext &context)
{
    const Node &node = context.node;
    const BinaryFunction function = binaryFunctions().find(node.type)->second;
    if (node.type == "Mod" && node.integer("fmod", 0) != 0) {
        throw Untyped{"the remainder with the dividend's sign (fmod) is not supported"};
    }
    if (function == BinaryFunction::Pow && context.tensor(context.in(0)).type != context.tensor(context.in(1)).type) {
        throw Untyped{"a power with an exponent of another type is not supported"};
    }
    if (node.inputs.size() == 1) {
        context.emit(Identity{}, {context.in(0)});
        return;
    }
    // Min, Max and Sum of more than two inputs become a chain.
    TensorId left = context.in(0);
    for (std::size_t input = 1; input < node.inputs.size(); ++input) {
        const bool last = input + 1 == node.inputs.size();
        const TensorId right = input == 1 ? olderBroadcast(context, context.in(1)) : context.in(input);
        const TensorId result = last ? context.out() : context.temporary("partial");
        if (compares(function)) {
            context.setType(result, ElementType::Bool);
        }
        context.emit(Binary{function, FusedActivation::None}, {left, right}, {result}, last ? "" : "partial");
        left = result;
    }
}

void readUnary(NodeContext &context)
{
    context.emit(Unary{unaryFunctions().find(context.node.type)->second}, {context.in(0)});
}

} // namespace

void addElementwiseReaders(NodeReaders &readers)
{
    for (const auto &entry : binaryFunctions()) {
        readers[entry.first] = readBinary;
    }
    for (const auto &entry : unaryFunctions()) {
        readers[entry.first] = readUnary;
    }
}

} // namespace tinsmith::onnxio

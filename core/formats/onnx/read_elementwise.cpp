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
        {"And", BinaryFunction::LogicalAnd}, {"Or", BinaryFunction::LogicalOr}, {"Xor", BinaryFunction::LogicalXor},
        {"BitShift", BinaryFunction::ShiftLeft}, {"BitwiseAnd", BinaryFunction::BitwiseAnd},
        {"BitwiseOr", BinaryFunction::BitwiseOr}, {"BitwiseXor", BinaryFunction::BitwiseXor}};
    return all;
}

const std::map<std::string, UnaryFunction, std::less<>> &unaryFunctions()
{
    static const std::map<std::string, UnaryFunction, std::less<>> all
        = {{"Abs", UnaryFunction::Abs}, {"Neg", UnaryFunction::Neg}, {"Exp", UnaryFunction::Exp},
            {"Log", UnaryFunction::Log}, {"Sqrt", UnaryFunction::Sqrt}, {"Sin", UnaryFunction::Sin},
            {"Cos", UnaryFunction::Cos}, {"Floor", UnaryFunction::Floor}, {"Ceil", UnaryFunction::Ceil},
            {"Round", UnaryFunction::Round}, {"Reciprocal", UnaryFunction::Reciprocal}, {"Sign", UnaryFunction::Sign},
            {"Erf", UnaryFunction::Erf}, {"Not", UnaryFunction::LogicalNot}, {"Tan", UnaryFunction::Tan},
            {"Asin", UnaryFunction::Asin}, {"Acos", UnaryFunction::Acos}, {"Atan", UnaryFunction::Atan},
            {"Sinh", UnaryFunction::Sinh}, {"Cosh", UnaryFunction::Cosh}, {"Asinh", UnaryFunction::Asinh},
            {"Acosh", UnaryFunction::Acosh}, {"Atanh", UnaryFunction::Atanh}, {"IsNaN", UnaryFunction::IsNan},
            {"IsInf", UnaryFunction::IsInf}, {"BitwiseNot", UnaryFunction::BitwiseNot}};
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

/// What the node's attributes make of its function.
BinaryFunction functionOf(const Node &node)
{
    if (node.type == "Mod" && node.integer("fmod", 0) != 0) {
        return BinaryFunction::FloatMod;
    }
    if (node.type == "BitShift") {
        const std::string direction = node.string("direction", "");
        if (direction != "LEFT" && direction != "RIGHT") {
            throw Untyped{"shift direction " + direction + " is not known"};
        }
        return direction == "LEFT" ? BinaryFunction::ShiftLeft : BinaryFunction::ShiftRight;
    }
    return binaryFunctions().find(node.type)->second;
}

/// The exponent may be of another type; the result has that of the base.
bool readMixedPower(NodeContext &context)
{
    const ElementType base = context.tensor(context.in(0)).type;
    const ElementType exponent = context.tensor(context.in(1)).type;
    if (base == exponent || base == ElementType::Unknown || exponent == ElementType::Unknown) {
        return false;
    }
    const Binary power{BinaryFunction::Pow, FusedActivation::None};
    if (isFloat(base) || !isFloat(exponent)) {
        const TensorId cast = context.step(Cast{base}, {context.in(1)}, "exponent", base);
        context.emit(power, {context.in(0), cast});
        return true;
    }
    const TensorId real = context.step(Cast{exponent}, {context.in(0)}, "base", exponent);
    const TensorId raised = context.step(power, {real, context.in(1)}, "power");
    context.setType(context.out(), base);
    context.emit(Cast{base}, {raised});
    return true;
}

void readBinary(NodeContext &context)
{
    const Node &node = context.node;
    const BinaryFunction function = functionOf(node);
    if (function == BinaryFunction::Pow && readMixedPower(context)) {
        return;
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

void readMean(NodeContext &context)
{
    std::vector<TensorId> inputs;
    for (std::size_t input = 0; input < context.inputCount(); ++input) {
        inputs.push_back(context.in(input));
    }
    if (inputs.size() == 1) {
        context.emit(Identity{}, std::move(inputs));
        return;
    }
    context.emit(Nary{NaryFunction::Mean}, std::move(inputs));
}

void readUnary(NodeContext &context)
{
    UnaryFunction function = unaryFunctions().find(context.node.type)->second;
    if (function == UnaryFunction::IsInf) {
        const bool negative = context.node.integer("detect_negative", 1) != 0;
        const bool positive = context.node.integer("detect_positive", 1) != 0;
        if (!negative && !positive) {
            throw Untyped{"it looks for no infinity at all"};
        }
        function = negative && positive ? function
            : positive                  ? UnaryFunction::IsPositiveInf
                                        : UnaryFunction::IsNegativeInf;
    }
    if (function >= UnaryFunction::IsNan && function <= UnaryFunction::IsNegativeInf) {
        context.setType(context.out(), ElementType::Bool);
    }
    context.emit(Unary{function}, {context.in(0)});
}

void readWhere(NodeContext &context)
{
    context.setType(context.out(), context.tensor(context.in(1)).type);
    context.emit(Select{}, {context.in(0), context.in(1), context.in(2)});
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
    readers["Mean"] = readMean;
    readers["Where"] = readWhere;
}

} // namespace tinsmith::onnxio

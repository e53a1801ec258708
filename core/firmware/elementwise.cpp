// SPDX-License-Identifier: Apache-2.0
#include "core/execute/quantized_parameters.h"
#include "core/firmware/emitters.h"
#include "core/firmware/layer_parts.h"
#include "core/firmware/strides.h"

#include <optional>

namespace tinsmith::firmware {
namespace {

struct BinaryKernel {
    std::string name;
    std::vector<CArgument> arguments;
};

std::string floatFunction(BinaryFunction function)
{
    switch (function) {
    case BinaryFunction::Add:
        return "add";
    case BinaryFunction::Sub:
        return "sub";
    case BinaryFunction::Mul:
        return "mul";
    case BinaryFunction::Div:
        return "div";
    case BinaryFunction::Minimum:
        return "minimum";
    case BinaryFunction::Maximum:
        return "maximum";
    case BinaryFunction::SquaredDifference:
        return "squared_difference";
    default:
        return {};
    }
}

BinaryKernel floatKernel(const Binary &kind)
{
    const FloatBounds bounds = floatBounds(kind.activation);
    return {floatFunction(kind.function) + "_f32", {{"minimum", bounds.minimum}, {"maximum", bounds.maximum}}};
}

BinaryKernel int8Kernel(const Graph &graph, const Operator &op, const Binary &kind)
{
    switch (kind.function) {
    case BinaryFunction::Add:
    case BinaryFunction::Sub: {
        const SumParameters sum = sumParameters(graph, op);
        return {"add_i8",
            {{"form", roundingForm(sum.output.rounding)}, {"sign", kind.function == BinaryFunction::Add ? 1 : -1},
                {"zero_a", sum.zeroPoint1}, {"multiplier_a", sum.factor1.multiplier}, {"shift_a", sum.factor1.shift},
                {"zero_b", sum.zeroPoint2}, {"multiplier_b", sum.factor2.multiplier}, {"shift_b", sum.factor2.shift},
                {"output_zero", sum.outputZeroPoint}, {"multiplier", sum.output.multiplier},
                {"shift", sum.output.shift}, {"minimum", sum.bounds.min}, {"maximum", sum.bounds.max}}};
    }
    case BinaryFunction::Mul: {
        const ProductParameters product = productParameters(graph, op);
        return {"mul_i8",
            {{"form", roundingForm(product.factor.rounding)}, {"zero_a", product.zeroPoint1},
                {"zero_b", product.zeroPoint2}, {"output_zero", product.outputZeroPoint},
                {"multiplier", product.factor.multiplier}, {"shift", product.factor.shift},
                {"minimum", product.bounds.min}, {"maximum", product.bounds.max}}};
    }
    case BinaryFunction::Minimum:
        return {"minimum_i8", {}};
    case BinaryFunction::Maximum:
        return {"maximum_i8", {}};
    default:
        return {};
    }
}

std::string step(const std::string &operand, const std::vector<WalkLoop> &loops, std::size_t which)
{
    std::string text = operand;
    for (std::size_t i = 0; i + 1 < loops.size(); ++i) {
        if (loops[i].steps[which] != 0) {
            text += " + i" + std::to_string(i) + " * " + std::to_string(loops[i].steps[which]);
        }
    }
    return text;
}

} // namespace

std::string whyNot(const Graph &graph, const Operator &op, const Binary &kind)
{
    std::string reason = whyNotNumbers(graph, op);
    if (!reason.empty()) {
        return reason;
    }
    const ElementType type = graph.tensor(op.outputs[0]).type;
    for (const TensorId id : op.inputs) {
        if (!id || graph.tensor(id).type != type) {
            return "has operands of different types";
        }
    }
    if (kind.activation == FusedActivation::Tanh || kind.activation == FusedActivation::SignBit) {
        return "has a fused " + nameOf(kind.activation) + ", for which there is no kernel";
    }
    const bool extreme = kind.function == BinaryFunction::Minimum || kind.function == BinaryFunction::Maximum;
    if (extreme && kind.activation != FusedActivation::None) {
        return "has a fused activation, for which there is no kernel";
    }
    const bool int8 = type == ElementType::Int8;
    if (int8 ? int8Kernel(graph, op, kind).name.empty() : floatFunction(kind.function).empty()) {
        return "has no kernel for this function on " + std::string(nameOf(type));
    }
    return int8 && extreme ? whyNotMoved(graph, op) : std::string();
}

void emit(Emission &emission, OperatorId id, const Binary &kind)
{
    const Graph &graph = emission.graph();
    const Operator &op = graph.op(id);
    const Tensor &output = graph.tensor(op.outputs[0]);
    const bool int8 = output.type == ElementType::Int8;
    const BinaryKernel kernel = int8 ? int8Kernel(graph, op, kind) : floatKernel(kind);

    const auto &dims = output.shape.dims;
    const auto stepsA = broadcastSteps(graph.tensor(op.inputs[0]).shape.dims, dims);
    const auto stepsB = broadcastSteps(graph.tensor(op.inputs[1]).shape.dims, dims);
    const auto stepsOut = denseSteps(dims);
    std::vector<WalkLoop> loops;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        loops.push_back({dims[i], {stepsA[i], stepsB[i], stepsOut[i]}});
    }
    loops = joined(std::move(loops), 3);

    CWriter body(1);
    for (std::size_t i = 0; i + 1 < loops.size(); ++i) {
        const std::string index = "i" + std::to_string(i);
        body.open(
            "for (int32_t " + index + " = 0; " + index + " < " + std::to_string(loops[i].count) + "; " + index + "++)");
    }
    const WalkLoop &inner = loops.back();
    std::vector<CArgument> arguments = {step("a", loops, 0), step("b", loops, 1), step("output", loops, 2),
        {"count", inner.count}, {"step_a", inner.steps[0]}, {"step_b", inner.steps[1]}};
    arguments.insert(arguments.end(), kernel.arguments.begin(), kernel.arguments.end());
    body.call("ts_" + kernel.name, arguments);
    for (std::size_t i = 0; i + 1 < loops.size(); ++i) {
        body.close();
    }
    const std::string type = cType(output.type);
    emission.include("ts_elementwise.h");
    emission.layer(id, int8 ? kernel.name.substr(0, kernel.name.size() - 3) : kernel.name,
        {{"const " + type + " *a", emission.pointer(op.inputs[0])},
            {"const " + type + " *b", emission.pointer(op.inputs[1])},
            {type + " *output", emission.pointer(op.outputs[0])}},
        body);
}

} // namespace tinsmith::firmware

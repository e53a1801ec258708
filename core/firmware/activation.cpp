// SPDX-License-Identifier: Apache-2.0
#include "core/execute/quantized_parameters.h"
#include "core/firmware/emitters.h"
#include "core/firmware/layer_parts.h"

#include <algorithm>
#include <cmath>

namespace tinsmith::firmware {
namespace {

/// A float function of one element: the kernel and its parameters; no name where there is none.
struct UnaryKernel {
    std::string name;
    std::vector<CArgument> arguments;
};

UnaryKernel floatKernel(const Activation &kind)
{
    const CArgument alpha("alpha", floatLiteral(kind.alpha));
    const CArgument beta("beta", floatLiteral(kind.beta));
    switch (kind.function) {
    case ActivationFunction::Relu:
        return {"clip_f32", {{"minimum", "0.0F"}, {"maximum", "INFINITY"}}};
    case ActivationFunction::Relu6:
        return {"clip_f32", {{"minimum", "0.0F"}, {"maximum", "6.0F"}}};
    case ActivationFunction::ReluN1To1:
        return {"clip_f32", {{"minimum", "-1.0F"}, {"maximum", "1.0F"}}};
    case ActivationFunction::Relu0To1:
        return {"clip_f32", {{"minimum", "0.0F"}, {"maximum", "1.0F"}}};
    case ActivationFunction::Clip:
        return {"clip_f32", {{"minimum", alpha.value}, {"maximum", beta.value}}};
    case ActivationFunction::LeakyRelu:
        return {"leaky_relu_f32", {alpha}};
    case ActivationFunction::Elu:
        return {"elu_f32", {alpha}};
    case ActivationFunction::HardSigmoid:
        return {"hard_sigmoid_f32", {alpha, beta}};
    case ActivationFunction::Logistic:
        return {"logistic_f32", {}};
    case ActivationFunction::Tanh:
        return {"tanh_f32", {}};
    case ActivationFunction::HardSwish:
        return {"hard_swish_f32", {}};
    default:
        return {};
    }
}

UnaryKernel floatKernel(const Unary &kind)
{
    switch (kind.function) {
    case UnaryFunction::Abs:
        return {"abs_f32", {}};
    case UnaryFunction::Neg:
        return {"neg_f32", {}};
    case UnaryFunction::Exp:
        return {"exp_f32", {}};
    case UnaryFunction::Sqrt:
        return {"sqrt_f32", {}};
    case UnaryFunction::Rsqrt:
        return {"rsqrt_f32", {}};
    case UnaryFunction::Square:
        return {"square_f32", {}};
    default:
        return {};
    }
}

template <typename Kind>
std::string whyNotUnary(const Graph &graph, const Operator &op, const Kind &kind)
{
    std::string reason = whyNotNumbers(graph, op);
    if (!reason.empty()) {
        return reason;
    }
    if (graph.tensor(op.inputs[0]).shape.elements() != graph.tensor(op.outputs[0]).shape.elements()) {
        return "has an input and an output of different sizes";
    }
    const bool int8 = numbersOf(graph, op) == Numbers::Int8;
    if (int8 ? !lookupTable(graph, op).has_value() : floatKernel(kind).name.empty()) {
        return std::string("has no kernel for this function on ") + (int8 ? "int8" : "float32");
    }
    return {};
}

template <typename Kind>
void emitUnary(Emission &emission, OperatorId id, const Kind &kind)
{
    const Graph &graph = emission.graph();
    const Operator &op = graph.op(id);
    const std::int64_t count = *graph.tensor(op.outputs[0]).shape.elements();
    std::vector<LayerParameter> parameters = inputAndOutput(emission, op);
    CWriter body(1);
    emission.include("ts_activation.h");
    if (numbersOf(graph, op) == Numbers::Int8) {
        const auto table = *lookupTable(graph, op);
        parameters.push_back({"const int8_t *table",
            emission.constant(emission.nameOf(id) + "_table", std::span<const std::int8_t>(table))});
        body.call("ts_lookup_i8", {"input", "output", "table", {"count", count}});
        emission.layer(id, "lookup", parameters, body);
        return;
    }
    const UnaryKernel kernel = floatKernel(kind);
    std::vector<CArgument> arguments = {"input", "output", {"count", count}};
    arguments.insert(arguments.end(), kernel.arguments.begin(), kernel.arguments.end());
    body.call("ts_" + kernel.name, arguments);
    emission.layer(id, kernel.name, parameters, body);
}

} // namespace

std::string whyNot(const Graph &graph, const Operator &op, const Activation &kind)
{
    return whyNotUnary(graph, op, kind);
}

std::string whyNot(const Graph &graph, const Operator &op, const Unary &kind)
{
    return whyNotUnary(graph, op, kind);
}

void emit(Emission &emission, OperatorId id, const Activation &kind)
{
    emitUnary(emission, id, kind);
}

void emit(Emission &emission, OperatorId id, const Unary &kind)
{
    emitUnary(emission, id, kind);
}

std::string whyNot(const Graph &graph, const Operator &op, const Softmax &kind)
{
    std::string reason = whyNotNumbers(graph, op);
    if (!reason.empty()) {
        return reason;
    }
    const Shape &shape = graph.tensor(op.inputs[0]).shape;
    const auto rank = static_cast<std::int32_t>(shape.rank());
    if (rank == 0 || (kind.axis != -1 && kind.axis != rank - 1)) {
        return "is not along the last axis, for which there is no kernel";
    }
    if (numbersOf(graph, op) == Numbers::Int8) {
        softmaxParameters(graph, op);
        // The sum of the powers has 12 integer bits.
        constexpr std::int64_t widest = 4095;
        if (shape.last() > widest) {
            return "is over more than 4095 values, for which there is no int8 kernel";
        }
    }
    return {};
}

void emit(Emission &emission, OperatorId id, const Softmax &kind)
{
    const Graph &graph = emission.graph();
    const Operator &op = graph.op(id);
    const Tensor &input = graph.tensor(op.inputs[0]);
    const std::int64_t width = input.shape.last();
    const std::int64_t rows = *input.shape.elements() / width;
    CWriter body(1);
    if (numbersOf(graph, op) == Numbers::Int8) {
        // Differences of inputs in fixed point with 5 integer bits, as softmaxParameters() has them.
        constexpr int fractionBits = 26;
        const double scale = static_cast<double>(kind.beta) * static_cast<double>(input.quantization->scale());
        const QuantizedMultiplier factor
            = quantizeMultiplier(std::min(scale * (1 << fractionBits), static_cast<double>(INT32_MAX)));
        const double reach = 31.0 * (1 << fractionBits) / static_cast<double>(std::int64_t{1} << factor.shift);
        const auto smallest = -static_cast<std::int64_t>(std::min(std::floor(reach), 256.0));
        body.call("ts_softmax_i8",
            {"input", "output", {"rows", rows}, {"width", width}, {"multiplier", factor.multiplier},
                {"shift", factor.shift}, {"difference_min", smallest}});
        emission.include("ts_softmax.h");
        emission.layer(id, "softmax", inputAndOutput(emission, op), body);
        return;
    }
    body.call(
        "ts_softmax_f32", {"input", "output", {"rows", rows}, {"width", width}, {"beta", floatLiteral(kind.beta)}});
    emission.include("ts_activation.h");
    emission.layer(id, "softmax_f32", inputAndOutput(emission, op), body);
}

} // namespace tinsmith::firmware

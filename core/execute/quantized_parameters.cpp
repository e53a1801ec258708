// SPDX-License-Identifier: Apache-2.0
#include "core/execute/quantized_parameters.h"

#include "core/execute/fixed_point.h"
#include "core/execute/quantized_tensor.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tinsmith {
namespace {

FusedActivation fusedActivationOf(const Operator &op)
{
    return std::visit(
        [](const auto &kind) {
            if constexpr (requires { kind.activation; }) {
                return kind.activation;
            } else {
                return FusedActivation::None;
            }
        },
        op.kind);
}

/// Where the weights of a kind keep their output channels, and how many they are.
std::int64_t channelsOf(const Operator &op, const Tensor &weights)
{
    std::size_t axis = 0;
    if (op.is<DepthwiseConv2D>()) {
        axis = 3;
    } else if (const auto *transposed = op.as<TransposeConv2D>();
               transposed != nullptr && transposed->layout == Layout::ChannelsFirst) {
        axis = 1;
    }
    return axis < weights.shape.rank() ? weights.shape[axis] : 0;
}

std::int32_t roundedQuotient(float value, float scale)
{
    const float quotient = std::round(value / scale);
    return static_cast<std::int32_t>(std::clamp(quotient, -2147483648.0F, 2147483520.0F));
}

std::int32_t saturatingSum(std::int32_t a, std::int32_t b)
{
    const std::int64_t sum = static_cast<std::int64_t>(a) + b;
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(sum, INT32_MIN, INT32_MAX));
}

} // namespace

OutputBounds activationBounds(FusedActivation activation, ElementType type, float scale, std::int64_t zeroPoint)
{
    const IntegerLimits limits = limitsOf(type);
    const auto zero = static_cast<std::int32_t>(std::clamp<std::int64_t>(zeroPoint, INT32_MIN, INT32_MAX));
    const auto at = [&](float value) { return saturatingSum(zero, roundedQuotient(value, scale)); };
    switch (activation) {
    case FusedActivation::Relu:
        return {std::max(limits.min, zero), limits.max};
    case FusedActivation::Relu6:
        return {std::max(limits.min, zero), std::min(limits.max, at(6))};
    case FusedActivation::ReluN1To1:
        return {std::max(limits.min, at(-1)), std::min(limits.max, at(1))};
    case FusedActivation::None:
    case FusedActivation::Tanh:
    case FusedActivation::SignBit:
        break;
    }
    return {limits.min, limits.max};
}

OutputBounds outputBounds(const Graph &graph, const Operator &op, FusedActivation activation)
{
    if (activation == FusedActivation::Tanh || activation == FusedActivation::SignBit) {
        throw UnsupportedError({}, op.name, "fused " + nameOf(activation) + " has no integer form");
    }
    const Tensor &output = requiredOutput(graph, op);
    const ScaleAndZero to = scaleAndZero(op, output);
    return activationBounds(activation, output.type, to.scale, to.zeroPoint);
}

std::int32_t quantizedValue(double real, const Tensor &tensor)
{
    const IntegerLimits limits = limitsOf(tensor.type);
    const double scale = tensor.quantization ? tensor.quantization->scale() : 1;
    const double zero = tensor.quantization ? static_cast<double>(tensor.quantization->zeroPoint()) : 0;
    const double value = std::round(real / scale) + zero;
    return static_cast<std::int32_t>(
        std::clamp(std::isnan(value) ? zero : value, static_cast<double>(limits.min), static_cast<double>(limits.max)));
}

AccumulatorParameters accumulatorParameters(const Graph &graph, const Operator &op)
{
    const Tensor &inputTensor = requiredInput(graph, op, 0);
    const Tensor &weights = requiredInput(graph, op, 1);
    const ScaleAndZero input = scaleAndZero(op, inputTensor);
    const ScaleAndZero output = scaleAndZero(op, requiredOutput(graph, op));
    const bool dense = op.is<FullyConnected>() || op.is<MatMul>();

    AccumulatorParameters parameters;
    parameters.inputZeroPoint = input.zeroPoint;
    parameters.outputZeroPoint = output.zeroPoint;
    parameters.bounds = outputBounds(graph, op, fusedActivationOf(op));
    checkChannelScales(op, weights, channelsOf(op, weights));
    if (dense && !weights.quantization->perChannel()) {
        const ScaleAndZero second = scaleAndZero(op, weights);
        parameters.weightZeroPoint = second.zeroPoint;
        // TFLite forms this one product in float32; it decides the last bits of the multiplier.
        const float product = input.scale * second.scale;
        parameters.multipliers = {quantizeMultiplier(
            static_cast<double>(product) / static_cast<double>(output.scale), graph.info().rounding)};
        return parameters;
    }
    if (!weights.quantization->perChannel() && weights.quantization->zeroPoint() != 0) {
        throw UnsupportedError({}, op.name, "tensor \"" + weights.name + "\" has a zero point that is not 0");
    }
    for (const float scale : weights.quantization->scales) {
        const double factor
            = static_cast<double>(input.scale) * static_cast<double>(scale) / static_cast<double>(output.scale);
        parameters.multipliers.push_back(quantizeMultiplier(factor, graph.info().rounding));
    }
    return parameters;
}

SumParameters sumParameters(const Graph &graph, const Operator &op)
{
    const ScaleAndZero first = scaleAndZero(op, requiredInput(graph, op, 0));
    const ScaleAndZero second = scaleAndZero(op, requiredInput(graph, op, 1));
    const Tensor &outputTensor = requiredOutput(graph, op);
    const ScaleAndZero output = scaleAndZero(op, outputTensor);
    SumParameters parameters;
    parameters.zeroPoint1 = first.zeroPoint;
    parameters.zeroPoint2 = second.zeroPoint;
    parameters.outputZeroPoint = output.zeroPoint;
    parameters.leftShift = outputTensor.type == ElementType::Int16 ? 15 : 20;
    parameters.bounds = outputBounds(graph, op, fusedActivationOf(op));
    const float largest = std::max(first.scale, second.scale);
    const auto unit = static_cast<float>(1 << parameters.leftShift);
    const auto *binary = op.as<Binary>();
    if (binary != nullptr && binary->function == BinaryFunction::Sub) {
        const float twice = 2 * largest;
        parameters.factor1 = quantizeMultiplier(static_cast<double>(first.scale / twice));
        parameters.factor2 = quantizeMultiplier(static_cast<double>(second.scale / twice));
        parameters.output
            = quantizeMultiplier(static_cast<double>(twice / (unit * output.scale)), graph.info().rounding);
    } else {
        const double twice = 2 * static_cast<double>(largest);
        parameters.factor1 = quantizeMultiplier(static_cast<double>(first.scale) / twice);
        parameters.factor2 = quantizeMultiplier(static_cast<double>(second.scale) / twice);
        parameters.output = quantizeMultiplier(
            twice / (static_cast<double>(unit) * static_cast<double>(output.scale)), graph.info().rounding);
    }
    return parameters;
}

ProductParameters productParameters(const Graph &graph, const Operator &op)
{
    const ScaleAndZero first = scaleAndZero(op, requiredInput(graph, op, 0));
    const ScaleAndZero second = scaleAndZero(op, requiredInput(graph, op, 1));
    const ScaleAndZero output = scaleAndZero(op, requiredOutput(graph, op));
    ProductParameters parameters;
    parameters.zeroPoint1 = first.zeroPoint;
    parameters.zeroPoint2 = second.zeroPoint;
    parameters.outputZeroPoint = output.zeroPoint;
    parameters.bounds = outputBounds(graph, op, fusedActivationOf(op));
    parameters.factor = quantizeMultiplier(
        static_cast<double>(first.scale) * static_cast<double>(second.scale) / static_cast<double>(output.scale),
        graph.info().rounding);
    return parameters;
}

ReductionParameters reductionParameters(const Graph &graph, const Operator &op)
{
    const Tensor &inputTensor = requiredInput(graph, op, 0);
    const Tensor &outputTensor = requiredOutput(graph, op);
    const ScaleAndZero input = scaleAndZero(op, inputTensor);
    const ScaleAndZero output = scaleAndZero(op, outputTensor);
    const std::int64_t before = inputTensor.shape.elements().value_or(0);
    const std::int64_t after = outputTensor.shape.elements().value_or(0);
    if (after <= 0 || before <= 0 || before % after != 0) {
        throw UnsupportedError({}, op.name, "the shapes of input and output do not agree");
    }
    ReductionParameters parameters;
    parameters.inputZeroPoint = input.zeroPoint;
    parameters.outputZeroPoint = output.zeroPoint;
    parameters.elements = before / after;
    parameters.factor = quantizeMultiplier(
        static_cast<double>(input.scale) / static_cast<double>(output.scale), graph.info().rounding);
    const auto *reduce = op.as<Reduce>();
    if (reduce != nullptr && reduce->function == ReduceFunction::Mean && parameters.elements > 1) {
        // The division joins the multiplier, with as many extra bits as fit.
        int shift = 63 - __builtin_clzll(static_cast<unsigned long long>(parameters.elements));
        shift = std::min({shift, 32, 31 + parameters.factor.shift});
        const std::int64_t wide = static_cast<std::int64_t>(parameters.factor.multiplier) << shift;
        parameters.factor.multiplier = static_cast<std::int32_t>(wide / parameters.elements);
        parameters.factor.shift -= shift;
    }
    return parameters;
}

RequantizationParameters requantizationParameters(const Graph &graph, const Operator &op)
{
    const ScaleAndZero input = scaleAndZero(op, requiredInput(graph, op, 0));
    const Tensor &outputTensor = requiredOutput(graph, op);
    const ScaleAndZero output = scaleAndZero(op, outputTensor);
    const IntegerLimits limits = limitsOf(outputTensor.type);
    return {input.zeroPoint, output.zeroPoint,
        quantizeMultiplier(static_cast<double>(input.scale) / static_cast<double>(output.scale), graph.info().rounding),
        {limits.min, limits.max}};
}

PReluParameters preluParameters(const Graph &graph, const Operator &op)
{
    const ScaleAndZero input = scaleAndZero(op, requiredInput(graph, op, 0));
    const ScaleAndZero alpha = scaleAndZero(op, requiredInput(graph, op, 1));
    const ScaleAndZero output = scaleAndZero(op, requiredOutput(graph, op));
    const double in = input.scale;
    const double slope = alpha.scale;
    const double out = output.scale;
    return {input.zeroPoint, alpha.zeroPoint, output.zeroPoint, quantizeMultiplier(in / out, graph.info().rounding),
        quantizeMultiplier(in * slope / out, graph.info().rounding)};
}

SoftmaxParameters softmaxParameters(const Graph &graph, const Operator &op)
{
    constexpr int integerBits = 5;
    const auto *softmax = op.as<Softmax>();
    if (softmax == nullptr) {
        throw UnsupportedError({}, op.name, "is not a softmax");
    }
    const ScaleAndZero input = scaleAndZero(op, requiredInput(graph, op, 0));
    const ScaleAndZero output = scaleAndZero(op, requiredOutput(graph, op));
    if (requiredOutput(graph, op).type == ElementType::Int16) {
        constexpr float step = 1.0F / 65536;
        if (output.zeroPoint != -32768 || std::abs(output.scale - step) > 0.001F * step) {
            throw UnsupportedError(
                {}, op.name, "a softmax to int16 needs an output of scale 1/65536 and zero point -32768");
        }
    } else if (requiredOutput(graph, op).type == ElementType::UInt8) {
        if (output != ScaleAndZero{1.0F / 256, 0}) {
            throw UnsupportedError({}, op.name, "a uint8 softmax needs an output of scale 1/256 and zero point 0");
        }
    } else if (output != ScaleAndZero{1.0F / 256, -128}) {
        throw UnsupportedError({}, op.name, "an int8 softmax needs an output of scale 1/256 and zero point -128");
    }
    const double limit = std::numeric_limits<std::int32_t>::max();
    const double real = std::min(
        static_cast<double>(softmax->beta) * static_cast<double>(input.scale) * (1 << (31 - integerBits)), limit);
    const QuantizedMultiplier factor = quantizeMultiplier(real);
    if (factor.shift < 0 || factor.multiplier < 0) {
        throw UnsupportedError({}, op.name, "the input's scale is too small for an int8 softmax");
    }
    const double reach = 31.0 * (1LL << (31 - integerBits)) / static_cast<double>(1LL << factor.shift);
    const auto smallest = -static_cast<std::int64_t>(std::floor(reach));
    SoftmaxParameters parameters;
    for (std::int32_t distance = 0; distance < 256; ++distance) {
        if (-distance >= smallest) {
            const std::int32_t scaled
                = roundingDoublingHighMultiply(wrappingShiftLeft(-distance, factor.shift), factor.multiplier);
            parameters.exponentials[static_cast<std::size_t>(distance)]
                = fixed_point::expOfNegative(scaled, integerBits);
        }
    }
    return parameters;
}

} // namespace tinsmith

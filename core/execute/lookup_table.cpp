// SPDX-License-Identifier: Apache-2.0
#include "core/execute/inverse_root.h"
#include "core/execute/quantized_functions.h"
#include "core/execute/quantized_parameters.h"
#include "core/execute/quantized_tensor.h"
#include "core/execute/scalar_functions.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tinsmith {
namespace {

using Table = std::array<std::int8_t, 256>;

template <typename Function>
Table tableOf(const Function &function)
{
    Table table = {};
    for (int q = -128; q <= 127; ++q) {
        table[static_cast<std::size_t>(q + 128)] = static_cast<std::int8_t>(clampTo(function(q), -128, 127));
    }
    return table;
}

std::int32_t toInt(float value)
{
    if (std::isnan(value)) {
        return 0;
    }
    return static_cast<std::int32_t>(std::clamp(value, -1e9F, 1e9F));
}

/// The way TFLite tables a float function (Elu, Gelu, Exp, Log, ...).
template <typename Function>
Table tableOfFloat(const ScaleAndZero &input, const ScaleAndZero &output, const Function &function)
{
    const float inverse = 1 / output.scale;
    return tableOf([&](int q) {
        const float x = input.scale * static_cast<float>(q - input.zeroPoint);
        return toInt(std::round(function(x) * inverse)) + output.zeroPoint;
    });
}

/// The function's real values, rounded once, ties to even.
template <typename Function>
Table tableOfReals(const ScaleAndZero &input, const ScaleAndZero &output, const Function &function)
{
    return tableOf([&](int q) {
        const float x = input.scale * static_cast<float>(q - input.zeroPoint);
        return wrappingSum(toInt(std::nearbyint(function(x) / output.scale)), output.zeroPoint);
    });
}

/// Relu and its kin: rescaled, then clamped to what the real bounds are in the output.
Table clampingTable(const ScaleAndZero &input, const ScaleAndZero &output, float min, float max)
{
    const QuantizedMultiplier factor = quantizeMultiplier(static_cast<double>(input.scale / output.scale));
    const std::int32_t low = std::max(-128, output.zeroPoint + toInt(std::round(min / output.scale)));
    const std::int32_t high
        = std::isinf(max) ? 127 : std::min(127, output.zeroPoint + toInt(std::round(max / output.scale)));
    return tableOf([&](int q) {
        return clampTo(wrappingSum(output.zeroPoint, requantize(q - input.zeroPoint, factor)), low, high);
    });
}

Table leakyTable(const ScaleAndZero &input, const ScaleAndZero &output, float alpha)
{
    const QuantizedMultiplier positive = quantizeMultiplier(static_cast<double>(input.scale / output.scale));
    const QuantizedMultiplier negative = quantizeMultiplier(static_cast<double>(input.scale * alpha / output.scale));
    return tableOf([&](int q) {
        const std::int32_t x = q - input.zeroPoint;
        return wrappingSum(output.zeroPoint, requantize(x, x >= 0 ? positive : negative));
    });
}

void requireOutput(const Operator &op, const ScaleAndZero &actual, const ScaleAndZero &needed, const char *text)
{
    if (actual != needed) {
        throw UnsupportedError({}, op.name, text);
    }
}

Table activationTable(
    const Operator &op, const Activation &activation, const ScaleAndZero &input, const ScaleAndZero &output)
{
    switch (activation.function) {
    case ActivationFunction::Relu:
        return clampingTable(input, output, 0, std::numeric_limits<float>::infinity());
    case ActivationFunction::Relu6:
        return clampingTable(input, output, 0, 6);
    case ActivationFunction::ReluN1To1:
        return clampingTable(input, output, -1, 1);
    case ActivationFunction::Relu0To1:
        return clampingTable(input, output, 0, 1);
    case ActivationFunction::LeakyRelu:
        return leakyTable(input, output, activation.alpha);
    case ActivationFunction::Logistic:
        requireOutput(
            op, output, {1.0F / 256, -128}, "an int8 logistic needs an output of scale 1/256 and zero point -128");
        return tableOf(
            [&](int q) { return quantizedLogistic(input.scale, input.zeroPoint, static_cast<std::int8_t>(q)); });
    case ActivationFunction::Tanh:
        requireOutput(op, output, {1.0F / 128, 0}, "an int8 tanh needs an output of scale 1/128 and zero point 0");
        return tableOf([&](int q) { return quantizedTanh(input.scale, input.zeroPoint, static_cast<std::int8_t>(q)); });
    case ActivationFunction::HardSwish: {
        const auto parameters = hardSwishParameters(input.scale, input.zeroPoint, output.scale, output.zeroPoint);
        if (parameters.outputExponent > 0) {
            throw UnsupportedError({}, op.name, "the output's scale is less than 1/128 of the input's");
        }
        return tableOf([&](int q) { return hardSwish(parameters, static_cast<std::int8_t>(q)); });
    }
    default:
        return tableOfFloat(input, output, [&](float x) { return applyActivation(activation, x); });
    }
}

Table unaryTable(const Operator &op, UnaryFunction function, const ScaleAndZero &input, const ScaleAndZero &output)
{
    if (function == UnaryFunction::BitwiseNot) {
        throw UnsupportedError({}, op.name, "the bits of quantized values have no meaning");
    }
    if (function == UnaryFunction::Abs) {
        const QuantizedMultiplier factor = quantizeMultiplier(static_cast<double>(input.scale / output.scale));
        return tableOf(
            [&](int q) { return wrappingSum(output.zeroPoint, requantize(std::abs(q - input.zeroPoint), factor)); });
    }
    if (function == UnaryFunction::Rsqrt) {
        const double scale = 1 / static_cast<double>(std::sqrt(input.scale) * output.scale);
        const QuantizedMultiplier factor = quantizeMultiplier(scale);
        return tableOf([&](int q) {
            const std::int32_t x = q - input.zeroPoint;
            // The reference refuses negative values and takes 0 for the largest.
            return x <= 0 ? 127 : wrappingSum(scaledInverseRoot(x, factor), output.zeroPoint);
        });
    }
    if (function == UnaryFunction::Sqrt) {
        // The reference cuts off instead of rounding, and refuses negative values.
        return tableOf([&](int q) {
            const float x = input.scale * static_cast<float>(q - input.zeroPoint);
            return toInt(std::sqrt(std::max(x, 0.0F)) / output.scale) + output.zeroPoint;
        });
    }
    if (function == UnaryFunction::Log) {
        // Where there is no logarithm the reference takes the smallest output.
        const float smallest = static_cast<float>(-128 - output.zeroPoint) * output.scale;
        return tableOfFloat(input, output, [&](float x) { return x <= 0 ? smallest : std::log(x); });
    }
    return tableOfFloat(input, output, [&](float x) { return applyUnary(function, x); });
}

} // namespace

std::optional<std::array<std::uint8_t, 256>> olderLookupTable(const Graph &graph, const Operator &op)
{
    const auto *activation = op.as<Activation>();
    if (activation == nullptr || requiredInput(graph, op, 0).type != ElementType::UInt8
        || requiredOutput(graph, op).type != ElementType::UInt8) {
        return std::nullopt;
    }
    ScaleAndZero input = scaleAndZero(op, requiredInput(graph, op, 0));
    ScaleAndZero output = scaleAndZero(op, requiredOutput(graph, op));
    input.zeroPoint -= 128;
    output.zeroPoint -= 128;
    const Table table = graph.info().rounding == Rounding::HalfToEven
        ? tableOfReals(input, output, [&](float x) { return applyActivation(*activation, x); })
        : activationTable(op, *activation, input, output);
    std::array<std::uint8_t, 256> bytes = {};
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        bytes[at] = static_cast<std::uint8_t>(table[at] + 128);
    }
    return bytes;
}

std::optional<std::array<std::int8_t, 256>> lookupTable(const Graph &graph, const Operator &op)
{
    const auto *activation = op.as<Activation>();
    const auto *unary = op.as<Unary>();
    const bool quantize = op.is<Quantize>();
    if (activation == nullptr && unary == nullptr && !quantize) {
        return std::nullopt;
    }
    const Tensor &from = requiredInput(graph, op, 0);
    const Tensor &to = requiredOutput(graph, op);
    if (from.type != ElementType::Int8 || to.type != ElementType::Int8) {
        return std::nullopt;
    }
    const ScaleAndZero input = scaleAndZero(op, from);
    const ScaleAndZero output = scaleAndZero(op, to);
    const bool real = graph.info().rounding == Rounding::HalfToEven;
    if (activation != nullptr && real) {
        return tableOfReals(input, output, [&](float x) { return applyActivation(*activation, x); });
    }
    if (unary != nullptr && real && unary->function != UnaryFunction::BitwiseNot) {
        return tableOfReals(input, output, [&](float x) { return applyUnary(unary->function, x); });
    }
    if (activation != nullptr) {
        return activationTable(op, *activation, input, output);
    }
    if (unary != nullptr) {
        return unaryTable(op, unary->function, input, output);
    }
    const RequantizationParameters parameters = requantizationParameters(graph, op);
    return tableOf([&](int q) {
        return wrappingSum(requantize(q - parameters.inputZeroPoint, parameters.factor), parameters.outputZeroPoint);
    });
}

} // namespace tinsmith

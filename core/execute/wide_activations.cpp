// SPDX-License-Identifier: Apache-2.0
#include "core/execute/wide_activations.h"

#include "core/execute/quantized_parameters.h"
#include "core/execute/quantized_tensor.h"
#include "core/execute/scalar_functions.h"

#include <bit>
#include <cmath>
#include <limits>

namespace tinsmith {
namespace {

template <typename Function>
Kernel eachKernel(const Preparation &preparation, const Function &function)
{
    return [function, count = elementsOf(preparation.output())](const Arguments &arguments) {
        for (std::int64_t i = 0; i < count; ++i) {
            arguments.out<std::int16_t>()[i] = function(arguments.in<std::int16_t>(0)[i]);
        }
    };
}

std::int16_t saturated(std::int64_t value)
{
    return static_cast<std::int16_t>(std::clamp<std::int64_t>(value, INT16_MIN, INT16_MAX));
}

bool isAbout(float value, float wanted)
{
    return std::abs(value - wanted) <= 0.001F * wanted;
}

/// The logistic function and tanh have a fixed output.
void requireUnit(const Preparation &preparation, const ScaleAndZero &input, const ScaleAndZero &output)
{
    preparation.require(input.zeroPoint == 0 && output.zeroPoint == 0 && isAbout(output.scale, 1.0F / 32768),
        "an int16 logistic or tanh needs zero points of 0 and an output of scale 1/32768");
}

/// Rescaled, then clamped to the real bounds.
Kernel clampingKernel(
    const Preparation &preparation, const ScaleAndZero &input, const ScaleAndZero &output, FusedActivation bounds)
{
    const QuantizedMultiplier factor = quantizeMultiplier(static_cast<double>(input.scale / output.scale));
    const OutputBounds limits = activationBounds(bounds, ElementType::Int16, output.scale, output.zeroPoint);
    return eachKernel(preparation, [=](std::int16_t q) {
        const std::int32_t y = wrappingSum(output.zeroPoint, requantize(q - input.zeroPoint, factor));
        return static_cast<std::int16_t>(clampTo(y, limits.min, limits.max));
    });
}

Kernel leakyKernel(const Preparation &preparation, const ScaleAndZero &input, const ScaleAndZero &output, float alpha)
{
    const QuantizedMultiplier positive = quantizeMultiplier(static_cast<double>(input.scale / output.scale));
    // A negative slope is a positive factor with its sign taken off afterwards.
    const QuantizedMultiplier negative
        = quantizeMultiplier(std::abs(static_cast<double>(input.scale * alpha / output.scale)));
    return eachKernel(preparation, [=, falls = alpha < 0](std::int16_t q) {
        const std::int32_t x = q - input.zeroPoint;
        const std::int64_t y = requantize(x, x >= 0 ? positive : negative);
        return saturated((x < 0 && falls ? -y : y) + output.zeroPoint);
    });
}

template <typename Function>
Kernel tableKernel(
    const Preparation &preparation, const ScaleAndZero &input, const ScaleAndZero &output, const Function &function)
{
    const WideTable table(input.scale, input.zeroPoint, output.scale, output.zeroPoint, function);
    return eachKernel(preparation, [table](std::int16_t q) { return table.at(q); });
}

} // namespace

Kernel wideActivation(Preparation &preparation, const Activation &activation)
{
    const ScaleAndZero input = scaleAndZero(preparation.op(), preparation.input(0));
    const ScaleAndZero output = scaleAndZero(preparation.op(), preparation.output());
    switch (activation.function) {
    case ActivationFunction::Logistic: {
        requireUnit(preparation, input, output);
        const WideScaling scaling = wideScalingOfScale(input.scale, 1);
        return eachKernel(preparation, [scaling](std::int16_t q) { return wideLogistic(q, scaling); });
    }
    case ActivationFunction::Tanh: {
        requireUnit(preparation, input, output);
        const WideScaling scaling = wideScalingOfScale(input.scale, 2);
        return eachKernel(preparation, [scaling](std::int16_t q) { return wideTanh(q, scaling); });
    }
    case ActivationFunction::Relu:
        return clampingKernel(preparation, input, output, FusedActivation::Relu);
    case ActivationFunction::Relu6:
        return clampingKernel(preparation, input, output, FusedActivation::Relu6);
    case ActivationFunction::ReluN1To1:
        return clampingKernel(preparation, input, output, FusedActivation::ReluN1To1);
    case ActivationFunction::LeakyRelu:
        return leakyKernel(preparation, input, output, activation.alpha);
    default:
        return tableKernel(preparation, input, output, [&](float x) { return applyActivation(activation, x); });
    }
}

Kernel wideUnary(Preparation &preparation, const Unary &unary)
{
    const bool quantized = preparation.input(0).quantization && preparation.output().quantization;
    if (!quantized) {
        preparation.require(unary.function == UnaryFunction::Abs || unary.function == UnaryFunction::Neg,
            "this function has no form for plain int16");
        return eachKernel(preparation, [abs = unary.function == UnaryFunction::Abs](std::int16_t x) {
            return static_cast<std::int16_t>(!abs || x < 0 ? -x : x);
        });
    }
    const ScaleAndZero input = scaleAndZero(preparation.op(), preparation.input(0));
    const ScaleAndZero output = scaleAndZero(preparation.op(), preparation.output());
    if (unary.function == UnaryFunction::Abs) {
        const QuantizedMultiplier factor = quantizeMultiplier(static_cast<double>(input.scale / output.scale));
        return eachKernel(preparation, [=](std::int16_t q) {
            const std::int32_t size = std::abs(q - input.zeroPoint);
            return saturated(
                std::int64_t{input.scale == output.scale ? size : requantize(size, factor)} + output.zeroPoint);
        });
    }
    switch (unary.function) {
    case UnaryFunction::Sqrt:
        // The reference cuts off instead of rounding, and refuses negative values.
        return eachKernel(preparation, [=](std::int16_t q) {
            const float x = input.scale * static_cast<float>(q - input.zeroPoint);
            const float y = std::clamp(std::sqrt(std::max(x, 0.0F)) / output.scale, 0.0F, 65536.0F);
            return saturated(static_cast<std::int64_t>(y) + output.zeroPoint);
        });
    case UnaryFunction::Rsqrt: {
        const float largest = 32767 * output.scale;
        return tableKernel(preparation, input, output, [=](float x) { return x <= 0 ? largest : 1.0F / std::sqrt(x); });
    }
    case UnaryFunction::Log: {
        const float smallest = static_cast<float>(-32768 - output.zeroPoint) * output.scale;
        return tableKernel(preparation, input, output, [=](float x) { return x <= 0 ? smallest : std::log(x); });
    }
    case UnaryFunction::BitwiseNot:
        preparation.refuse("the bits of quantized values have no meaning");
    default:
        return tableKernel(preparation, input, output, [&](float x) { return applyUnary(unary.function, x); });
    }
}

WideSoftmax::WideSoftmax(const Operator &op, const Tensor &input, const Tensor &output, float beta)
    : exponential_(10.0F / 65535, 32767, 2.0F / 65535, 0, [](float x) { return std::exp(x); }),
      reciprocal_(1.0F / 65535, -32768, 2.0F / 65535, 0, [](float x) { return 1 / (1 + x); })
{
    const ScaleAndZero from = scaleAndZero(op, input);
    const ScaleAndZero to = scaleAndZero(op, output);
    if (from.zeroPoint != 0 || to.zeroPoint != 0 || !isAbout(to.scale, 1.0F / 32768)) {
        throw UnsupportedError({}, op.name, "an int16 softmax needs zero points of 0 and an output of scale 1/32768");
    }
    // Differences of -65535 .. 0 mean -10 .. 0.
    factor_ = quantizeMultiplier(static_cast<double>(from.scale) * static_cast<double>(beta) / (10.0 / 65535.0));
}

void WideSoftmax::row(std::span<const std::int16_t> in, std::span<std::int16_t> out) const
{
    const std::int32_t largest = *std::max_element(in.begin(), in.end());
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < in.size(); ++i) {
        const std::int64_t difference = requantize(in[i] - largest, factor_);
        out[i] = exponential_.at(saturated(difference + 32767));
        sum += out[i];
    }
    const int room = std::countl_zero(static_cast<std::uint32_t>(sum));
    const std::int64_t shifted = ((static_cast<std::int64_t>(sum) << (room - 1)) + (1 << 13)) >> 14;
    const std::int64_t scale = reciprocal_.at(saturated(shifted - (1 << 15) - (1 << 16)));
    const int right = 31 - room;
    for (std::int16_t &value : out) {
        const std::int64_t y = (value * scale + (std::int64_t{1} << (right - 1))) >> right;
        value = static_cast<std::int16_t>(std::clamp<std::int64_t>(y, 0, 32767));
    }
}

} // namespace tinsmith

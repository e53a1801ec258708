// SPDX-License-Identifier: Apache-2.0
#include "core/execute/element_values.h"
#include "core/execute/kernel.h"
#include "core/execute/quantized_parameters.h"
#include "core/execute/scalar_functions.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace tinsmith {
namespace {

struct SvdfSizes {
    std::int64_t batch = 1;
    std::int64_t inputs = 1;
    std::int64_t filters = 1;
    std::int64_t memory = 1;
    std::int64_t rank = 1;

    std::int64_t units() const { return filters / rank; }
    std::int64_t stateElements() const { return batch * filters * memory; }
};

SvdfSizes sizesOf(const Preparation &preparation, const Svdf &svdf)
{
    const Shape &x = preparation.input(0).shape;
    const Shape &feature = preparation.input(1).shape;
    const Shape &time = preparation.input(2).shape;
    preparation.require(
        x.rank() == 2 && feature.rank() == 2 && time.rank() == 2, "its input and weights are not matrices");
    const SvdfSizes sizes{x[0], x[1], feature[0], time[1], svdf.rank};
    preparation.require(sizes.rank >= 1 && sizes.filters >= 1 && sizes.memory >= 1 && sizes.filters % sizes.rank == 0,
        "its rank does not divide its filters");
    preparation.require(feature[1] == sizes.inputs && time[0] == sizes.filters, "its weights do not fit its input");
    preparation.require(!preparation.hasInput(3) || elementsOf(preparation.input(3)) == sizes.units(),
        "the bias does not have one value per unit");
    preparation.require(preparation.input(4).variable && elementsOf(preparation.input(4)) == sizes.stateElements(),
        "its state is not a variable of its memory's size");
    preparation.require(
        elementsOf(preparation.output()) == sizes.batch * sizes.units(), "the output does not have one value per unit");
    return sizes;
}

/// Every filter forgets its oldest value; the newest's place stays as it is.
template <typename T>
void age(T *state, const SvdfSizes &sizes)
{
    std::memmove(state, state + 1, static_cast<std::size_t>(sizes.stateElements() - 1) * sizeof(T));
}

Kernel floatKernel(Preparation &preparation, const Svdf &svdf, const SvdfSizes &sizes)
{
    const auto isWeight = [](const Tensor &tensor) {
        return tensor.type == ElementType::Float32
            || (tensor.type == ElementType::Int8 && tensor.quantization && !tensor.quantization->scales.empty());
    };
    preparation.require(isWeight(preparation.input(1)) && isWeight(preparation.input(2)),
        "float activations with these weights have no kernel");
    preparation.require(preparation.input(4).type == ElementType::Float32
            && preparation.output().type == ElementType::Float32
            && (!preparation.hasInput(3) || preparation.input(3).type == ElementType::Float32),
        "its bias, state or output is not float32");
    preparation.require(svdf.activation != FusedActivation::SignBit, "the fused sign bit has no kernel");
    // 8-bit weights under float activations are taken at their real values.
    return [=, feature = preparation.input(1), time = preparation.input(2), activation = svdf.activation,
               bounds = floatBounds(svdf.activation)](const Arguments &arguments) {
        const std::vector<float> featureWeights = realValues(feature, arguments.inputs[1]);
        const std::vector<float> timeWeights = realValues(time, arguments.inputs[2]);
        const auto *bias = arguments.in<float>(3);
        auto *state = arguments.state<float>(4);
        age(state, sizes);
        for (std::int64_t b = 0; b < sizes.batch; ++b) {
            const float *x = arguments.in<float>(0) + b * sizes.inputs;
            float *memory = state + b * sizes.filters * sizes.memory;
            for (std::int64_t f = 0; f < sizes.filters; ++f) {
                float sum = 0;
                for (std::int64_t i = 0; i < sizes.inputs; ++i) {
                    sum += featureWeights[static_cast<std::size_t>(f * sizes.inputs + i)] * x[i];
                }
                memory[f * sizes.memory + sizes.memory - 1] = sum;
            }
            for (std::int64_t u = 0; u < sizes.units(); ++u) {
                float sum = bias != nullptr ? bias[u] : 0.0F;
                for (std::int64_t f = u * sizes.rank; f < (u + 1) * sizes.rank; ++f) {
                    float part = 0;
                    for (std::int64_t m = 0; m < sizes.memory; ++m) {
                        part += timeWeights[static_cast<std::size_t>(f * sizes.memory + m)]
                            * memory[f * sizes.memory + m];
                    }
                    sum += part;
                }
                sum = std::clamp(sum, bounds.min, bounds.max);
                arguments.out<float>()[b * sizes.units() + u]
                    = activation == FusedActivation::Tanh ? std::tanh(sum) : sum;
            }
        }
    };
}

struct SvdfNumbers {
    QuantizedMultiplier feature;
    QuantizedMultiplier time;
    std::int32_t inputZero = 0;
    std::int32_t stateZero = 0;
    std::int32_t outputZero = 0;
};

/// T: int8 or int16, of the time weights and the state.
template <typename T>
Kernel integerKernel(const SvdfSizes &sizes, const SvdfNumbers &numbers)
{
    return [=](const Arguments &arguments) {
        const auto *feature = arguments.in<std::int8_t>(1);
        const auto *time = arguments.in<T>(2);
        const auto *bias = arguments.in<std::int32_t>(3);
        auto *state = arguments.state<T>(4);
        age(state, sizes);
        for (std::int64_t b = 0; b < sizes.batch; ++b) {
            const std::int8_t *x = arguments.in<std::int8_t>(0) + b * sizes.inputs;
            T *memory = state + b * sizes.filters * sizes.memory;
            for (std::int64_t f = 0; f < sizes.filters; ++f) {
                std::int32_t sum = 0;
                for (std::int64_t i = 0; i < sizes.inputs; ++i) {
                    sum += feature[f * sizes.inputs + i] * (x[i] - numbers.inputZero);
                }
                const std::int64_t value
                    = static_cast<std::int64_t>(requantize(sum, numbers.feature)) + numbers.stateZero;
                memory[f * sizes.memory + sizes.memory - 1] = static_cast<T>(
                    std::clamp<std::int64_t>(value, std::numeric_limits<T>::lowest(), std::numeric_limits<T>::max()));
            }
            for (std::int64_t u = 0; u < sizes.units(); ++u) {
                auto sum = static_cast<std::uint32_t>(bias != nullptr ? bias[u] : 0);
                for (std::int64_t f = u * sizes.rank; f < (u + 1) * sizes.rank; ++f) {
                    for (std::int64_t m = 0; m < sizes.memory; ++m) {
                        const std::int64_t at = f * sizes.memory + m;
                        sum += static_cast<std::uint32_t>(time[at] * (memory[at] - numbers.stateZero));
                    }
                }
                const std::int64_t y
                    = static_cast<std::int64_t>(requantize(static_cast<std::int32_t>(sum), numbers.time))
                    + numbers.outputZero;
                arguments.out<std::int8_t>()[b * sizes.units() + u]
                    = static_cast<std::int8_t>(std::clamp<std::int64_t>(y, -128, 127));
            }
        }
    };
}

} // namespace

/// The reference kernels leave the fused activation to the output's range where integers are computed.
Kernel prepare(Preparation &preparation, const Svdf &svdf)
{
    const SvdfSizes sizes = sizesOf(preparation, svdf);
    if (preparation.input(0).type == ElementType::Float32) {
        return floatKernel(preparation, svdf, sizes);
    }
    const ElementType wide = preparation.input(2).type;
    preparation.require(preparation.input(0).type == ElementType::Int8 && preparation.input(1).type == ElementType::Int8
            && preparation.output().type == ElementType::Int8,
        "its input, weights and output are not int8");
    preparation.require((wide == ElementType::Int8 || wide == ElementType::Int16) && preparation.input(4).type == wide,
        "its time weights and state are not both int8 or both int16");
    preparation.require(
        !preparation.hasInput(3) || preparation.input(3).type == ElementType::Int32, "its bias is not int32");
    const Operator &op = preparation.op();
    const ScaleAndZero input = scaleAndZero(op, preparation.input(0));
    const ScaleAndZero feature = scaleAndZero(op, preparation.input(1));
    const ScaleAndZero time = scaleAndZero(op, preparation.input(2));
    const ScaleAndZero state = scaleAndZero(op, preparation.input(4));
    const ScaleAndZero output = scaleAndZero(op, preparation.output());
    SvdfNumbers numbers;
    // TFLite forms these quotients in float32.
    numbers.feature = quantizeMultiplier(static_cast<double>(input.scale * feature.scale / state.scale));
    numbers.time = quantizeMultiplier(static_cast<double>(state.scale * time.scale / output.scale));
    numbers.inputZero = input.zeroPoint;
    numbers.stateZero = state.zeroPoint;
    numbers.outputZero = output.zeroPoint;
    return wide == ElementType::Int8 ? integerKernel<std::int8_t>(sizes, numbers)
                                     : integerKernel<std::int16_t>(sizes, numbers);
}

} // namespace tinsmith

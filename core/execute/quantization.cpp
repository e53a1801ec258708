// SPDX-License-Identifier: Apache-2.0
#include "core/execute/element_values.h"
#include "core/execute/kernel.h"
#include "core/execute/quantized_parameters.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace tinsmith {
namespace {

bool storable(ElementType type)
{
    return type == ElementType::Int8 || type == ElementType::UInt8 || type == ElementType::Int16
        || type == ElementType::UInt16 || type == ElementType::Int32;
}

std::int32_t storedAt(ElementType type, const std::byte *data, std::int64_t index)
{
    switch (type) {
    case ElementType::Int8:
        return reinterpret_cast<const std::int8_t *>(data)[index];
    case ElementType::UInt8:
        return reinterpret_cast<const std::uint8_t *>(data)[index];
    case ElementType::Int16:
        return reinterpret_cast<const std::int16_t *>(data)[index];
    case ElementType::UInt16:
        return reinterpret_cast<const std::uint16_t *>(data)[index];
    default:
        return reinterpret_cast<const std::int32_t *>(data)[index];
    }
}

void storeAt(ElementType type, std::byte *data, std::int64_t index, std::int32_t value)
{
    switch (type) {
    case ElementType::Int8:
        reinterpret_cast<std::int8_t *>(data)[index] = static_cast<std::int8_t>(value);
        break;
    case ElementType::UInt8:
        reinterpret_cast<std::uint8_t *>(data)[index] = static_cast<std::uint8_t>(value);
        break;
    case ElementType::Int16:
        reinterpret_cast<std::int16_t *>(data)[index] = static_cast<std::int16_t>(value);
        break;
    case ElementType::UInt16:
        reinterpret_cast<std::uint16_t *>(data)[index] = static_cast<std::uint16_t>(value);
        break;
    default:
        reinterpret_cast<std::int32_t *>(data)[index] = value;
        break;
    }
}

/// Which of a tensor's scales element i has.
struct ChannelOf {
    std::int64_t inner = 1;
    std::int64_t channels = 1;
    std::size_t operator()(std::int64_t i) const { return static_cast<std::size_t>(i / inner % channels); }
};

ChannelOf channelsOf(const Preparation &preparation, const Tensor &tensor)
{
    preparation.require(tensor.quantization && !tensor.quantization->scales.empty(), "it has no scale");
    for (const float scale : tensor.quantization->scales) {
        preparation.require(std::isfinite(scale) && scale > 0, "a scale is not a positive number");
    }
    if (!tensor.quantization->perChannel()) {
        return {};
    }
    const std::size_t axis = preparation.axis(tensor.quantization->axis, tensor.shape.rank());
    preparation.require(tensor.shape[axis] == static_cast<std::int64_t>(tensor.quantization->scales.size()),
        "it does not have one scale per slice");
    const std::size_t zeros = tensor.quantization->zeroPoints.size();
    preparation.require(
        zeros <= 1 || zeros == tensor.quantization->scales.size(), "it does not have one zero point per slice");
    ChannelOf channel{1, tensor.shape[axis]};
    for (std::size_t i = axis + 1; i < tensor.shape.rank(); ++i) {
        channel.inner *= tensor.shape[i];
    }
    return channel;
}

} // namespace

Kernel prepare(Preparation &preparation, const Quantize &)
{
    const Tensor &input = preparation.input(0);
    const Tensor &output = preparation.output();
    const std::int64_t count = elementsOf(output);
    preparation.require(elementsOf(input) == count, "input and output differ in size");
    preparation.require(storable(output.type), "its output is not an integer type it can write");
    if (input.type == ElementType::Float32) {
        const ChannelOf channel = channelsOf(preparation, output);
        const IntegerLimits limits = limitsOf(output.type);
        const bool toEven = preparation.graph().info().rounding == Rounding::HalfToEven;
        return [=, quantization = *output.quantization, type = output.type](const Arguments &arguments) {
            const auto *values = arguments.in<float>(0);
            for (std::int64_t i = 0; i < count; ++i) {
                const std::size_t c = channel(i);
                // NaN has no stored value: it becomes the lower limit.
                const float steps = values[i] / quantization.scale(c);
                const double stored = static_cast<double>(toEven ? std::nearbyint(steps) : std::round(steps))
                    + static_cast<double>(quantization.zeroPoint(c));
                const double clamped
                    = stored > limits.min ? std::min(stored, static_cast<double>(limits.max)) : limits.min;
                storeAt(type, arguments.outputs[0], i, static_cast<std::int32_t>(clamped));
            }
        };
    }
    preparation.require(storable(input.type), "its input is neither float32 nor an integer type it can read");
    const RequantizationParameters parameters = requantizationParameters(preparation.graph(), preparation.op());
    return [=, from = input.type, to = output.type](const Arguments &arguments) {
        for (std::int64_t i = 0; i < count; ++i) {
            const auto wide
                = static_cast<std::int64_t>(storedAt(from, arguments.inputs[0], i)) - parameters.inputZeroPoint;
            const auto x = static_cast<std::int32_t>(wide);
            const std::int64_t y
                = static_cast<std::int64_t>(requantize(x, parameters.factor)) + parameters.outputZeroPoint;
            const auto clamped = std::clamp<std::int64_t>(y, parameters.bounds.min, parameters.bounds.max);
            storeAt(to, arguments.outputs[0], i, static_cast<std::int32_t>(clamped));
        }
    };
}

Kernel prepare(Preparation &preparation, const Dequantize &)
{
    const Tensor &input = preparation.input(0);
    const Tensor &output = preparation.output();
    const std::int64_t count = elementsOf(output);
    preparation.require(elementsOf(input) == count, "input and output differ in size");
    preparation.require(output.type == ElementType::Float32, "its output is not float32");
    if (isFloat(input.type)) {
        return [=, type = input.type](const Arguments &arguments) {
            storedValues(type, arguments.inputs[0], count, arguments.out<float>());
        };
    }
    preparation.require(
        storable(input.type) || input.type == ElementType::Int4, "its input is not an integer type it can read");
    const ChannelOf channel = channelsOf(preparation, input);
    return [=, quantization = *input.quantization, type = input.type](const Arguments &arguments) {
        auto *out = arguments.out<float>();
        if (type == ElementType::Int32) {
            // Beyond 2^24 a float would lose digits before the zero point is off.
            const auto *values = arguments.in<std::int32_t>(0);
            for (std::int64_t i = 0; i < count; ++i) {
                const auto x = static_cast<double>(values[i] - quantization.zeroPoint(channel(i)));
                out[i] = static_cast<float>(static_cast<double>(quantization.scale(channel(i))) * x);
            }
            return;
        }
        storedValues(type, arguments.inputs[0], count, out);
        for (std::int64_t i = 0; i < count; ++i) {
            const std::size_t c = channel(i);
            out[i] = quantization.scale(c) * (out[i] - static_cast<float>(quantization.zeroPoint(c)));
        }
    };
}

} // namespace tinsmith

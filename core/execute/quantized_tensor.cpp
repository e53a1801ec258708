// SPDX-License-Identifier: Apache-2.0
#include "core/execute/quantized_tensor.h"

#include <cmath>

namespace tinsmith {
namespace {

void checkScale(const Operator &op, const Tensor &tensor, float scale)
{
    if (!std::isfinite(scale) || scale <= 0) {
        throw UnsupportedError({}, op.name, "tensor \"" + tensor.name + "\" has a scale that is not a positive number");
    }
}

} // namespace

IntegerLimits limitsOf(ElementType type)
{
    switch (type) {
    case ElementType::Int4:
        return {-8, 7};
    case ElementType::UInt8:
        return {0, 255};
    case ElementType::Int16:
        return {INT16_MIN, INT16_MAX};
    case ElementType::UInt16:
        return {0, UINT16_MAX};
    case ElementType::Int32:
        return {INT32_MIN, INT32_MAX};
    default:
        return {-128, 127};
    }
}

ScaleAndZero scaleAndZero(const Operator &op, const Tensor &tensor)
{
    if (!tensor.quantization || tensor.quantization->scales.empty()) {
        throw UnsupportedError({}, op.name, "tensor \"" + tensor.name + "\" has no scale");
    }
    const Quantization &quantization = *tensor.quantization;
    if (quantization.perChannel()) {
        throw UnsupportedError(
            {}, op.name, "tensor \"" + tensor.name + "\" has one scale per channel where one for all is needed");
    }
    checkScale(op, tensor, quantization.scale());
    const std::int64_t zero = quantization.zeroPoint();
    const IntegerLimits limits = limitsOf(tensor.type);
    if (zero < limits.min || zero > limits.max) {
        throw UnsupportedError({}, op.name, "tensor \"" + tensor.name + "\" has a zero point outside its type");
    }
    return {quantization.scale(), static_cast<std::int32_t>(zero)};
}

void checkChannelScales(const Operator &op, const Tensor &tensor, std::int64_t channels)
{
    if (!tensor.quantization || tensor.quantization->scales.empty()) {
        throw UnsupportedError({}, op.name, "tensor \"" + tensor.name + "\" has no scale");
    }
    const Quantization &quantization = *tensor.quantization;
    for (const float scale : quantization.scales) {
        checkScale(op, tensor, scale);
    }
    if (!quantization.perChannel()) {
        return;
    }
    if (static_cast<std::int64_t>(quantization.scales.size()) != channels) {
        throw UnsupportedError(
            {}, op.name, "tensor \"" + tensor.name + "\" does not have one scale per output channel");
    }
    for (const std::int64_t zero : quantization.zeroPoints) {
        if (zero != 0) {
            throw UnsupportedError(
                {}, op.name, "tensor \"" + tensor.name + "\" has a scale per channel and a zero point that is not 0");
        }
    }
}

const Tensor &requiredInput(const Graph &graph, const Operator &op, std::size_t position)
{
    const TensorId id = op.input(position);
    if (!id.valid()) {
        throw UnsupportedError({}, op.name, "input " + std::to_string(position) + " is left out");
    }
    return graph.tensor(id);
}

const Tensor &requiredOutput(const Graph &graph, const Operator &op, std::size_t position)
{
    if (position >= op.outputs.size() || !op.outputs[position].valid()) {
        throw UnsupportedError({}, op.name, "output " + std::to_string(position) + " is left out");
    }
    return graph.tensor(op.outputs[position]);
}

} // namespace tinsmith

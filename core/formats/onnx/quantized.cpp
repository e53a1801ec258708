// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/quantized.h"

#include <algorithm>
#include <cmath>

namespace tinsmith::onnxio {
namespace {

template <typename T>
std::vector<std::int64_t> widened(const Bytes &bytes)
{
    const auto values = bytes.copyAs<T>();
    return {values.begin(), values.end()};
}

std::vector<std::int64_t> zeroPoints(const Tensor &tensor)
{
    if (!tensor.data) {
        throw Untyped{"its zero point is computed while the model runs"};
    }
    switch (tensor.type) {
    case ElementType::Int8:
        return widened<std::int8_t>(*tensor.data);
    case ElementType::UInt8:
        return widened<std::uint8_t>(*tensor.data);
    case ElementType::Int16:
        return widened<std::int16_t>(*tensor.data);
    case ElementType::UInt16:
        return widened<std::uint16_t>(*tensor.data);
    case ElementType::Int32:
        return widened<std::int32_t>(*tensor.data);
    default:
        throw Untyped{"a zero point of type " + std::string(nameOf(tensor.type)) + " is not supported"};
    }
}

} // namespace

Quantization quantizationOf(NodeContext &context, std::size_t scale, std::size_t zeroPoint, std::size_t axis)
{
    const Tensor scales = context.tensor(context.in(scale));
    if (!scales.data) {
        throw Untyped{"its scale is computed while the model runs"};
    }
    if (scales.type != ElementType::Float32 || scales.shape.rank() > 1) {
        throw Untyped{"its scale is not one float32 number or a list of them"};
    }
    Quantization result;
    result.scales = scales.data->copyAs<float>();
    result.axis = static_cast<std::int32_t>(axis);
    if (result.scales.empty() || !std::all_of(result.scales.begin(), result.scales.end(), [](float s) {
            return std::isfinite(s) && s >= 0;
        })) {
        throw Untyped{"its scale is not a positive number"};
    }
    if (context.has(zeroPoint)) {
        result.zeroPoints = zeroPoints(context.tensor(context.in(zeroPoint)));
    } else {
        result.zeroPoints = {0};
    }
    if (result.zeroPoints.size() != 1 && result.zeroPoints.size() != result.scales.size()) {
        throw Untyped{"it has not as many zero points as scales"};
    }
    const bool oneZeroPoint = std::all_of(result.zeroPoints.begin(), result.zeroPoints.end(),
        [&](std::int64_t point) { return point == result.zeroPoints.front(); });
    if (oneZeroPoint) {
        result.zeroPoints.resize(1);
    }
    if (result.scales.size() == 1) {
        result.axis = 0;
    }
    return result;
}

TensorId quantized(NodeContext &context, TensorId id, const Quantization &quantization)
{
    const Tensor tensor = context.tensor(id);
    if (quantization.perChannel() && tensor.shape.known()
        && (static_cast<std::size_t>(quantization.axis) >= tensor.shape.rank()
            || tensor.shape[static_cast<std::size_t>(quantization.axis)]
                != static_cast<std::int64_t>(quantization.scales.size()))) {
        throw Untyped{"its scales do not fit " + tensor.shape.text()};
    }
    if (!tensor.quantization) {
        context.change(id).quantization = quantization;
        return id;
    }
    if (*tensor.quantization == quantization) {
        return id;
    }
    if (!tensor.data) {
        throw Untyped{"its input already has another scale or zero point"};
    }
    const TensorId copy = context.constant("constant", tensor.type, tensor.shape, *tensor.data);
    context.change(copy).quantization = quantization;
    return copy;
}

} // namespace tinsmith::onnxio

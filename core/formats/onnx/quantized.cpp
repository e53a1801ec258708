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

/// Two to a byte, the lower half first.
std::vector<std::int64_t> fourBits(const Bytes &bytes, std::size_t count)
{
    std::vector<std::int64_t> values;
    for (std::size_t at = 0; at < std::min(count, 2 * bytes.size()); ++at) {
        const int both = std::to_integer<int>(bytes.data()[at / 2]);
        const int value = at % 2 == 0 ? both & 15 : both >> 4;
        values.push_back(value < 8 ? value : value - 16);
    }
    return values;
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
    case ElementType::Int4:
        return fourBits(*tensor.data, static_cast<std::size_t>(tensor.shape.elements().value_or(0)));
    case ElementType::Int32:
        return widened<std::int32_t>(*tensor.data);
    default:
        throw Untyped{"a zero point of type " + std::string(nameOf(tensor.type)) + " is not supported"};
    }
}

} // namespace

std::vector<std::int64_t> storedIntegers(const Tensor &tensor)
{
    return zeroPoints(tensor);
}

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

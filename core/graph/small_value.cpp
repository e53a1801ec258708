// SPDX-License-Identifier: Apache-2.0
#include "core/graph/small_value.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <type_traits>

namespace tinsmith {
namespace {

template <typename T>
void append(std::vector<std::byte> &bytes, T value)
{
    const auto raw = std::as_bytes(std::span(&value, 1));
    bytes.insert(bytes.end(), raw.begin(), raw.end());
}

template <typename T>
void take(SmallValue &value, const Bytes &bytes)
{
    for (const T element : bytes.copyAs<T>()) {
        value.elements.push_back(std::is_floating_point_v<T>
                ? SmallValue::Element::ofReal(static_cast<double>(element))
                : SmallValue::Element::ofInteger(static_cast<std::int64_t>(element)));
    }
}

} // namespace

SmallValue::Element SmallValue::Element::ofReal(double value)
{
    Element element;
    element.real = value;
    element.integer = std::abs(value) < 9e18 ? static_cast<std::int64_t>(value) : 0;
    return element;
}

SmallValue::Element SmallValue::Element::ofInteger(std::int64_t value)
{
    Element element;
    element.integer = value;
    element.real = static_cast<double>(value);
    return element;
}

bool SmallValue::known() const
{
    return std::all_of(elements.begin(), elements.end(), [](const Element &element) { return element.known; });
}

std::vector<double> SmallValue::reals() const
{
    std::vector<double> values;
    for (const Element &element : elements) {
        values.push_back(isFloat(type) ? element.real : static_cast<double>(element.integer));
    }
    return values;
}

std::vector<std::int64_t> SmallValue::integers() const
{
    std::vector<std::int64_t> values;
    for (const Element &element : elements) {
        values.push_back(element.integer);
    }
    return values;
}

Bytes SmallValue::bytes() const
{
    std::vector<std::byte> raw;
    for (const Element &element : elements) {
        switch (type) {
        case ElementType::Float32:
            append(raw, static_cast<float>(element.real));
            break;
        case ElementType::Float64:
            append(raw, element.real);
            break;
        case ElementType::Int32:
            append(raw, static_cast<std::int32_t>(element.integer));
            break;
        case ElementType::Int64:
        case ElementType::UInt64:
            append(raw, element.integer);
            break;
        case ElementType::UInt32:
            append(raw, static_cast<std::uint32_t>(element.integer));
            break;
        case ElementType::Int16:
        case ElementType::UInt16:
            append(raw, static_cast<std::uint16_t>(element.integer));
            break;
        default:
            append(raw, static_cast<std::uint8_t>(element.integer));
            break;
        }
    }
    return Bytes(std::move(raw));
}

std::optional<SmallValue> smallValueOf(const Tensor &constant)
{
    const auto elements = constant.shape.elements();
    if (!constant.data || !elements || static_cast<std::size_t>(*elements) > mostSmallElements) {
        return std::nullopt;
    }
    SmallValue value{constant.type, constant.shape.dims, {}};
    switch (constant.type) {
    case ElementType::Float32:
        take<float>(value, *constant.data);
        break;
    case ElementType::Float64:
        take<double>(value, *constant.data);
        break;
    case ElementType::Int32:
        take<std::int32_t>(value, *constant.data);
        break;
    case ElementType::Int64:
        take<std::int64_t>(value, *constant.data);
        break;
    case ElementType::UInt64:
        take<std::uint64_t>(value, *constant.data);
        break;
    case ElementType::UInt32:
        take<std::uint32_t>(value, *constant.data);
        break;
    case ElementType::Int16:
        take<std::int16_t>(value, *constant.data);
        break;
    case ElementType::UInt16:
        take<std::uint16_t>(value, *constant.data);
        break;
    case ElementType::UInt8:
    case ElementType::Bool:
        take<std::uint8_t>(value, *constant.data);
        break;
    case ElementType::Int8:
        take<std::int8_t>(value, *constant.data);
        break;
    default:
        return std::nullopt;
    }
    return value.elements.size() == static_cast<std::size_t>(*elements) ? std::optional(value) : std::nullopt;
}

std::optional<SmallValue> shapeValueOf(const Tensor &tensor)
{
    if (!tensor.shape.ranked) {
        return std::nullopt;
    }
    SmallValue value{ElementType::Int64, {static_cast<std::int64_t>(tensor.shape.rank())}, {}};
    for (std::size_t axis = 0; axis < tensor.shape.rank(); ++axis) {
        SmallValue::Element element = SmallValue::Element::ofInteger(tensor.shape[axis]);
        element.known = tensor.shape[axis] >= 0;
        if (!element.known && axis < tensor.dimensionNames.size()) {
            element.symbol = tensor.dimensionNames[axis];
        }
        value.elements.push_back(std::move(element));
    }
    return value;
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "core/execute/element_values.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace tinsmith {
namespace {

template <typename T>
void convert(const std::byte *data, std::int64_t count, float *out)
{
    for (std::int64_t i = 0; i < count; ++i) {
        T value;
        std::memcpy(&value, data + static_cast<std::size_t>(i) * sizeof(T), sizeof(T));
        out[i] = static_cast<float>(value);
    }
}

void convertHalves(const std::byte *data, std::int64_t count, float *out, bool brain)
{
    for (std::int64_t i = 0; i < count; ++i) {
        std::uint16_t bits;
        std::memcpy(&bits, data + static_cast<std::size_t>(i) * 2, 2);
        out[i] = brain ? std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16) : floatFromHalf(bits);
    }
}

void unpackNibbles(const std::byte *data, std::int64_t count, float *out)
{
    for (std::int64_t i = 0; i < count; ++i) {
        const auto byte = std::to_integer<int>(data[i / 2]);
        const int nibble = i % 2 == 0 ? byte & 15 : byte >> 4;
        out[i] = static_cast<float>(nibble >= 8 ? nibble - 16 : nibble);
    }
}

} // namespace

float floatFromHalf(std::uint16_t half)
{
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16;
    const std::uint32_t exponent = (half >> 10) & 31U;
    const std::uint32_t fraction = half & 1023U;
    if (exponent == 0) {
        const float small = std::ldexp(static_cast<float>(fraction), -24);
        return sign != 0 ? -small : small;
    }
    const std::uint32_t wide = exponent == 31 ? 255 : exponent + 112;
    return std::bit_cast<float>(sign | (wide << 23) | (fraction << 13));
}

std::uint16_t halfFromFloat(float value)
{
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000U);
    if (std::isnan(value)) {
        return static_cast<std::uint16_t>(sign | 0x7E00U);
    }
    const float magnitude = std::fabs(value);
    if (magnitude >= 65520.0F) {
        return static_cast<std::uint16_t>(sign | 0x7C00U);
    }
    if (magnitude < 6.103515625e-05F) {
        // Below the smallest normal number the step is 2^-24.
        return static_cast<std::uint16_t>(sign | static_cast<std::uint16_t>(std::nearbyint(std::ldexp(magnitude, 24))));
    }
    const std::uint32_t rounded = (bits & 0x7FFFFFFFU) + 0x0FFFU + ((bits >> 13) & 1U);
    return static_cast<std::uint16_t>(sign | ((rounded >> 13) - (112U << 10)));
}

bool storedValues(ElementType type, const std::byte *data, std::int64_t count, float *out)
{
    switch (type) {
    case ElementType::Float32:
        convert<float>(data, count, out);
        return true;
    case ElementType::Float64:
        convert<double>(data, count, out);
        return true;
    case ElementType::Float16:
        convertHalves(data, count, out, false);
        return true;
    case ElementType::BFloat16:
        convertHalves(data, count, out, true);
        return true;
    case ElementType::Int4:
        unpackNibbles(data, count, out);
        return true;
    case ElementType::Int8:
        convert<std::int8_t>(data, count, out);
        return true;
    case ElementType::UInt8:
    case ElementType::Bool:
        convert<std::uint8_t>(data, count, out);
        return true;
    case ElementType::Int16:
        convert<std::int16_t>(data, count, out);
        return true;
    case ElementType::UInt16:
        convert<std::uint16_t>(data, count, out);
        return true;
    case ElementType::Int32:
        convert<std::int32_t>(data, count, out);
        return true;
    case ElementType::UInt32:
        convert<std::uint32_t>(data, count, out);
        return true;
    case ElementType::Int64:
        convert<std::int64_t>(data, count, out);
        return true;
    case ElementType::UInt64:
        convert<std::uint64_t>(data, count, out);
        return true;
    default:
        return false;
    }
}

std::vector<float> realValues(const Tensor &tensor, const std::byte *data)
{
    const std::int64_t count = tensor.shape.elements().value_or(0);
    std::vector<float> values(static_cast<std::size_t>(count));
    storedValues(tensor.type, data, count, values.data());
    if (!tensor.quantization || tensor.quantization->scales.empty() || isFloat(tensor.type)) {
        return values;
    }
    const Quantization &quantization = *tensor.quantization;
    std::int64_t inner = 1;
    std::int64_t channels = 1;
    if (quantization.perChannel() && quantization.axis >= 0
        && static_cast<std::size_t>(quantization.axis) < tensor.shape.rank()) {
        const auto axis = static_cast<std::size_t>(quantization.axis);
        for (std::size_t i = axis + 1; i < tensor.shape.rank(); ++i) {
            inner *= tensor.shape[i];
        }
        channels = std::min<std::int64_t>(tensor.shape[axis], static_cast<std::int64_t>(quantization.scales.size()));
    }
    for (std::int64_t i = 0; i < count; ++i) {
        const auto channel = static_cast<std::size_t>(i / inner % channels);
        float &value = values[static_cast<std::size_t>(i)];
        // A file may have fewer zero points than scales: the missing ones are 0.
        const bool shared = quantization.zeroPoints.size() <= 1;
        const bool given = shared || channel < quantization.zeroPoints.size();
        const auto zero = given ? static_cast<float>(quantization.zeroPoint(channel)) : 0.0F;
        value = quantization.scale(channel) * (value - zero);
    }
    return values;
}

} // namespace tinsmith

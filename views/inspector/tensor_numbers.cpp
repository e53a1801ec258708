// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/tensor_numbers.h"

#include <QFloat16>

#include <algorithm>
#include <cstring>

namespace tinsmith {
namespace {

template <typename T>
T elementAt(const Bytes &bytes, std::size_t index)
{
    T value;
    std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
    return value;
}

double numberAt(const Tensor &tensor, std::size_t index)
{
    const Bytes &bytes = *tensor.data;
    switch (tensor.type) {
    case ElementType::Float32:
        return elementAt<float>(bytes, index);
    case ElementType::Float64:
        return elementAt<double>(bytes, index);
    case ElementType::Float16:
        return static_cast<float>(elementAt<qfloat16>(bytes, index));
    case ElementType::Int8:
        return elementAt<std::int8_t>(bytes, index);
    case ElementType::UInt8:
    case ElementType::Bool:
        return elementAt<std::uint8_t>(bytes, index);
    case ElementType::Int16:
        return elementAt<std::int16_t>(bytes, index);
    case ElementType::UInt16:
        return elementAt<std::uint16_t>(bytes, index);
    case ElementType::Int32:
        return elementAt<std::int32_t>(bytes, index);
    case ElementType::UInt32:
        return elementAt<std::uint32_t>(bytes, index);
    case ElementType::Int64:
        return static_cast<double>(elementAt<std::int64_t>(bytes, index));
    case ElementType::UInt64:
        return static_cast<double>(elementAt<std::uint64_t>(bytes, index));
    case ElementType::Int4: {
        const int nibble = (std::to_integer<int>(bytes.view()[index / 2]) >> (index % 2 == 0 ? 0 : 4)) & 0xF;
        return nibble > 7 ? nibble - 16 : nibble;
    }
    default:
        return 0;
    }
}

std::size_t countOf(const Tensor &tensor)
{
    const bool number = isFloat(tensor.type) || isInteger(tensor.type) || tensor.type == ElementType::Bool;
    const int bits = bitsOf(tensor.type);
    if (!tensor.data || !number || bits == 0 || tensor.type == ElementType::BFloat16) {
        return 0;
    }
    return std::min(static_cast<std::size_t>(tensor.shape.elements().value_or(0)),
        tensor.data->size() * 8 / static_cast<std::size_t>(bits));
}

} // namespace

std::vector<double> numbersOf(const Tensor &tensor, std::size_t most)
{
    const std::size_t count = countOf(tensor);
    const std::size_t taken = std::min(count, most);
    std::vector<double> numbers;
    numbers.reserve(taken);
    for (std::size_t index = 0; index < taken; ++index) {
        numbers.push_back(numberAt(tensor, taken == count ? index : index * count / taken));
    }
    return numbers;
}

std::vector<ChannelRange> channelRangesOf(const Tensor &tensor, std::size_t axis)
{
    const std::size_t count = countOf(tensor);
    if (count == 0 || axis >= tensor.shape.rank() || tensor.shape[axis] <= 0) {
        return {};
    }
    const auto channels = static_cast<std::size_t>(tensor.shape[axis]);
    std::size_t inner = 1;
    for (std::size_t later = axis + 1; later < tensor.shape.rank(); ++later) {
        inner *= static_cast<std::size_t>(tensor.shape[later]);
    }
    std::vector<ChannelRange> ranges(channels);
    std::vector<bool> seen(channels, false);
    for (std::size_t index = 0; index < count; ++index) {
        const std::size_t channel = index / inner % channels;
        const double value = numberAt(tensor, index);
        ChannelRange &range = ranges[channel];
        if (!seen[channel]) {
            range = {value, value};
            seen[channel] = true;
        }
        range.low = std::min(range.low, value);
        range.high = std::max(range.high, value);
    }
    return ranges;
}

} // namespace tinsmith

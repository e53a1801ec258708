// SPDX-License-Identifier: Apache-2.0
#include "core/execute/element_dispatch.h"

#include <limits>

namespace tinsmith {

IntegersOf::IntegersOf(const Preparation &preparation, std::size_t input)
    : input_(input), type_(preparation.input(input).type), count_(elementsOf(preparation.input(input)))
{
    preparation.require(isInteger(type_) && bitsOf(type_) >= 8, "its indices are not integers");
}

std::int64_t IntegersOf::at(const std::byte *data, std::int64_t position) const
{
    switch (type_) {
    case ElementType::Int8:
        return reinterpret_cast<const std::int8_t *>(data)[position];
    case ElementType::UInt8:
        return reinterpret_cast<const std::uint8_t *>(data)[position];
    case ElementType::Int16:
        return reinterpret_cast<const std::int16_t *>(data)[position];
    case ElementType::UInt16:
        return reinterpret_cast<const std::uint16_t *>(data)[position];
    case ElementType::Int32:
        return reinterpret_cast<const std::int32_t *>(data)[position];
    case ElementType::UInt32:
        return reinterpret_cast<const std::uint32_t *>(data)[position];
    case ElementType::UInt64: {
        const std::uint64_t value = reinterpret_cast<const std::uint64_t *>(data)[position];
        constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
        return value > static_cast<std::uint64_t>(largest) ? largest : static_cast<std::int64_t>(value);
    }
    default:
        return reinterpret_cast<const std::int64_t *>(data)[position];
    }
}

} // namespace tinsmith

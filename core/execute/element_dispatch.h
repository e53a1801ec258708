// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/kernel.h"

#include <cstdint>
#include <string>

namespace tinsmith {

/// Calls use(T{}) with the C++ type of a number's element type (not bool, not halves); refuses all others.
template <typename Use>
Kernel withNumberType(const Preparation &preparation, ElementType type, const Use &use)
{
    switch (type) {
    case ElementType::Float32:
        return use(float{});
    case ElementType::Float64:
        return use(double{});
    case ElementType::Int8:
        return use(std::int8_t{});
    case ElementType::UInt8:
        return use(std::uint8_t{});
    case ElementType::Int16:
        return use(std::int16_t{});
    case ElementType::UInt16:
        return use(std::uint16_t{});
    case ElementType::Int32:
        return use(std::int32_t{});
    case ElementType::UInt32:
        return use(std::uint32_t{});
    case ElementType::Int64:
        return use(std::int64_t{});
    case ElementType::UInt64:
        return use(std::uint64_t{});
    default:
        preparation.refuse("it does not run on " + std::string(nameOf(type)));
    }
}

/// Calls use(U{}) with the unsigned type of `bytes` bytes, for kernels that move elements whatever they mean.
template <typename Use>
Kernel withElementBytes(const Preparation &preparation, std::int64_t bytes, const Use &use)
{
    switch (bytes) {
    case 1:
        return use(std::uint8_t{});
    case 2:
        return use(std::uint16_t{});
    case 4:
        return use(std::uint32_t{});
    case 8:
        return use(std::uint64_t{});
    default:
        preparation.refuse("its elements are of a size that it does not move");
    }
}

/// Reads integers of a tensor whose type is an integer type: indices, lengths, dimensions.
class IntegersOf {
public:
    IntegersOf() = default;
    /// Refuses an input that is not of an integer type.
    IntegersOf(const Preparation &preparation, std::size_t input);
    std::int64_t at(const Arguments &arguments, std::int64_t position) const
    {
        return at(arguments.inputs[input_], position);
    }
    std::int64_t at(const std::byte *data, std::int64_t position) const;
    std::int64_t count() const { return count_; }

private:
    std::size_t input_ = 0;
    ElementType type_ = ElementType::Int32;
    std::int64_t count_ = 0;
};

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/element_values.h"
#include "core/execute/kernel.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

namespace tinsmith {

/// An IEEE half; arithmetic on it is done in float32.
struct Half {
    std::uint16_t bits = 0;
    Half() = default;
    explicit Half(float value) : bits(halfFromFloat(value)) { }
    operator float() const { return floatFromHalf(bits); }
};

/// The upper half of a float32; arithmetic on it is done in float32.
struct Brain {
    std::uint16_t bits = 0;
    Brain() = default;
    /// To the nearest, ties to even.
    explicit Brain(float value)
    {
        const auto wide = std::bit_cast<std::uint32_t>(value);
        const bool number = value == value;
        bits = static_cast<std::uint16_t>(number ? (wide + 0x7FFFU + (wide >> 16 & 1U)) >> 16 : (wide >> 16 | 0x40U));
    }
    operator float() const { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }
};

template <typename T>
inline constexpr bool isShortFloat = std::is_same_v<T, Half> || std::is_same_v<T, Brain>;
/// What arithmetic on T is done in.
template <typename T>
using WorkType = std::conditional_t<isShortFloat<T>, float, T>;

/// To integers cut off and saturated, 0 for what is no number.
template <typename To, typename From>
To converted(From value)
{
    if constexpr (std::is_same_v<To, bool>) {
        return value != From(0);
    } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
        // Out of range is undefined in C++; saturate as Arm's conversions do.
        if (std::isnan(value)) {
            return To(0);
        }
        const auto low = static_cast<double>(std::numeric_limits<To>::lowest());
        const auto high = static_cast<double>(std::numeric_limits<To>::max());
        const auto wide = static_cast<double>(value);
        return wide <= low ? std::numeric_limits<To>::lowest()
            : wide >= high ? std::numeric_limits<To>::max()
                           : static_cast<To>(wide);
    } else {
        return static_cast<To>(value);
    }
}

/// Calls use(T{}) with the C++ type of a numeric element type; refuses those that have none.
template <typename Use>
Kernel withNumericType(const Preparation &preparation, ElementType type, const Use &use)
{
    switch (type) {
    case ElementType::Float16:
        return use(Half{});
    case ElementType::BFloat16:
        return use(Brain{});
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

/// Whether the values are stored integers that stand for real numbers.
inline bool isQuantized(const Tensor &tensor)
{
    return isInteger(tensor.type) && tensor.quantization && !tensor.quantization->scales.empty();
}

} // namespace tinsmith

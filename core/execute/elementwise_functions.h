// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/elementwise.h"

#include <cmath>
#include <cstdint>
#include <type_traits>

namespace tinsmith {

inline bool isComparison(BinaryFunction function)
{
    return function >= BinaryFunction::Equal && function <= BinaryFunction::GreaterEqual;
}

inline bool isLogical(BinaryFunction function)
{
    return function == BinaryFunction::LogicalAnd || function == BinaryFunction::LogicalOr;
}

/// Integer arithmetic that wraps around instead of being undefined.
template <typename T>
T wrapping(BinaryFunction function, T a, T b)
{
    // At least as wide as unsigned, for short types become int, whose overflow is undefined.
    using U = std::common_type_t<std::make_unsigned_t<T>, unsigned>;
    const U x = static_cast<U>(a);
    const U y = static_cast<U>(b);
    return static_cast<T>(function == BinaryFunction::Add ? U(x + y)
            : function == BinaryFunction::Sub             ? U(x - y)
                                                          : U(x * y));
}

/// Division towards zero; by zero it gives 0.
template <typename T>
T dividing(T a, T b)
{
    if (b == 0) {
        return 0;
    }
    if constexpr (std::is_signed_v<T>) {
        return b == -1 ? wrapping<T>(BinaryFunction::Sub, 0, a) : static_cast<T>(a / b);
    } else {
        return static_cast<T>(a / b);
    }
}

template <typename T>
T flooring(T a, T b)
{
    if constexpr (std::is_floating_point_v<T>) {
        return std::floor(a / b);
    } else if constexpr (std::is_unsigned_v<T>) {
        return dividing(a, b);
    } else {
        const T quotient = dividing(a, b);
        const bool below = b != 0 && b != -1 && a % b != 0 && (a < 0) != (b < 0);
        return static_cast<T>(quotient - (below ? 1 : 0));
    }
}

/// What is left of a after flooring division by b: it has the sign of b.
template <typename T>
T remaining(T a, T b)
{
    if constexpr (std::is_floating_point_v<T>) {
        const T rest = std::fmod(a, b);
        return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
    } else if constexpr (std::is_unsigned_v<T>) {
        return b == 0 ? T(0) : static_cast<T>(a % b);
    } else {
        if (b == 0 || b == -1) {
            return 0;
        }
        const T rest = static_cast<T>(a % b);
        return static_cast<T>(rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest);
    }
}

template <typename T>
T raised(T a, T b)
{
    if constexpr (std::is_floating_point_v<T>) {
        return std::pow(a, b);
    } else {
        if constexpr (std::is_signed_v<T>) {
            if (b < 0) {
                return static_cast<T>(a == 1 ? 1 : a == -1 ? (b % 2 == 0 ? 1 : -1) : 0);
            }
        }
        T result = 1;
        for (T factor = a; b > 0; b = static_cast<T>(b / 2)) {
            if (b % 2 != 0) {
                result = wrapping<T>(BinaryFunction::Mul, result, factor);
            }
            factor = wrapping<T>(BinaryFunction::Mul, factor, factor);
        }
        return result;
    }
}

/// Calls use(f) with the function as a callable T(T, T).
template <typename T, typename Use>
auto withArithmetic(BinaryFunction function, const Use &use)
{
    constexpr bool real = std::is_floating_point_v<T>;
    switch (function) {
    case BinaryFunction::Sub:
        return use([](T a, T b) -> T {
            if constexpr (real) {
                return a - b;
            } else {
                return wrapping(BinaryFunction::Sub, a, b);
            }
        });
    case BinaryFunction::Mul:
        return use([](T a, T b) -> T {
            if constexpr (real) {
                return a * b;
            } else {
                return wrapping(BinaryFunction::Mul, a, b);
            }
        });
    case BinaryFunction::Div:
        return use([](T a, T b) -> T {
            if constexpr (real) {
                return a / b;
            } else {
                return dividing(a, b);
            }
        });
    case BinaryFunction::FloorDiv:
        return use([](T a, T b) -> T { return flooring(a, b); });
    case BinaryFunction::FloorMod:
        return use([](T a, T b) -> T { return remaining(a, b); });
    case BinaryFunction::Pow:
        return use([](T a, T b) -> T { return raised(a, b); });
    case BinaryFunction::Minimum:
        return use([](T a, T b) -> T { return b < a ? b : a; });
    case BinaryFunction::Maximum:
        return use([](T a, T b) -> T { return b > a ? b : a; });
    case BinaryFunction::SquaredDifference:
        return use([](T a, T b) -> T {
            if constexpr (real) {
                return (a - b) * (a - b);
            } else {
                const T difference = wrapping(BinaryFunction::Sub, a, b);
                return wrapping(BinaryFunction::Mul, difference, difference);
            }
        });
    default:
        return use([](T a, T b) -> T {
            if constexpr (real) {
                return a + b;
            } else {
                return wrapping(BinaryFunction::Add, a, b);
            }
        });
    }
}

/// Calls use(f) with the comparison as a callable bool(x, y).
template <typename Use>
auto withComparison(BinaryFunction function, const Use &use)
{
    switch (function) {
    case BinaryFunction::NotEqual:
        return use([](auto a, auto b) { return a != b; });
    case BinaryFunction::Less:
        return use([](auto a, auto b) { return a < b; });
    case BinaryFunction::LessEqual:
        return use([](auto a, auto b) { return a <= b; });
    case BinaryFunction::Greater:
        return use([](auto a, auto b) { return a > b; });
    case BinaryFunction::GreaterEqual:
        return use([](auto a, auto b) { return a >= b; });
    default:
        return use([](auto a, auto b) { return a == b; });
    }
}

} // namespace tinsmith

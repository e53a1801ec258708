// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <limits>

namespace tinsmith {

// Counts of elements, bytes, operations: never negative, and no more than the largest int64 however large the model
// says that it is.

constexpr std::int64_t saturatingProduct(std::int64_t a, std::int64_t b)
{
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    return a > 0 && b > most / a ? most : a * b;
}

constexpr std::int64_t saturatingProduct(std::initializer_list<std::int64_t> factors)
{
    std::int64_t product = 1;
    for (const std::int64_t factor : factors) {
        product = saturatingProduct(product, factor);
    }
    return product;
}

constexpr std::int64_t saturatingSum(std::int64_t a, std::int64_t b)
{
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    return b > most - a ? most : a + b;
}

/// The nearest count.
inline std::int64_t roundedCount(double value)
{
    // The largest double below 2^63.
    constexpr double most = 9223372036854774784.0;
    return value > 0 ? static_cast<std::int64_t>(std::min(value + 0.5, most)) : 0;
}

} // namespace tinsmith

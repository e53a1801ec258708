// SPDX-License-Identifier: Apache-2.0
#include "core/execute/inverse_root.h"

#include "core/execute/fixed_point.h"

#include <bit>

namespace tinsmith {

QuantizedMultiplier inverseRoot(std::int32_t value)
{
    if (value <= 1) {
        return {INT32_MAX, 0};
    }
    std::int32_t shift = 11;
    while (value >= (1 << 29)) {
        value /= 4;
        ++shift;
    }
    const int pairs = (std::countl_zero(static_cast<std::uint32_t>(value)) - 1) / 2 - 1;
    shift -= pairs;
    value <<= 2 * pairs;
    // Q3.28 from here on; a product of two has six integer bits, of three nine.
    const std::int32_t half = roundingShiftRight(value >> 1, 1);
    constexpr std::int32_t threeHalves = (1 << 28) + (1 << 27);
    std::int32_t x = 1 << 28;
    for (int iteration = 0; iteration < 5; ++iteration) {
        const std::int32_t cube
            = saturatingShiftLeft(roundingDoublingHighMultiply(roundingDoublingHighMultiply(x, x), x), 6);
        x = saturatingShiftLeft(
            roundingDoublingHighMultiply(threeHalves, x) - roundingDoublingHighMultiply(half, cube), 3);
    }
    constexpr std::int32_t halfRootOfTwo = 1518500250;
    std::int32_t multiplier = roundingDoublingHighMultiply(x, halfRootOfTwo);
    if (shift < 0) {
        multiplier = wrappingShiftLeft(multiplier, -shift);
        shift = 0;
    }
    return {multiplier, -shift};
}

std::int32_t scaledInverseRoot(std::int32_t value, QuantizedMultiplier factor)
{
    constexpr std::int32_t fractionBits = 20;
    QuantizedMultiplier root = inverseRoot(value);
    root.shift += fractionBits;
    factor.shift -= fractionBits;
    return requantize(requantize(1, root), factor);
}

} // namespace tinsmith

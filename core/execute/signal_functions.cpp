// SPDX-License-Identifier: Apache-2.0
#include "core/execute/signal_functions.h"

#include <array>
#include <cmath>

namespace tinsmith {
namespace {

/// The number of bits that x > 0 takes.
int bitsTaken(std::uint32_t x)
{
    int bits = 0;
    for (; x != 0; x >>= 1) {
        ++bits;
    }
    return bits;
}

/// (log2(1 + i / 128) - i / 128) * 2^16, and a last entry that is never interpolated with.
const std::array<std::int32_t, 130> &logarithmTable()
{
    static const std::array<std::int32_t, 130> table = [] {
        std::array<std::int32_t, 130> values = {};
        for (std::size_t i = 0; i <= 128; ++i) {
            const double x = static_cast<double>(i) / 128;
            values[i] = static_cast<std::int32_t>(std::floor(65536 * (std::log2(1 + x) - x) + 0.5));
        }
        return values;
    }();
    return table;
}

} // namespace

std::uint32_t roundedSquareRoot(std::uint64_t value)
{
    std::uint64_t rest = value;
    std::uint64_t root = 0;
    for (std::uint64_t bit = std::uint64_t{1} << 62; bit != 0; bit >>= 2) {
        if (rest >= root + bit) {
            rest -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    // Numbers of 32 bits have roots of 16 at most, even where rounding would need one more.
    const std::uint64_t largest = value >> 32 == 0 ? 0xFFFF : 0xFFFFFFFF;
    return static_cast<std::uint32_t>(rest > root && root != largest ? root + 1 : root);
}

std::int16_t tabledGain(std::uint32_t x, const std::int16_t *table)
{
    if (x <= 2) {
        return table[x];
    }
    const int bits = bitsTaken(x);
    const std::int16_t *piece = table + 4 * bits - 6;
    const auto fraction
        = static_cast<std::int64_t>((bits < 11 ? x << (11 - bits) : x >> (bits - 11)) & std::uint32_t{0x3FF});
    std::int64_t value = (piece[2] * fraction) >> 5;
    value += static_cast<std::int64_t>(piece[1]) * 32;
    value = (value * fraction + (1 << 14)) >> 15;
    return static_cast<std::int16_t>(value + piece[0]);
}

std::uint32_t shrunk(std::uint32_t x)
{
    constexpr int snrBits = 12;
    constexpr int outputBits = 6;
    if (x < (2U << snrBits)) {
        return (x * x) >> (2 + 2 * snrBits - outputBits);
    }
    return (x >> (snrBits - outputBits)) - (1U << outputBits);
}

std::uint32_t naturalLogarithm(std::uint32_t x, std::uint32_t scale)
{
    constexpr int fractionBits = 16;
    constexpr int segmentBits = 7;
    constexpr std::uint64_t rounding = 1 << 15;
    /// ln(2) * 2^16
    constexpr std::uint64_t naturalOfTwo = 45426;
    const auto whole = static_cast<std::uint32_t>(bitsTaken(x) - 1);
    std::uint32_t fraction = x - (std::uint32_t{1} << whole);
    fraction = whole < fractionBits ? fraction << (fractionBits - whole) : fraction >> (whole - fractionBits);
    const std::uint32_t segment = fraction >> (fractionBits - segmentBits);
    const std::int32_t low = logarithmTable()[segment];
    const std::int32_t high = logarithmTable()[segment + 1];
    const auto inside = static_cast<std::int32_t>(fraction & ((1U << (fractionBits - segmentBits)) - 1));
    const std::int32_t bend = low + (((high - low) * inside) >> fractionBits);
    const std::uint32_t log2 = (whole << fractionBits) + fraction + static_cast<std::uint32_t>(bend);
    const auto natural = static_cast<std::uint32_t>((naturalOfTwo * log2 + rounding) >> fractionBits);
    // The last product is of 32 bits, as in the reference.
    return (scale * natural + static_cast<std::uint32_t>(rounding)) >> fractionBits;
}

} // namespace tinsmith

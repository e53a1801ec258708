// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tinsmith {

// Integer functions of TFLite Micro's audio front end, bit for bit.

/// The nearest integer to the root, as the reference rounds it.
std::uint32_t roundedSquareRoot(std::uint64_t value);

/// Entries of a gain table: three below 3, then four for each power of two of a 32-bit number.
inline constexpr std::int64_t gainTableSize = 125;
/// A table of quadratic pieces, one per power of two, at x.
std::int16_t tabledGain(std::uint32_t x, const std::int16_t *table);
/// x^2 / 4 below 2, else x - 1; x has 12 fractional bits, the result 6.
std::uint32_t shrunk(std::uint32_t x);

/// ln(x) * scale for x > 0, interpolated.
std::uint32_t naturalLogarithm(std::uint32_t x, std::uint32_t scale);

} // namespace tinsmith

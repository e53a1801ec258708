// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace tinsmith {

/// Something that needs consecutive bytes from one position of the running order to another, both included.
struct PackItem {
    std::int64_t bytes = 0;
    std::int32_t first = 0;
    std::int32_t last = 0;
};

/// How an output may lie on the input that dies while it is made, though both are alive together.
struct PackOverlap {
    std::size_t input = 0;
    std::size_t output = 0;
    /// offset(output) <= offset(input) - below is allowed (rows written top to bottom).
    std::optional<std::int64_t> below;
    /// offset(output) >= offset(input) + above is allowed (rows written bottom to top).
    std::optional<std::int64_t> above;
    /// offset(output) == offset(input) is allowed.
    bool same = false;
};

/// Items with lifetimes that must lie apart, except as the overlaps allow. Offsets are multiples of `alignment`.
struct PackProblem {
    std::vector<PackItem> items;
    std::vector<PackOverlap> overlaps;
    std::int64_t alignment = 4;
};

struct PackResult {
    std::vector<std::int64_t> offsets;
    /// The largest end of any item, rounded up to the alignment.
    std::int64_t bytes = 0;
};

/// Bytes that the items alive at each position take at least; no packing can be smaller than the largest.
std::vector<std::int64_t> neededBytes(const PackProblem &problem);

/// Offsets with the smallest end that was found: greedy by size, by lifetime and by time, then exact search for few
/// items, local search for many. Stops as soon as the lower bound is reached. The same problem always gives the same
/// result.
PackResult pack(const PackProblem &problem);

} // namespace tinsmith

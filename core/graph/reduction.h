// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace tinsmith {

enum class ReduceFunction { Mean, Sum, Max, Min, Prod, Any, All, L1, L2, SumSquare, LogSum, LogSumExp };

/// Input [x], reduced over `axes` (negative counts from the end; none: all of them).
struct Reduce {
    ReduceFunction function = ReduceFunction::Mean;
    std::vector<std::int64_t> axes;
    bool keepDims = false;
    friend bool operator==(const Reduce &, const Reduce &) = default;
};

/// Input [x]: the position of the largest (or smallest) element along `axis`, the first of equals unless said
/// otherwise.
struct ArgExtreme {
    bool smallest = false;
    std::int32_t axis = -1;
    bool keepDims = false;
    bool lastOfEquals = false;
    friend bool operator==(const ArgExtreme &, const ArgExtreme &) = default;
};

} // namespace tinsmith

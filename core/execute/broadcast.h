// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/kernel.h"
#include "core/graph/tensor.h"

#include <cstdint>
#include <vector>

namespace tinsmith {

/// One loop of a walk over a tensor: how often, and how far the two positions move each time.
struct WalkAxis {
    std::int64_t count = 1;
    std::int64_t first = 0;
    std::int64_t second = 0;
};

/// Visits the combinations of several loops, outermost first, with the two positions; the innermost loop is the
/// caller's.
class Walk {
public:
    Walk() : axes_{{1, 0, 0}} { }
    /// Joins loops that together are one, drops those that run once.
    explicit Walk(const std::vector<WalkAxis> &axes);

    const WalkAxis &inner() const { return axes_.back(); }

    /// run(first, second) for each start of the innermost loop.
    template <typename Run>
    void eachRow(const Run &run) const
    {
        for (const WalkAxis &axis : axes_) {
            if (axis.count == 0) {
                return;
            }
        }
        const std::size_t depth = axes_.size() - 1;
        std::vector<std::int64_t> index(depth);
        std::int64_t first = 0;
        std::int64_t second = 0;
        for (;;) {
            run(first, second);
            std::size_t level = depth;
            for (;;) {
                if (level == 0) {
                    return;
                }
                --level;
                first += axes_[level].first;
                second += axes_[level].second;
                if (++index[level] < axes_[level].count) {
                    break;
                }
                first -= axes_[level].first * axes_[level].count;
                second -= axes_[level].second * axes_[level].count;
                index[level] = 0;
            }
        }
    }

private:
    std::vector<WalkAxis> axes_;
};

/// The distance in elements between neighbours along each dimension of a contiguous tensor.
std::vector<std::int64_t> stepsOf(const Shape &shape);

/// A tensor read as if it had a larger shape, as NumPy broadcasts it.
class Broadcast {
public:
    /// Refuses shapes that cannot be broadcast.
    static Broadcast to(const Preparation &preparation, const Shape &target, const Shape &source);
    /// The source's step along each dimension of the target; 0 where it repeats.
    const std::vector<std::int64_t> &steps() const { return steps_; }

    /// visit(position in target, position in source) for every element of the target in order.
    template <typename Visit>
    void each(const Visit &visit) const
    {
        walk_.eachRow([&](std::int64_t to, std::int64_t from) {
            const WalkAxis inner = walk_.inner();
            for (std::int64_t i = 0; i < inner.count; ++i) {
                visit(to + i * inner.first, from + i * inner.second);
            }
        });
    }

private:
    std::vector<std::int64_t> steps_;
    Walk walk_;
};

} // namespace tinsmith

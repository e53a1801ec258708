// SPDX-License-Identifier: Apache-2.0
#include "core/graph/dimension_order.h"

#include <algorithm>
#include <numeric>

namespace tinsmith {

DimensionOrder identityOrder(std::size_t rank)
{
    DimensionOrder order(rank);
    std::iota(order.begin(), order.end(), std::size_t{0});
    return order;
}

bool isIdentity(const DimensionOrder &order)
{
    return std::is_sorted(order.begin(), order.end());
}

DimensionOrder inverse(const DimensionOrder &order)
{
    DimensionOrder result(order.size());
    for (std::size_t position = 0; position < order.size(); ++position) {
        result[order[position]] = position;
    }
    return result;
}

std::size_t positionOf(const DimensionOrder &order, std::size_t axis)
{
    return static_cast<std::size_t>(std::find(order.begin(), order.end(), axis) - order.begin());
}

std::vector<std::int64_t> arranged(const std::vector<std::int64_t> &dims, const DimensionOrder &order)
{
    std::vector<std::int64_t> result;
    result.reserve(order.size());
    for (const std::size_t axis : order) {
        result.push_back(dims[axis]);
    }
    return result;
}

DimensionOrder without(const DimensionOrder &order, const std::vector<bool> &dropped)
{
    std::vector<std::size_t> number(order.size(), 0);
    std::size_t next = 0;
    for (std::size_t axis = 0; axis < order.size(); ++axis) {
        number[axis] = next;
        next += dropped[axis] ? 0 : 1;
    }
    DimensionOrder result;
    for (const std::size_t axis : order) {
        if (!dropped[axis]) {
            result.push_back(number[axis]);
        }
    }
    return result;
}

bool movesNothing(const std::vector<std::int64_t> &dims, const DimensionOrder &from, const DimensionOrder &to)
{
    const auto wide = [&dims](const DimensionOrder &order) {
        DimensionOrder kept;
        std::copy_if(
            order.begin(), order.end(), std::back_inserter(kept), [&](std::size_t axis) { return dims[axis] != 1; });
        return kept;
    };
    return wide(from) == wide(to);
}

std::optional<DimensionOrder> reshapedOrder(
    const std::vector<std::int64_t> &from, const std::vector<std::int64_t> &to, const DimensionOrder &order)
{
    constexpr std::int64_t mostElements = std::int64_t{1} << 40;
    // Cut both sides into the shortest runs of equal products.
    std::vector<std::size_t> runOfInput(from.size());
    std::vector<std::vector<std::size_t>> outputRuns;
    std::size_t in = 0;
    std::size_t out = 0;
    while (in < from.size() || out < to.size()) {
        std::int64_t left = 1;
        std::int64_t right = 1;
        outputRuns.emplace_back();
        do {
            const bool takeInput = in < from.size() && (left <= right || out == to.size());
            if (takeInput) {
                if (from[in] <= 0 || left > mostElements / from[in]) {
                    return std::nullopt;
                }
                runOfInput[in] = outputRuns.size() - 1;
                left *= from[in++];
            } else if (out < to.size()) {
                if (to[out] <= 0 || right > mostElements / to[out]) {
                    return std::nullopt;
                }
                outputRuns.back().push_back(out);
                right *= to[out++];
            } else {
                return std::nullopt;
            }
        } while (left != right);
    }
    // Each run must stand together and in order; where it stands says where its output dimensions stand.
    DimensionOrder result;
    std::vector<bool> placed(outputRuns.size(), false);
    std::optional<std::size_t> current;
    std::size_t last = 0;
    for (const std::size_t axis : order) {
        if (from[axis] == 1) {
            continue;
        }
        const std::size_t run = runOfInput[axis];
        if (current != run) {
            if (placed[run]) {
                return std::nullopt;
            }
            placed[run] = true;
            current = run;
            result.insert(result.end(), outputRuns[run].begin(), outputRuns[run].end());
        } else if (axis < last) {
            return std::nullopt;
        }
        last = axis;
    }
    // Runs of nothing but ones stand anywhere; they go where the plain order would have them.
    for (std::size_t run = 0; run < outputRuns.size(); ++run) {
        if (!placed[run]) {
            for (const std::size_t axis : outputRuns[run]) {
                const auto before
                    = std::find_if(result.begin(), result.end(), [axis](std::size_t other) { return other > axis; });
                result.insert(before, axis);
            }
        }
    }
    return result;
}

} // namespace tinsmith

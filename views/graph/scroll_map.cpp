// SPDX-License-Identifier: Apache-2.0
#include "views/graph/scroll_map.h"

#include <algorithm>

namespace tinsmith {

ScrollMap::ScrollMap(std::vector<HeightPair> pairs)
{
    std::stable_sort(
        pairs.begin(), pairs.end(), [](const HeightPair &a, const HeightPair &b) { return a.left < b.left; });
    // The longest run that rises on both sides (patience sorting): as many pairs as possible stay.
    std::vector<std::size_t> tails;
    std::vector<std::size_t> before(pairs.size(), pairs.size());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const auto at = std::lower_bound(tails.begin(), tails.end(), pairs[i].right,
            [&pairs](std::size_t tail, double right) { return pairs[tail].right < right; });
        if (at != tails.begin()) {
            before[i] = *(at - 1);
        }
        if (at == tails.end()) {
            tails.push_back(i);
        } else {
            *at = i;
        }
    }
    for (std::size_t i = tails.empty() ? pairs.size() : tails.back(); i < pairs.size(); i = before[i]) {
        if (pairs_.empty() || pairs[i].left < pairs_.back().left) {
            pairs_.push_back(pairs[i]);
        }
    }
    std::reverse(pairs_.begin(), pairs_.end());
}

double ScrollMap::toRight(double left) const
{
    if (pairs_.empty()) {
        return left;
    }
    const auto next = std::upper_bound(
        pairs_.begin(), pairs_.end(), left, [](double value, const HeightPair &pair) { return value < pair.left; });
    if (next == pairs_.begin()) {
        return next->right + (left - next->left);
    }
    const auto previous = next - 1;
    if (next == pairs_.end()) {
        return previous->right + (left - previous->left);
    }
    const double share = (left - previous->left) / (next->left - previous->left);
    return previous->right + share * (next->right - previous->right);
}

} // namespace tinsmith

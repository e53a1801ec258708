// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace tinsmith {

/// Two heights that show the same thing in two drawings.
struct HeightPair {
    double left = 0;
    double right = 0;
};

/// Maps heights of one drawing to the other: straight between the pairs, at equal distance beyond the first and last.
/// Pairs that would run backwards are left out, so that scrolling down never scrolls the other side up.
class ScrollMap {
public:
    ScrollMap() = default;
    explicit ScrollMap(std::vector<HeightPair> pairs);
    double toRight(double left) const;

private:
    std::vector<HeightPair> pairs_;
};

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace tinsmith::bench {

/// The factors, none below zero, for which the sum over samples of ((x . factors - y) / y)^2 is smallest. By coordinate
/// descent, which converges because the sum is convex (Franc, Hlavac, Navara 2005).
std::vector<double> fitNonNegative(const std::vector<std::vector<double>> &x, const std::vector<double> &y);

} // namespace tinsmith::bench

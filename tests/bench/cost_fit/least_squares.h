// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace tinsmith::bench {

/// The factors, none below zero, for which the sum over samples of |x . factors - y| / y is smallest: so that a layer
/// that the compiler treats specially does not spoil the fit of the others. By iteratively reweighted least squares,
/// each by coordinate descent, which converges because the sum of squares is convex (Franc, Hlavac, Navara 2005).
std::vector<double> fitNonNegative(const std::vector<std::vector<double>> &x, const std::vector<double> &y);

} // namespace tinsmith::bench

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tinsmith {

/// Round values (1, 2 or 5 times a power of ten) that divide [low, high] into about `wanted` parts, ascending and
/// within it.
std::vector<double> roundTicks(double low, double high, int wanted);

/// How often values fall into equal bins between the smallest and the largest finite one.
struct HistogramData {
    double low = 0;
    double high = 0;
    std::vector<std::int64_t> counts;
    /// Values that are no number or infinite; they stand in no bin.
    std::int64_t notFinite = 0;
    std::int64_t zeros = 0;
    std::int64_t total = 0;
};
/// `bins` at most; whole numbers that span fewer values get one bin each.
HistogramData histogramOf(std::span<const double> values, int bins);

/// The smallest and largest value of one channel.
struct ChannelRange {
    double low = 0;
    double high = 0;
    /// All its values are 0.
    bool dead() const { return low == 0 && high == 0; }
};

} // namespace tinsmith

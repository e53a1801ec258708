// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/graph/progress.h"
#include "core/quantize/quantize.h"

#include <cstddef>
#include <map>
#include <set>
#include <string>

namespace tinsmith {

/// Ranges that were found without data.
struct GuessedRanges {
    /// Of every float activation, by tensor name.
    std::map<std::string, Range> byName;
    /// Those that follow from batch normalisation: its output has the mean beta and the deviation |gamma| per channel,
    /// as it was trained. Empty: all come from synthetic inputs.
    std::set<std::string> fromStatistics;
};

/// Runs synthetic samples through a float graph, channels last, whose batch normalisations are operators of their own.
/// Where there are some, each puts out random values of its statistics instead (Nagel et al., Data-Free Quantization,
/// 2019, take beta +- 6 gamma; 4 clips less than one value in 10,000 and keeps finer steps), so that what is behind it
/// sees what it would see of data; and the size of the input is the one of 0..1, 0..255, -1..1 or zero mean and unit
/// variance (powers of 4 for inputs that are no images) that agrees best with the mean and variance of the
/// normalisations that it reaches first.
GuessedRanges guessRanges(const Graph &graph, std::size_t samples, const Progress &progress = {});

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/quantize/normalization_statistics.h"

#include <cstddef>
#include <vector>

namespace tinsmith {

/// Brings synthetic samples of a model's only float input to the size that the statistics of the first normalisations
/// behind it speak for (see guessRanges()). `cut` is `graph` without its normalisations. Nothing is changed where there
/// are several inputs, or none of the normalisations follows from the input alone.
void suitInputs(const Graph &graph, const Graph &cut, const std::vector<NormalizationStatistics> &statistics,
    std::vector<std::vector<std::vector<std::byte>>> &samples);

} // namespace tinsmith

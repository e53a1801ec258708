// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <vector>

namespace tinsmith {

/// The constants of a batch normalisation along the last dimension of its input, a value per channel.
struct NormalizationStatistics {
    OperatorId op;
    std::vector<float> gamma;
    std::vector<float> beta;
    std::vector<float> mean;
    std::vector<float> variance;
};

/// Of all normalisations of the graph that have finite constants and a known shape, in running order.
std::vector<NormalizationStatistics> normalizationStatistics(const Graph &graph);

/// The graph without those operators: the output of each becomes an input behind the graph's own ones, in the order of
/// the list. What nothing reads any more becomes an output, so that it is still computed.
Graph withoutNormalizations(const Graph &graph, const std::vector<NormalizationStatistics> &statistics);

} // namespace tinsmith

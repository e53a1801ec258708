// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <cstdint>
#include <string>

namespace tinsmith {

/// How large a model is, with the bodies of its branches and loops and its functions.
struct ModelCounts {
    /// Of the model's own graph and of all subgraphs.
    std::int64_t operators = 0;
    std::int64_t parameters = 0;
    std::int64_t weightBytes = 0;
    /// Of that, what is in subgraphs.
    std::int64_t subgraphs = 0;
    std::int64_t operatorsInSubgraphs = 0;
};
ModelCounts countsOf(const Graph &model);

/// "12 operators", "57 operators, 45 of them in 3 subgraphs".
std::string operatorsText(const ModelCounts &counts);

} // namespace tinsmith

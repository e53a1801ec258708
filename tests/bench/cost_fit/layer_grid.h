// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "tests/fixtures/models.h"

#include <vector>

namespace tinsmith::bench {

/// Graphs of many layers side by side, each with its own inputs, of every kind that the cost model knows and of sizes
/// as small models have them. No two layers are alike.
std::vector<Graph> layerGrid(test::ModelMaker::Numbers numbers);

} // namespace tinsmith::bench

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/session/analysis.h"
#include "core/session/evaluation.h"

#include <vector>

namespace tinsmith {

/// The operators of a quantized model at which an evaluation against another model found a signal to noise ratio below
/// ruinedBelowDb, without those that only inherit it. Nothing for float models.
std::vector<Problem> layerWarnings(const Graph &graph, const Evaluation &evaluation);

} // namespace tinsmith

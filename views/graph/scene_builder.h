// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/cost/estimate.h"
#include "core/graph/graph.h"
#include "core/planner/plan.h"
#include "views/graph/scene.h"

#include <vector>

namespace tinsmith {

struct SceneOptions {
    ColourBy colourBy = ColourBy::Family;
    /// Signal to quantization-noise ratio in dB by OperatorId, for ColourBy::QuantizationError; low is hot.
    std::vector<double> sqnrDb;
    /// The whole model, where `graph` is one of its subgraphs: bodies are counted in it. `graph` itself where absent.
    const Graph *model = nullptr;
};

/// The graph as cards and edges. Plan (which tensors live at the peak) and estimate (cycles, bytes) must be of this
/// graph and may be absent; a colouring that needs an absent one falls back to families.
GraphScene sceneOf(const Graph &graph, const Plan *plan = nullptr, const Estimate *estimate = nullptr,
    const SceneOptions &options = {});

/// The attributes that decide what an operator does, in one short line: "3×3 s2 · 16 ch · ReLU".
QString detailsOf(const Graph &graph, const Operator &op);
/// "96×96×8" (the batch of 1 left out)
QString shapeText(const Shape &shape);

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/progress.h"
#include "core/session/session.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace tinsmith {

/// What the model after a step of the recipe needs, and how well it does on the data set.
struct StepFigures {
    /// Nothing where it has no plan, or is not planned yet.
    std::optional<std::int64_t> ramBytes;
    /// Samples that accuracy or agreement was measured on; 0: not measured.
    std::size_t samples = 0;
    /// Share of samples whose top-1 class is the label; nothing without labels.
    std::optional<double> accuracy;
    /// Share of samples whose top-1 class is that of the model as opened; only measured without labels.
    std::optional<double> agreement;
};

/// The model as opened for 0, after step n-1 for n: that before it where a step is left out or does not apply.
const Graph &graphAfter(const SessionState &state, std::size_t steps);

/// Samples that each step is measured on, spread over the data set.
constexpr std::size_t stepSamples = 500;

/// Fills in accuracy, or agreement with the model as opened where the data have no labels. Throws what evaluate()
/// throws.
void measureStep(StepFigures &figures, const Graph &model, const Graph &original, const DataSet &data,
    const Progress &progress = {});

} // namespace tinsmith

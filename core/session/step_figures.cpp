// SPDX-License-Identifier: Apache-2.0
#include "core/session/step_figures.h"

#include "core/session/evaluation.h"

#include <algorithm>

namespace tinsmith {

const Graph &graphAfter(const SessionState &state, std::size_t steps)
{
    for (std::size_t step = std::min(steps, state.stepResults.size()); step > 0; --step) {
        const bool applied = state.recipe.steps[step - 1].enabled && state.stepProblems[step - 1].empty();
        if (applied) {
            return state.stepResults[step - 1].graph;
        }
    }
    return state.original->graph;
}

void measureStep(
    StepFigures &figures, const Graph &model, const Graph &original, const DataSet &data, const Progress &progress)
{
    const DataSet samples = data.first(stepSamples);
    const Evaluation evaluation = evaluate(model, samples, data.hasLabels() ? nullptr : &original, progress);
    figures.samples = evaluation.samples;
    figures.accuracy = evaluation.accuracy;
    figures.agreement = data.hasLabels() ? std::nullopt : evaluation.agreement;
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/cost/estimate.h"
#include "core/graph/graph.h"
#include "core/planner/plan.h"
#include "core/targets/target.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tinsmith {

/// Something that stands between a model and its firmware, or, as a note, that a person must know of it.
struct Problem {
    /// Accuracy: it runs and exports, but what it computes may be far from the float model.
    enum class Stage { Import, Run, Export, Fit, Note, Accuracy };
    Stage stage = Stage::Import;
    /// The operator or tensor (by name) that it concerns; empty: the whole model.
    std::string place;
    std::string text;
    /// The position in subgraphs() of the graph that the place is in; -1: the model's own.
    std::int32_t subgraph = -1;
    /// The type of the operator, as cards show it; empty where it concerns none.
    std::string type = {};
    /// What a person can do about it at once.
    enum class Remedy { None, BindDimensions };
    Remedy remedy = Remedy::None;
};
/// "import", "run", "export", "fit", "note", "accuracy".
std::string_view nameOf(Problem::Stage stage);
/// Whether a problem of the stage keeps the model from working on the target; others are warnings.
bool blocks(Problem::Stage stage);

/// All that is known of a model on a target without running it. Immutable; shared across threads.
struct Analysis {
    /// As opened or rewritten.
    Graph graph;
    Target target;
    /// The form that was planned; empty where the model cannot be brought into it (see `whyNotPlanned`).
    Graph canonical;
    /// Plan and estimate are of `canonical`; nothing where a shape is not known.
    std::optional<Plan> plan;
    std::optional<Estimate> estimate;
    std::string whyNotPlanned;
    std::vector<Problem> problems;
};

/// Brings the graph into canonical form, plans it and estimates its cost. Never throws for a model that can only be
/// looked at: what is missing stands in whyNotPlanned and problems.
/// `notes` come first in problems: what is known of the model from elsewhere.
std::shared_ptr<const Analysis> analyse(const Graph &graph, const Target &target, std::vector<Problem> notes = {});

/// How a view shows an analysis: as its file has it, or in the form that runs.
enum class ModelForm { AsOpened, AsRun };
/// True where the canonical form is shown, to which plan and estimate belong. The form as opened is shown with them too
/// where planning changed nothing but what is inside of operators.
bool showsPlanned(const Analysis &analysis, ModelForm form);
/// The graph that is shown: `canonical` or `graph`.
const Graph &shownGraph(const Analysis &analysis, ModelForm form);

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/progress.h"
#include "core/rewrites/rewrite.h"
#include "core/session/analysis.h"
#include "core/session/recipe.h"

#include <memory>
#include <string>
#include <vector>

namespace tinsmith {

/// How figures change by applying something; negative is less.
struct Delta {
    std::int64_t ramBytes = 0;
    std::int64_t flashBytes = 0;
    std::int64_t macs = 0;
    double latencyMs = 0;
    double energyUj = 0;
};
Delta deltaBetween(const Analysis &before, const Analysis &after);

/// A rewrite that applies now, with the effect that applying it has, found by applying it to a copy.
struct Proposal {
    /// Stable within one list: the rewrite's name, and its site where it is for one site only
    /// ("pool-to-stride@pool_1").
    std::string id;
    std::string title;
    std::string explanation;
    /// Names of the operators that it changes.
    std::vector<std::string> operators;
    Risk risk = Risk::Exact;
    RecipeStep step;
    Delta delta;
    /// The model with it applied.
    std::shared_ptr<const Analysis> result;
};

/// A rewrite that would help but is impossible for a reason that is known.
struct Obstacle {
    /// Empty where it is not about one rewrite: the model has no memory plan.
    std::string rewrite;
    /// "Quantize to int8"
    std::string title;
    /// The operator or tensor that it concerns, by name; empty: the whole model.
    std::string place;
    std::string reason;
    /// What would remove the reason; empty where that is not known.
    std::string remedy;
    /// Places that have the same reason besides `place`.
    std::size_t others = 0;
    Problem::Remedy action = Problem::Remedy::None;
};

struct Suggestions {
    /// Best first for the constraint that binds: what does not fit, else RAM.
    std::vector<Proposal> proposals;
    std::vector<Obstacle> obstacles;
};

/// What can be done to the model on its target, and what cannot and why. `data` (may be nullptr) is what quantization
/// calibrates on.
Suggestions suggest(const Analysis &now, const RewriteData *data, const Progress &progress = {});

} // namespace tinsmith

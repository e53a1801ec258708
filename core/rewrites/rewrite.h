// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/graph/progress.h"

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tinsmith {

/// What a rewrite may do to the model's outputs.
enum class Risk {
    /// Outputs stay bit for bit (int8) or within float rounding.
    Exact,
    /// Values are rounded; no training needed.
    Quantization,
    /// Outputs change; the model should be trained again.
    NeedsTraining,
};
/// "exact", "quantization", "needs-training".
std::string_view nameOf(Risk risk);

/// Named values of a rewrite's parameters, as written in `--apply name:key=value`.
using RewriteParameters = std::map<std::string, std::string>;

/// A place where a rewrite applies.
struct RewriteSite {
    /// The operators that it changes, by name; the first one names the site (`at=OPERATOR`).
    std::vector<std::string> operators;
    /// What is proposed, for a card's title and text: "Stride instead of MaxPool pool_1".
    std::string title;
    std::string explanation;
};

/// Samples that a rewrite may need: one value per graph input each.
struct RewriteData {
    std::vector<std::vector<std::vector<std::byte>>> samples;
};

/// A pure function Graph -> Graph with its conditions. Each lives in one file and stands once in rewriteList().
class Rewrite {
public:
    virtual ~Rewrite() = default;
    /// "pool-to-stride", as --apply, recipes and JSON use it.
    virtual std::string_view name() const = 0;
    /// One sentence: what it does and why it helps.
    virtual std::string_view summary() const = 0;
    virtual Risk risk() const = 0;
    /// Whether apply() wants data (and works on synthetic inputs, saying so, without).
    virtual bool wantsData() const { return false; }
    /// The parameters it takes, with their defaults.
    virtual RewriteParameters defaults() const { return {}; }
    /// All places where it applies now; changes nothing.
    virtual std::vector<RewriteSite> sites(const Graph &graph) const = 0;
    /// The graph with the rewrite applied at the sites named by `at` (comma-separated first operators; all when left
    /// out). Nothing where there is no such site. Throws Error naming a parameter that is unknown or out of range.
    virtual std::optional<Graph> apply(const Graph &graph, const RewriteParameters &parameters,
        const RewriteData *data = nullptr, const Progress &progress = {}) const = 0;
};

/// All rewrites in the order in which proposals and menus show them.
std::span<const Rewrite *const> rewriteList();
/// nullptr where there is none of that name.
const Rewrite *rewriteNamed(std::string_view name);

} // namespace tinsmith

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

/// A parameter that a rewrite takes: what apply() accepts and what a form shows.
struct RewriteParameter {
    enum class Kind { Flag, Number, Choice };
    /// As `--apply` and recipes name it: "per-channel".
    std::string key;
    /// As a form names it: "Scales per channel".
    std::string title;
    /// One sentence: what it changes.
    std::string help;
    Kind kind = Kind::Flag;
    /// The value where none is given; "true" or "false" for a flag.
    std::string preset;
    /// Range of a number.
    std::int64_t least = 0;
    std::int64_t most = 0;
    /// Values of a choice.
    std::vector<std::string> choices;
};

/// A place where a rewrite applies.
struct RewriteSite {
    /// The operators that it changes, by name; the first one names the site (`at=OPERATOR`).
    std::vector<std::string> operators;
    /// What is proposed, for a card's title and text: "Stride instead of MaxPool pool_1".
    std::string title;
    std::string explanation;
};

/// Why a rewrite does not apply although it would help the model, and what would remove the reason.
struct RewriteObstacle {
    /// The operator or tensor that it concerns, by name; empty: the whole model.
    std::string place;
    /// A clause about the place: "its weights are float16, not float32".
    std::string reason;
    /// What a person can do: "Convert the weights to float32 before the export."
    std::string remedy;
};

/// Samples that a rewrite may need: one value per graph input each.
struct RewriteData {
    std::vector<std::vector<std::vector<std::byte>>> samples;
    /// The file name of the data set, for what a model says of its calibration.
    std::string name = {};
};

/// Something measured on a rewrite's result that its user should know.
struct RewriteWarning {
    /// The tensor or operator that it concerns, by name; empty: the whole model.
    std::string place;
    std::string text;
};

/// A pure function Graph -> Graph with its conditions. Each lives in one file and stands once in rewriteList().
class Rewrite {
public:
    virtual ~Rewrite() = default;
    /// "pool-to-stride", as --apply, recipes and JSON use it.
    virtual std::string_view name() const = 0;
    /// What a person reads in place of the name: "Pool to stride".
    virtual std::string_view title() const = 0;
    /// One sentence: what it does and why it helps.
    virtual std::string_view summary() const = 0;
    virtual Risk risk() const = 0;
    /// Whether apply() wants data (and works on synthetic inputs, saying so, without).
    virtual bool wantsData() const { return false; }
    /// The parameters it takes besides `at`.
    virtual std::vector<RewriteParameter> parameters() const { return {}; }
    /// The same with their presets.
    RewriteParameters defaults() const;
    /// All places where it applies now; changes nothing.
    virtual std::vector<RewriteSite> sites(const Graph &graph) const = 0;
    /// What keeps it from applying to this graph, asked where sites() finds nothing. Empty where the graph just has
    /// nothing that it could change.
    virtual std::vector<RewriteObstacle> obstacles(const Graph & /*graph*/) const { return {}; }
    /// The graph with the rewrite applied at the sites named by `at` (comma-separated first operators; all when left
    /// out). Nothing where there is no such site. Throws Error naming a parameter that is unknown or out of range.
    virtual std::optional<Graph> apply(const Graph &graph, const RewriteParameters &parameters,
        const RewriteData *data = nullptr, const Progress &progress = {}) const = 0;
    /// What the result of apply() loses beyond what the rewrite's risk suggests, measured on some of the samples (on
    /// synthetic ones without data).
    virtual std::vector<RewriteWarning> warnings(const Graph &before, const Graph &after,
        const RewriteData *data = nullptr, const Progress &progress = {}) const;
};

/// All rewrites in the order in which proposals and menus show them.
std::span<const Rewrite *const> rewriteList();
/// nullptr where there is none of that name.
const Rewrite *rewriteNamed(std::string_view name);

} // namespace tinsmith

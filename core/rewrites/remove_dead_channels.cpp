// SPDX-License-Identifier: Apache-2.0
#include "core/rewrites/dead_channels.h"
#include "core/rewrites/parameters.h"
#include "core/rewrites/rewrite_list.h"

namespace tinsmith {
namespace {

class RemoveDeadChannels : public Rewrite {
public:
    std::string_view name() const override { return "remove-dead-channels"; }
    std::string_view title() const override { return "Remove dead channels"; }
    std::string_view summary() const override
    {
        return "Removes channels that hold the same value whatever the input, or that nothing needs, and folds their "
               "values "
               "into the biases behind them: fewer weights and multiplications for bit-identical outputs.";
    }
    Risk risk() const override { return Risk::Exact; }

    std::vector<RewriteSite> sites(const Graph &graph) const override
    {
        const DeadChannels dead(graph);
        if (dead.removed == 0) {
            return {};
        }
        const std::string channels = counted(static_cast<std::size_t>(dead.removed), "dead channel");
        return {{dead.operators, "Remove " + channels,
            "Whatever the input, " + channels + " of " + counted(dead.operators.size(), "layer")
                + " hold one value or feed nothing, so they fold into the next biases and every output stays the "
                  "same."}};
    }

    std::optional<Graph> apply(const Graph &graph, const RewriteParameters &parameters, const RewriteData *,
        const Progress &progress) const override
    {
        if (chosenSites(*this, graph, parameters).empty()) {
            return std::nullopt;
        }
        progress.report(0.5, "Removing dead channels");
        return withoutDeadChannels(graph, DeadChannels(graph));
    }
};

} // namespace

const Rewrite &removeDeadChannels()
{
    static const RemoveDeadChannels rewrite;
    return rewrite;
}

} // namespace tinsmith

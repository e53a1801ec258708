// SPDX-License-Identifier: Apache-2.0
#include "core/graph/folding.h"
#include "core/rewrites/canonical_steps.h"

namespace tinsmith::canonical_steps {

Graph foldNormalizations(const Graph &graph, Unfolded unfolded)
{
    GraphBuilder builder(graph);
    BuilderUses uses(builder);
    bool changed = false;
    for (std::size_t index = 0; index < graph.operators().size(); ++index) {
        const OperatorId id(index);
        if (!graph.op(id).is<BatchNormalization>()) {
            continue;
        }
        const bool done = foldBatchNormalization(builder, id, uses)
            || (unfolded == Unfolded::Lower && lowerBatchNormalization(builder, id).has_value());
        changed = changed || done;
    }
    return changed ? builder.build() : graph;
}

} // namespace tinsmith::canonical_steps

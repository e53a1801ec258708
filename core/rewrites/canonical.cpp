// SPDX-License-Identifier: Apache-2.0
#include "core/rewrites/canonical.h"

#include "core/graph/relayout.h"
#include "core/graph/settle_shapes.h"
#include "core/rewrites/canonical_steps.h"

namespace tinsmith {

Graph canonical(const Graph &graph)
{
    using namespace canonical_steps;
    Graph result = settleConstants(settleShapes(bindBatch(graph)));
    result = lowerSpatial(relayout(result, Layout::ChannelsLast));
    return fuseActivations(lowerDense(renameTransposes(result)));
}

} // namespace tinsmith

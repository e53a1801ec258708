// SPDX-License-Identifier: Apache-2.0
#include "core/rewrites/canonical.h"

#include "core/graph/relayout.h"
#include "core/graph/settle_shapes.h"
#include "core/rewrites/canonical_steps.h"

namespace tinsmith {
namespace {

using namespace canonical_steps;

Graph settled(const Graph &graph)
{
    const Graph floats = decompressWeights(widenHalves(graph));
    return lowerByteCasts(settleConstants(settleShapes(bindBatch(floats))));
}

Graph lowered(const Graph &graph)
{
    return lowerDense(renameTransposes(foldBorders(lowerSpatial(relayout(graph, Layout::ChannelsLast)))));
}

} // namespace

Graph canonical(const Graph &graph)
{
    // Before the layout changes too: grouped transpose convolutions keep theirs, with transposes around them.
    const Graph folded = lowered(foldNormalizations(settled(graph), Unfolded::Keep));
    return copyConstantOutputs(foldPoolBorders(fuseActivations(foldNormalizations(folded, Unfolded::Lower))));
}

Graph canonicalWithNormalizations(const Graph &graph)
{
    return copyConstantOutputs(foldPoolBorders(fuseActivations(lowered(settled(graph)))));
}

} // namespace tinsmith

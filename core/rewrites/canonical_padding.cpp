// SPDX-License-Identifier: Apache-2.0
#include "core/rewrites/canonical_steps.h"
#include "core/rewrites/padding_fusion.h"

namespace tinsmith::canonical_steps {
namespace {

bool foldOnce(Graph &graph)
{
    GraphBuilder builder(graph);
    bool changed = false;
    for (std::size_t index = 0; index < graph.operators().size(); ++index) {
        const Operator &op = graph.operators()[index];
        const TensorId between = op.is<Conv2D>() || op.is<DepthwiseConv2D>() ? op.input(0) : TensorId::none();
        const OperatorId before = between.valid() ? graph.producer(between) : OperatorId::none();
        if (!before.valid() || graph.isOutput(between) || graph.consumers(between).size() != 1
            || builder.removed(before) || graph.op(before).outputs.size() != 1) {
            continue;
        }
        const Operator &border = graph.op(before);
        const auto geometry = spatialGeometry(graph, op);
        if ((!border.is<Pad>() && !border.is<StridedSlice>()) || !border.input(0).valid() || !geometry) {
            continue;
        }
        auto kind = withBorderOf(border, op, *geometry, graph.tensor(border.inputs[0]), graph.tensor(between));
        if (kind) {
            builder.op(OperatorId(index)).kind = std::move(*kind);
            builder.op(OperatorId(index)).inputs[0] = border.inputs[0];
            builder.removeOperator(before);
            changed = true;
        }
    }
    if (changed) {
        graph = builder.build();
    }
    return changed;
}

} // namespace

Graph foldBorders(const Graph &graph)
{
    Graph result = graph;
    // A crop and a pad in a row at most, one per pass.
    constexpr int mostPasses = 4;
    for (int pass = 0; pass < mostPasses && foldOnce(result); ++pass) { }
    return result;
}

} // namespace tinsmith::canonical_steps

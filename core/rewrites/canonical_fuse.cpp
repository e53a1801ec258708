// SPDX-License-Identifier: Apache-2.0
#include "core/graph/folding.h"
#include "core/rewrites/canonical_steps.h"

#include <optional>

namespace tinsmith::canonical_steps {
namespace {

std::optional<FusedActivation> fused(const Operator &op)
{
    const auto *activation = op.as<Activation>();
    return activation == nullptr ? std::nullopt : fusedForm(*activation);
}

} // namespace

Graph fuseActivations(const Graph &graph)
{
    GraphBuilder builder(graph);
    bool changed = false;
    for (std::size_t index = 0; index < graph.operators().size(); ++index) {
        const Operator &op = graph.operators()[index];
        const auto activation = fused(op);
        if (!activation || graph.tensor(op.inputs[0]).type != ElementType::Float32) {
            continue;
        }
        const TensorId between = op.inputs[0];
        const OperatorId before = graph.producer(between);
        if (!before.valid() || graph.isOutput(between) || graph.consumers(between).size() != 1) {
            continue;
        }
        Operator &maker = builder.op(before);
        FusedActivation *place = fusableActivation(maker.kind);
        if (place == nullptr || *place != FusedActivation::None || maker.outputs.size() != 1) {
            continue;
        }
        *place = *activation;
        maker.outputs = op.outputs;
        builder.removeOperator(OperatorId(index));
        changed = true;
    }
    return changed ? builder.build() : graph;
}

} // namespace tinsmith::canonical_steps

// SPDX-License-Identifier: Apache-2.0
#include "core/rewrites/canonical_steps.h"

namespace tinsmith::canonical_steps {
namespace {

/// Whether the permutation keeps the order of all dimensions that are not 1, so that no value moves.
bool movesNothing(const Transpose &transpose, const Shape &input)
{
    std::int64_t last = -1;
    for (const std::int64_t axis : transpose.permutation) {
        if (axis < 0 || axis >= static_cast<std::int64_t>(input.rank())) {
            return false;
        }
        if (input[static_cast<std::size_t>(axis)] != 1) {
            if (axis < last) {
                return false;
            }
            last = axis;
        }
    }
    return true;
}

} // namespace

Graph renameTransposes(const Graph &graph)
{
    GraphBuilder builder(graph);
    bool changed = false;
    for (std::size_t index = 0; index < graph.operators().size(); ++index) {
        const Operator &op = graph.operators()[index];
        const auto *transpose = op.as<Transpose>();
        if (transpose == nullptr || op.inputs.size() != 1 || op.outputs.size() != 1) {
            continue;
        }
        const Shape &input = graph.tensor(op.inputs[0]).shape;
        const Tensor &output = graph.tensor(op.outputs[0]);
        const bool perChannel = output.quantization && output.quantization->perChannel();
        if (input.known() && output.shape.known() && !perChannel && movesNothing(*transpose, input)) {
            builder.op(OperatorId(index)).kind = Reshape{output.shape.dims, false};
            changed = true;
        }
    }
    return changed ? builder.build() : graph;
}

} // namespace tinsmith::canonical_steps

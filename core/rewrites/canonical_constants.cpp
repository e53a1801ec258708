// SPDX-License-Identifier: Apache-2.0
#include "core/graph/relayout.h"
#include "core/rewrites/canonical_steps.h"

#include <algorithm>

namespace tinsmith::canonical_steps {
namespace {

bool onlyRenames(const OperatorKind &kind)
{
    return std::holds_alternative<Reshape>(kind) || std::holds_alternative<Squeeze>(kind)
        || std::holds_alternative<ExpandDims>(kind) || std::holds_alternative<Identity>(kind);
}

/// Whether the axis of a quantization per channel means the same afterwards.
bool keepsChannels(const Tensor &from, const Tensor &to)
{
    return !from.quantization || !from.quantization->perChannel() || from.shape == to.shape;
}

} // namespace

Graph settleConstants(const Graph &graph)
{
    std::vector<TensorId> stands(graph.tensors().size());
    const auto actual
        = [&](TensorId id) { return id.valid() && stands[id.position()].valid() ? stands[id.position()] : id; };
    GraphBuilder builder(graph);
    bool changed = false;
    const auto drop = [&](std::size_t index) {
        builder.removeOperator(OperatorId(index));
        changed = true;
    };
    for (std::size_t index = 0; index < graph.operators().size(); ++index) {
        Operator &op = builder.op(OperatorId(index));
        for (TensorId &id : op.inputs) {
            id = actual(id);
        }
        if (op.outputs.size() != 1 || !op.outputs[0].valid() || !op.input(0).valid()) {
            continue;
        }
        const TensorId output = op.outputs[0];
        const Tensor input = builder.tensor(op.input(0));
        Tensor &result = builder.tensor(output);
        const bool fits
            = input.constant() && result.shape.known() && input.type == result.type && keepsChannels(input, result);
        const auto *transpose = op.as<Transpose>();
        if (fits && onlyRenames(op.kind)) {
            result.data = input.data;
        } else if (fits && transpose != nullptr && bitsOf(input.type) >= 8) {
            const std::vector<std::size_t> order(transpose->permutation.begin(), transpose->permutation.end());
            result.data
                = permuted(*input.data, input.shape.dims, order, static_cast<std::size_t>(bitsOf(input.type) / 8));
        } else if (op.is<Identity>() && !graph.isOutput(output) && input.quantization == result.quantization
            && input.type == result.type) {
            stands[output.position()] = op.input(0);
            drop(index);
            continue;
        } else {
            continue;
        }
        result.quantization = input.quantization;
        drop(index);
    }
    return changed ? builder.build() : graph;
}

Graph copyConstantOutputs(const Graph &graph)
{
    const auto isConstant = [&](TensorId id) { return graph.tensor(id).constant() && !graph.tensor(id).variable; };
    if (std::none_of(graph.outputs().begin(), graph.outputs().end(), isConstant)) {
        return graph;
    }
    GraphBuilder builder(graph);
    std::vector<TensorId> outputs(graph.outputs().begin(), graph.outputs().end());
    for (TensorId &output : outputs) {
        if (!isConstant(output)) {
            continue;
        }
        Tensor copy = builder.tensor(output);
        const std::string name = copy.name;
        builder.tensor(output).name = builder.uniqueTensorName(name + "/constant");
        copy.name = name;
        copy.data.reset();
        const TensorId written = builder.addTensor(std::move(copy));
        builder.addOperator({builder.uniqueOperatorName(name), Identity{}, {output}, {written}});
        output = written;
    }
    builder.setOutputs(std::move(outputs));
    return builder.build();
}

} // namespace tinsmith::canonical_steps

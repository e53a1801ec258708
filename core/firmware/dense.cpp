// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/emitters.h"
#include "core/firmware/layer_parts.h"
#include "core/firmware/packing.h"

namespace tinsmith::firmware {

std::string whyNot(const Graph &graph, const Operator &op, const FullyConnected &)
{
    std::string reason = whyNotWeighted(graph, op);
    if (!reason.empty()) {
        return reason;
    }
    const Shape &weights = graph.tensor(op.inputs[1]).shape;
    const std::int64_t in = graph.tensor(op.inputs[0]).shape.elements().value_or(0);
    const std::int64_t out = graph.tensor(op.outputs[0]).shape.elements().value_or(0);
    if (in % weights[1] != 0 || in / weights[1] * weights[0] != out) {
        return "has weights whose shape does not fit";
    }
    return {};
}

void emit(Emission &emission, OperatorId id, const FullyConnected &kind)
{
    const Graph &graph = emission.graph();
    const Operator &op = graph.op(id);
    const Shape &shape = graph.tensor(op.inputs[1]).shape;
    const std::int64_t outputs = shape[0];
    const std::int64_t inputs = shape[1];
    const std::int64_t batch = *graph.tensor(op.inputs[0]).shape.elements() / inputs;
    const bool int8 = numbersOf(graph, op) == Numbers::Int8;

    WeightedLayer weighted;
    if (int8) {
        const auto weights = graph.tensor(op.inputs[1]).data->copyAs<std::int8_t>();
        weighted = weightedInt8(
            emission, id, packBlocksOfFour(weights, outputs, inputs), weights, outputs, inputs, ZeroPoint::FoldedOnly);
    } else {
        weighted = weightedFloat(emission, id, outputs, kind.activation);
    }
    std::vector<CArgument> arguments = {"input", "output"};
    arguments.insert(arguments.end(), weighted.kernelArguments.begin(), weighted.kernelArguments.end());
    arguments.emplace_back("batch", batch);
    arguments.emplace_back("inputs", inputs);
    arguments.emplace_back("outputs", outputs);
    if (int8) {
        arguments.emplace_back("per_channel", std::int64_t{weighted.perChannel});
    }
    arguments.insert(arguments.end(), weighted.numberArguments.begin(), weighted.numberArguments.end());
    CWriter body(1);
    body.call(int8 ? "ts_dense_i8" : "ts_dense_f32", arguments);

    std::vector<LayerParameter> parameters = inputAndOutput(emission, op);
    parameters.insert(parameters.end(), weighted.parameters.begin(), weighted.parameters.end());
    emission.include("ts_dense.h");
    emission.layer(id, int8 ? "dense" : "dense_f32", parameters, body);
}

} // namespace tinsmith::firmware

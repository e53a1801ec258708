// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/operator_writer.h"
#include "core/formats/onnx/recurrent_names.h"

namespace tinsmith::onnxio {

void write(Emitter &e, const Operator &op, const Recurrent &kind)
{
    AttributeList attributes;
    attributes.emplace_back("hidden_size", kind.hiddenSize);
    if (kind.direction != RecurrentDirection::Forward) {
        attributes.emplace_back(
            "direction", std::string(kind.direction == RecurrentDirection::Reverse ? "reverse" : "bidirectional"));
    }
    std::vector<std::string> names;
    std::vector<float> alphas;
    std::vector<float> betas;
    for (const RecurrentActivation &activation : kind.activations) {
        const RecurrentFunction &function = recurrentFunction(activation.function);
        names.emplace_back(function.name);
        if (function.takesAlpha) {
            alphas.push_back(activation.alpha);
        }
        if (function.takesBeta) {
            betas.push_back(activation.beta);
        }
    }
    attributes.emplace_back("activations", names);
    if (!alphas.empty()) {
        attributes.emplace_back("activation_alpha", alphas);
    }
    if (!betas.empty()) {
        attributes.emplace_back("activation_beta", betas);
    }
    if (kind.clip != 0) {
        attributes.emplace_back("clip", kind.clip);
    }
    if (kind.linearBeforeReset) {
        attributes.emplace_back("linear_before_reset", std::int64_t{1});
    }
    if (kind.coupledInputForget) {
        attributes.emplace_back("input_forget", std::int64_t{1});
    }
    if (kind.batchFirst) {
        attributes.emplace_back("layout", std::int64_t{1});
    }
    std::vector<std::string> inputs;
    for (std::size_t input = 0; input < op.inputs.size(); ++input) {
        inputs.push_back(e.stored(input));
    }
    std::vector<std::string> outputs;
    for (std::size_t output = 0; output < op.outputs.size(); ++output) {
        outputs.push_back(e.storedOutput(output));
    }
    const char *type = kind.cell == RecurrentCell::Lstm ? "LSTM" : kind.cell == RecurrentCell::Gru ? "GRU" : "RNN";
    e.node(type, inputs, outputs, attributes);
}

} // namespace tinsmith::onnxio

// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/node_context.h"
#include "core/formats/onnx/recurrent_names.h"

namespace tinsmith::onnxio {
namespace {

std::vector<std::string> defaultNames(RecurrentCell cell)
{
    switch (cell) {
    case RecurrentCell::Rnn:
        return {"Tanh"};
    case RecurrentCell::Gru:
        return {"Sigmoid", "Tanh"};
    case RecurrentCell::Lstm:
        break;
    }
    return {"Sigmoid", "Tanh", "Tanh"};
}

/// The parameters stand in two lists, from which each function that has one takes the next.
std::vector<RecurrentActivation> activationsOf(const Node &node, RecurrentCell cell, std::size_t directions)
{
    const std::vector<std::string> usual = defaultNames(cell);
    std::vector<std::string> names;
    if (const Attribute *given = node.find("activations"); given != nullptr && !given->strings.empty()) {
        names = given->strings;
    } else {
        for (std::size_t d = 0; d < directions; ++d) {
            names.insert(names.end(), usual.begin(), usual.end());
        }
    }
    if (names.size() != usual.size() * directions) {
        throw Untyped{"it has " + std::to_string(names.size()) + " activations, not "
            + std::to_string(usual.size() * directions)};
    }
    const std::vector<float> alphas = node.reals("activation_alpha");
    const std::vector<float> betas = node.reals("activation_beta");
    std::size_t alpha = 0;
    std::size_t beta = 0;
    std::vector<RecurrentActivation> activations;
    for (const std::string &name : names) {
        const RecurrentFunction *function = recurrentFunctionNamed(name);
        if (function == nullptr) {
            throw Untyped{"its activation " + name + " is not one of ONNX's"};
        }
        RecurrentActivation made = {function->function, function->alpha, function->beta};
        if (function->takesAlpha && alpha < alphas.size()) {
            made.alpha = alphas[alpha++];
        }
        if (function->takesBeta && beta < betas.size()) {
            made.beta = betas[beta++];
        }
        activations.push_back(made);
    }
    return activations;
}

template <RecurrentCell cell>
void readRecurrent(NodeContext &context)
{
    const Node &node = context.node;
    Recurrent kind;
    kind.cell = cell;
    const std::string direction = node.string("direction", "forward");
    if (direction == "bidirectional") {
        kind.direction = RecurrentDirection::Bidirectional;
    } else if (direction == "reverse") {
        kind.direction = RecurrentDirection::Reverse;
    } else if (direction != "forward") {
        throw Untyped{"its direction is " + direction};
    }
    const std::size_t directions = kind.direction == RecurrentDirection::Bidirectional ? 2 : 1;
    kind.activations = activationsOf(node, cell, directions);
    kind.hiddenSize = node.integer("hidden_size", 0);
    const Shape recurrent = context.shape(2);
    if (!node.has("hidden_size") && recurrent.ranked && recurrent.rank() == 3) {
        kind.hiddenSize = recurrent[2];
    }
    if (kind.hiddenSize <= 0) {
        throw Untyped{"its hidden size is not known"};
    }
    kind.clip = node.real("clip", 0);
    kind.linearBeforeReset = cell == RecurrentCell::Gru && node.integer("linear_before_reset", 0) != 0;
    kind.coupledInputForget = cell == RecurrentCell::Lstm && node.integer("input_forget", 0) != 0;
    kind.batchFirst = node.integer("layout", 0) != 0;
    const std::size_t most = cell == RecurrentCell::Lstm ? 8 : 6;
    if (node.inputs.size() > most) {
        throw Untyped{"it has more than " + std::to_string(most) + " inputs"};
    }
    std::vector<TensorId> inputs = {context.in(0), context.in(1), context.in(2)};
    for (std::size_t input = 3; input < most; ++input) {
        inputs.push_back(context.optional(input));
    }
    std::vector<TensorId> outputs;
    for (std::size_t output = 0;
         output < std::min<std::size_t>(node.outputs.size(), cell == RecurrentCell::Lstm ? 3 : 2); ++output) {
        outputs.push_back(context.wants(output) ? context.out(output) : TensorId::none());
    }
    if (outputs.empty()) {
        throw Untyped{"it has no output"};
    }
    context.emit(std::move(kind), std::move(inputs), std::move(outputs));
    for (std::size_t output = 0; output < node.outputs.size(); ++output) {
        if (context.wants(output)) {
            context.setType(context.out(output), context.tensor(context.in(0)).type);
        }
    }
}

} // namespace

void addRecurrentReaders(NodeReaders &readers)
{
    readers["RNN"] = readRecurrent<RecurrentCell::Rnn>;
    readers["GRU"] = readRecurrent<RecurrentCell::Gru>;
    readers["LSTM"] = readRecurrent<RecurrentCell::Lstm>;
}

} // namespace tinsmith::onnxio

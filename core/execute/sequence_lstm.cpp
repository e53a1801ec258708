// SPDX-License-Identifier: Apache-2.0
#include "core/execute/element_values.h"
#include "core/execute/lstm_sizes.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tinsmith {
namespace {

/// All constants of a float LSTM as real values; empty where the operator has none.
struct LstmWeights {
    std::array<std::vector<float>, 24> of;
    bool has(std::size_t position) const { return !of[position].empty(); }
};

bool isState(std::size_t position)
{
    return position == lstm_input::outputState || position == lstm_input::cellState;
}

float activated(FusedActivation activation, float x)
{
    switch (activation) {
    case FusedActivation::Relu:
        return std::max(x, 0.0F);
    case FusedActivation::Relu6:
        return std::clamp(x, 0.0F, 6.0F);
    case FusedActivation::ReluN1To1:
        return std::clamp(x, -1.0F, 1.0F);
    case FusedActivation::Tanh:
        return std::tanh(x);
    default:
        return x;
    }
}

float dot(const float *a, const float *b, std::int64_t count)
{
    float sum = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        sum += a[i] * b[i];
    }
    return sum;
}

/// One gate of one batch before its activation.
void gateSums(const LstmSizes &sizes, const LstmWeights &weights, LstmGate gate, const float *x, const float *hidden,
    const float *cell, std::vector<float> &sums)
{
    // Peepholes are those of the input, forget and output gate.
    const std::size_t peephole = lstm_input::peephole + (gate == OutputGate ? 2 : static_cast<std::size_t>(gate));
    const bool peeps = gate != CellGate && weights.has(peephole);
    const bool normalizes = weights.has(lstm_input::normalization + gate);
    const float *bias = weights.has(lstm_input::bias + gate) ? weights.of[lstm_input::bias + gate].data() : nullptr;
    for (std::int64_t c = 0; c < sizes.cells; ++c) {
        float sum = normalizes || bias == nullptr ? 0.0F : bias[c];
        sum += dot(weights.of[lstm_input::weights + gate].data() + c * sizes.inputs, x, sizes.inputs);
        sum += dot(weights.of[lstm_input::recurrentWeights + gate].data() + c * sizes.outputs, hidden, sizes.outputs);
        sum += peeps ? weights.of[peephole][static_cast<std::size_t>(c)] * cell[c] : 0.0F;
        sums[static_cast<std::size_t>(c)] = sum;
    }
    if (!normalizes) {
        return;
    }
    float mean = 0;
    float squares = 0;
    for (const float sum : sums) {
        mean += sum;
        squares += sum * sum;
    }
    const auto count = static_cast<float>(sizes.cells);
    mean /= count;
    const float variance = squares / count - mean * mean;
    const float deviation = 1 / std::sqrt(variance == 0 ? 1e-8F : variance);
    const float *scale = weights.of[lstm_input::normalization + gate].data();
    for (std::int64_t c = 0; c < sizes.cells; ++c) {
        float &sum = sums[static_cast<std::size_t>(c)];
        sum = (sum - mean) * deviation * scale[c] + (bias != nullptr ? bias[c] : 0.0F);
    }
}

void applyLogistic(std::vector<float> &values)
{
    for (float &value : values) {
        value = 1 / (1 + std::exp(-value));
    }
}

/// One step of one batch; hidden and cell are its states, which change.
void step(const SequenceLstm &lstm, const LstmSizes &sizes, const LstmWeights &weights, const float *x, float *hidden,
    float *cell, std::array<std::vector<float>, 4> &gates)
{
    // Without weights of the input gate it is one less the forget gate.
    const bool coupled = !weights.has(lstm_input::weights);
    for (const LstmGate gate : {InputGate, ForgetGate, CellGate}) {
        if (gate == InputGate && coupled) {
            continue;
        }
        gateSums(sizes, weights, gate, x, hidden, cell, gates[gate]);
        if (gate != CellGate) {
            applyLogistic(gates[gate]);
        }
    }
    for (std::int64_t c = 0; c < sizes.cells; ++c) {
        const auto at = static_cast<std::size_t>(c);
        const float input = coupled ? 1 - gates[ForgetGate][at] : gates[InputGate][at];
        cell[c] = gates[ForgetGate][at] * cell[c] + input * activated(lstm.activation, gates[CellGate][at]);
        if (lstm.cellClip > 0) {
            cell[c] = std::clamp(cell[c], -lstm.cellClip, lstm.cellClip);
        }
    }
    gateSums(sizes, weights, OutputGate, x, hidden, cell, gates[OutputGate]);
    applyLogistic(gates[OutputGate]);
    std::vector<float> &result = gates[CellGate];
    for (std::int64_t c = 0; c < sizes.cells; ++c) {
        const auto at = static_cast<std::size_t>(c);
        result[at] = gates[OutputGate][at] * activated(lstm.activation, cell[c]);
    }
    if (!weights.has(lstm_input::projection)) {
        std::copy(result.begin(), result.end(), hidden);
        return;
    }
    for (std::int64_t o = 0; o < sizes.outputs; ++o) {
        float sum = weights.has(lstm_input::projectionBias)
            ? weights.of[lstm_input::projectionBias][static_cast<std::size_t>(o)]
            : 0.0F;
        sum += dot(weights.of[lstm_input::projection].data() + o * sizes.cells, result.data(), sizes.cells);
        hidden[o] = lstm.projectionClip > 0 ? std::clamp(sum, -lstm.projectionClip, lstm.projectionClip) : sum;
    }
}

Kernel floatLstm(Preparation &preparation, const SequenceLstm &lstm, const LstmSizes &sizes)
{
    std::array<std::optional<Tensor>, 24> tensors;
    for (std::size_t i = 1; i < tensors.size(); ++i) {
        if (!preparation.hasInput(i)) {
            continue;
        }
        const Tensor &tensor = preparation.input(i);
        // 8-bit weights under float activations are taken at their real values.
        const bool quantized
            = tensor.type == ElementType::Int8 && tensor.quantization && !tensor.quantization->scales.empty();
        preparation.require(tensor.type == ElementType::Float32 || (quantized && !isState(i)),
            "float activations with these weights or states have no kernel");
        if (!isState(i)) {
            tensors[i] = tensor;
        }
    }
    return [=](const Arguments &arguments) {
        LstmWeights weights;
        for (std::size_t i = 1; i < tensors.size(); ++i) {
            if (tensors[i]) {
                weights.of[i] = realValues(*tensors[i], arguments.inputs[i]);
            }
        }
        std::array<std::vector<float>, 4> gates;
        gates.fill(std::vector<float>(static_cast<std::size_t>(sizes.cells)));
        for (std::int64_t b = 0; b < sizes.batch; ++b) {
            float *hidden = arguments.state<float>(lstm_input::outputState) + b * sizes.outputs;
            float *cell = arguments.state<float>(lstm_input::cellState) + b * sizes.cells;
            for (std::int64_t t = 0; t < sizes.time; ++t) {
                const std::int64_t row = sizes.row(t, b);
                step(lstm, sizes, weights, arguments.in<float>(0) + row * sizes.inputs, hidden, cell, gates);
                std::copy(hidden, hidden + sizes.outputs, arguments.out<float>() + row * sizes.outputs);
            }
        }
    };
}

} // namespace

LstmSizes lstmSizes(const Preparation &preparation, const SequenceLstm &lstm)
{
    const Shape &x = preparation.input(0).shape;
    const Shape &forget = preparation.input(lstm_input::weights + ForgetGate).shape;
    preparation.require(x.rank() == 3 && forget.rank() == 2, "its input is not a batch of sequences");
    LstmSizes sizes;
    sizes.timeMajor = lstm.timeMajor;
    sizes.time = x[lstm.timeMajor ? 0 : 1];
    sizes.batch = x[lstm.timeMajor ? 1 : 0];
    sizes.inputs = x[2];
    sizes.cells = forget[0];
    const Shape &recurrent = preparation.input(lstm_input::recurrentWeights + ForgetGate).shape;
    preparation.require(recurrent.rank() == 2, "its recurrent weights are not matrices");
    sizes.outputs = recurrent[1];
    const auto has = [&](std::size_t position, std::int64_t elements, const char *what) {
        preparation.require(
            !preparation.hasInput(position) || elementsOf(preparation.input(position)) == elements, what);
    };
    for (std::size_t gate = 0; gate < 4; ++gate) {
        preparation.require(gate == InputGate
                || (preparation.hasInput(lstm_input::weights + gate)
                    && preparation.hasInput(lstm_input::recurrentWeights + gate)),
            "a gate has no weights");
        has(lstm_input::weights + gate, sizes.cells * sizes.inputs, "its weights do not fit its input");
        has(lstm_input::recurrentWeights + gate, sizes.cells * sizes.outputs, "its recurrent weights do not fit");
        has(lstm_input::bias + gate, sizes.cells, "a bias does not have one value per cell");
        has(lstm_input::normalization + gate, sizes.cells, "its normalisation does not have one value per cell");
    }
    preparation.require(preparation.hasInput(lstm_input::weights) == preparation.hasInput(lstm_input::recurrentWeights),
        "the input gate has only one of its weights");
    for (std::size_t i = 0; i < 3; ++i) {
        has(lstm_input::peephole + i, sizes.cells, "its peepholes do not have one value per cell");
    }
    has(lstm_input::projection, sizes.cells * sizes.outputs, "its projection does not fit");
    has(lstm_input::projectionBias, sizes.outputs, "its projection's bias does not fit");
    preparation.require(preparation.hasInput(lstm_input::projection) || sizes.cells == sizes.outputs,
        "its output differs in size from its cells, but nothing projects it");
    preparation.require(preparation.input(lstm_input::outputState).variable
            && elementsOf(preparation.input(lstm_input::outputState)) == sizes.batch * sizes.outputs
            && preparation.input(lstm_input::cellState).variable
            && elementsOf(preparation.input(lstm_input::cellState)) == sizes.batch * sizes.cells,
        "its states are not variables of its cells' size");
    preparation.require(elementsOf(preparation.output()) == sizes.batch * sizes.time * sizes.outputs,
        "the output does not have one row per step");
    return sizes;
}

Kernel prepare(Preparation &preparation, const SequenceLstm &lstm)
{
    const LstmSizes sizes = lstmSizes(preparation, lstm);
    preparation.require(
        preparation.input(0).type == preparation.output().type, "input and output are of different types");
    preparation.require(lstm.activation != FusedActivation::SignBit, "the fused sign bit has no kernel");
    return preparation.input(0).type == ElementType::Float32 ? floatLstm(preparation, lstm, sizes)
                                                             : integerLstm(preparation, lstm, sizes);
}

} // namespace tinsmith

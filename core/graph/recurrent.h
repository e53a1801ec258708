// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/convolution.h"
#include "core/graph/tensor.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tinsmith {

/// TFLite SVDF. Inputs [x [batch, in], featureWeights [filters, in], timeWeights [filters, memory], bias? [units],
/// state (variable) [batch, memory * filters]], units = filters / rank; output [batch, units].
struct Svdf {
    std::int64_t rank = 1;
    FusedActivation activation = FusedActivation::None;
    bool asymmetricQuantizeInputs = false;
    friend bool operator==(const Svdf &, const Svdf &) = default;
};

/// TFLite UNIDIRECTIONAL_SEQUENCE_LSTM. Its up to 24 inputs stand in TFLite's order: 0 x, 1-4 input weights, 5-8
/// recurrent weights, 9-11 peephole weights, 12-15 biases (input, forget, cell, output gate each), 16-17 projection and
/// its bias, 18 output state, 19 cell state (variables), 20-23 layer normalisation. x is [batch, time, in], or [time,
/// batch, in] where timeMajor; the output [.., .., out].
struct SequenceLstm {
    FusedActivation activation = FusedActivation::Tanh;
    float cellClip = 0;
    float projectionClip = 0;
    bool timeMajor = false;
    bool asymmetricQuantizeInputs = false;
    /// The quantizations of the operator's intermediate tensors, in order (int8: the fifth is the hidden state's).
    std::vector<std::optional<Quantization>> intermediates;
    friend bool operator==(const SequenceLstm &, const SequenceLstm &) = default;
};

/// One of ONNX's activation functions of recurrent operators.
struct RecurrentActivation {
    enum class Function {
        Relu,
        Tanh,
        Sigmoid,
        Affine,
        LeakyRelu,
        ThresholdedRelu,
        ScaledTanh,
        HardSigmoid,
        Elu,
        Softsign,
        Softplus
    };
    Function function = Function::Tanh;
    float alpha = 0;
    float beta = 0;
    friend bool operator==(const RecurrentActivation &, const RecurrentActivation &) = default;
};

enum class RecurrentCell { Rnn, Gru, Lstm };
enum class RecurrentDirection { Forward, Reverse, Bidirectional };

/// ONNX RNN, GRU, LSTM. Inputs [x, W, R, B?, sequenceLengths?, initialH?, initialC?, P?] and outputs [Y?, Yh?, Yc?] as
/// ONNX gives them: x [time, batch, in], W [directions, gates * hidden, in], gates in ONNX's order (LSTM iofc, GRU
/// zrh); Y [time, directions, batch, hidden]. `batchFirst`: x [batch, time, in], Y [batch, time, directions, hidden].
struct Recurrent {
    RecurrentCell cell = RecurrentCell::Lstm;
    RecurrentDirection direction = RecurrentDirection::Forward;
    std::int64_t hiddenSize = 0;
    /// Per direction: RNN f; GRU f, g; LSTM f, g, h. Never empty.
    std::vector<RecurrentActivation> activations;
    /// 0: none.
    float clip = 0;
    /// GRU: the recurrent bias and product are multiplied by the reset gate after the product.
    bool linearBeforeReset = false;
    /// LSTM: the forget gate is 1 - input gate.
    bool coupledInputForget = false;
    bool batchFirst = false;
    friend bool operator==(const Recurrent &, const Recurrent &) = default;
};

} // namespace tinsmith

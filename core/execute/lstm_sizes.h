// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/kernel.h"

#include <cstdint>

namespace tinsmith {

/// Where TFLite's sequence LSTM has its inputs; weights, biases and layer normalisation stand for the input, forget,
/// cell and output gate in turn.
namespace lstm_input {
inline constexpr std::size_t weights = 1;
inline constexpr std::size_t recurrentWeights = 5;
inline constexpr std::size_t peephole = 9;
inline constexpr std::size_t bias = 12;
inline constexpr std::size_t projection = 16;
inline constexpr std::size_t projectionBias = 17;
inline constexpr std::size_t outputState = 18;
inline constexpr std::size_t cellState = 19;
inline constexpr std::size_t normalization = 20;
} // namespace lstm_input

enum LstmGate : std::size_t { InputGate, ForgetGate, CellGate, OutputGate };

struct LstmSizes {
    std::int64_t batch = 1;
    std::int64_t time = 1;
    std::int64_t inputs = 1;
    /// Of the cell state.
    std::int64_t cells = 1;
    /// Of the output: as many as cells unless projected.
    std::int64_t outputs = 1;
    bool timeMajor = false;

    /// The row of x and of the output.
    std::int64_t row(std::int64_t t, std::int64_t b) const { return timeMajor ? t * batch + b : b * time + t; }
};

/// Checks all shapes; refuses what does not fit.
LstmSizes lstmSizes(const Preparation &preparation, const SequenceLstm &lstm);
/// int8 or int16 activations with int8 weights, without peepholes, projection or layer normalisation.
Kernel integerLstm(Preparation &preparation, const SequenceLstm &lstm, const LstmSizes &sizes);

} // namespace tinsmith

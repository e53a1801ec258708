// SPDX-License-Identifier: Apache-2.0
#include "core/execute/lstm_sizes.h"
#include "core/execute/quantized_parameters.h"
#include "core/execute/quantized_tensor.h"
#include "core/execute/wide_functions.h"
#include "core/execute/wide_requantize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <type_traits>

namespace tinsmith {
namespace {

std::int16_t saturated(std::int64_t value)
{
    return static_cast<std::int16_t>(std::clamp<std::int64_t>(value, INT16_MIN, INT16_MAX));
}

/// One gate's two matrix products, to Q3.12.
struct GateNumbers {
    QuantizedMultiplier input;
    QuantizedMultiplier recurrent;
    std::int32_t inputWeightZero = 0;
    std::int32_t recurrentWeightZero = 0;
};

struct LstmNumbers {
    std::array<GateNumbers, 4> gates;
    std::int32_t inputZero = 0;
    std::int32_t hiddenZero = 0;
    QuantizedMultiplier forgetByCell;
    QuantizedMultiplier inputByCell;
    QuantizedMultiplier outputByCell;
    WideScaling cellTanh;
    std::int32_t cellClip = 0;
};

QuantizedMultiplier productFactor(float first, float second, float output)
{
    // The first product is float32 in TFLite.
    return quantizeMultiplier(static_cast<double>(first * second) / static_cast<double>(output));
}

LstmNumbers numbersOf(const Preparation &preparation, const SequenceLstm &lstm)
{
    const Operator &op = preparation.op();
    const ScaleAndZero input = scaleAndZero(op, preparation.input(0));
    const ScaleAndZero hidden = scaleAndZero(op, preparation.input(lstm_input::outputState));
    const ScaleAndZero cell = scaleAndZero(op, preparation.input(lstm_input::cellState));
    constexpr float gateInput = 1.0F / 4096;
    constexpr double gateOutput = 1.0 / 32768;
    LstmNumbers numbers;
    numbers.inputZero = input.zeroPoint;
    numbers.hiddenZero = hidden.zeroPoint;
    for (std::size_t gate = 0; gate < 4; ++gate) {
        const ScaleAndZero weights = scaleAndZero(op, preparation.input(lstm_input::weights + gate));
        const ScaleAndZero recurrent = scaleAndZero(op, preparation.input(lstm_input::recurrentWeights + gate));
        numbers.gates[gate] = {productFactor(input.scale, weights.scale, gateInput),
            productFactor(hidden.scale, recurrent.scale, gateInput), weights.zeroPoint, recurrent.zeroPoint};
    }
    const auto cellScale = static_cast<double>(cell.scale);
    numbers.forgetByCell = quantizeMultiplier(gateOutput * cellScale / cellScale);
    numbers.inputByCell = quantizeMultiplier(gateOutput * gateOutput / cellScale);
    numbers.outputByCell = quantizeMultiplier(gateOutput * gateOutput / static_cast<double>(hidden.scale));
    const float power = std::log2(cell.scale);
    preparation.require(std::abs(power - std::round(power)) < 1e-3F, "the cell state's scale is not a power of two");
    numbers.cellTanh = wideScalingOfPower(static_cast<std::int32_t>(std::round(power)));
    if (lstm.cellClip > 0) {
        numbers.cellClip = saturated(
            static_cast<std::int64_t>(std::clamp(static_cast<double>(lstm.cellClip) / cellScale, -32768.0, 32767.0)));
    }
    return numbers;
}

/// A row of weights times a vector less its zero point, with bias, to int16. int16 activations sum in 64 bits.
template <typename T>
std::int16_t product(const std::int8_t *weights, std::int32_t weightZero, const T *values, std::int32_t zero,
    std::int64_t count, const std::byte *bias, std::int64_t cell, QuantizedMultiplier factor)
{
    using Sum = std::conditional_t<sizeof(T) == 1, std::int32_t, std::int64_t>;
    Sum sum = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        sum += (weights[i] - weightZero) * (values[i] - zero);
    }
    if constexpr (sizeof(T) == 1) {
        if (bias != nullptr) {
            sum = static_cast<Sum>(static_cast<std::uint32_t>(sum)
                + static_cast<std::uint32_t>(reinterpret_cast<const std::int32_t *>(bias)[cell]));
        }
        return saturated(requantize(sum, factor));
    } else {
        if (bias != nullptr) {
            sum = static_cast<Sum>(static_cast<std::uint64_t>(sum)
                + static_cast<std::uint64_t>(reinterpret_cast<const std::int64_t *>(bias)[cell]));
        }
        return saturated(requantizeWide(sum, factor));
    }
}

template <typename T>
void gateOf(const Arguments &arguments, const LstmSizes &sizes, const LstmNumbers &numbers, LstmGate gate, const T *x,
    const T *hidden, std::int16_t *out)
{
    const GateNumbers &of = numbers.gates[gate];
    const auto *weights = arguments.in<std::int8_t>(lstm_input::weights + gate);
    const auto *recurrent = arguments.in<std::int8_t>(lstm_input::recurrentWeights + gate);
    const std::byte *bias = arguments.in<std::byte>(lstm_input::bias + gate);
    for (std::int64_t c = 0; c < sizes.cells; ++c) {
        const std::int16_t fromInput = product(
            weights + c * sizes.inputs, of.inputWeightZero, x, numbers.inputZero, sizes.inputs, bias, c, of.input);
        const std::int16_t fromHidden = product(recurrent + c * sizes.outputs, of.recurrentWeightZero, hidden,
            numbers.hiddenZero, sizes.outputs, nullptr, c, of.recurrent);
        const std::int16_t sum = saturated(fromInput + fromHidden);
        const bool tanh = gate == CellGate;
        out[c] = tanh ? wideTanh(sum, {}) : wideLogistic(sum, {});
    }
}

template <typename T>
Kernel lstmKernel(Preparation &preparation, const LstmSizes &sizes, const LstmNumbers &numbers)
{
    const std::size_t scratch = preparation.reserve(sizes.cells * 4 * 2);
    return [=](const Arguments &arguments) {
        std::array<std::int16_t *, 4> gates = {};
        for (std::size_t gate = 0; gate < 4; ++gate) {
            gates[gate] = arguments.scratchAt<std::int16_t>(scratch) + static_cast<std::int64_t>(gate) * sizes.cells;
        }
        for (std::int64_t b = 0; b < sizes.batch; ++b) {
            T *hidden = arguments.state<T>(lstm_input::outputState) + b * sizes.outputs;
            auto *cell = arguments.state<std::int16_t>(lstm_input::cellState) + b * sizes.cells;
            for (std::int64_t t = 0; t < sizes.time; ++t) {
                const std::int64_t row = sizes.row(t, b);
                const T *x = arguments.in<T>(0) + row * sizes.inputs;
                for (const LstmGate gate : {InputGate, ForgetGate, CellGate, OutputGate}) {
                    gateOf<T>(arguments, sizes, numbers, gate, x, hidden, gates[gate]);
                }
                for (std::int64_t c = 0; c < sizes.cells; ++c) {
                    const std::int16_t kept
                        = saturated(requantize(gates[ForgetGate][c] * cell[c], numbers.forgetByCell));
                    const std::int16_t fresh
                        = saturated(requantize(gates[InputGate][c] * gates[CellGate][c], numbers.inputByCell));
                    cell[c] = saturated(kept + fresh);
                    if (numbers.cellClip > 0) {
                        cell[c] = static_cast<std::int16_t>(clampTo(cell[c], -numbers.cellClip, numbers.cellClip));
                    }
                    const std::int32_t shown = wideTanh(cell[c], numbers.cellTanh) * gates[OutputGate][c];
                    const std::int64_t y
                        = static_cast<std::int64_t>(requantize(shown, numbers.outputByCell)) + numbers.hiddenZero;
                    hidden[c] = static_cast<T>(
                        std::clamp<std::int64_t>(y, std::numeric_limits<T>::lowest(), std::numeric_limits<T>::max()));
                }
                std::copy(hidden, hidden + sizes.outputs, arguments.out<T>() + row * sizes.outputs);
            }
        }
    };
}

} // namespace

Kernel integerLstm(Preparation &preparation, const SequenceLstm &lstm, const LstmSizes &sizes)
{
    const ElementType type = preparation.input(0).type;
    preparation.require(type == ElementType::Int8 || type == ElementType::Int16, "it runs in float32, int8 and int16");
    preparation.require(preparation.input(lstm_input::outputState).type == type
            && preparation.input(lstm_input::cellState).type == ElementType::Int16,
        "its states are not of the input's type and int16");
    const ElementType biasType = type == ElementType::Int8 ? ElementType::Int32 : ElementType::Int64;
    for (std::size_t gate = 0; gate < 4; ++gate) {
        preparation.require(preparation.input(lstm_input::weights + gate).type == ElementType::Int8
                && preparation.input(lstm_input::recurrentWeights + gate).type == ElementType::Int8,
            "its weights are not int8");
        preparation.require(!preparation.hasInput(lstm_input::bias + gate)
                || preparation.input(lstm_input::bias + gate).type == biasType,
            "a bias is not of the sums' type");
        preparation.require(
            !preparation.hasInput(lstm_input::normalization + gate), "layer normalisation has no integer kernel");
    }
    for (std::size_t i = lstm_input::peephole; i < lstm_input::bias; ++i) {
        preparation.require(!preparation.hasInput(i), "peepholes have no integer kernel");
    }
    preparation.require(!preparation.hasInput(lstm_input::projection), "a projection has no integer kernel");
    preparation.require(lstm.activation == FusedActivation::Tanh, "its activation is not tanh");
    const LstmNumbers numbers = numbersOf(preparation, lstm);
    return type == ElementType::Int8 ? lstmKernel<std::int8_t>(preparation, sizes, numbers)
                                     : lstmKernel<std::int16_t>(preparation, sizes, numbers);
}

} // namespace tinsmith

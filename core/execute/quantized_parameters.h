// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/requantize.h"
#include "core/graph/graph.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace tinsmith {

// The integers that an int8 operator computes with, from the scales and zero points of its tensors: multipliers,
// shifts, bounds and tables exactly as the host executor uses them, so that emitted C gives the same bytes. Formulas
// are those of the TensorFlow Lite for Microcontrollers reference kernels; where they form a quotient in float32 first,
// so do these. All functions throw UnsupportedError, with the operator's name as place, where a tensor lacks the
// quantization that is needed or has one that TFLite does not allow.

/// The smallest and largest stored value of an output.
struct OutputBounds {
    std::int32_t min = -128;
    std::int32_t max = 127;
    friend bool operator==(const OutputBounds &, const OutputBounds &) = default;
};

/// The bounds that a fused activation gives an output of this type, scale and zero point (int8, int16 or uint8).
OutputBounds activationBounds(FusedActivation activation, ElementType type, float scale, std::int64_t zeroPoint);
/// The bounds of an operator's first output for a fused activation.
OutputBounds outputBounds(const Graph &graph, const Operator &op, FusedActivation activation);

/// The nearest stored value of `real` in the tensor's type, scale and zero point (ties away from zero), clamped.
std::int32_t quantizedValue(double real, const Tensor &tensor);

/// Conv2D, DepthwiseConv2D, TransposeConv2D, FullyConnected and MatMul:
/// clamp(requantize(sum((x - inputZeroPoint) * (w - weightZeroPoint)) + bias, multiplier) + outputZeroPoint).
/// Padding contributes nothing to the sum.
struct AccumulatorParameters {
    std::int32_t inputZeroPoint = 0;
    /// 0 but for MatMul and for dense weights that have one scale.
    std::int32_t weightZeroPoint = 0;
    std::int32_t outputZeroPoint = 0;
    /// One per output channel, or one for all where the weights have one scale.
    std::vector<QuantizedMultiplier> multipliers;
    OutputBounds bounds;

    QuantizedMultiplier multiplier(std::size_t channel) const
    {
        return multipliers[multipliers.size() == 1 ? 0 : channel];
    }
    Rounding rounding() const { return multipliers.empty() ? Rounding::Twice : multipliers[0].rounding; }
};
AccumulatorParameters accumulatorParameters(const Graph &graph, const Operator &op);

/// Binary Add and Sub: clamp(requantize(a' +- b', output) + outputZeroPoint), with
/// x' = requantize((x - zeroPoint) << leftShift, factor) for each input.
struct SumParameters {
    std::int32_t zeroPoint1 = 0;
    std::int32_t zeroPoint2 = 0;
    std::int32_t outputZeroPoint = 0;
    std::int32_t leftShift = 20;
    QuantizedMultiplier factor1;
    QuantizedMultiplier factor2;
    QuantizedMultiplier output;
    OutputBounds bounds;
};
SumParameters sumParameters(const Graph &graph, const Operator &op);

/// Binary Mul: clamp(requantize((a - zeroPoint1) * (b - zeroPoint2), factor) + outputZeroPoint).
struct ProductParameters {
    std::int32_t zeroPoint1 = 0;
    std::int32_t zeroPoint2 = 0;
    std::int32_t outputZeroPoint = 0;
    QuantizedMultiplier factor;
    OutputBounds bounds;
};
ProductParameters productParameters(const Graph &graph, const Operator &op);

/// Reduce Mean and Sum: clamp(requantize(sum - elements * inputZeroPoint, factor) + outputZeroPoint); the mean's factor
/// has the number of elements divided in.
struct ReductionParameters {
    std::int32_t inputZeroPoint = 0;
    std::int32_t outputZeroPoint = 0;
    /// How many input elements make one output element.
    std::int64_t elements = 1;
    QuantizedMultiplier factor;
};
ReductionParameters reductionParameters(const Graph &graph, const Operator &op);

/// Quantize from one integer type to another: clamp(requantize(x - inputZeroPoint, factor) + outputZeroPoint).
struct RequantizationParameters {
    std::int32_t inputZeroPoint = 0;
    std::int32_t outputZeroPoint = 0;
    QuantizedMultiplier factor;
    OutputBounds bounds;
};
RequantizationParameters requantizationParameters(const Graph &graph, const Operator &op);

/// PRelu: x' = x - inputZeroPoint; clamp(requantize(x' >= 0 ? x' by positive : x' * (alpha - alphaZeroPoint) by
/// negative)
/// + outputZeroPoint).
struct PReluParameters {
    std::int32_t inputZeroPoint = 0;
    std::int32_t alphaZeroPoint = 0;
    std::int32_t outputZeroPoint = 0;
    QuantizedMultiplier positive;
    QuantizedMultiplier negative;
};
PReluParameters preluParameters(const Graph &graph, const Operator &op);

/// Softmax along the last axis of an int8 tensor, with d = x - max of the row, so 0 .. -255:
/// sum of (exponentials[-d] rounded right by 12) over the row; with the reciprocal r of that sum (see softmaxRow() in
/// quantized_functions.h), y = clamp(roundingShiftRight(high(r, exponentials[-d]), shift) - 128).
struct SoftmaxParameters {
    /// exp(beta * scale * -index) in Q0.31; 0 where the reference leaves the term out.
    std::array<std::int32_t, 256> exponentials = {};
};
SoftmaxParameters softmaxParameters(const Graph &graph, const Operator &op);

/// The output byte for each input byte (index q + 128) of an int8 operator that is a function of one element:
/// Activation, Unary, and Quantize from int8 to int8. Nothing for other operators.
std::optional<std::array<std::int8_t, 256>> lookupTable(const Graph &graph, const Operator &op);

} // namespace tinsmith

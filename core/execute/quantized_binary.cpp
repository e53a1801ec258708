// SPDX-License-Identifier: Apache-2.0
#include "core/execute/quantized_binary.h"

#include "core/execute/fixed_point.h"
#include "core/execute/quantized_parameters.h"
#include "core/execute/quantized_tensor.h"

#include <algorithm>
#include <bit>

namespace tinsmith {
namespace {

StoredFunction sumOf(const Preparation &preparation, bool subtract)
{
    const SumParameters p = sumParameters(preparation.graph(), preparation.op());
    return [=](std::int32_t a, std::int32_t b) {
        const std::int32_t x = requantize(wrappingShiftLeft(a - p.zeroPoint1, p.leftShift), p.factor1);
        const std::int32_t y = requantize(wrappingShiftLeft(b - p.zeroPoint2, p.leftShift), p.factor2);
        const std::int32_t sum
            = wrappingSum(requantize(wrappingSum(x, subtract ? -y : y), p.output), p.outputZeroPoint);
        return clampTo(sum, p.bounds.min, p.bounds.max);
    };
}

StoredFunction productOf(const Preparation &preparation)
{
    const ProductParameters p = productParameters(preparation.graph(), preparation.op());
    return [=](std::int32_t a, std::int32_t b) {
        const std::int32_t product = (a - p.zeroPoint1) * (b - p.zeroPoint2);
        return clampTo(wrappingSum(requantize(product, p.factor), p.outputZeroPoint), p.bounds.min, p.bounds.max);
    };
}

/// Both are brought to half of the larger scale's fixed point, the difference is squared there.
StoredFunction squaredDifferenceOf(const Preparation &preparation)
{
    const Operator &op = preparation.op();
    const ScaleAndZero first = scaleAndZero(op, preparation.input(0));
    const ScaleAndZero second = scaleAndZero(op, preparation.input(1));
    const ScaleAndZero output = scaleAndZero(op, preparation.output());
    const OutputBounds bounds = outputBounds(preparation.graph(), op, FusedActivation::None);
    const std::int32_t shift = preparation.output().type == ElementType::Int16 ? 0 : 7;
    const double twice = 2 * static_cast<double>(std::max(first.scale, second.scale));
    const QuantizedMultiplier factor1 = quantizeMultiplier(static_cast<double>(first.scale) / twice);
    const QuantizedMultiplier factor2 = quantizeMultiplier(static_cast<double>(second.scale) / twice);
    const QuantizedMultiplier factor = quantizeMultiplier(
        twice * twice / (static_cast<double>(1 << (shift * 2)) * static_cast<double>(output.scale)));
    return [=](std::int32_t a, std::int32_t b) {
        const std::int32_t x = requantize(wrappingShiftLeft(a - first.zeroPoint, shift), factor1);
        const std::int32_t y = requantize(wrappingShiftLeft(b - second.zeroPoint, shift), factor2);
        const auto difference = static_cast<std::uint32_t>(x) - static_cast<std::uint32_t>(y);
        const auto square = static_cast<std::int32_t>(difference * difference);
        return clampTo(wrappingSum(requantize(square, factor), output.zeroPoint), bounds.min, bounds.max);
    };
}

/// By the divisor's reciprocal. Nothing is divided by zero: the result then is the output's bound on that side.
StoredFunction quotientOf(const Preparation &preparation)
{
    const Operator &op = preparation.op();
    const ScaleAndZero first = scaleAndZero(op, preparation.input(0));
    const ScaleAndZero second = scaleAndZero(op, preparation.input(1));
    const ScaleAndZero output = scaleAndZero(op, preparation.output());
    const auto *binary = op.as<Binary>();
    const OutputBounds bounds = outputBounds(preparation.graph(), op, binary->activation);
    // TFLite forms this quotient in float32.
    const QuantizedMultiplier factor
        = quantizeMultiplier(static_cast<double>(first.scale / (second.scale * output.scale)));
    return [=](std::int32_t a, std::int32_t b) {
        std::int32_t x = a - first.zeroPoint;
        std::int32_t y = b - second.zeroPoint;
        if (y == 0) {
            return x > 0 ? bounds.max : x < 0 ? bounds.min : clampTo(output.zeroPoint, bounds.min, bounds.max);
        }
        if (y < 0) {
            x = -x;
            y = -y;
        }
        const fixed_point::Reciprocal reciprocal = fixed_point::reciprocal(y, 31);
        const int room = std::countl_zero(static_cast<std::uint32_t>(x < 0 ? ~x : x)) - 1;
        const std::int32_t quotient = roundingDoublingHighMultiply(wrappingShiftLeft(x, room), reciprocal.scale);
        const std::int32_t shift = factor.shift - reciprocal.shift - room;
        const std::int32_t scaled
            = roundingShiftRight(roundingDoublingHighMultiply(quotient, factor.multiplier), std::clamp(-shift, 0, 31));
        return clampTo(wrappingSum(output.zeroPoint, scaled), bounds.min, bounds.max);
    };
}

} // namespace

StoredFunction quantizedBinary(const Preparation &preparation, BinaryFunction function)
{
    switch (function) {
    case BinaryFunction::Add:
    case BinaryFunction::Sub:
        return sumOf(preparation, function == BinaryFunction::Sub);
    case BinaryFunction::Mul:
        return productOf(preparation);
    case BinaryFunction::Div:
        return quotientOf(preparation);
    case BinaryFunction::SquaredDifference:
        return squaredDifferenceOf(preparation);
    case BinaryFunction::Minimum:
    case BinaryFunction::Maximum: {
        const ScaleAndZero output = scaleAndZero(preparation.op(), preparation.output());
        preparation.require(scaleAndZero(preparation.op(), preparation.input(0)) == output
                && scaleAndZero(preparation.op(), preparation.input(1)) == output,
            "inputs and output of a quantized minimum or maximum must have the same scale and zero point");
        const bool largest = function == BinaryFunction::Maximum;
        return [largest](std::int32_t a, std::int32_t b) { return largest ? std::max(a, b) : std::min(a, b); };
    }
    default:
        preparation.refuse("this function has no form for quantized integers");
    }
}

} // namespace tinsmith

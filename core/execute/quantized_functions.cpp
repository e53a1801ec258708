// SPDX-License-Identifier: Apache-2.0
#include "core/execute/quantized_functions.h"

#include "core/execute/fixed_point.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tinsmith {
namespace {

constexpr int sigmoidIntegerBits = 4;

/// The input as Q4.27, or saturation: beyond the radius TFLite does not evaluate the function.
struct SigmoidInput {
    int saturated = 0;
    std::int32_t value = 0;
};

SigmoidInput sigmoidInput(float scale, std::int32_t zeroPoint, std::int8_t q)
{
    const QuantizedMultiplier factor
        = quantizeMultiplier(static_cast<double>(scale) * (1 << (31 - sigmoidIntegerBits)));
    const double radius = std::floor(std::ldexp(15.0 * (1 << (31 - sigmoidIntegerBits)), -factor.shift));
    const std::int32_t x = q - zeroPoint;
    if (x <= -radius) {
        return {-1, 0};
    }
    if (x >= radius) {
        return {1, 0};
    }
    return {0, requantize(x, factor)};
}

std::int16_t topHalf(std::int32_t multiplier)
{
    constexpr std::int32_t half = 1 << 15;
    return static_cast<std::int16_t>(multiplier >= INT32_MAX - half ? INT16_MAX : (multiplier + half) >> 16);
}

std::int16_t saturate16(std::int32_t value)
{
    return static_cast<std::int16_t>(clampTo(value, INT16_MIN, INT16_MAX));
}

/// round(a * b / 2^15), ties towards plus infinity.
std::int16_t roundingHighMultiply16(std::int16_t a, std::int16_t b)
{
    return saturate16((static_cast<std::int32_t>(a) * b + (1 << 14)) >> 15);
}

std::int16_t shiftLeft16(std::int16_t value, std::int32_t exponent)
{
    const std::int64_t wide = static_cast<std::int64_t>(value) * (std::int64_t{1} << std::min(exponent, 31));
    return static_cast<std::int16_t>(std::clamp<std::int64_t>(wide, INT16_MIN, INT16_MAX));
}

} // namespace

namespace {

template <typename In, typename Out>
void softmaxRowTo(const SoftmaxParameters &parameters, std::span<const In> in, std::span<Out> out)
{
    if (in.empty()) {
        return;
    }
    constexpr int sumIntegerBits = 12;
    constexpr int bits = static_cast<int>(sizeof(Out)) * 8;
    constexpr std::int32_t lowest = std::numeric_limits<Out>::lowest();
    constexpr std::int32_t highest = std::numeric_limits<Out>::max();
    const std::int32_t largest = *std::max_element(in.begin(), in.end());
    std::uint32_t sum = 0;
    for (const In q : in) {
        const std::int32_t term = parameters.exponentials[static_cast<std::size_t>(largest - q)];
        sum += static_cast<std::uint32_t>(roundingShiftRight(term, sumIntegerBits));
    }
    const auto reciprocal = fixed_point::reciprocal(static_cast<std::int32_t>(sum), sumIntegerBits);
    const std::int32_t exponent = std::clamp(reciprocal.shift + 31 - bits, 0, 31);
    for (std::size_t i = 0; i < in.size(); ++i) {
        const std::int32_t term = parameters.exponentials[static_cast<std::size_t>(largest - in[i])];
        std::int32_t y = lowest;
        if (term != 0) {
            y = roundingShiftRight(roundingDoublingHighMultiply(reciprocal.scale, term), exponent) + lowest;
        }
        out[i] = static_cast<Out>(clampTo(y, lowest, highest));
    }
}

} // namespace

void softmaxRow(const SoftmaxParameters &parameters, std::span<const std::int8_t> in, std::span<std::int8_t> out)
{
    softmaxRowTo(parameters, in, out);
}

void softmaxRow(const SoftmaxParameters &parameters, std::span<const std::int8_t> in, std::span<std::int16_t> out)
{
    softmaxRowTo(parameters, in, out);
}

void softmaxRow(const SoftmaxParameters &parameters, std::span<const std::uint8_t> in, std::span<std::uint8_t> out)
{
    softmaxRowTo(parameters, in, out);
}

HardSwishParameters hardSwishParameters(
    float inputScale, std::int32_t inputZeroPoint, float outputScale, std::int32_t outputZeroPoint)
{
    // The input is used with seven more bits; the gate has 3.0 at 2^15.
    const float fineScale = (1.0F / 128.0F) * inputScale;
    const float gateScale = 3.0F / 32768.0F;
    const QuantizedMultiplier output = quantizeMultiplier(static_cast<double>(fineScale / outputScale));
    const QuantizedMultiplier gate = quantizeMultiplier(static_cast<double>(fineScale / gateScale));
    return {inputZeroPoint, outputZeroPoint, topHalf(output.multiplier), output.shift, topHalf(gate.multiplier),
        gate.shift};
}

std::int8_t hardSwish(const HardSwishParameters &parameters, std::int8_t q)
{
    const auto fine = static_cast<std::int16_t>((q - parameters.inputZeroPoint) * (1 << 7));
    const std::int16_t scaled = roundingHighMultiply16(fine, parameters.outputMultiplier);
    std::int16_t gate = fine;
    if (parameters.gateExponent > 0) {
        gate = shiftLeft16(gate, parameters.gateExponent - 1);
    }
    gate = roundingHighMultiply16(gate, parameters.gateMultiplier);
    if (parameters.gateExponent > 0) {
        gate = shiftLeft16(gate, 1);
    } else if (parameters.gateExponent < 0) {
        gate = static_cast<std::int16_t>(roundingShiftRight(gate, std::min(31, -parameters.gateExponent)));
    }
    // From [-1, 1] to [0, 1].
    gate = static_cast<std::int16_t>((gate + (1 << 15)) >> 1);
    // This product truncates towards zero, by the definition.
    const std::int32_t product = static_cast<std::int32_t>(gate) * scaled / (1 << 15);
    const std::int32_t y = roundingShiftRight(product, std::clamp(-parameters.outputExponent, 0, 31));
    return static_cast<std::int8_t>(clampTo(y + parameters.outputZeroPoint, -128, 127));
}

std::int8_t quantizedLogistic(float inputScale, std::int32_t inputZeroPoint, std::int8_t q)
{
    const SigmoidInput input = sigmoidInput(inputScale, inputZeroPoint, q);
    if (input.saturated != 0) {
        return static_cast<std::int8_t>(input.saturated < 0 ? -128 : 127);
    }
    const std::int32_t y = roundingShiftRight(fixed_point::logistic(input.value, sigmoidIntegerBits), 23) - 128;
    return static_cast<std::int8_t>(clampTo(y, -128, 127));
}

std::int8_t quantizedTanh(float inputScale, std::int32_t inputZeroPoint, std::int8_t q)
{
    const SigmoidInput input = sigmoidInput(inputScale, inputZeroPoint, q);
    if (input.saturated != 0) {
        return static_cast<std::int8_t>(input.saturated < 0 ? -128 : 127);
    }
    const std::int32_t y = roundingShiftRight(fixed_point::tanh(input.value, sigmoidIntegerBits), 24);
    return static_cast<std::int8_t>(clampTo(y, -128, 127));
}

} // namespace tinsmith

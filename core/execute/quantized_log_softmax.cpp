// SPDX-License-Identifier: Apache-2.0
#include "core/execute/quantized_log_softmax.h"

#include "core/execute/fixed_point.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace tinsmith {
namespace {

constexpr int inputBits = 5;
constexpr int sumBits = 12;

std::int32_t product(std::int32_t a, std::int32_t b)
{
    return roundingDoublingHighMultiply(a, b);
}

std::int32_t saturated(std::int64_t value)
{
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(value, INT32_MIN, INT32_MAX));
}

/// ln(x) in Q5.26 for x >= 1 in Q12.19: x is brought to a mantissa around sqrt(1/2) in one of two ways, whose
/// logarithm is a quotient of polynomials (gemmlowp's way; its constants are named after what they are).
std::int32_t logarithm(std::int32_t x)
{
    constexpr std::int32_t logOfTwo = 1488522236;
    constexpr std::int32_t fourthRootOfHalf = 1805811301;
    constexpr std::int32_t rootOfHalf = 1518500250;
    constexpr std::int32_t numerator = 117049297;
    constexpr std::int32_t denominatorSquare = 127690142;
    constexpr std::int32_t denominatorConstant = 1057819769;
    constexpr std::int32_t denominatorLinear = 638450708;
    // A power of two in Q6.25, moved by a quarter to either side.
    constexpr std::int32_t quarter = 1 << 23;
    const auto power = [](int exponent) { return saturated(std::int64_t{exponent} * (1 << 25)); };

    const int leading = std::countl_zero(static_cast<std::uint32_t>(x));
    const std::int32_t first
        = saturatingShiftLeft(product(saturatingShiftLeft(x, std::max(0, leading - 1)), rootOfHalf), 1);
    const std::int32_t firstPower = saturated(std::int64_t{power(sumBits - leading)} + quarter);
    const int room = std::countl_zero(static_cast<std::uint32_t>(product(x, rootOfHalf))) - 1;
    const std::int32_t second = saturatingShiftLeft(x, room);
    const std::int32_t secondPower = saturated(std::int64_t{power(sumBits - room)} - quarter);
    const std::int32_t mantissa = std::min(first, second);
    const std::int32_t exponent = std::max(firstPower, secondPower);

    const auto middle = static_cast<std::int32_t>((std::int64_t{mantissa} + fourthRootOfHalf + 1) / 2);
    const std::int32_t distance = 2 * (mantissa - fourthRootOfHalf);
    const std::int32_t square = product(distance, distance);
    const std::int32_t above = product(distance, mantissa) + product(product(distance, square), numerator);
    const std::int32_t below = product(middle, denominatorConstant + distance + product(denominatorSquare, square))
        + product(denominatorLinear, distance);
    const std::int32_t quotient = product(roundingShiftRight(above, 6), fixed_point::oneOverOnePlus(below));
    return saturatingShiftLeft(product(exponent, logOfTwo) + quotient, 1);
}

} // namespace

QuantizedLogSoftmax::QuantizedLogSoftmax(const Operator &op, const Tensor &input, const Tensor &output)
{
    if (scaleAndZero(op, output) != ScaleAndZero{1.0F / 16, 127}) {
        throw UnsupportedError(
            {}, op.name, "an int8 logarithm of softmax needs an output of scale 1/16 and zero point 127");
    }
    const double real = std::min(
        static_cast<double>(scaleAndZero(op, input).scale) * (1 << (31 - inputBits)), static_cast<double>(INT32_MAX));
    factor_ = quantizeMultiplier(real);
    if (factor_.shift < 0 || factor_.shift > 31 || factor_.multiplier <= 0) {
        throw UnsupportedError({}, op.name, "the input's scale is too small for an int8 softmax");
    }
    reverse_ = quantizeMultiplier(
        static_cast<double>(std::int64_t{1} << (31 - factor_.shift)) / static_cast<double>(factor_.multiplier));
    const double reach = 31.0 * (1LL << (31 - inputBits)) / static_cast<double>(1LL << factor_.shift);
    smallest_ = saturated(-static_cast<std::int64_t>(std::floor(reach)));
}

void QuantizedLogSoftmax::row(std::span<const std::int8_t> in, std::span<std::int8_t> out) const
{
    const std::int32_t largest = *std::max_element(in.begin(), in.end());
    std::uint32_t sum = 0;
    for (const std::int8_t q : in) {
        if (q - largest >= smallest_) {
            const std::int32_t power = fixed_point::expOfNegative(requantize(q - largest, factor_), inputBits);
            sum += static_cast<std::uint32_t>(roundingShiftRight(power, sumBits));
        }
    }
    const std::int32_t whole = logarithm(static_cast<std::int32_t>(sum));
    const std::int32_t lowest = std::max(smallest_ - 1, requantize(whole + INT32_MIN, reverse_));
    for (std::size_t i = 0; i < in.size(); ++i) {
        const std::int32_t difference = in[i] - largest;
        std::int32_t y = -128;
        if (difference > lowest) {
            // From Q5.26 to sixteenths.
            y = roundingShiftRight(requantize(difference, factor_) - whole, 31 - inputBits - 4) + 127;
        }
        out[i] = static_cast<std::int8_t>(clampTo(y, -128, 127));
    }
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "core/execute/fixed_point.h"
#include "core/execute/requantize.h"
#include "resources/kernels/ts_pooling.h"
#include "resources/kernels/ts_requantize.h"
#include "resources/kernels/ts_softmax.h"
#include "tests/support/test_main.h"

#include <random>

using namespace tinsmith;

namespace {

constexpr std::uint32_t seed = 20261;
constexpr int rounds = 300000;

std::int32_t between(std::mt19937 &random, std::int32_t low, std::int32_t high)
{
    return std::uniform_int_distribution<std::int32_t>(low, high)(random);
}

/// Accumulators of every magnitude, every third one beside a tie of the last rounding.
std::int32_t accumulator(std::mt19937 &random, std::int32_t multiplier, std::int32_t right)
{
    if (between(random, 0, 2) != 0) {
        return static_cast<std::int32_t>(random()) >> between(random, 2, 31);
    }
    const double tie = (between(random, -256, 256) + 0.5) * static_cast<double>(std::int64_t{1} << right) * 2147483648.0
        / multiplier;
    return std::abs(tie) < 1e9 ? static_cast<std::int32_t>(tie) + between(random, -1, 1) : 0;
}

} // namespace

/// The arithmetic of packages against that of the host.
class FixedPointTest : public QObject {
    Q_OBJECT

private slots:
    void requantizationEqualsTheHosts()
    {
        std::mt19937 random(seed);
        for (int i = 0; i < rounds; ++i) {
            const QuantizedMultiplier factor{between(random, 1 << 30, INT32_MAX), between(random, -31, 8)};
            const std::int32_t x = accumulator(random, factor.multiplier, std::max(-factor.shift, 0));
            QCOMPARE(ts_requantize(x, factor.multiplier, factor.shift), requantize(x, factor));
        }
    }

    void outputsOfAbsurdScalesWrapAroundLikeTheHosts()
    {
        std::mt19937 random(seed + 4);
        for (int i = 0; i < rounds; ++i) {
            const QuantizedMultiplier factor{between(random, 1 << 30, INT32_MAX), between(random, 0, 30)};
            const auto x = static_cast<std::int32_t>(random());
            const std::int32_t zero = between(random, -128, 127);
            QCOMPARE(static_cast<std::int32_t>(ts_output_i8(x, factor.multiplier, factor.shift, zero, -128, 127)),
                clampTo(wrappingSum(requantize(x, factor), zero), -128, 127));
        }
        QCOMPARE(ts_output_i8(INT32_MAX, INT32_MAX, 0, 127, -128, 127), std::int8_t{-128});
    }

    void shortFormsEqualTheWholeOne()
    {
        std::mt19937 random(seed + 1);
        for (int i = 0; i < rounds; ++i) {
            const std::int32_t multiplier = between(random, 1 << 30, INT32_MAX);
            const std::int32_t right = between(random, 1, 30);
            const std::int32_t zero = between(random, -128, 127);
            const std::int32_t x = accumulator(random, multiplier, right);
            QCOMPARE(ts_finish_i8(TS_NARROW, x, multiplier, -right, zero, -128, 127),
                ts_output_i8(x, multiplier, -right, zero, -128, 127));
            if (right >= 2 && right <= 20) {
                const std::int32_t maximum = between(random, zero, 127);
                QCOMPARE(ts_finish_i8(TS_RELU, x, multiplier, -right, zero, zero, maximum),
                    ts_output_i8(x, multiplier, -right, zero, zero, maximum));
            }
        }
    }

    void roundingToEvenEqualsTheHosts()
    {
        std::mt19937 random(seed + 5);
        for (int i = 0; i < rounds; ++i) {
            // Powers of two make exact ties.
            const std::int32_t multiplier = between(random, 0, 2) == 0 ? 1 << 30 : between(random, 1 << 30, INT32_MAX);
            const QuantizedMultiplier factor{multiplier, between(random, -31, 30), Rounding::HalfToEven};
            const std::int32_t right = std::max(-factor.shift, 0);
            const std::int32_t x = accumulator(random, multiplier, right);
            const std::int32_t expected = requantize(x, factor);
            QCOMPARE(ts_requantize_even(x, multiplier, factor.shift), expected);
            const std::int32_t zero = between(random, -128, 127);
            const std::int32_t output = clampTo(expected + zero, -128, 127);
            QCOMPARE(
                static_cast<std::int32_t>(ts_finish_i8(TS_EVEN, x, multiplier, factor.shift, zero, -128, 127)), output);
            if (right >= 2 && right <= 30) {
                QCOMPARE(ts_requantize_even_narrow(x, multiplier, factor.shift), expected);
                QCOMPARE(static_cast<std::int32_t>(
                             ts_finish_i8(TS_EVEN_NARROW, x, multiplier, factor.shift, zero, -128, 127)),
                    output);
            }
        }
    }

    void meansGoToEvenLikeTheHosts()
    {
        std::mt19937 random(seed + 6);
        for (int i = 0; i < rounds; ++i) {
            const std::int32_t count = between(random, 1, 200);
            const std::int32_t sum = between(random, -128 * count, 127 * count);
            QCOMPARE(static_cast<std::int64_t>(ts_mean_to_even(sum, count)), quotientToEven(sum, count));
        }
    }

    void productOfHalvesEqualsTheWholeOne()
    {
        std::mt19937 random(seed + 2);
        for (int i = 0; i < rounds; ++i) {
            const auto a = static_cast<std::int32_t>(random());
            const auto b = static_cast<std::int32_t>(random()) >> between(random, 0, 16);
            QCOMPARE(ts_product_of_halves(a, b), std::int64_t{a} * b);
        }
        QCOMPARE(ts_product_of_halves(INT32_MIN, INT32_MIN), std::int64_t{1} << 62);
        QCOMPARE(ts_product_of_halves(INT32_MIN, INT32_MAX), -(std::int64_t{INT32_MAX} << 31));
    }

    void softmaxFunctionsEqualTheHosts()
    {
        std::mt19937 random(seed + 3);
        for (int i = 0; i < rounds; ++i) {
            const std::int32_t power = -(static_cast<std::int32_t>(random() >> 1) >> between(random, 0, 30));
            QCOMPARE(ts_exp_q5(power), fixed_point::expOfNegative(power, 5));
            const auto fraction = static_cast<std::int32_t>(random() >> 1);
            QCOMPARE(ts_one_over_one_plus(fraction), fixed_point::oneOverOnePlus(fraction));
        }
        QCOMPARE(ts_exp_q5(0), INT32_MAX);
        QCOMPARE(ts_exp_q5(INT32_MIN + 1), fixed_point::expOfNegative(INT32_MIN + 1, 5));
    }
};

TINSMITH_TEST(FixedPointTest)
#include "fixed_point_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "core/execute/fixed_point.h"
#include "core/execute/quantized_functions.h"
#include "core/execute/requantize.h"
#include "tests/support/test_main.h"

#include <cmath>
#include <random>
#include <utility>
#include <vector>

namespace tinsmith::test {

class FixedPointTest : public QObject {
    Q_OBJECT
private slots:
    void multiplierIsTheNearest_data()
    {
        QTest::addColumn<double>("factor");
        QTest::addColumn<int>("multiplier");
        QTest::addColumn<int>("shift");
        QTest::newRow("half") << 0.5 << (1 << 30) << 0;
        QTest::newRow("one") << 1.0 << (1 << 30) << 1;
        QTest::newRow("just below one rounds up to it") << 1.0 - 1e-12 << (1 << 30) << 1;
        QTest::newRow("a third") << 1.0 / 3 << 1431655765 << -1;
        QTest::newRow("zero") << 0.0 << 0 << 0;
        QTest::newRow("too small to matter") << 1e-12 << 0 << 0;
        QTest::newRow("smallest") << std::ldexp(0.5, -31) << (1 << 30) << -31;
        QTest::newRow("too large saturates") << 1e12 << INT32_MAX << 30;
        QTest::newRow("not a number") << std::nan("") << 0 << 0;
    }
    void multiplierIsTheNearest()
    {
        QFETCH(double, factor);
        const QuantizedMultiplier made = quantizeMultiplier(factor);
        QTEST(made.multiplier, "multiplier");
        QTEST(made.shift, "shift");
    }

    void shiftRoundsHalvesAwayFromZero()
    {
        QCOMPARE(roundingShiftRight(5, 1), 3);
        QCOMPARE(roundingShiftRight(-5, 1), -3);
        QCOMPARE(roundingShiftRight(4, 3), 1);
        QCOMPARE(roundingShiftRight(-4, 3), -1);
        QCOMPARE(roundingShiftRight(3, 3), 0);
        QCOMPARE(roundingShiftRight(-3, 3), 0);
        QCOMPARE(roundingShiftRight(7, 0), 7);
        QCOMPARE(roundingShiftRight(INT32_MIN, 31), -1);
        QCOMPARE(roundingShiftRight(INT32_MAX, 31), 1);
    }

    void highMultiplySaturatesItsOneOverflow()
    {
        QCOMPARE(roundingDoublingHighMultiply(INT32_MIN, INT32_MIN), INT32_MAX);
        QCOMPARE(roundingDoublingHighMultiply(1 << 30, 1 << 30), 1 << 29);
        // -0.5 rounds towards plus infinity.
        QCOMPARE(roundingDoublingHighMultiply(-1, 1 << 30), 0);
        QCOMPARE(roundingDoublingHighMultiply(1, 1 << 30), 1);
    }

    /// Both kinds of rounding stay within one of the real product; they differ, or there would be no need for two.
    void requantizeIsWithinOneOfTheRealProduct()
    {
        constexpr std::uint32_t seed = 4711;
        std::mt19937 random(seed);
        int different = 0;
        for (int i = 0; i < 20000; ++i) {
            const auto value = static_cast<std::int32_t>(random()) >> (random() % 24);
            const double factor
                = std::ldexp(0.5 + static_cast<double>(random()) / 8589934592.0, -static_cast<int>(random() % 14));
            const QuantizedMultiplier fixed = quantizeMultiplier(factor);
            const double real = static_cast<double>(value) * factor;
            const std::int32_t twice = requantize(value, fixed);
            const std::int32_t once = requantizeSingleRounding(value, fixed);
            QVERIFY2(std::fabs(twice - real) <= 1.0 + std::fabs(real) * 1e-9, qPrintable(QString("seed %1").arg(seed)));
            QVERIFY(std::fabs(once - real) <= 0.5 + std::fabs(real) * 1e-9);
            different += once != twice ? 1 : 0;
        }
        QVERIFY(different > 0);
    }

    void tiesGoToEven()
    {
        const auto at = [](std::int32_t value, double factor) {
            return requantize(value, quantizeMultiplier(factor, Rounding::HalfToEven));
        };
        const std::vector<std::pair<std::int32_t, std::int32_t>> halves
            = {{-7, -4}, {-5, -2}, {-3, -2}, {-1, 0}, {0, 0}, {1, 0}, {3, 2}, {5, 2}, {7, 4}};
        for (const auto &[value, expected] : halves) {
            QCOMPARE(at(value, 0.5), expected);
            // The same ties of a longer shift; what is not one stays nearest.
            QCOMPARE(at(value * 512, 1.0 / 1024), expected);
            QCOMPARE(at(value * 512 + 1, 1.0 / 1024), (value + 1) >> 1);
            QCOMPARE(at(value * 512 - 1, 1.0 / 1024), value >> 1);
        }
        // Rounded twice, 3/8 becomes 1.
        QCOMPARE(requantize(3, quantizeMultiplier(0.125)), 1);
        QCOMPARE(at(3, 0.125), 0);
        QCOMPARE(at(INT32_MAX, 1073741824.0), 1 << 30);
        QCOMPARE(at(INT32_MIN, 1073741824.0), -(1 << 30));
        QCOMPARE(at(INT32_MIN, std::ldexp(0.5, -31)), 0);
        for (std::int64_t value = -40; value <= 40; ++value) {
            for (const std::int64_t divisor : {1, 2, 3, 4, 6, 7, 10}) {
                QCOMPARE(static_cast<double>(quotientToEven(value, divisor)),
                    std::nearbyint(static_cast<double>(value) / static_cast<double>(divisor)));
            }
        }
    }

    void roundingOnceIsNearest()
    {
        constexpr std::uint32_t seed = 4712;
        std::mt19937 random(seed);
        for (int i = 0; i < 20000; ++i) {
            const auto value = static_cast<std::int32_t>(random()) >> (1 + random() % 24);
            const QuantizedMultiplier fixed = quantizeMultiplier(
                std::ldexp(0.5 + static_cast<double>(random()) / 8589934592.0, -static_cast<int>(random() % 30)),
                Rounding::HalfToEven);
            const long double real = std::ldexp(static_cast<long double>(value) * fixed.multiplier, fixed.shift - 31);
            QCOMPARE(static_cast<long double>(requantize(value, fixed)), std::nearbyint(real));
        }
    }

    void exponentialFollowsTheRealOne()
    {
        constexpr int integerBits = 5;
        QCOMPARE(fixed_point::expOfNegative(0, integerBits), INT32_MAX);
        for (double x = -31.9; x < 0; x += 0.0137) {
            const auto a = static_cast<std::int32_t>(std::round(x * (1 << 26)));
            const double real = std::exp(static_cast<double>(a) / (1 << 26));
            const double fixed = fixed_point::expOfNegative(a, integerBits) / 2147483648.0;
            QVERIFY2(std::fabs(fixed - real) < 2e-7, qPrintable(QString::number(x)));
        }
    }

    void logisticAndTanhFollowTheRealOnes()
    {
        QCOMPARE(fixed_point::logistic(0, 4), 1 << 30);
        QCOMPARE(fixed_point::tanh(0, 4), 0);
        for (double x = -15.9; x < 15.9; x += 0.0173) {
            const auto a = static_cast<std::int32_t>(std::round(x * (1 << 27)));
            const double real = static_cast<double>(a) / (1 << 27);
            QVERIFY(std::fabs(fixed_point::logistic(a, 4) / 2147483648.0 - 1 / (1 + std::exp(-real))) < 1e-6);
            QVERIFY(std::fabs(fixed_point::tanh(a, 4) / 2147483648.0 - std::tanh(real)) < 1e-6);
        }
    }

    void reciprocalFollowsTheRealOne()
    {
        for (const double x : {1.0, 1.5, 1.999, 2.0, 7.3, 1000.0, 4000.0}) {
            const auto value = static_cast<std::int32_t>(x * (1 << 19));
            const auto made = fixed_point::reciprocal(value, 12);
            QVERIFY(std::fabs(std::ldexp(made.scale / 2147483648.0, -made.shift) - 1 / x) < 1e-6);
        }
    }

    void quantizedFunctionsAreWithinAStepOfTheRealOnes_data()
    {
        QTest::addColumn<float>("scale");
        QTest::addColumn<int>("zeroPoint");
        QTest::newRow("usual") << 0.05F << -3;
        QTest::newRow("fine") << 0.001F << 100;
        QTest::newRow("coarse, mostly saturated") << 1.0F << 0;
        QTest::newRow("all on one side") << 0.03F << -128;
    }
    void quantizedFunctionsAreWithinAStepOfTheRealOnes()
    {
        QFETCH(float, scale);
        QFETCH(int, zeroPoint);
        const auto hard = hardSwishParameters(scale, zeroPoint, scale, zeroPoint);
        for (int q = -128; q <= 127; ++q) {
            const auto stored = static_cast<std::int8_t>(q);
            const double x = static_cast<double>(scale) * (q - zeroPoint);
            const double logistic = std::clamp(256 / (1 + std::exp(-x)) - 128, -128.0, 127.0);
            QVERIFY(std::fabs(quantizedLogistic(scale, zeroPoint, stored) - logistic) <= 1);
            const double tanh = std::clamp(128 * std::tanh(x), -128.0, 127.0);
            QVERIFY(std::fabs(quantizedTanh(scale, zeroPoint, stored) - tanh) <= 1);
            const double swish = x * std::clamp(x + 3, 0.0, 6.0) / 6 / static_cast<double>(scale) + zeroPoint;
            QVERIFY2(std::fabs(hardSwish(hard, stored) - std::clamp(swish, -128.0, 127.0)) <= 1.5,
                qPrintable(QString("%1: %2, not %3").arg(q).arg(hardSwish(hard, stored)).arg(swish)));
        }
    }
};

TINSMITH_TEST(FixedPointTest)

} // namespace tinsmith::test

#include "fixed_point_test.moc"

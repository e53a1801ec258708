// SPDX-License-Identifier: Apache-2.0
#include "tests/core/execute/one_operator.h"
#include "tests/support/test_main.h"

#include <cmath>

namespace tinsmith::test {
namespace {

template <typename T>
Given stored(ElementType type, const Shape &shape, const std::vector<T> &values, float scale, std::int64_t zero = 0)
{
    return {type, shape, bytesOf(values), Quantization{{scale}, {zero}, 0}, false};
}

Given int16s(const Shape &shape, const std::vector<std::int16_t> &values, float scale)
{
    return stored(ElementType::Int16, shape, values, scale);
}

Given uint8s(const Shape &shape, const std::vector<std::uint8_t> &values, float scale, std::int64_t zero)
{
    return stored(ElementType::UInt8, shape, values, scale, zero);
}

Given wideBias(const std::vector<std::int64_t> &values)
{
    return {ElementType::Int64, {static_cast<std::int64_t>(values.size())}, bytesOf(values), {}, true};
}

Wanted wide(float scale, std::int64_t zero = 0)
{
    return {ElementType::Int16, Quantization{{scale}, {zero}, 0}, 1};
}

Wanted legacy(float scale, std::int64_t zero)
{
    return {ElementType::UInt8, Quantization{{scale}, {zero}, 0}, 1};
}

using Wide = std::vector<std::int16_t>;
using Narrow = std::vector<std::int8_t>;
using Legacy = std::vector<std::uint8_t>;

Binary binary(BinaryFunction function)
{
    return {function, FusedActivation::None};
}

} // namespace

/// int16, uint8 and the rarer int8 forms. Scales are powers of two, so that the expected values are exact.
class IntegerFormsTest : public QObject {
    Q_OBJECT
private slots:
    void wideConvolutionsSumInSixtyFourBits()
    {
        const Given x = int16s({1, 1, 2, 2}, {100, -200, 30, 7}, 0.25F);
        const Given weights = constant(int8s({1, 1, 1, 2}, {2, 3}, 0.5F, 0));
        Conv2D conv;
        // 200 - 600 + 10, and 60 + 21 + 10, at half.
        QCOMPARE(run<std::int16_t>(conv, {x, weights, wideBias({10})}, wide(0.25F)), (Wide{-195, 46}));
        // 40,000 products of 32767 * 127 are 9921.6 * 2^24.
        const Given large = int16s({1, 1, 1, 40000}, Wide(40000, 32767), 1);
        const Given most = constant(int8s({1, 1, 1, 40000}, Narrow(40000, 127), 1, 0));
        const auto y = run<std::int16_t>(conv, {large, most, wideBias({0})}, wide(std::ldexp(1.0F, 24)));
        QCOMPARE(y, (Wide{9922}));
    }

    void wideDepthwiseAndTransposedConvolutionsRun()
    {
        const Given x = int16s({1, 1, 2, 2}, {100, -200, 30, 7}, 0.25F);
        DepthwiseConv2D depthwise;
        const Given taps = constant(int8s({1, 1, 2, 2}, {1, 2, 3, 4}, 0.5F, 0));
        // Channel 0: 100 * 1 + 30 * 3; channel 1: -200 * 2 + 7 * 4.
        QCOMPARE(run<std::int16_t>(depthwise, {x, taps, wideBias({0, 2})}, wide(0.25F)), (Wide{95, -185}));
        TransposeConv2D transposed;
        transposed.strideW = 2;
        transposed.outputH = 1;
        transposed.outputW = 4;
        const Given row = int16s({1, 1, 2, 1}, {10, 20}, 0.5F);
        const Given spread = constant(int8s({1, 1, 2, 1}, {4, 6}, 0.5F, 0));
        QCOMPARE(run<std::int16_t>(transposed, {row, spread}, wide(0.5F)), (Wide{20, 30, 40, 60}));
    }

    void wideAndLegacyDenseLayersRun()
    {
        FullyConnected dense;
        const Given weights = constant(int8s({2, 2}, {1, 2, 3, 4}, 0.5F, 0));
        QCOMPARE(run<std::int16_t>(dense, {int16s({1, 2}, {10, 20}, 1), weights, wideBias({0, 4})}, wide(0.5F)),
            (Wide{50, 114}));
        const Given bytes = constant(uint8s({1, 2}, {10, 5}, 0.5F, 8));
        // (130 - 128) * 2 + (120 - 128) * -3, at half, on 100.
        QCOMPARE(
            run<std::uint8_t>(dense, {uint8s({1, 2}, {130, 120}, 0.5F, 128), bytes}, legacy(0.5F, 100)), (Legacy{114}));
        const Given a = int16s({1, 2}, {3, 4}, 1);
        const Given b = int16s({2, 1}, {5, 6}, 1);
        QCOMPARE(run<std::int16_t>(MatMul{}, {a, b}, wide(1)), (Wide{39}));
        QCOMPARE(run<std::int16_t>(MatMul{false, true}, {a, int16s({1, 2}, {5, 6}, 1)}, wide(1)), (Wide{39}));
    }

    void quantizedArithmeticHasAllTypes()
    {
        const Given a = int16s({2}, {100, 30000}, 0.5F);
        const Given b = int16s({2}, {-300, 20000}, 0.5F);
        QCOMPARE(run<std::int16_t>(binary(BinaryFunction::Add), {a, b}, wide(0.5F)), (Wide{-200, 32767}));
        QCOMPARE(run<std::int16_t>(binary(BinaryFunction::Sub), {a, b}, wide(0.5F)), (Wide{400, 10000}));
        QCOMPARE(run<std::int16_t>(binary(BinaryFunction::Mul), {a, int16s({1}, {4}, 0.25F)}, wide(0.5F)),
            (Wide{100, 30000}));
        QCOMPARE(run<std::int16_t>(binary(BinaryFunction::Maximum), {a, b}, wide(0.5F)), (Wide{100, 30000}));
        QCOMPARE(run<std::uint8_t>(binary(BinaryFunction::Add),
                     {uint8s({1}, {12}, 0.5F, 10), uint8s({1}, {20}, 0.5F, 10)}, legacy(0.5F, 3)),
            (Legacy{15}));
        const Given square = int8s({1}, {10}, 0.5F, 0);
        QCOMPARE(run<std::int8_t>(binary(BinaryFunction::SquaredDifference), {square, int8s({1}, {4}, 0.5F, 0)},
                     int8Output(1, -100)),
            (Narrow{-91}));
    }

    void quotientsTakeAllSigns()
    {
        const Given a = int8s({4}, {20, -20, 20, 20}, 0.5F, 0);
        const Given b = int8s({4}, {4, 4, -4, 0}, 0.5F, 0);
        QCOMPARE(
            run<std::int8_t>(binary(BinaryFunction::Div), {a, b}, int8Output(0.25F, 0)), (Narrow{20, -20, -20, 127}));
    }

    void rowsAndRootsAreNormalised()
    {
        QCOMPARE(run<std::int8_t>(L2Normalization{}, {int8s({1, 2}, {3, -4}, 0.7F, 0)}, int8Output(1.0F / 128, 0)),
            (Narrow{77, -102}));
        QCOMPARE(
            run<std::int8_t>(Unary{UnaryFunction::Rsqrt}, {int8s({3}, {4, 16, 0}, 1, 0)}, int8Output(1.0F / 64, 0)),
            (Narrow{32, 16, 127}));
    }

    void poolsMeansAndSizesHaveAllTypes()
    {
        Pool2D pool;
        pool.kernelW = 2;
        const Given x = int16s({1, 1, 3, 1}, {1, 2, -1000}, 1);
        QCOMPARE(run<std::int16_t>(pool, {x}, wide(1)), (Wide{2, 2}));
        pool.function = PoolFunction::Average;
        QCOMPARE(run<std::int16_t>(pool, {x}, wide(1)), (Wide{2, -499}));
        QCOMPARE(run<std::uint8_t>(pool, {uint8s({1, 1, 2, 1}, {200, 255}, 1, 3)}, legacy(1, 3)), (Legacy{228}));
        QCOMPARE(run<std::int16_t>(Reduce{ReduceFunction::Mean, {0}, false}, {int16s({3}, {10, 20, 31}, 1)}, wide(1)),
            (Wide{20}));
        QCOMPARE(run<std::int16_t>(Reduce{ReduceFunction::Max, {0}, false}, {int16s({3}, {-10, -20, -31}, 1)}, wide(1)),
            (Wide{-10}));
        Resize resize;
        resize.mode = ResizeMode::Bilinear;
        resize.outputH = 1;
        resize.outputW = 4;
        QCOMPARE(run<std::int16_t>(resize, {int16s({1, 1, 2, 1}, {0, 1000}, 1)}, wide(1)), (Wide{0, 500, 1000, 1000}));
    }

    void manyTermsOfOneScaleAreSummed()
    {
        const auto one = [](std::int8_t value) { return int8s({1}, {value}, 0.5F, 0); };
        QCOMPARE(run<std::int8_t>(Nary{}, {one(1), one(2), one(30)}, int8Output(0.5F, 4)), (Narrow{37}));
        QCOMPARE(
            run<std::int8_t>(CumulativeSum{0, false, false}, {int8s({3}, {1, 2, 3}, 0.5F, 0)}, int8Output(0.5F, 0)),
            (Narrow{1, 3, 6}));
        QCOMPARE(run<std::int8_t>(CumulativeSum{0, true, true}, {int8s({3}, {1, 2, 3}, 0.5F, 0)}, int8Output(0.5F, 0)),
            (Narrow{5, 3, 0}));
    }

    void wideFunctionsFollowTheirCurves_data()
    {
        QTest::addColumn<float>("scale");
        for (const float scale : {1.0F / 4096, 1.0F / 2048, 0.0003F, 0.001F}) {
            QTest::newRow(qPrintable(QString::number(scale))) << scale;
        }
    }
    void wideFunctionsFollowTheirCurves()
    {
        QFETCH(float, scale);
        Wide values;
        for (int q = -32768; q <= 32767; q += 111) {
            values.push_back(static_cast<std::int16_t>(q));
        }
        const Given x = int16s({static_cast<std::int64_t>(values.size())}, values, scale);
        const auto logistic = run<std::int16_t>(Activation{ActivationFunction::Logistic}, {x}, wide(1.0F / 32768));
        const auto tanh = run<std::int16_t>(Activation{ActivationFunction::Tanh}, {x}, wide(1.0F / 32768));
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double real = static_cast<double>(scale) * values[i];
            // The table ends at 10.6 (5.3 for tanh), where the functions are within 1.7 steps of their ends.
            QVERIFY(std::abs(logistic[i] - 32768 / (1 + std::exp(-real))) <= 4);
            QVERIFY(std::abs(tanh[i] - 32768 * std::tanh(real)) <= 8);
        }
        QCOMPARE(
            run<std::int16_t>(Activation{ActivationFunction::LeakyRelu, 0.5F}, {int16s({2}, {-100, 100}, 1)}, wide(1)),
            (Wide{-50, 100}));
        QCOMPARE(run<std::int16_t>(Activation{ActivationFunction::Relu6}, {int16s({3}, {-1, 3, 70}, 0.5F)}, wide(0.5F)),
            (Wide{0, 3, 12}));
    }

    void softmaxWritesSixteenBits()
    {
        const std::vector<double> real = {0.5, -1, 2};
        double sum = 0;
        for (const double x : real) {
            sum += std::exp(x);
        }
        const auto fine
            = run<std::int16_t>(Softmax{}, {int16s({1, 3}, {2048, -4096, 8192}, 1.0F / 4096)}, wide(1.0F / 32768));
        const auto coarse
            = run<std::int16_t>(Softmax{}, {int8s({1, 3}, {8, -16, 32}, 1.0F / 16, 0)}, wide(1.0F / 65536, -32768));
        for (std::size_t i = 0; i < real.size(); ++i) {
            const double share = std::exp(real[i]) / sum;
            QVERIFY(std::abs(fine[i] - share * 32768) <= 8);
            QVERIFY(std::abs(coarse[i] + 32768 - share * 65536) <= 2);
        }
    }

    void logarithmsOfSoftmaxAreWithinAStep()
    {
        for (const int spread : {1, 3, 7, 20}) {
            Narrow values;
            for (int i = 0; i < 12; ++i) {
                values.push_back(static_cast<std::int8_t>((i * 5 % 12 - 6) * spread));
            }
            const auto y
                = run<std::int8_t>(LogSoftmax{-1}, {int8s({1, 12}, values, 0.05F, 4)}, int8Output(1.0F / 16, 127));
            double sum = 0;
            for (const std::int8_t q : values) {
                sum += std::exp(0.05 * q);
            }
            for (std::size_t i = 0; i < values.size(); ++i) {
                const double real = 0.05 * values[i] - std::log(sum);
                QVERIFY(std::abs(y[i] - std::max(-128.0, 127 + 16 * real)) <= 1);
            }
        }
    }

    void detectionsAreDecodedAndSuppressed()
    {
        DetectionPostprocess detection;
        detection.maxDetections = 3;
        detection.scoreThreshold = 0.25F;
        detection.overlapThreshold = 0.5F;
        detection.classes = 2;
        // Three anchors of size 1; the second lies nearly on the first. A background class stands before the two.
        const Given anchors = constant(floats({3, 4}, {0.5F, 0.5F, 1, 1, 0.5F, 0.6F, 1, 1, 5, 5, 1, 1}));
        const Given encodings = floats({1, 3, 4}, std::vector<float>(12, 0.0F));
        const Given scores = floats({1, 3, 3}, {0, 0.9F, 0.1F, 0, 0.8F, 0.3F, 0, 0.2F, 0.6F});
        for (const bool regular : {false, true}) {
            detection.regularNms = regular;
            const auto found = runAll(detection, {encodings, scores, anchors}, {ElementType::Float32, {}, 4});
            const std::vector<float> boxes = {0, 0, 1, 1, 4.5F, 4.5F, 5.5F, 5.5F};
            const auto corners = valuesOf<float>(found[0]);
            QVERIFY(near(std::vector<float>(corners.begin(), corners.begin() + 8), boxes));
            const auto labels = valuesOf<float>(found[1]);
            QCOMPARE(labels[0], 0.0F);
            QCOMPARE(labels[1], 1.0F);
            const auto values = valuesOf<float>(found[2]);
            QCOMPARE(values[0], 0.9F);
            QCOMPARE(values[1], 0.6F);
            // Class by class the second box stands for its other class too.
            QCOMPARE(valuesOf<float>(found[3])[0], regular ? 3.0F : 2.0F);
        }
    }
};

TINSMITH_TEST(IntegerFormsTest)

} // namespace tinsmith::test

#include "integer_forms_test.moc"

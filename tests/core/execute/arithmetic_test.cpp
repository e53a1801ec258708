// SPDX-License-Identifier: Apache-2.0
#include "tests/core/execute/one_operator.h"
#include "tests/support/test_main.h"

#include <cmath>
#include <limits>

namespace tinsmith::test {

/// Pooling, dense layers, elementwise arithmetic, activations and reductions on values worked out by hand.
class ArithmeticTest : public QObject {
    Q_OBJECT
private slots:
    void poolsLeaveTheBorderOut()
    {
        Pool2D pool;
        pool.kernelH = 2;
        pool.kernelW = 2;
        pool.padding.mode = PaddingMode::Same;
        pool.function = PoolFunction::Average;
        const Given x = floats({1, 2, 2, 1}, {1, 2, 3, 6});
        QCOMPARE(run<float>(pool, {x}), (std::vector<float>{3, 4, 4.5F, 6}));
        pool.countIncludesPadding = true;
        QCOMPARE(run<float>(pool, {x}), (std::vector<float>{3, 2, 2.25F, 1.5F}));
        pool.function = PoolFunction::Max;
        QCOMPARE(run<float>(pool, {floats({1, 2, 2, 1}, {-1, -2, -3, -6})}), (std::vector<float>{-1, -2, -3, -6}));
        pool.function = PoolFunction::L2;
        pool.padding.mode = PaddingMode::Valid;
        QCOMPARE(run<float>(pool, {floats({1, 2, 2, 1}, {1, 1, 1, 5})}), (std::vector<float>{std::sqrt(7.0F)}));
    }

    void int8AverageRoundsStoredValuesAwayFromZero()
    {
        Pool2D pool;
        pool.kernelW = 2;
        pool.strideW = 2;
        pool.function = PoolFunction::Average;
        const Given x = int8s({1, 1, 6, 1}, {1, 2, -1, -2, 4, -4}, 0.5F, 7);
        QCOMPARE(run<std::int8_t>(pool, {x}, int8Output(0.5F, 7)), (std::vector<std::int8_t>{2, -2, 0}));
        QVERIFY_EXCEPTION_THROWN(run<std::int8_t>(pool, {x}, int8Output(0.25F, 7)), UnsupportedError);
    }

    void globalPoolAveragesEachChannel()
    {
        const Given x = floats({1, 2, 2, 2}, {1, 2, 3, 4, 10, 20, 30, 40});
        QCOMPARE(run<float>(GlobalPool{}, {x}), (std::vector<float>{2.5F, 25}));
        GlobalPool max{PoolFunction::Max, Layout::ChannelsLast};
        QCOMPARE(run<float>(max, {x}), (std::vector<float>{30, 40}));
    }

    void denseLayersMultiplyRows()
    {
        FullyConnected dense;
        dense.activation = FusedActivation::Relu;
        const Given x = floats({2, 2}, {1, 2, 3, -4});
        const Given w = constant(floats({3, 2}, {1, 0, 0, 1, 1, 1}));
        const Given b = constant(floats({3}, {0, 0, 10}));
        QCOMPARE(run<float>(dense, {x, w, b}), (std::vector<float>{1, 2, 13, 3, 0, 9}));
    }

    void int8DenseFormsItsProductScaleInFloat32()
    {
        Given w = int8s({1, 2}, {5, 7}, 0.1F, 0);
        const Given x = int8s({1, 2}, {13, 23}, 0.1F, 3);
        // (10 * 5 + 20 * 7) * 0.01 / 0.05 = 38.
        QCOMPARE(run<std::int8_t>(FullyConnected{}, {x, constant(w)}, int8Output(0.05F, -1)),
            (std::vector<std::int8_t>{37}));
        w.quantization->zeroPoints = {5};
        QCOMPARE(
            run<std::int8_t>(FullyConnected{}, {x, constant(w)}, int8Output(0.05F, -1)), (std::vector<std::int8_t>{7}));
    }

    void matrixProductsBroadcastAndTranspose()
    {
        const Given a = floats({2, 1, 2}, {1, 2, 3, 4});
        const Given b = floats({2, 2}, {1, 2, 3, 4});
        QCOMPARE(run<float>(MatMul{}, {a, b}), (std::vector<float>{7, 10, 15, 22}));
        MatMul transposed;
        transposed.transposeB = true;
        QCOMPARE(run<float>(transposed, {a, b}), (std::vector<float>{5, 11, 11, 25}));
        Gemm gemm{2, 10, true, false};
        QCOMPARE(run<float>(gemm, {floats({2, 1}, {1, 2}), b, floats({2}, {1, -1})}), (std::vector<float>{24, 10}));
    }

    void binaryFunctionsBroadcast()
    {
        const Given a = floats({2, 2}, {1, -2, 3, 5});
        const Given b = floats({2}, {2, -4});
        const auto of = [&](BinaryFunction function) { return run<float>(Binary{function, {}}, {a, b}); };
        QCOMPARE(of(BinaryFunction::Add), (std::vector<float>{3, -6, 5, 1}));
        QCOMPARE(of(BinaryFunction::Sub), (std::vector<float>{-1, 2, 1, 9}));
        QCOMPARE(of(BinaryFunction::Mul), (std::vector<float>{2, 8, 6, -20}));
        QCOMPARE(of(BinaryFunction::Div), (std::vector<float>{0.5F, 0.5F, 1.5F, -1.25F}));
        QCOMPARE(of(BinaryFunction::FloorDiv), (std::vector<float>{0, 0, 1, -2}));
        QCOMPARE(of(BinaryFunction::FloorMod), (std::vector<float>{1, -2, 1, -3}));
        QCOMPARE(of(BinaryFunction::Maximum), (std::vector<float>{2, -2, 3, 5}));
        QCOMPARE(of(BinaryFunction::SquaredDifference), (std::vector<float>{1, 4, 1, 81}));
        QVERIFY(near(of(BinaryFunction::Pow), {1, 1.0F / 16, 9, 1.0F / 625}));
        const auto less = run<std::uint8_t>(Binary{BinaryFunction::Less, {}}, {a, b}, {ElementType::Bool, {}, 1});
        QCOMPARE(less, (std::vector<std::uint8_t>{1, 0, 0, 0}));
        QCOMPARE(
            run<float>(Binary{BinaryFunction::Add, FusedActivation::Relu}, {a, b}), (std::vector<float>{3, 0, 5, 1}));
    }

    void integerArithmeticIsDefinedEverywhere()
    {
        constexpr std::int32_t least = std::numeric_limits<std::int32_t>::min();
        const Given a = int32s({4}, {7, -7, least, 5});
        const Given b = int32s({4}, {2, 2, -1, 0});
        const Wanted ints{ElementType::Int32, {}, 1};
        const auto of = [&](BinaryFunction function) { return run<std::int32_t>(Binary{function, {}}, {a, b}, ints); };
        QCOMPARE(of(BinaryFunction::Div), (std::vector<std::int32_t>{3, -3, least, 0}));
        QCOMPARE(of(BinaryFunction::FloorDiv), (std::vector<std::int32_t>{3, -4, least, 0}));
        QCOMPARE(of(BinaryFunction::FloorMod), (std::vector<std::int32_t>{1, 1, 0, 0}));
        QCOMPARE(of(BinaryFunction::Pow), (std::vector<std::int32_t>{49, 49, 0, 1}));
        QCOMPARE(
            of(BinaryFunction::Add), (std::vector<std::int32_t>{9, -5, std::numeric_limits<std::int32_t>::max(), 5}));
    }

    void int8SumsRescaleBothInputs()
    {
        const Given a = int8s({3}, {10, 0, 127}, 0.5F, 0);
        const Given b = int8s({3}, {-10, 10, 127}, 0.25F, 10);
        // Reals 5 + -5, 0 + 0, 63.5 + 29.25.
        QCOMPARE(run<std::int8_t>(Binary{BinaryFunction::Add, {}}, {a, b}, int8Output(0.5F, 1)),
            (std::vector<std::int8_t>{1, 1, 127}));
        QCOMPARE(run<std::int8_t>(Binary{BinaryFunction::Sub, {}}, {a, b}, int8Output(1, 0)),
            (std::vector<std::int8_t>{10, 0, 34}));
        QCOMPARE(run<std::int8_t>(Binary{BinaryFunction::Mul, {}}, {a, b}, int8Output(1, 0)),
            (std::vector<std::int8_t>{-25, 0, 127}));
        QVERIFY_EXCEPTION_THROWN(
            run<std::int8_t>(Binary{BinaryFunction::Minimum, {}}, {a, b}, int8Output(1, 0)), UnsupportedError);
    }

    void activationsOfFloats_data()
    {
        QTest::addColumn<int>("function");
        QTest::addColumn<float>("alpha");
        QTest::addColumn<float>("beta");
        QTest::addColumn<QVector<float>>("expected");
        const auto row
            = [](const char *name, ActivationFunction function, float alpha, float beta, QVector<float> expected) {
                  QTest::newRow(name) << static_cast<int>(function) << alpha << beta << std::move(expected);
              };
        // Of -2, 0, 1, 8.
        row("relu", ActivationFunction::Relu, 0, 0, {0, 0, 1, 8});
        row("relu6", ActivationFunction::Relu6, 0, 0, {0, 0, 1, 6});
        row("leaky", ActivationFunction::LeakyRelu, 0.1F, 0, {-0.2F, 0, 1, 8});
        row("elu", ActivationFunction::Elu, 2, 0, {2 * (std::exp(-2.0F) - 1), 0, 1, 8});
        row("hard swish", ActivationFunction::HardSwish, 0, 0, {-1.0F / 3, 0, 2.0F / 3, 8});
        row("hard sigmoid", ActivationFunction::HardSigmoid, 0.2F, 0.5F, {0.1F, 0.5F, 0.7F, 1});
        row("clip", ActivationFunction::Clip, -1, 3, {-1, 0, 1, 3});
        row("logistic", ActivationFunction::Logistic, 0, 0, {0.119202922F, 0.5F, 0.731058579F, 0.999664650F});
        row("gelu", ActivationFunction::Gelu, 0, 0, {-0.0455002F, 0, 0.841344746F, 8});
        row("softplus", ActivationFunction::Softplus, 0, 0, {0.126928011F, 0.693147181F, 1.313261688F, 8.000335406F});
    }
    void activationsOfFloats()
    {
        QFETCH(int, function);
        QFETCH(float, alpha);
        QFETCH(float, beta);
        QFETCH(QVector<float>, expected);
        const Activation activation{static_cast<ActivationFunction>(function), alpha, beta};
        const auto y = run<float>(activation, {floats({4}, {-2, 0, 1, 8})});
        QVERIFY(near(y, {expected.begin(), expected.end()}, 2e-6F));
    }

    void int8ReluMovesToTheOutputsScale()
    {
        const Given x = int8s({4}, {-10, 0, 10, 100}, 0.5F, 0);
        const Activation relu{ActivationFunction::Relu, 0, 0};
        QCOMPARE(
            run<std::int8_t>(relu, {x}, int8Output(0.25F, -128)), (std::vector<std::int8_t>{-128, -128, -108, 72}));
        const Activation logistic{ActivationFunction::Logistic, 0, 0};
        QVERIFY_EXCEPTION_THROWN(run<std::int8_t>(logistic, {x}, int8Output(0.25F, -128)), UnsupportedError);
    }

    void unaryFunctions()
    {
        const Given x = floats({4}, {-2.5F, 0.5F, 1.5F, 4});
        const auto of = [&](UnaryFunction function) { return run<float>(Unary{function}, {x}); };
        QCOMPARE(of(UnaryFunction::Round), (std::vector<float>{-2, 0, 2, 4}));
        QCOMPARE(of(UnaryFunction::Floor), (std::vector<float>{-3, 0, 1, 4}));
        QCOMPARE(of(UnaryFunction::Sign), (std::vector<float>{-1, 1, 1, 1}));
        QCOMPARE(of(UnaryFunction::Square), (std::vector<float>{6.25F, 0.25F, 2.25F, 16}));
        QVERIFY(near({of(UnaryFunction::Rsqrt)[3]}, {0.5F}));
        QCOMPARE(
            run<std::int32_t>(Unary{UnaryFunction::Neg}, {int32s({2}, {3, INT32_MIN})}, {ElementType::Int32, {}, 1}),
            (std::vector<std::int32_t>{-3, INT32_MIN}));
    }

    void softmaxSumsToOneAlongItsAxis()
    {
        const Given x = floats({2, 2}, {0, 1000, std::log(3.0F), 1000});
        QVERIFY(near(run<float>(Softmax{1, 0}, {x}), {0.25F, 0.5F, 0.75F, 0.5F}));
        QVERIFY(near(
            run<float>(LogSoftmax{-1}, {floats({1, 2}, {0, std::log(3.0F)})}), {std::log(0.25F), std::log(0.75F)}));
        // One class alone: 255/256 is the most that the scale holds.
        const Given one = int8s({1, 3}, {127, -128, -128}, 1, 0);
        QCOMPARE(run<std::int8_t>(Softmax{1, -1}, {one}, int8Output(1.0F / 256, -128)),
            (std::vector<std::int8_t>{127, -128, -128}));
        const Given equal = int8s({1, 4}, {5, 5, 5, 5}, 1, 0);
        QCOMPARE(run<std::int8_t>(Softmax{1, -1}, {equal}, int8Output(1.0F / 256, -128)),
            (std::vector<std::int8_t>{-64, -64, -64, -64}));
    }

    void preluTakesItsSlopePerChannel()
    {
        const Given x = floats({2, 2}, {-1, -1, 2, -3});
        QCOMPARE(run<float>(PRelu{}, {x, constant(floats({2}, {0.5F, 2}))}), (std::vector<float>{-0.5F, -2, 2, -6}));
    }

    void reductionsRunOverAnyAxes()
    {
        const Given x = floats({2, 3}, {1, 2, 3, 4, 5, 9});
        const auto of = [&](ReduceFunction function, std::vector<std::int64_t> axes) {
            return run<float>(Reduce{function, std::move(axes), false}, {x});
        };
        QCOMPARE(of(ReduceFunction::Mean, {1}), (std::vector<float>{2, 6}));
        QCOMPARE(of(ReduceFunction::Sum, {0}), (std::vector<float>{5, 7, 12}));
        QCOMPARE(of(ReduceFunction::Max, {}), (std::vector<float>{9}));
        QCOMPARE(of(ReduceFunction::Min, {-1}), (std::vector<float>{1, 4}));
        QCOMPARE(of(ReduceFunction::Prod, {0, 1}), (std::vector<float>{1080}));
    }

    /// A mean rounds otherwise than an average pool: its division is in the multiplier.
    void int8MeanDividesInItsMultiplier()
    {
        const Given x = int8s({1, 3}, {10, 11, 12}, 0.5F, 4);
        QCOMPARE(run<std::int8_t>(Reduce{ReduceFunction::Mean, {1}, false}, {x}, int8Output(0.25F, 0)),
            (std::vector<std::int8_t>{14}));
        QCOMPARE(run<std::int8_t>(Reduce{ReduceFunction::Sum, {1}, false}, {x}, int8Output(1, 0)),
            (std::vector<std::int8_t>{11}));
    }

    void theFirstOfEqualsIsTheExtreme()
    {
        const Given x = floats({2, 3}, {1, 3, 3, -5, -5, 0});
        const Wanted ints{ElementType::Int64, {}, 1};
        QCOMPARE(run<std::int64_t>(ArgExtreme{false, 1, false}, {x}, ints), (std::vector<std::int64_t>{1, 2}));
        QCOMPARE(run<std::int64_t>(ArgExtreme{true, 0, true}, {x}, ints), (std::vector<std::int64_t>{1, 1, 1}));
    }

    void quantizeRoundsHalvesAwayAndClamps()
    {
        const Given x = floats({6}, {0.25F, -0.25F, 0.24F, 1e9F, -1e30F, std::nanf("")});
        QCOMPARE(run<std::int8_t>(Quantize{}, {x}, int8Output(0.5F, 3)),
            (std::vector<std::int8_t>{4, 2, 3, 127, -128, -128}));
        const Given q = int8s({3}, {-128, 3, 127}, 0.5F, 3);
        QCOMPARE(run<float>(Dequantize{}, {q}), (std::vector<float>{-65.5F, 0, 62}));
        // -65.5: the multiplication rounds halves up, as the reference does.
        QCOMPARE(run<std::int8_t>(Quantize{}, {q}, int8Output(1, 0)), (std::vector<std::int8_t>{-65, 0, 62}));
        const Given half{ElementType::Float16, {2}, bytesOf(std::vector<std::uint16_t>{0x3C00, 0x8001}), {}, false};
        QCOMPARE(run<float>(Dequantize{}, {half}), (std::vector<float>{1, -5.9604645e-08F}));
    }
};

TINSMITH_TEST(ArithmeticTest)

} // namespace tinsmith::test

#include "arithmetic_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "core/execute/element_values.h"
#include "tests/core/execute/one_operator.h"
#include "tests/support/test_main.h"

#include <cmath>
#include <limits>

namespace tinsmith::test {
namespace {

template <typename T>
Given given(ElementType type, const Shape &shape, const std::vector<T> &values)
{
    return {type, shape, bytesOf(values), {}, false};
}

Given int64s(const Shape &shape, const std::vector<std::int64_t> &values)
{
    return given(ElementType::Int64, shape, values);
}

using Floats = std::vector<float>;

template <typename T>
std::vector<T> binary(BinaryFunction function, ElementType type, const std::vector<T> &a, const std::vector<T> &b)
{
    const Shape shape{static_cast<std::int64_t>(a.size())};
    return run<T>(
        Binary{function, FusedActivation::None}, {given(type, shape, a), given(type, shape, b)}, Wanted{type, {}, 1});
}

} // namespace

/// Operators and element types beyond the usual ones: hand-made values, and inputs that must be refused. ONNX's own
/// examples are in tests/conformance.
class FurtherOperatorsTest : public QObject {
    Q_OBJECT
private slots:
    void shortIntegersWrapAround()
    {
        using U8 = std::vector<std::uint8_t>;
        using U16 = std::vector<std::uint16_t>;
        using I8 = std::vector<std::int8_t>;
        QCOMPARE(binary<std::uint8_t>(BinaryFunction::Add, ElementType::UInt8, {200}, {100}), (U8{44}));
        QCOMPARE(binary<std::uint16_t>(BinaryFunction::Mul, ElementType::UInt16, {65535}, {65535}), (U16{1}));
        QCOMPARE(binary<std::int8_t>(BinaryFunction::Div, ElementType::Int8, {-128, 7}, {-1, 0}), (I8{-128, 0}));
        QCOMPARE(binary<std::int8_t>(BinaryFunction::FloatMod, ElementType::Int8, {-7, -128}, {3, -1}), (I8{-1, 0}));
        QCOMPARE(binary<std::uint32_t>(BinaryFunction::Div, ElementType::UInt32, {4294967295U, 9}, {4294967295U, 0}),
            (std::vector<std::uint32_t>{1, 0}));
    }
    void shiftsByAllBitsLeaveNothing()
    {
        using U8 = std::vector<std::uint8_t>;
        QCOMPARE(binary<std::uint8_t>(BinaryFunction::ShiftLeft, ElementType::UInt8, {3, 3}, {7, 8}), (U8{128, 0}));
        QCOMPARE(
            binary<std::uint8_t>(BinaryFunction::ShiftRight, ElementType::UInt8, {255, 255}, {7, 255}), (U8{1, 0}));
    }
    void halvesAreComputedAsFloats()
    {
        using Bits = std::vector<std::uint16_t>;
        // 1.5 + 2.25 = 3.75
        QCOMPARE(binary<std::uint16_t>(BinaryFunction::Add, ElementType::Float16, {0x3E00}, {0x4080}), (Bits{0x4380}));
        QCOMPARE(binary<std::uint16_t>(BinaryFunction::Add, ElementType::BFloat16, {0x3FC0}, {0x4010}), (Bits{0x4070}));
    }
    void castsToBfloat16RoundToTheNearest()
    {
        const Wanted wanted{ElementType::BFloat16, {}, 1};
        const auto bits
            = run<std::uint16_t>(Cast{ElementType::BFloat16}, {floats({3}, {1.00390625F, 1.01171875F, -2})}, wanted);
        QCOMPARE(bits, (std::vector<std::uint16_t>{0x3F80, 0x3F82, 0xC000}));
        const auto nan = run<std::uint16_t>(
            Cast{ElementType::BFloat16}, {floats({1}, {std::numeric_limits<float>::quiet_NaN()})}, wanted);
        QVERIFY((nan[0] & 0x7F80U) == 0x7F80U && (nan[0] & 0x7FU) != 0);
    }
    /// Halves are widened, the operator runs in float32, and what it makes is rounded.
    void halvesAreComputedInSinglePrecision()
    {
        const std::vector<float> values = {1, 2, 3, 0.1F};
        std::vector<std::uint16_t> halves;
        double sum = 0;
        for (const float value : values) {
            halves.push_back(halfFromFloat(value));
            sum += std::exp(static_cast<double>(floatFromHalf(halves.back())));
        }
        const Given x{ElementType::Float16, {1, 4}, bytesOf(halves), {}, false};
        const auto y = run<std::uint16_t>(Softmax{1, -1}, {x}, Wanted{ElementType::Float16, {}, 1});
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double real = std::exp(static_cast<double>(floatFromHalf(halves[i]))) / sum;
            QCOMPARE(y[i], halfFromFloat(static_cast<float>(real)));
        }
    }
    void functionsWithoutMeaningAreRefused()
    {
        QVERIFY_EXCEPTION_THROWN(
            binary<float>(BinaryFunction::ShiftLeft, ElementType::Float32, {1}, {1}), UnsupportedError);
        QVERIFY_EXCEPTION_THROWN(
            binary<std::int32_t>(BinaryFunction::Atan2, ElementType::Int32, {1}, {1}), UnsupportedError);
        const Graph quantized
            = oneOperator(Unary{UnaryFunction::BitwiseNot}, {int8s({1}, {1}, 1, 0)}, int8Output(1, 0));
        QVERIFY_EXCEPTION_THROWN(Executor{quantized}, UnsupportedError);
    }
    void infinitiesAreToldApart()
    {
        constexpr float infinity = std::numeric_limits<float>::infinity();
        const Given x = floats({3}, {infinity, -infinity, 1});
        const Wanted truths{ElementType::Bool, {}, 1};
        using Bools = std::vector<std::uint8_t>;
        QCOMPARE(run<std::uint8_t>(Unary{UnaryFunction::IsInf}, {x}, truths), (Bools{1, 1, 0}));
        QCOMPARE(run<std::uint8_t>(Unary{UnaryFunction::IsPositiveInf}, {x}, truths), (Bools{1, 0, 0}));
        QCOMPARE(run<std::uint8_t>(Unary{UnaryFunction::IsNegativeInf}, {x}, truths), (Bools{0, 1, 0}));
    }
    void logarithmsOfSumsDoNotOverflow()
    {
        const auto y = run<float>(Reduce{ReduceFunction::LogSumExp, {1}, false}, {floats({1, 2}, {1000, 1000})});
        QVERIFY(near(y, {1000 + std::log(2.0F)}));
    }
    void theLastOfEqualsIsFound()
    {
        const Given x = floats({1, 4}, {2, 5, 5, 1});
        const Wanted wide{ElementType::Int64, {}, 1};
        QCOMPARE(run<std::int64_t>(ArgExtreme{false, 1, false, true}, {x}, wide), (std::vector<std::int64_t>{2}));
        QCOMPARE(run<std::int64_t>(ArgExtreme{false, 1, false, false}, {x}, wide), (std::vector<std::int64_t>{1}));
    }
    void indicesOutsideAreNamed()
    {
        const Given x = floats({2, 2}, {1, 2, 3, 4});
        const Given bad = int64s({1, 2}, {0, 2});
        QVERIFY_EXCEPTION_THROWN(run<float>(GatherElements{0}, {x, bad}), GraphError);
        QVERIFY_EXCEPTION_THROWN(
            run<float>(ScatterElements{0, ScatterReduction::None}, {x, bad, floats({1, 2}, {9, 9})}), GraphError);
        QVERIFY_EXCEPTION_THROWN(
            run<float>(ScatterNd{}, {x, int64s({1, 1}, {-3}), floats({1, 2}, {9, 9})}), GraphError);
        QVERIFY_EXCEPTION_THROWN(
            run<float>(MaxUnpool{{1, 1, 2, 2}}, {floats({1, 1, 1, 1}, {5}), int64s({1, 1, 1, 1}, {4})}), GraphError);
        const RoiAlign align{false, true, 1, 1, 0, 1};
        QVERIFY_EXCEPTION_THROWN(
            run<float>(align, {floats({1, 1, 2, 2}, {1, 2, 3, 4}), floats({1, 4}, {0, 0, 1, 1}), int64s({1}, {1})}),
            GraphError);
    }
    void scatteredElementsMayBeCombined()
    {
        const Given x = floats({3}, {1, 2, 3});
        const Given indices = int64s({3}, {0, -1, 0});
        const Given updates = floats({3}, {5, 1, -2});
        QCOMPARE(run<float>(ScatterElements{0, ScatterReduction::Add}, {x, indices, updates}), (Floats{4, 2, 4}));
        QCOMPARE(run<float>(ScatterElements{0, ScatterReduction::Max}, {x, indices, updates}), (Floats{5, 2, 3}));
        QCOMPARE(run<float>(ScatterElements{0, ScatterReduction::Min}, {x, indices, updates}), (Floats{-2, 2, 1}));
    }
    void trianglesFarOutsideAreAllOrNothing()
    {
        constexpr std::int64_t vast = std::numeric_limits<std::int64_t>::max();
        const Given x = floats({1, 2}, {1, 2});
        QCOMPARE(run<float>(Triangle{true, vast}, {x}), (Floats{0, 0}));
        QCOMPARE(run<float>(Triangle{false, vast}, {x}), (Floats{1, 2}));
        QCOMPARE(run<float>(Triangle{true, -vast}, {x}), (Floats{1, 2}));
    }
    void equationsAreSummed()
    {
        const Given a = floats({2, 2}, {1, 2, 3, 4});
        QCOMPARE(run<float>(Einsum{"ii->i"}, {a}), (Floats{1, 4}));
        QCOMPARE(run<float>(Einsum{"ij, jk"}, {a, a}), (Floats{7, 10, 15, 22}));
        QCOMPARE(run<float>(Einsum{"...j->..."}, {a}), (Floats{3, 7}));
        QVERIFY_EXCEPTION_THROWN(run<float>(Einsum{"ij->k"}, {a}), GraphError);
        QVERIFY_EXCEPTION_THROWN(run<float>(Einsum{"ijk->i"}, {a}), GraphError);
        QVERIFY_EXCEPTION_THROWN(run<float>(Einsum{"i..j->i"}, {a}), GraphError);
        QVERIFY_EXCEPTION_THROWN(run<float>(Einsum{",->"}, {a}), GraphError);
    }
    void aTransformAndItsInverseCancel()
    {
        const Given x = floats({1, 5, 1}, {1, -2, 3, 0.5F, 4});
        const auto spectrum = run<float>(Dft{1, 0, false, false}, {x});
        QCOMPARE(spectrum.size(), std::size_t{10});
        QVERIFY(near({spectrum[0], spectrum[1]}, {6.5F, 0}));
        const auto back = run<float>(Dft{1, 0, true, false}, {floats({1, 5, 2}, spectrum)});
        QVERIFY(near(back, {1, 0, -2, 0, 3, 0, 0.5F, 0, 4, 0}, 1e-5F));
    }
    void samplingOutsideFollowsThePadding()
    {
        const Given x = floats({1, 1, 1, 2}, {10, 20});
        const Given far = floats({1, 1, 2, 2}, {-9, 0, std::numeric_limits<float>::quiet_NaN(), 0});
        QCOMPARE(run<float>(GridSample{ResizeMode::Nearest, GridPadding::Zeros, false}, {x, far}), (Floats{0, 0}));
        QCOMPARE(run<float>(GridSample{ResizeMode::Nearest, GridPadding::Border, false}, {x, far})[0], 10.0F);
    }
    void emptyRangesQuantizeToZero()
    {
        const Graph graph = [] {
            GraphBuilder builder;
            const auto add = [&](const char *name, ElementType type, const Shape &shape) {
                Tensor tensor;
                tensor.name = name;
                tensor.type = type;
                tensor.shape = shape;
                return builder.addTensor(tensor);
            };
            const TensorId x = add("x", ElementType::Float32, {2});
            const TensorId y = add("y", ElementType::UInt8, {2});
            const TensorId scale = add("scale", ElementType::Float32, {});
            const TensorId zero = add("zero", ElementType::UInt8, {});
            builder.setInputs({x});
            builder.setOutputs({y, scale, zero});
            builder.addOperator({"op", DynamicQuantize{}, {x}, {y, scale, zero}});
            return builder.build();
        }();
        const auto outputs = Executor(graph).run(std::vector<TensorValue>{TensorValue(8)});
        QCOMPARE(valuesOf<std::uint8_t>(outputs[0]), (std::vector<std::uint8_t>{0, 0}));
        QCOMPARE(valuesOf<float>(outputs[1]), (Floats{0}));
    }
    void integerProductsTakeZeroPointsPerColumn()
    {
        const Given a = given<std::uint8_t>(ElementType::UInt8, {1, 2}, {5, 7});
        const Given b = given<std::uint8_t>(ElementType::UInt8, {2, 2}, {1, 2, 3, 4});
        const Given zeroA = given<std::uint8_t>(ElementType::UInt8, {}, {4});
        const Given zeroB = given<std::uint8_t>(ElementType::UInt8, {2}, {1, 2});
        const Wanted wanted{ElementType::Int32, {}, 1};
        QCOMPARE(run<std::int32_t>(IntegerMatMul{}, {a, b, zeroA, zeroB}, wanted), (std::vector<std::int32_t>{6, 6}));
        QVERIFY_EXCEPTION_THROWN(run<std::int32_t>(IntegerMatMul{}, {a, b, zeroB, zeroB}, wanted), UnsupportedError);
    }
};

TINSMITH_TEST(FurtherOperatorsTest)

} // namespace tinsmith::test

#include "further_operators_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "core/execute/compare.h"
#include "core/execute/executor.h"
#include "core/graph/error.h"
#include "core/quantize/int8_forms.h"
#include "core/quantize/quantize.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

namespace tinsmith::test {
namespace {

std::vector<std::byte> bytesOf(const std::vector<float> &values)
{
    const auto view = std::as_bytes(std::span<const float>(values));
    return {view.begin(), view.end()};
}

using Build = std::function<TensorId(ModelMaker &, TensorId a, TensorId b)>;

/// Every kind that has an int8 form, with two inputs of [1,4,4,2] to build it of.
std::vector<std::pair<std::string, Build>> kinds()
{
    std::vector<std::pair<std::string, Build>> all;
    const auto add = [&](const std::string &name, Build build) { all.emplace_back(name, std::move(build)); };
    const auto binary = [&](const char *name, BinaryFunction function) {
        add(name, [=](ModelMaker &maker, TensorId a, TensorId b) {
            const TensorId output = maker.op(Binary{function, {}}, {a, b}, 1, "op")[0];
            if (function >= BinaryFunction::Equal && function <= BinaryFunction::GreaterEqual) {
                maker.builder().tensor(output).type = ElementType::Bool;
            }
            return output;
        });
    };
    binary("add", BinaryFunction::Add);
    binary("sub", BinaryFunction::Sub);
    binary("mul", BinaryFunction::Mul);
    binary("minimum", BinaryFunction::Minimum);
    binary("maximum", BinaryFunction::Maximum);
    binary("equal", BinaryFunction::Equal);
    binary("less", BinaryFunction::Less);
    binary("greater equal", BinaryFunction::GreaterEqual);
    for (int function = 0; function <= static_cast<int>(ActivationFunction::Swish); ++function) {
        add("activation " + std::to_string(function), [=](ModelMaker &maker, TensorId a, TensorId) {
            const auto kind = static_cast<ActivationFunction>(function);
            const bool clips = kind == ActivationFunction::Clip;
            return maker.op(Activation{kind, clips ? -0.5F : 0.3F, clips ? 0.5F : 0.4F}, {a}, 1, "op")[0];
        });
    }
    for (const UnaryFunction function : {UnaryFunction::Abs, UnaryFunction::Neg, UnaryFunction::Square,
             UnaryFunction::Sin, UnaryFunction::Cos, UnaryFunction::Sign, UnaryFunction::Erf, UnaryFunction::Floor}) {
        add("unary " + std::to_string(static_cast<int>(function)),
            [=](ModelMaker &maker, TensorId a, TensorId) { return maker.op(Unary{function}, {a}, 1, "op")[0]; });
    }
    for (const ReduceFunction function :
        {ReduceFunction::Mean, ReduceFunction::Sum, ReduceFunction::Max, ReduceFunction::Min}) {
        add("reduce " + std::to_string(static_cast<int>(function)), [=](ModelMaker &maker, TensorId a, TensorId) {
            return maker.op(Reduce{function, {1, 2}, true}, {a}, 1, "op")[0];
        });
    }
    add("softmax", [](ModelMaker &maker, TensorId a, TensorId) { return maker.softmax(a, "op"); });
    add("prelu", [](ModelMaker &maker, TensorId a, TensorId) {
        const TensorId alpha = maker.builder().addConstant(
            "alpha", ElementType::Float32, {1, 1, 2}, Bytes::of(std::vector<float>{0.5F, -30}));
        return maker.op(PRelu{}, {a, alpha}, 1, "op")[0];
    });
    add("convolution", [](ModelMaker &maker, TensorId a, TensorId) {
        return maker.conv(a, 3, 3, 1, PaddingMode::Same, FusedActivation::Relu6, "op");
    });
    add("depthwise", [](ModelMaker &maker, TensorId a, TensorId) {
        return maker.depthwise(a, 3, 1, PaddingMode::Same, FusedActivation::ReluN1To1, "op");
    });
    add("dense", [](ModelMaker &maker, TensorId a, TensorId) {
        return maker.dense(maker.reshape(a, {1, 32}), 3, FusedActivation::None, "op");
    });
    add("product of matrices", [](ModelMaker &maker, TensorId a, TensorId b) {
        return maker.op(MatMul{false, true}, {a, b}, 1, "op")[0];
    });
    add("concatenation", [](ModelMaker &maker, TensorId a, TensorId b) {
        return maker.op(Concatenation{3, {}}, {a, b}, 1, "op")[0];
    });
    add("average pool", [](ModelMaker &maker, TensorId a, TensorId) {
        return maker.pool(a, PoolFunction::Average, 2, 2, PaddingMode::Valid, "op");
    });
    add("pad", [](ModelMaker &maker, TensorId a, TensorId) {
        return maker.op(Pad{PadMode::Constant, {0, 1, 1, 0}, {0, 1, 1, 0}, 0}, {a}, 1, "op")[0];
    });
    return all;
}

} // namespace

/// Whatever the ranges are, what the quantizer makes runs, and gives no values from beyond 32 bits.
class ScaleLimitsTest : public QObject {
    Q_OBJECT
private slots:
    void everyKindTakesExtremeRatios_data()
    {
        QTest::addColumn<int>("kind");
        const auto all = kinds();
        for (std::size_t i = 0; i < all.size(); ++i) {
            QTest::newRow(all[i].first.c_str()) << static_cast<int>(i);
        }
    }
    void everyKindTakesExtremeRatios()
    {
        QFETCH(int, kind);
        const Build build = kinds()[static_cast<std::size_t>(kind)].second;
        std::mt19937 random(static_cast<unsigned>(kind) + 1);
        for (int round = 0; round < 40; ++round) {
            ModelMaker maker(ModelMaker::Numbers::Float32, static_cast<std::uint32_t>(round));
            const TensorId a = maker.input("a", {1, 4, 4, 2});
            const TensorId b = maker.input("b", {1, 4, 4, 2});
            const Graph graph = maker.finish({build(maker, a, b)});
            // Ranges of their own for every activation, from 1e-7 to 1e7.
            Ranges ranges(graph.tensors().size());
            std::uniform_real_distribution<float> exponent(-7, 7);
            std::uniform_real_distribution<float> share(0, 1);
            for (Range &range : ranges) {
                const float size = std::pow(10.0F, exponent(random));
                range = {-size * share(random), size * share(random)};
            }
            const Graph stored = quantizeInt8(graph, ranges);
            for (std::size_t op = 0; op < stored.operators().size(); ++op) {
                const std::string why = whyNotExecutable(stored, OperatorId(op));
                QVERIFY2(why.empty(), qPrintable(QString("seed %1: %2").arg(round).arg(QString::fromStdString(why))));
            }
            // Floats of the same codes: beyond rounding and the output's own limits nothing may differ in sign.
            Executor executor(stored);
            Executor reference(graph);
            for (int sample = 0; sample < 4; ++sample) {
                std::vector<TensorValue> codes;
                std::vector<TensorValue> reals;
                for (std::size_t input = 0; input < graph.inputs().size(); ++input) {
                    const Tensor &from = stored.tensor(stored.inputs()[input]);
                    codes.push_back(randomValue(from, random));
                    reals.push_back(bytesOf(realsOf(from, codes.back())));
                }
                const Tensor &to = stored.tensor(stored.outputs()[0]);
                const auto got = realsOf(to, executor.run(codes)[0]);
                const auto wanted = realsOf(graph.tensor(graph.outputs()[0]), reference.run(reals)[0]);
                if (!to.quantization) {
                    continue;
                }
                const double scale = to.quantization->scale();
                const double low = scale * static_cast<double>(-128 - to.quantization->zeroPoint());
                const double high = scale * static_cast<double>(127 - to.quantization->zeroPoint());
                for (std::size_t i = 0; i < got.size(); ++i) {
                    const double value = static_cast<double>(wanted[i]);
                    // Far beyond its range an output must saturate on the right side: wrapped sums would not.
                    if (value > high + 2e3 * (high - low)) {
                        QVERIFY2(static_cast<double>(got[i]) > (low + high) / 2,
                            qPrintable(QString("seed %1: %2 for %3").arg(round).arg(got[i]).arg(value)));
                    } else if (value < low - 2e3 * (high - low)) {
                        QVERIFY2(static_cast<double>(got[i]) < (low + high) / 2,
                            qPrintable(QString("seed %1: %2 for %3").arg(round).arg(got[i]).arg(value)));
                    }
                }
            }
        }
    }

    void hardSwishGetsAnOutputThatItsKernelTakes()
    {
        // Of inputs that reach far below 0 hardly anything is left.
        ModelMaker maker(ModelMaker::Numbers::Float32);
        const TensorId x = maker.input("x", {1, 4});
        const Graph graph
            = maker.finish({maker.op(Activation{ActivationFunction::HardSwish, 0, 0}, {x}, 1, "swish")[0]});
        const Ranges ranges = calibrate(graph, {{bytesOf({-400, -300, -3, 0.1F})}});
        const Graph stored = quantizeInt8(graph, ranges);
        QCOMPARE(whyNotExecutable(stored, stored.operatorNamed("swish")), std::string());
        const float in = stored.tensor(stored.inputs()[0]).quantization->scale();
        QVERIFY(stored.tensor(stored.outputs()[0]).quantization->scale() > in / 128);
    }

    void comparisonsOfTinyAndLargeValuesAreExact_data()
    {
        QTest::addColumn<float>("size");
        QTest::newRow("tiny") << 1e-4F;
        QTest::newRow("pixels") << 255.0F;
        QTest::newRow("huge") << 1e8F;
        QTest::newRow("as they are") << 1.0F;
    }
    void comparisonsOfTinyAndLargeValuesAreExact()
    {
        QFETCH(float, size);
        ModelMaker maker(ModelMaker::Numbers::Float32);
        const TensorId a = maker.input("a", {255});
        const TensorId b = maker.input("b", {255});
        const TensorId less = maker.op(Binary{BinaryFunction::Less, {}}, {a, b}, 1, "less")[0];
        maker.builder().tensor(less).type = ElementType::Bool;
        const Graph graph = maker.finish({less});
        Ranges ranges(graph.tensors().size(), Range{0, size});
        const Graph stored = quantizeInt8(graph, ranges);
        Executor executor(stored);
        std::vector<std::int8_t> codes(255);
        for (int i = 0; i < 255; ++i) {
            codes[static_cast<std::size_t>(i)] = static_cast<std::int8_t>(i - 128);
        }
        std::vector<std::int8_t> next(codes);
        for (std::int8_t &code : next) {
            ++code;
        }
        const auto raw = [](const std::vector<std::int8_t> &values) {
            const auto view = std::as_bytes(std::span<const std::int8_t>(values));
            return TensorValue(view.begin(), view.end());
        };
        const TensorValue smaller = executor.run(std::vector<TensorValue>{raw(codes), raw(next)})[0];
        const TensorValue equal = executor.run(std::vector<TensorValue>{raw(codes), raw(codes)})[0];
        QVERIFY(std::all_of(smaller.begin(), smaller.end(), [](std::byte value) { return value == std::byte{1}; }));
        QVERIFY(std::all_of(equal.begin(), equal.end(), [](std::byte value) { return value == std::byte{0}; }));
    }
};

TINSMITH_TEST(ScaleLimitsTest)

} // namespace tinsmith::test

#include "scale_limits_test.moc"

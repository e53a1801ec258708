// SPDX-License-Identifier: Apache-2.0
#include "core/execute/compare.h"
#include "core/execute/executor.h"
#include "core/graph/error.h"
#include "core/graph/folding.h"
#include "core/quantize/quantize.h"
#include "core/quantize/scales.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <cstring>
#include <limits>
#include <random>

namespace tinsmith::test {
namespace {

using Samples = std::vector<std::vector<std::vector<std::byte>>>;

std::vector<std::byte> bytesOf(const std::vector<float> &values)
{
    const auto view = std::as_bytes(std::span<const float>(values));
    return {view.begin(), view.end()};
}

Samples randomSamples(const Graph &graph, int count)
{
    std::mt19937 random(77);
    Samples samples;
    for (int i = 0; i < count; ++i) {
        samples.push_back({randomValue(graph.tensor(graph.inputs()[0]), random)});
    }
    return samples;
}

Graph quantized(const Graph &graph, const QuantizeOptions &options = {})
{
    return quantizeInt8(graph, calibrate(graph, randomSamples(graph, 20)), options);
}

GraphDeviation compared(const Graph &real, const Graph &stored)
{
    const Samples samples = randomSamples(real, 20);
    return compareGraphs(real, stored, samples.size(), [&](std::size_t i, const Graph &graph) {
        return std::vector<TensorValue>{
            convertedValue(real.tensor(real.inputs()[0]), samples[i][0], graph.tensor(graph.inputs()[0]))};
    });
}

/// Conv, batch normalisation, Relu as an exporter leaves them, then `more`.
struct Exported {
    ModelMaker maker{ModelMaker::Numbers::Float32, 5};
    TensorId x;
    TensorId y;

    Exported()
    {
        x = maker.input("x", {1, 6, 6, 3});
        y = maker.conv(x, 4, 3, 1, PaddingMode::Same, FusedActivation::None, "conv");
        y = maker.op(BatchNormalization{Layout::ChannelsLast, 1e-3F},
            {y, floats("gamma", {1, 2, -0.5F, 1}), floats("beta", {0, 0.5F, 1, -1}),
                floats("mean", {0.1F, 0, 0, -0.3F}), floats("variance", {1, 2, 0.5F, 1})},
            1, "norm")[0];
        y = maker.op(Activation{ActivationFunction::Relu, 0, 0}, {y}, 1, "relu")[0];
    }
    TensorId floats(const std::string &name, const std::vector<float> &values)
    {
        return maker.builder().addConstant(
            name, ElementType::Float32, {static_cast<std::int64_t>(values.size())}, Bytes::of(values));
    }
};

} // namespace

class QuantizeTest : public QObject {
    Q_OBJECT
private slots:
    void rangesHoldZeroAndAreNeverEmpty_data()
    {
        QTest::addColumn<float>("min");
        QTest::addColumn<float>("max");
        QTest::addColumn<float>("scale");
        QTest::addColumn<int>("zeroPoint");
        QTest::newRow("both sides") << -1.0F << 1.55F << 0.01F << -28;
        QTest::newRow("positive") << 1.0F << 2.55F << 0.01F << -128;
        QTest::newRow("negative") << -2.55F << -1.0F << 0.01F << 127;
        QTest::newRow("never seen") << 1.0F << -1.0F << 1.0F / 255 << -128;
        QTest::newRow("always zero") << 0.0F << 0.0F << 1.0F / 255 << -128;
        QTest::newRow("tiny") << 0.0F << 1e-30F << 1e-9F << -128;
    }
    void rangesHoldZeroAndAreNeverEmpty()
    {
        QFETCH(float, min);
        QFETCH(float, max);
        QFETCH(float, scale);
        const Quantization made = activationQuantization({min, max});
        QVERIFY(std::fabs(made.scale() - scale) < 1e-6F * scale);
        QTEST(static_cast<int>(made.zeroPoint()), "zeroPoint");
    }

    void pixelsStayExact()
    {
        QCOMPARE(inputQuantization({0, 0.98F}), (Quantization{{1.0F / 255}, {-128}, 0}));
        QCOMPARE(inputQuantization({3, 250}), (Quantization{{1}, {-128}, 0}));
        QVERIFY(inputQuantization({-1, 1}) != (Quantization{{1.0F / 255}, {-128}, 0}));
    }

    void weightsAreSymmetricPerChannel()
    {
        const std::vector<float> values = {1, -0.5F, 0, 0, 2, 4};
        const auto perChannel = quantizeWeights(values, 3, 2, 0);
        QCOMPARE(perChannel.values, (std::vector<std::int8_t>{127, -64, 0, 0, 64, 127}));
        QCOMPARE(perChannel.quantization.scales, (std::vector<float>{1.0F / 127, 1.0F / 127, 4.0F / 127}));
        const auto one = quantizeWeights(values, 1, 1, 0);
        QCOMPARE(one.values, (std::vector<std::int8_t>{32, -16, 0, 0, 64, 127}));
    }

    void calibrationNotesWhatEveryActivationTakes()
    {
        ModelMaker maker(ModelMaker::Numbers::Float32);
        const TensorId x = maker.input("x", {1, 2});
        const TensorId y = maker.op(Unary{UnaryFunction::Neg}, {x}, 1, "neg")[0];
        const Graph graph = maker.finish({y});
        const Samples samples = {{bytesOf({1, 2})}, {bytesOf({-3, 0.5F})}};
        int reports = 0;
        const Ranges ranges
            = calibrate(graph, samples, Progress([&](double, const std::string &) { return ++reports > 0; }));
        QCOMPARE(ranges[graph.inputs()[0].position()].min, -3.0F);
        QCOMPARE(ranges[graph.inputs()[0].position()].max, 2.0F);
        QCOMPARE(ranges[graph.outputs()[0].position()].min, -2.0F);
        QVERIFY(reports >= 2);
        QVERIFY_EXCEPTION_THROWN(
            calibrate(graph, samples, Progress([](double, const std::string &) { return false; })), Cancelled);
        const Samples broken = {{bytesOf({1, INFINITY})}};
        QVERIFY_EXCEPTION_THROWN(calibrate(graph, broken), UnsupportedError);
    }

    void wholeModelsBecomeInt8()
    {
        for (const bool residual : {false, true}) {
            const Graph real
                = residual ? residualCnn(ModelMaker::Numbers::Float32) : smallCnn(ModelMaker::Numbers::Float32);
            const Graph stored = quantized(real);
            for (const Operator &op : stored.operators()) {
                QVERIFY2(whyNotExecutable(stored, stored.operatorNamed(op.name)).empty(), op.name.c_str());
                for (const TensorId id : op.outputs) {
                    QCOMPARE(stored.tensor(id).type, ElementType::Int8);
                }
            }
            const auto deviation = compared(real, stored);
            QVERIFY2(deviation.sqnrDb > 20, qPrintable(QString::number(deviation.sqnrDb)));
            QVERIFY(!deviation.layers.empty());
        }
    }

    void floatInputsAndOutputsCanStay()
    {
        const Graph real = smallCnn(ModelMaker::Numbers::Float32);
        const Graph stored = quantized(real, {false, true});
        QCOMPARE(stored.tensor(stored.inputs()[0]).name, real.tensor(real.inputs()[0]).name);
        QCOMPARE(stored.tensor(stored.inputs()[0]).type, ElementType::Float32);
        QCOMPARE(stored.tensor(stored.outputs()[0]).name, real.tensor(real.outputs()[0]).name);
        QCOMPARE(stored.tensor(stored.outputs()[0]).type, ElementType::Float32);
        QVERIFY(compared(real, stored).sqnrDb > 20);
    }

    void oneScalePerTensorOnRequest()
    {
        const Graph stored = quantized(smallCnn(ModelMaker::Numbers::Float32), {true, false});
        for (const Tensor &tensor : stored.tensors()) {
            QVERIFY(!tensor.quantization || !tensor.quantization->perChannel());
        }
    }

    void normalizationAndReluGoIntoTheConvolution()
    {
        Exported exported;
        const Graph real = exported.maker.finish({exported.y});
        const Graph stored = quantized(real);
        QCOMPARE(stored.operators().size(), std::size_t{1});
        QCOMPARE(stored.operators()[0].as<Conv2D>()->activation, FusedActivation::Relu);
        QCOMPARE(stored.tensor(stored.outputs()[0]).name, real.tensor(real.outputs()[0]).name);
        QVERIFY(compared(real, stored).sqnrDb > 30);
    }

    void normalizationAloneBecomesAConvolution()
    {
        Exported exported;
        TensorId y = exported.maker.op(BatchNormalization{Layout::ChannelsLast, 1e-3F},
            {exported.y, exported.floats("g", {1, 2, 3, 4}), exported.floats("b", {1, 1, 1, 1}),
                exported.floats("m", {0, 0, 1, 0}), exported.floats("v", {1, 1, 1, 1})},
            1, "alone")[0];
        const Graph real = exported.maker.finish({y});
        const Graph stored = quantized(real);
        QVERIFY(stored.operators().back().is<DepthwiseConv2D>());
        QVERIFY(compared(real, stored).sqnrDb > 30);
    }

    void moversShareOneScale()
    {
        ModelMaker maker(ModelMaker::Numbers::Float32);
        const TensorId x = maker.input("x", {1, 4, 4, 2});
        const TensorId a = maker.conv(x, 3, 3, 1, PaddingMode::Same, FusedActivation::Relu, "a");
        const TensorId b = maker.conv(x, 3, 1, 1, PaddingMode::Same, FusedActivation::None, "b");
        const TensorId joined = maker.op(Concatenation{3, {}}, {a, b}, 1, "join")[0];
        const TensorId pooled = maker.pool(joined, PoolFunction::Max, 2, 2, PaddingMode::Valid, "pool");
        const Graph real = maker.finish({pooled});
        const Graph stored = quantized(real);
        const Quantization &scale = *stored.tensor(stored.outputs()[0]).quantization;
        for (const Operator &op : stored.operators()) {
            QCOMPARE(*stored.tensor(op.outputs[0]).quantization, scale);
        }
        QVERIFY(compared(real, stored).sqnrDb > 25);
    }

    /// A logistic's scale is prescribed; where its output is joined with larger values, a requantization stands
    /// between.
    void prescribedScalesAreKept()
    {
        ModelMaker maker(ModelMaker::Numbers::Float32);
        const TensorId x = maker.input("x", {1, 8});
        const TensorId gate = maker.op(Activation{ActivationFunction::Logistic, 0, 0}, {x}, 1, "gate")[0];
        const TensorId four
            = maker.builder().addConstant("four", ElementType::Float32, {1}, Bytes::of(std::vector<float>{4}));
        const TensorId large = maker.op(Binary{BinaryFunction::Mul, {}}, {x, four}, 1, "large")[0];
        const TensorId joined = maker.op(Concatenation{1, {}}, {gate, large}, 1, "join")[0];
        const Graph real = maker.finish({joined});
        const Graph stored = quantized(real);
        const Operator &op = stored.op(stored.operatorNamed("gate"));
        QCOMPARE(*stored.tensor(op.outputs[0]).quantization, unitQuantization());
        QVERIFY(compared(real, stored).sqnrDb > 25);
        QCOMPARE(stored.operators().size(), std::size_t{4});
    }

    void aPrescribedScaleCutsNothingElse()
    {
        // A tanh reaches 127/128 in int8. Its input, joined with it by the maximum, reaches 1.
        ModelMaker maker(ModelMaker::Numbers::Float32);
        const TensorId x = maker.input("x", {1, 4});
        const TensorId tanh = maker.op(Activation{ActivationFunction::Tanh, 0, 0}, {x})[0];
        const TensorId y = maker.op(Binary{BinaryFunction::Maximum, {}}, {x, tanh})[0];
        const Graph graph = maker.finish({y});
        const TensorValue sample = bytesOf({-1, -0.5F, 0.5F, 1});
        const Graph stored = quantizeInt8(graph, calibrate(graph, {{sample}}));
        const Quantization input = *stored.tensor(stored.inputs()[0]).quantization;
        QVERIFY(input.scale() * static_cast<float>(127 - input.zeroPoint()) > 0.998F);
        for (const Operator &op : stored.operators()) {
            if (op.is<Activation>()) {
                QCOMPARE(*stored.tensor(op.outputs[0]).quantization, signedUnitQuantization());
            }
        }
    }

    void softmaxScaleRunsOnThroughReshapes()
    {
        ModelMaker maker(ModelMaker::Numbers::Float32);
        const TensorId x = maker.input("x", {1, 4});
        const TensorId y = maker.reshape(maker.softmax(x), {4});
        const Graph stored = quantized(maker.finish({y}));
        QCOMPARE(*stored.tensor(stored.outputs()[0]).quantization, unitQuantization());
        QCOMPARE(stored.operators().size(), std::size_t{2});
    }

    void aBiasThatIsHugeBesideItsWeightsFits()
    {
        ModelMaker maker(ModelMaker::Numbers::Float32);
        const TensorId x = maker.input("x", {1, 2});
        const TensorId w = maker.builder().addConstant(
            "w", ElementType::Float32, {2, 2}, Bytes::of(std::vector<float>{1e-7F, 0, 0, 1}));
        const TensorId b
            = maker.builder().addConstant("b", ElementType::Float32, {2}, Bytes::of(std::vector<float>{100, 1}));
        const TensorId y = maker.op(FullyConnected{}, {x, w, b}, 1, "dense")[0];
        const Graph real = maker.finish({y});
        QVERIFY(compared(real, quantized(real)).sqnrDb > 30);
    }

    void whatHasNoInt8FormIsNamed()
    {
        ModelMaker maker(ModelMaker::Numbers::Float32);
        const TensorId x = maker.input("x", {1, 2});
        const Graph graph
            = maker.finish({maker.op(Binary{BinaryFunction::SquaredDifference, {}}, {x, x}, 1, "difference")[0]});
        try {
            quantized(graph);
            QFAIL("quantized what has no int8 form");
        } catch (const UnsupportedError &error) {
            QCOMPARE(error.place(), std::string("difference"));
        }
        const Graph small = smallCnn(ModelMaker::Numbers::Float32);
        QVERIFY_EXCEPTION_THROWN(quantizeInt8(small, {}), GraphError);
        QVERIFY_EXCEPTION_THROWN(quantized(quantized(small, {false, true})), UnsupportedError);
    }

    void constantsThatAreNoNumbersAreNamed()
    {
        for (const float odd : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
            for (const bool inBias : {false, true}) {
                ModelMaker maker(ModelMaker::Numbers::Float32);
                const TensorId x = maker.input("x", {1, 2});
                const TensorId w = maker.builder().addConstant(
                    "w", ElementType::Float32, {1, 2}, Bytes::of(std::vector<float>{1, inBias ? 2 : odd}));
                const TensorId b = maker.builder().addConstant(
                    "b", ElementType::Float32, {1}, Bytes::of(std::vector<float>{inBias ? odd : 3}));
                const Graph graph = maker.finish({maker.op(FullyConnected{}, {x, w, b}, 1, "dense")[0]});
                try {
                    quantizeInt8(graph, Ranges(graph.tensors().size(), Range{0, 1}));
                    QFAIL("quantized what is no number");
                } catch (const UnsupportedError &error) {
                    QCOMPARE(error.place(), std::string("dense"));
                    QVERIFY(QString(error.what()).contains(inBias ? "constant \"b\"" : "constant \"w\""));
                }
            }
        }
    }

    void syntheticSamplesAreTheSameEveryTime()
    {
        const Graph graph = smallCnn(ModelMaker::Numbers::Float32);
        const auto samples = syntheticSamples(graph, 3);
        QVERIFY(samples == syntheticSamples(graph, 3));
        QVERIFY(samples[0] != samples[1]);
        for (const float value : realsOf(graph.tensor(graph.inputs()[0]), samples[0][0])) {
            QVERIFY(value >= 0 && value <= 1);
        }
    }

    void syntheticSamplesOfVastInputsAreFewOrNone()
    {
        const auto samplesOf = [](std::int64_t side) {
            ModelMaker maker(ModelMaker::Numbers::Float32);
            const TensorId x = maker.input("x", {1, side, side, 1});
            return syntheticSamples(maker.finish({maker.op(Unary{UnaryFunction::Neg}, {x}, 1, "neg")[0]}), 9);
        };
        // 256 MiB each.
        QCOMPARE(samplesOf(std::int64_t{1} << 13).size(), std::size_t{2});
        QVERIFY_EXCEPTION_THROWN(samplesOf(std::int64_t{1} << 14), UnsupportedError);
    }

    /// Folding by itself: equal in float, and refused where another operator reads what lies between.
    void foldingKeepsWhatOthersRead()
    {
        Exported exported;
        const Graph alone = exported.maker.finish({exported.y});
        GraphBuilder builder(alone);
        BuilderUses uses(builder);
        QVERIFY(foldBatchNormalization(builder, alone.operatorNamed("norm"), uses));
        QVERIFY(fuseActivation(builder, alone.operatorNamed("relu"), uses));
        QVERIFY(compared(alone, builder.build()).sqnrDb > 100);

        const TensorId between = alone.op(alone.operatorNamed("conv")).outputs[0];
        GraphBuilder both(alone);
        both.setOutputs({alone.outputs()[0], between});
        BuilderUses otherUses(both);
        QVERIFY(!foldBatchNormalization(both, alone.operatorNamed("norm"), otherUses));
    }
};

TINSMITH_TEST(QuantizeTest)

} // namespace tinsmith::test

#include "quantize_test.moc"

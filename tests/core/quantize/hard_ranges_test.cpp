// SPDX-License-Identifier: Apache-2.0
#include "core/execute/compare.h"
#include "core/execute/executor.h"
#include "core/quantize/losses.h"
#include "core/quantize/no_values.h"
#include "core/quantize/quantize.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <cmath>
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

TensorId floats(ModelMaker &maker, const std::string &name, const Shape &shape, const std::vector<float> &values)
{
    return maker.builder().addConstant(
        maker.builder().uniqueTensorName(name), ElementType::Float32, shape, Bytes::of(values));
}

/// Values of [-1,1] times `size`, per input of the graph.
Samples samplesOf(const Graph &graph, const std::vector<float> &sizes, int count)
{
    std::mt19937 random(11);
    Samples samples;
    for (int i = 0; i < count; ++i) {
        samples.emplace_back();
        for (std::size_t input = 0; input < graph.inputs().size(); ++input) {
            const Tensor &tensor = graph.tensor(graph.inputs()[input]);
            auto values = realsOf(tensor, randomValue(tensor, random));
            for (float &value : values) {
                value *= sizes[input % sizes.size()];
            }
            samples.back().push_back(bytesOf(values));
        }
    }
    return samples;
}

std::vector<TensorValue> inputsFor(
    const Graph &real, const Graph &stored, const std::vector<std::vector<std::byte>> &sample)
{
    std::vector<TensorValue> inputs;
    for (std::size_t i = 0; i < sample.size(); ++i) {
        inputs.push_back(convertedValue(real.tensor(real.inputs()[i]), sample[i], stored.tensor(stored.inputs()[i])));
    }
    return inputs;
}

double outputSqnr(const Graph &real, const Graph &stored, const Samples &samples)
{
    return compareGraphs(real, stored, samples.size(), [&](std::size_t i, const Graph &graph) {
        return inputsFor(real, graph, samples[i]);
    }).sqnrDb;
}

Graph paddedPool(double border, bool twoReaders)
{
    ModelMaker maker(ModelMaker::Numbers::Float32, 3);
    const TensorId x = maker.input("x", {1, 6, 5, 3});
    const TensorId y = maker.conv(x, 4, 3, 1, PaddingMode::Same, FusedActivation::None, "conv");
    const TensorId padded = maker.op(Pad{PadMode::Constant, {0, 1, 1, 0}, {0, 1, 1, 0}, border}, {y}, 1, "pad")[0];
    const TensorId pooled = maker.pool(padded, PoolFunction::Max, 3, 2, PaddingMode::Valid, "pool");
    if (!twoReaders) {
        return maker.finish({pooled});
    }
    return maker.finish({pooled, maker.op(Unary{UnaryFunction::Abs}, {padded}, 1, "abs")[0]});
}

} // namespace

/// Ranges that int8 cannot hold as they are: what the quantizer makes of them, and what it says.
class HardRangesTest : public QObject {
    Q_OBJECT
private slots:
    void bordersAreNoValues_data()
    {
        QTest::addColumn<double>("border");
        QTest::addColumn<bool>("twoReaders");
        QTest::newRow("least float") << static_cast<double>(std::numeric_limits<float>::lowest()) << false;
        QTest::newRow("-infinity") << -std::numeric_limits<double>::infinity() << false;
        QTest::newRow("-1e9") << -1e9 << false;
        QTest::newRow("below the data") << -100.0 << false;
        QTest::newRow("read by others") << -1e9 << true;
    }
    void bordersAreNoValues()
    {
        QFETCH(double, border);
        QFETCH(bool, twoReaders);
        const Graph real = paddedPool(border, twoReaders);
        const Samples samples = samplesOf(real, {1}, 10);
        const Graph stored = quantizeInt8(real, calibrate(real, samples));
        const TensorId pooled = stored.outputs()[0];
        QVERIFY(stored.tensor(pooled).quantization->scale() < 0.1F);
        Executor reference(real);
        Executor executor(stored);
        Deviation deviation;
        for (const auto &sample : samples) {
            deviation.add(realsOf(real.tensor(real.outputs()[0]), reference.run(sample)[0]),
                realsOf(stored.tensor(pooled), executor.run(inputsFor(real, stored, sample))[0]));
        }
        QVERIFY2(deviation.sqnrDb() > 30, qPrintable(QString::number(deviation.sqnrDb())));
        const bool padStays = stored.operatorNamed("pad").valid();
        QCOMPARE(padStays, twoReaders);
    }

    void bordersWithinTheDataStay()
    {
        const Graph real = paddedPool(0.1, false);
        const Samples samples = samplesOf(real, {1}, 10);
        const Graph stored = quantizeInt8(real, calibrate(real, samples));
        QVERIFY(stored.operatorNamed("pad").valid());
        QVERIFY(outputSqnr(real, stored, samples) > 30);
    }

    void masksBeforeASoftmaxAreSaturated_data()
    {
        QTest::addColumn<float>("mask");
        QTest::addColumn<bool>("subtracted");
        QTest::addColumn<bool>("scaled");
        QTest::newRow("-1e9") << -1e9F << false << false;
        QTest::newRow("-10000") << -1e4F << false << false;
        QTest::newRow("-infinity") << -std::numeric_limits<float>::infinity() << false << false;
        QTest::newRow("subtracted") << 1e9F << true << false;
        QTest::newRow("scaled behind") << -1e9F << false << true;
    }
    void masksBeforeASoftmaxAreSaturated()
    {
        QFETCH(float, mask);
        QFETCH(bool, subtracted);
        QFETCH(bool, scaled);
        ModelMaker maker(ModelMaker::Numbers::Float32);
        const TensorId x = maker.input("x", {4, 4});
        std::vector<float> values(16);
        for (std::size_t i = 0; i < 16; ++i) {
            values[i] = i % 4 > i / 4 ? mask : 0;
        }
        TensorId y = maker.op(Binary{subtracted ? BinaryFunction::Sub : BinaryFunction::Add, {}},
            {x, floats(maker, "mask", {4, 4}, values)}, 1, "masked")[0];
        if (scaled) {
            y = maker.op(Binary{BinaryFunction::Mul, {}}, {y, floats(maker, "half", {1}, {0.5F})}, 1, "scaled")[0];
        }
        const Graph real = maker.finish({maker.softmax(y, "softmax")});
        const Samples samples = samplesOf(real, {3}, 10);
        const Graph stored = quantizeInt8(real, calibrate(real, samples));
        QVERIFY2(
            outputSqnr(real, stored, samples) > 25, qPrintable(QString::number(outputSqnr(real, stored, samples))));
        // Positions that are masked stay below half a step.
        Executor executor(stored);
        const auto out
            = realsOf(stored.tensor(stored.outputs()[0]), executor.run(inputsFor(real, stored, samples[0]))[0]);
        for (std::size_t i = 0; i < 16; ++i) {
            QVERIFY(i % 4 <= i / 4 || out[i] == 0);
        }
    }

    void whatIsMaskedIsKnown()
    {
        ModelMaker maker(ModelMaker::Numbers::Float32);
        const TensorId x = maker.input("x", {1, 4});
        const TensorId plain
            = maker.op(Binary{}, {x, floats(maker, "large", {4}, {20000, 1, -15000, 3})}, 1, "plain")[0];
        const TensorId masked = maker.op(Binary{}, {x, floats(maker, "mask", {4}, {0, -10000, 0, 0})}, 1, "masked")[0];
        const Graph graph = maker.finish({plain, masked});
        const auto none = noValues(graph);
        QVERIFY(!none[graph.outputs()[0].position()].any());
        QVERIFY(none[graph.outputs()[1].position()].hold(-9990));
        QVERIFY(!none[graph.outputs()[1].position()].hold(-4990));
    }

    void aSmallTensorJoinedWithALargeOneIsNamed()
    {
        ModelMaker maker(ModelMaker::Numbers::Float32);
        const TensorId x = maker.input("x", {1, 8});
        const TensorId signal = maker.input("signal", {1, 8});
        const TensorId gate = maker.op(Activation{ActivationFunction::Logistic, 0, 0}, {x}, 1, "gate")[0];
        const TensorId joined = maker.op(Concatenation{1, {}}, {gate, signal}, 1, "join")[0];
        const Graph real = maker.finish({maker.op(Unary{UnaryFunction::Abs}, {joined}, 1, "abs")[0]});
        const std::string gateName = real.tensor(real.op(real.operatorNamed("gate")).outputs[0]).name;
        const Samples samples = samplesOf(real, {2, 500}, 10);
        const Graph stored = quantizeInt8(real, calibrate(real, samples));
        const auto losses = quantizationLosses(real, stored, samples);
        QCOMPARE(losses.size(), std::size_t{1});
        QCOMPARE(losses[0].tensor, gateName);
        QVERIFY(losses[0].sqnrDb < ruinedBelowDb);
        const QString cause = QString::fromStdString(losses[0].cause);
        QVERIFY2(cause.contains("\"signal\"") && cause.contains("Concat \"join\""), qPrintable(cause));
        // With ranges alike nothing is lost.
        const Samples even = samplesOf(real, {2, 1}, 10);
        QVERIFY(quantizationLosses(real, quantizeInt8(real, calibrate(real, even)), even).empty());
    }

    void onlyWhereTheErrorBeginsIsNamed()
    {
        const Graph real = smallCnn(ModelMaker::Numbers::Float32);
        const Samples samples = samplesOf(real, {1}, 10);
        QVERIFY(quantizationLosses(real, quantizeInt8(real, calibrate(real, samples)), samples).empty());
        // A range a thousand times too wide ruins the first convolution, and all behind it.
        Ranges ranges = calibrate(real, samples);
        const TensorId first = real.operators()[0].outputs[0];
        ranges[first.position()].max *= 1000;
        const auto losses = quantizationLosses(real, quantizeInt8(real, ranges), samples);
        QCOMPARE(losses.size(), std::size_t{1});
        QCOMPARE(losses[0].op, real.operators()[0].name);
    }
};

TINSMITH_TEST(HardRangesTest)

} // namespace tinsmith::test

#include "hard_ranges_test.moc"

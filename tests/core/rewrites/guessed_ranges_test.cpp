// SPDX-License-Identifier: Apache-2.0
#include "core/execute/compare.h"
#include "core/execute/executor.h"
#include "core/graph/calibration_entry.h"
#include "core/quantize/guess_ranges.h"
#include "core/rewrites/canonical.h"
#include "tests/core/rewrites/compare.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <cmath>
#include <random>

namespace tinsmith {
namespace {

using test::ModelMaker;
using Samples = std::vector<std::vector<std::vector<std::byte>>>;

std::vector<std::byte> bytesOf(const std::vector<float> &values)
{
    const auto view = std::as_bytes(std::span<const float>(values));
    return {view.begin(), view.end()};
}

/// Images of 0..`most` whose neighbouring pixels are alike.
Samples images(int count, float most, unsigned seed)
{
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> uniform(0, 1);
    constexpr int side = 16;
    Samples samples;
    for (int i = 0; i < count; ++i) {
        std::vector<float> values;
        const float a = uniform(random) * 3;
        const float b = uniform(random) * 3;
        const float phase = uniform(random) * 6;
        for (int y = 0; y < side; ++y) {
            for (int x = 0; x < side; ++x) {
                for (int c = 0; c < 3; ++c) {
                    const float wave = std::sin(
                        a * static_cast<float>(x) / 3 + b * static_cast<float>(y) / 3 + phase + static_cast<float>(c));
                    const float value = 0.45F + 0.35F * wave + 0.1F * (uniform(random) - 0.5F);
                    values.push_back(std::clamp(value, 0.0F, 1.0F) * most);
                }
            }
        }
        samples.push_back({bytesOf(values)});
    }
    return samples;
}

/// Mean and variance per channel of a graph's first output.
std::pair<std::vector<float>, std::vector<float>> moments(const Graph &graph, const Samples &samples)
{
    Executor executor(graph);
    const Tensor &tensor = graph.tensor(graph.outputs()[0]);
    const auto channels = static_cast<std::size_t>(tensor.shape.dims.back());
    std::vector<double> sums(channels);
    std::vector<double> squares(channels);
    double count = 0;
    for (const auto &sample : samples) {
        const auto values = realsOf(tensor, executor.run(sample)[0]);
        for (std::size_t i = 0; i < values.size(); ++i) {
            sums[i % channels] += static_cast<double>(values[i]);
            squares[i % channels] += static_cast<double>(values[i]) * static_cast<double>(values[i]);
        }
        count += static_cast<double>(values.size() / channels);
    }
    std::vector<float> mean;
    std::vector<float> variance;
    for (std::size_t c = 0; c < channels; ++c) {
        mean.push_back(static_cast<float>(sums[c] / count));
        variance.push_back(static_cast<float>(squares[c] / count - std::pow(sums[c] / count, 2)));
    }
    return {mean, variance};
}

/// Two convolutions, each with a batch normalisation of what the images make of it (or of nothing), and a dense layer.
/// `depth`: 0 stops before the first normalisation, 1 before the second.
Graph network(int depth, const std::vector<std::pair<std::vector<float>, std::vector<float>>> &statistics)
{
    ModelMaker maker(ModelMaker::Numbers::Float32, 9);
    TensorId x = maker.input("image", {1, 16, 16, 3});
    const auto floats = [&](const std::string &name, const std::vector<float> &values) {
        return maker.builder().addConstant(maker.builder().uniqueTensorName(name), ElementType::Float32,
            {static_cast<std::int64_t>(values.size())}, Bytes::of(values));
    };
    for (int layer = 0; layer < 2; ++layer) {
        const std::string number = std::to_string(layer);
        x = maker.conv(x, 8, 3, 2, PaddingMode::Same, FusedActivation::None, "conv" + number);
        if (depth == layer) {
            return maker.finish({x});
        }
        const auto &[mean, variance] = statistics[static_cast<std::size_t>(layer)];
        const std::vector<float> gamma = {1, 0.5F, 2, 1, -1, 0.7F, 1.5F, 1};
        const std::vector<float> beta = {0, 0.3F, -0.5F, 1, 0, 0.2F, 0, -1};
        x = maker.op(BatchNormalization{Layout::ChannelsLast, 1e-3F},
            {x, floats("gamma", gamma), floats("beta", beta), floats("mean", mean), floats("variance", variance)}, 1,
            "norm" + number)[0];
        x = maker.op(Activation{ActivationFunction::Relu, 0, 0}, {x}, 1, "relu" + number)[0];
    }
    return maker.finish({maker.dense(maker.mean(x), 4, FusedActivation::None, "dense")});
}

Graph trainedOn(const Samples &samples)
{
    std::vector<std::pair<std::vector<float>, std::vector<float>>> statistics;
    for (int depth = 0; depth < 2; ++depth) {
        statistics.push_back(moments(network(depth, statistics), samples));
    }
    return network(2, statistics);
}

double sqnrOf(const Graph &real, const Graph &stored, const Samples &samples)
{
    return compareGraphs(real, stored, samples.size(), [&](std::size_t i, const Graph &graph) {
        return std::vector<TensorValue>{
            convertedValue(real.tensor(real.inputs()[0]), samples[i][0], graph.tensor(graph.inputs()[0]))};
    }).sqnrDb;
}

} // namespace

class GuessedRangesTest : public QObject {
    Q_OBJECT
private slots:
    void batchNormalizationSaysWhatToExpect_data()
    {
        QTest::addColumn<float>("most");
        QTest::newRow("pixels of 0..255") << 255.0F;
        QTest::newRow("pixels of 0..1") << 1.0F;
    }
    void batchNormalizationSaysWhatToExpect()
    {
        QFETCH(float, most);
        const Graph graph = trainedOn(images(40, most, 1));
        const Samples unseen = images(40, most, 2);
        const auto guess = guessRanges(canonicalWithNormalizations(graph), 32);
        const Ranges measured = calibrate(graph, unseen);
        const Range input = guess.byName.at("image");
        QVERIFY(input.min >= 0 && input.min < 0.01F * most);
        QVERIFY2(input.max > 0.9F * most && input.max <= most, qPrintable(QString::number(input.max)));
        for (const Operator &op : graph.operators()) {
            const Tensor &tensor = graph.tensor(op.outputs[0]);
            const Range real = measured[op.outputs[0].position()];
            const Range guessed = guess.byName.at(tensor.name);
            const float width = std::max(real.max, 0.0F) - std::min(real.min, 0.0F);
            const float guessedWidth = std::max(guessed.max, 0.0F) - std::min(guessed.min, 0.0F);
            QVERIFY2(guessedWidth > 0.4F * width && guessedWidth < 4 * width,
                qPrintable(
                    QString("%1: %2 for %3").arg(QString::fromStdString(tensor.name)).arg(guessedWidth).arg(width)));
        }
        const auto result = test::rewriteOf("quantize").apply(graph, {});
        QVERIFY(result.has_value());
        QVERIFY(hasGuessedRanges(result->info()));
        QVERIFY(QString::fromStdString(*calibrationOf(result->info())).contains("statistics of batch normalisations"));
        const double sqnr = sqnrOf(graph, *result, unseen);
        QVERIFY2(sqnr > 18, qPrintable(QString::number(sqnr)));
    }

    void syntheticInputsAreAllThereIsWithoutNormalizations()
    {
        const Graph graph = test::smallCnn(ModelMaker::Numbers::Float32);
        const auto guess = guessRanges(canonicalWithNormalizations(graph), 4);
        QVERIFY(guess.fromStatistics.empty());
        const Ranges same = calibrate(canonical(graph), syntheticSamples(graph, 4));
        const Graph ready = canonical(graph);
        for (std::size_t i = 0; i < ready.tensors().size(); ++i) {
            const Tensor &tensor = ready.tensors()[i];
            if (!tensor.constant()) {
                QCOMPARE(guess.byName.at(tensor.name).max, same[i].max);
            }
        }
        const auto result = test::rewriteOf("quantize").apply(graph, {});
        QCOMPARE(*calibrationOf(result->info()), std::string("guessed from synthetic inputs"));
    }
};

TINSMITH_TEST(GuessedRangesTest)

} // namespace tinsmith

#include "guessed_ranges_test.moc"

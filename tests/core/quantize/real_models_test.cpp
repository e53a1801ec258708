// SPDX-License-Identifier: Apache-2.0
#include "core/execute/compare.h"
#include "core/formats/tflite/reader.h"
#include "core/quantize/quantize.h"
#include "tests/support/test_data.h"
#include "tests/support/test_main.h"

#include <QFile>

#include <cstring>

namespace tinsmith::test {
namespace {

using Sample = std::vector<std::vector<std::byte>>;

QByteArray contentOf(const std::filesystem::path &path)
{
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

Sample floatSample(const std::vector<float> &values)
{
    const auto view = std::as_bytes(std::span<const float>(values));
    return {std::vector<std::byte>(view.begin(), view.end())};
}

/// Every image of inputs.bin as floats, pixel / divisor.
std::vector<Sample> images(const std::filesystem::path &folder, int bytesEach, float divisor)
{
    const QByteArray content = contentOf(folder / "samples" / "inputs.bin");
    std::vector<Sample> samples;
    for (qsizetype at = 0; at + bytesEach <= content.size(); at += bytesEach) {
        std::vector<float> values;
        for (int i = 0; i < bytesEach; ++i) {
            values.push_back(static_cast<float>(static_cast<unsigned char>(content[at + i])) / divisor);
        }
        samples.push_back(floatSample(values));
    }
    return samples;
}

std::vector<std::size_t> labels(const std::filesystem::path &folder)
{
    std::vector<std::size_t> result;
    const auto lines = contentOf(folder / "samples" / "labels.csv").split('\n');
    for (qsizetype i = 1; i < lines.size(); ++i) {
        const auto fields = lines[i].trimmed().split(',');
        if (fields.size() == 3) {
            result.push_back(fields[2].toULongLong());
        }
    }
    return result;
}

std::vector<Sample> first(const std::vector<Sample> &samples, std::size_t count)
{
    return {samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(std::min(count, samples.size()))};
}

/// Float samples as a graph's inputs take them.
std::vector<TensorValue> feed(const Sample &sample, const Graph &graph)
{
    const Tensor &input = graph.tensor(graph.inputs()[0]);
    Tensor real = input;
    real.type = ElementType::Float32;
    real.quantization.reset();
    return {convertedValue(real, sample[0], input)};
}

double accuracy(const Graph &graph, const std::vector<Sample> &samples, const std::vector<std::size_t> &expected)
{
    Executor executor(graph);
    std::size_t right = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const auto outputs = executor.run(feed(samples[i], graph));
        right += topClass(graph.tensor(graph.outputs()[0]), outputs[0]) == expected[i] ? 1 : 0;
    }
    return 100.0 * static_cast<double>(right) / static_cast<double>(samples.size());
}

} // namespace

/// Models that people have trained, quantized here, beside the int8 files that their makers published.
class RealModelsTest : public QObject {
    Q_OBJECT
private slots:
    void classifiersKeepTheirAccuracy_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("bytesEach");
        QTest::addColumn<float>("divisor");
        QTest::newRow("visual wake words") << "vww" << 96 * 96 * 3 << 255.0F;
        QTest::newRow("image classification") << "ic" << 32 * 32 * 3 << 1.0F;
    }
    void classifiersKeepTheirAccuracy()
    {
        QFETCH(QString, model);
        QFETCH(int, bytesEach);
        QFETCH(float, divisor);
        const auto folder = sharedData("models/" + model.toStdString());
        if (!folder) {
            QSKIP("the recorded models are not there");
        }
        const Graph real = readTflite(*folder / "model_float.tflite");
        const Graph given = readTflite(*folder / "model.tflite");
        const auto samples = images(*folder, bytesEach, divisor);
        const auto expected = labels(*folder);
        QCOMPARE(samples.size(), expected.size());
        const Graph made = quantizeInt8(real, calibrate(real, first(samples, 100)));
        const auto source = [&](std::size_t i, const Graph &graph) { return feed(samples[i], graph); };
        const auto deviation = compareGraphs(real, made, samples.size(), source);
        const auto givenDeviation = compareGraphs(real, given, samples.size(), source, {false});
        const double floatAccuracy = accuracy(real, samples, expected);
        const double givenAccuracy = accuracy(given, samples, expected);
        const double madeAccuracy = accuracy(made, samples, expected);
        qInfo("accuracy: float %.1f %%, published int8 %.1f %%, ours %.1f %%; agreement with float: published %.1f %%, "
              "ours "
              "%.1f %%; SQNR: published %.1f dB, ours %.1f dB",
            floatAccuracy, givenAccuracy, madeAccuracy, 100 * givenDeviation.agreement, 100 * deviation.agreement,
            givenDeviation.sqnrDb, deviation.sqnrDb);
        QVERIFY(!deviation.layers.empty());
        QVERIFY(madeAccuracy >= givenAccuracy - 2);
        QVERIFY(deviation.agreement >= 0.95);
        QVERIFY(deviation.sqnrDb >= 15);
    }

    void autoencoderKeepsItsReconstruction()
    {
        const auto folder = sharedData("models/ad");
        if (!folder) {
            QSKIP("the recorded models are not there");
        }
        const Graph real = readTflite(*folder / "model_float.tflite");
        const Graph given = readTflite(*folder / "model.tflite");
        const QByteArray content = contentOf(*folder / "samples" / "normal_id_01_00000000_hist_librosa.bin");
        constexpr qsizetype window = 2560;
        constexpr qsizetype stride = 512;
        std::vector<Sample> samples;
        for (qsizetype at = 0; at + window <= content.size(); at += stride) {
            std::vector<float> values(window / sizeof(float));
            std::memcpy(values.data(), content.constData() + at, window);
            samples.push_back(floatSample(values));
        }
        const auto source = [&](std::size_t i, const Graph &graph) { return feed(samples[i], graph); };
        const Graph made = quantizeInt8(real, calibrate(real, first(samples, 100)));
        const auto deviation = compareGraphs(real, made, samples.size(), source);
        const auto givenDeviation = compareGraphs(real, given, samples.size(), source, {false});
        qInfo("SQNR of the reconstruction: published %.1f dB, ours %.1f dB", givenDeviation.sqnrDb, deviation.sqnrDb);
        QVERIFY(deviation.sqnrDb >= 30);
        QVERIFY(deviation.sqnrDb >= givenDeviation.sqnrDb - 1);
    }
};

TINSMITH_TEST(RealModelsTest)

} // namespace tinsmith::test

#include "real_models_test.moc"

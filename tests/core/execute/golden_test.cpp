// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"
#include "core/formats/tflite/reader.h"
#include "tests/support/test_data.h"
#include "tests/support/test_main.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>
#include <cstring>

namespace tinsmith::test {
namespace {

std::vector<std::byte> bytesOf(const std::filesystem::path &path)
{
    QFile file(QString::fromStdString(path.string()));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    const QByteArray content = file.readAll();
    const auto *begin = reinterpret_cast<const std::byte *>(content.constData());
    return {begin, begin + content.size()};
}

std::string numbered(const char *prefix, int index)
{
    return std::string(prefix) + (index < 10 ? "0" : "") + std::to_string(index) + ".bin";
}

std::vector<float> floatsOf(const std::vector<std::byte> &bytes)
{
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
    return values;
}

std::vector<std::byte> recorded(const QString &folder, const char *prefix, int index)
{
    return bytesOf(std::filesystem::path(folder.toStdString()) / "golden" / numbered(prefix, index));
}

/// One row per TFLite model of the shared ones that has recorded outputs, as its golden.json says.
void listModels(bool floats)
{
    QTest::addColumn<QString>("folder");
    QTest::addColumn<int>("count");
    const auto models = sharedData("models");
    if (!models) {
        QSKIP("the recorded models are not there");
    }
    for (const auto &entry : std::filesystem::directory_iterator(*models)) {
        QFile file(QString::fromStdString((entry.path() / "golden" / "golden.json").string()));
        if (!std::filesystem::exists(entry.path() / "model.tflite") || !file.open(QIODevice::ReadOnly)) {
            continue;
        }
        const QJsonObject golden = QJsonDocument::fromJson(file.readAll()).object();
        if (!floats || golden["float"].toObject()["ok"].toBool()) {
            QTest::newRow(entry.path().filename().string().c_str())
                << QString::fromStdString(entry.path().string()) << golden["count"].toInt();
        }
    }
}

} // namespace

/// Real models against outputs that TensorFlow Lite for Microcontrollers' reference kernels made.
class GoldenTest : public QObject {
    Q_OBJECT
private slots:
    void integerOutputsAreThoseOfTheReference_data() { listModels(false); }
    void integerOutputsAreThoseOfTheReference()
    {
        QFETCH(QString, folder);
        QFETCH(int, count);
        Executor executor(readTflite(std::filesystem::path(folder.toStdString()) / "model.tflite"));
        for (int i = 0; i < count; ++i) {
            // The recorder forgot all state before each input.
            executor.reset();
            const std::vector<TensorValue> inputs = {recorded(folder, "in_", i)};
            QVERIFY(!inputs[0].empty());
            const auto outputs = executor.run(inputs);
            QCOMPARE(outputs.size(), std::size_t{1});
            QVERIFY2(outputs[0] == recorded(folder, "out_", i), qPrintable(QString("input %1").arg(i)));
        }
    }

    void floatOutputsAreThoseOfTheReference_data() { listModels(true); }
    void floatOutputsAreThoseOfTheReference()
    {
        QFETCH(QString, folder);
        QFETCH(int, count);
        Executor executor(readTflite(std::filesystem::path(folder.toStdString()) / "model_float.tflite"));
        for (int i = 0; i < count; ++i) {
            executor.reset();
            const std::vector<TensorValue> inputs = {recorded(folder, "float_in_", i)};
            const auto outputs = floatsOf(executor.run(inputs).at(0));
            const auto expected = floatsOf(recorded(folder, "float_out_", i));
            QCOMPARE(outputs.size(), expected.size());
            float largest = 0;
            float difference = 0;
            for (std::size_t k = 0; k < expected.size(); ++k) {
                largest = std::max(largest, std::fabs(expected[k]));
                difference = std::max(difference, std::fabs(outputs[k] - expected[k]));
            }
            QVERIFY2(difference <= 1e-5F * largest,
                qPrintable(QString("input %1: %2 of %3").arg(i).arg(difference).arg(largest)));
        }
    }

    /// Float activations with int8 weights; there is no reference output, the int8 model's class is the measure.
    void dynamicRangeModelRuns()
    {
        const auto folder = sharedData("models/kws");
        if (!folder) {
            QSKIP("the recorded models are not there");
        }
        Executor floats(readTflite(*folder / "model_float.tflite"));
        Executor integers(readTflite(*folder / "model.tflite"));
        const Quantization quantization = *integers.graph().tensor(integers.graph().inputs()[0]).quantization;
        int agree = 0;
        for (int i = 0; i < 10; ++i) {
            const auto stored = bytesOf(*folder / "golden" / numbered("in_", i));
            std::vector<float> real;
            for (const std::byte byte : stored) {
                const auto q = static_cast<std::int8_t>(byte);
                real.push_back(quantization.scale() * static_cast<float>(q - quantization.zeroPoint()));
            }
            const auto view = std::as_bytes(std::span<const float>(real));
            const std::vector<TensorValue> inputs = {TensorValue(view.begin(), view.end())};
            const auto outputs = floatsOf(floats.run(inputs).at(0));
            const auto expected = bytesOf(*folder / "golden" / numbered("out_", i));
            const auto best = std::max_element(outputs.begin(), outputs.end()) - outputs.begin();
            const auto largest = std::max_element(expected.begin(), expected.end(),
                [](std::byte a, std::byte b) { return static_cast<std::int8_t>(a) < static_cast<std::int8_t>(b); });
            agree += best == largest - expected.begin() ? 1 : 0;
        }
        QVERIFY2(agree >= 9, qPrintable(QString::number(agree)));
    }
};

TINSMITH_TEST(GoldenTest)

} // namespace tinsmith::test

#include "golden_test.moc"

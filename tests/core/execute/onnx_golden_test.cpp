// SPDX-License-Identifier: Apache-2.0
#include "core/execute/element_values.h"
#include "core/execute/executor.h"
#include "core/formats/onnx/onnx_reader.h"
#include "core/graph/error.h"
#include "tests/support/test_data.h"
#include "tests/support/test_main.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>

namespace tinsmith::test {
namespace {

QByteArray contentOf(const std::filesystem::path &path)
{
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The values of one side of a run: "in" or "out". A single tensor's file has no number behind the run's.
std::vector<TensorValue> valuesOf(const std::filesystem::path &folder, const QString &side, int run, qsizetype count)
{
    std::vector<TensorValue> values;
    for (qsizetype tensor = 0; tensor < count; ++tensor) {
        const QString number = count == 1 ? QString() : QString("_%1").arg(tensor);
        const QString name = QString("%1_%2%3.bin").arg(side).arg(run, 2, 10, QChar('0')).arg(number);
        const QByteArray content = contentOf(folder / name.toStdString());
        const auto *begin = reinterpret_cast<const std::byte *>(content.constData());
        values.emplace_back(begin, begin + content.size());
    }
    return values;
}

/// The largest difference of two tensors and the largest expected value; an infinite difference where they cannot be
/// compared.
struct Difference {
    double worst = 0;
    double largest = 0;
};

Difference difference(const Tensor &tensor, const TensorValue &actual, const TensorValue &expected)
{
    Difference found;
    const std::int64_t count = tensor.shape.elements().value_or(0);
    std::vector<float> a(static_cast<std::size_t>(count));
    std::vector<float> b(static_cast<std::size_t>(count));
    if (actual.size() != expected.size() || !storedValues(tensor.type, actual.data(), count, a.data())
        || !storedValues(tensor.type, expected.data(), count, b.data())) {
        return {std::numeric_limits<double>::infinity(), 0};
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        found.largest = std::max(found.largest, std::abs(static_cast<double>(b[i])));
        const double apart = std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
        // What is no number is apart.
        found.worst = apart <= found.worst ? found.worst : apart;
    }
    return found;
}

/// What an output is measured against: its own largest value, or where several small ones come out of the same
/// saturating function the largest value of all outputs.
enum class Measure { Each, All };

} // namespace

/// Real ONNX models against outputs that another engine recorded.
class OnnxGoldenTest : public QObject {
    Q_OBJECT
private slots:
    void outputsAreThoseRecorded_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("measure");
        QTest::addColumn<double>("tolerance");
        const auto row = [](const char *model, Measure measure, double tolerance) {
            QTest::newRow(model) << model << static_cast<int>(measure) << tolerance;
        };
        for (const char *model : {"mnist_cntk", "kws_dscnn_alibaba", "ic_alibaba", "dtln_1", "silero_vad_16k",
                 "ppocr_cls", "yamnet_256", "sensor_autoencoder", "gtcrn_stream", "mnist5x5_dynquant"}) {
            row(model, Measure::Each, 1e-5);
        }
        // Outputs are halves: one step of the smallest of them, 2^-19, is more than 1e-5 of the largest.
        row("squeezenet_fp16", Measure::Each, 2e-5);
        // Sigmoids of large negative numbers, at most 0.006: the recording engine's own results differ there by 2.3e-5
        // of the largest between its two ways to compute them, and are multiples of 2^-24.
        row("yunet_s", Measure::All, 1e-5);
    }
    void outputsAreThoseRecorded()
    {
        try {
            compare();
        } catch (const Error &error) {
            QFAIL(error.what());
        }
    }

private:
    static void compare()
    {
        QFETCH(QString, model);
        QFETCH(int, measure);
        QFETCH(double, tolerance);
        const auto folder = sharedData("models/onnx/" + model.toStdString());
        if (!folder) {
            QSKIP("the recorded models are not there");
        }
        const QJsonObject golden = QJsonDocument::fromJson(contentOf(*folder / "golden" / "golden.json")).object();
        OnnxOptions options;
        const QJsonObject fixed = golden["dynamic_dimensions_fixed"].toObject();
        for (const QString &name : fixed.keys()) {
            options.bindings[name.toStdString()] = fixed[name].toInt();
        }
        Executor executor(readOnnx(*folder / "model.onnx", options));
        const Graph &graph = executor.graph();
        const QJsonArray inputs = golden["inputs"].toArray();
        const QJsonArray outputs = golden["outputs"].toArray();
        QCOMPARE(static_cast<qsizetype>(graph.inputs().size()), inputs.size());
        QCOMPARE(static_cast<qsizetype>(graph.outputs().size()), outputs.size());
        for (qsizetype at = 0; at < inputs.size(); ++at) {
            QCOMPARE(QString::fromStdString(graph.tensor(graph.inputs()[static_cast<std::size_t>(at)]).name),
                inputs[at].toObject()["name"].toString());
        }
        double worst = 0;
        for (int run = 0; run < golden["count"].toInt(); ++run) {
            const auto results = executor.run(valuesOf(*folder / "golden", "in", run, inputs.size()));
            const auto expected = valuesOf(*folder / "golden", "out", run, outputs.size());
            std::vector<Difference> differences;
            double largest = 0;
            for (std::size_t at = 0; at < results.size(); ++at) {
                differences.push_back(difference(graph.tensor(graph.outputs()[at]), results[at], expected[at]));
                largest = std::max(largest, differences.back().largest);
            }
            for (std::size_t at = 0; at < results.size(); ++at) {
                const double scale = static_cast<Measure>(measure) == Measure::All ? largest : differences[at].largest;
                const double apart = differences[at].worst / std::max(scale, 1e-30);
                worst = apart <= worst ? worst : apart;
                QVERIFY2(apart <= tolerance, qPrintable(QString("run %1, output %2: %3").arg(run).arg(at).arg(apart)));
            }
        }
        qInfo("largest difference %.2g of the largest output", worst);
    }
};

TINSMITH_TEST(OnnxGoldenTest)

} // namespace tinsmith::test

#include "onnx_golden_test.moc"

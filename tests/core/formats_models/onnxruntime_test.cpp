// SPDX-License-Identifier: Apache-2.0
#include "core/formats/model_file.h"
#include "core/graph/error.h"
#include "tests/core/formats_models/recorded_models.h"
#include "tests/support/test_data.h"
#include "tests/support/test_main.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

namespace tinsmith::test {
namespace {

struct Case {
    const char *model;
    /// How far the outputs may be: relative for real numbers, steps for integers.
    double allowed;
};

/// ONNX models hold the nodes that were read: nothing differs. TFLite's float models differ by the order of sums. Its
/// int8 models run as real operators between DequantizeLinear and QuantizeLinear, which round once where TFLite rounds
/// twice; behind the fifty layers of mobilenet_v2_torch such steps add up.
constexpr Case cases[] = {
    {"onnx/mnist_cntk/model.onnx", 0},
    {"onnx/kws_dscnn_alibaba/model.onnx", 0},
    {"onnx/ic_alibaba/model.onnx", 0},
    {"onnx/ic_resnet8_qdq/model.onnx", 0},
    {"onnx/kws_dscnn_qdq/model.onnx", 0},
    {"onnx/kws_dscnn_qlinear/model.onnx", 0},
    {"onnx/dtln_1/model.onnx", 1e-6},
    {"onnx/silero_vad_16k/model.onnx", 1e-6},
    {"onnx/gtcrn_stream/model.onnx", 1e-5},
    {"onnx/ppocr_cls/model.onnx", 1e-6},
    {"onnx/yunet_s/model.onnx", 1e-6},
    {"onnx/yamnet_256/model.onnx", 1e-6},
    {"onnx/mnist5x5_dynquant/model.onnx", 0},
    {"onnx/sensor_autoencoder/model.onnx", 0},
    {"onnx/rf_sklearn/model.onnx", 0},
    {"onnx/squeezenet_fp16/model.onnx", 0},
    {"kws/model.tflite", 1},
    {"vww/model.tflite", 1},
    {"ic/model.tflite", 1},
    {"ad/model.tflite", 2},
    {"ic_large/model.tflite", 1},
    {"hello_world/model.tflite", 1},
    {"mobilenet_v2_torch/model.tflite", 15},
    {"vww/model_float.tflite", 1e-5},
    {"ic/model_float.tflite", 1e-5},
    {"ad/model_float.tflite", 1e-5},
    {"ic_large/model_float.tflite", 1e-5},
    {"hello_world/model_float.tflite", 1e-5},
};

/// The tensors with their recorded values of the first run; nothing where one is not there.
QJsonArray entries(
    const Graph &graph, std::span<const TensorId> ids, const std::filesystem::path &golden, const std::string &prefix)
{
    QJsonArray list;
    for (std::size_t index = 0; index < ids.size(); ++index) {
        const Tensor &tensor = graph.tensor(ids[index]);
        auto file = golden / (prefix + "_00.bin");
        if (!std::filesystem::exists(file)) {
            file = golden / (prefix + "_00_" + std::to_string(index) + ".bin");
        }
        if (!std::filesystem::exists(file)) {
            return {};
        }
        QJsonArray dims;
        for (const std::int64_t size : tensor.shape.dims) {
            dims.append(static_cast<qint64>(size < 0 ? 1 : size));
        }
        list.append(QJsonObject{{"name", QString::fromStdString(tensor.name)},
            {"type", QString::fromStdString(std::string(nameOf(tensor.type)))}, {"dims", dims},
            {"file", QString::fromStdString(file.string())}});
    }
    return list;
}

} // namespace

/// What we write as ONNX, run by another engine where onnxruntime-node is installed (the folder that
/// TINSMITH_NODE_MODULES names, or the current one): it loads, and gives the recorded outputs.
class OnnxRuntimeTest : public QObject {
    Q_OBJECT
private slots:
    void loadsAndAgrees()
    {
        if (!sharedData("models")) {
            QSKIP("the recorded models are not there");
        }
        QTemporaryDir folder;
        QJsonArray wanted;
        std::vector<Case> written;
        for (const Case &each : cases) {
            const auto file = sharedData(std::string("models/") + each.model);
            if (!file) {
                continue;
            }
            const Graph graph = openRecorded(*file);
            const QString made = folder.filePath(QStringLiteral("%1.onnx").arg(written.size()));
            writeModel(graph, made.toStdString());
            const bool real = std::string_view(each.model).find("model_float") != std::string_view::npos;
            const std::string prefix = real ? "float_" : "";
            const auto golden = file->parent_path() / "golden";
            wanted.append(
                QJsonObject{{"model", made}, {"inputs", entries(graph, graph.inputs(), golden, prefix + "in")},
                    {"outputs", entries(graph, graph.outputs(), golden, prefix + "out")}});
            written.push_back(each);
        }
        QFile list(folder.filePath(QStringLiteral("cases.json")));
        QVERIFY(list.open(QIODevice::WriteOnly));
        list.write(QJsonDocument(wanted).toJson());
        list.close();
        QProcess node;
        node.start(QStringLiteral("node"),
            {QStringLiteral(TINSMITH_SOURCE_DIR "/tests/core/formats_models/onnxruntime_agrees.mjs"), list.fileName()});
        if (!node.waitForStarted()) {
            QSKIP("node is not there");
        }
        QVERIFY(node.waitForFinished(300000));
        if (node.exitCode() == 3) {
            QSKIP("onnxruntime-node is not there; TINSMITH_NODE_MODULES names the folder that it is installed in");
        }
        const QList<QByteArray> lines = node.readAllStandardOutput().trimmed().split('\n');
        QCOMPARE(static_cast<std::size_t>(lines.size()), written.size());
        for (qsizetype index = 0; index < lines.size(); ++index) {
            const Case &each = written[static_cast<std::size_t>(index)];
            const QJsonObject result = QJsonDocument::fromJson(lines[index]).object();
            qInfo("%-36s loads %s, largest difference %g", each.model, result["loads"].toBool() ? "yes" : "no",
                result["difference"].toDouble(-1));
            QVERIFY2(result["loads"].toBool() && result["error"].isNull(), lines[index].constData());
            QVERIFY2(result["difference"].toDouble(1e9) <= each.allowed, lines[index].constData());
        }
    }
};

TINSMITH_TEST(OnnxRuntimeTest)

} // namespace tinsmith::test

#include "onnxruntime_test.moc"

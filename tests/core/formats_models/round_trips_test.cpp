// SPDX-License-Identifier: Apache-2.0
#include "core/execute/compare.h"
#include "core/execute/executor.h"
#include "core/formats/model_file.h"
#include "core/graph/error.h"
#include "core/graph/geometry.h"
#include "core/rewrites/canonical.h"
#include "tests/core/formats_models/recorded_models.h"
#include "tests/core/formats_tflite/comparison.h"
#include "tests/support/test_data.h"
#include "tests/support/test_main.h"

#include <QTemporaryDir>

#include <cmath>
#include <cstring>
#include <map>
#include <random>

namespace tinsmith::test {
namespace {

/// Seeded values; small, so that they are sizes and indices too.
std::vector<std::byte> randomValue(const Tensor &tensor, std::mt19937 &random)
{
    const auto count = static_cast<std::size_t>(tensor.shape.elements().value_or(0));
    std::vector<float> reals(count);
    std::vector<std::byte> bytes(static_cast<std::size_t>(tensor.bytes().value_or(0)));
    if (tensor.type == ElementType::Float32) {
        for (float &value : reals) {
            value = static_cast<float>(random() >> 8) / static_cast<float>(1 << 23) - 1;
        }
        std::memcpy(bytes.data(), reals.data(), bytes.size());
    } else {
        for (std::byte &value : bytes) {
            value = static_cast<std::byte>(tensor.type == ElementType::Int8 ? random() & 0xFF : 0);
        }
    }
    return bytes;
}

/// The first recorded inputs of a model, random ones where those do not fit.
std::vector<TensorValue> inputsOf(const Graph &graph, const std::filesystem::path &golden)
{
    std::mt19937 random(20);
    std::vector<TensorValue> values;
    for (std::size_t index = 0; index < graph.inputs().size(); ++index) {
        const Tensor &tensor = graph.tensor(graph.inputs()[index]);
        auto value = recorded(golden / ("in_00_" + std::to_string(index) + ".bin"));
        value = value.empty() ? recorded(golden / "in_00.bin") : value;
        const bool fits = tensor.bytes() && value.size() == static_cast<std::size_t>(*tensor.bytes());
        values.push_back(fits ? value : randomValue(tensor, random));
    }
    return values;
}

/// SAME padding in numbers, as ONNX files are written.
OperatorKind inNumbers(const Graph &graph, const Operator &op)
{
    OperatorKind kind = op.kind;
    const auto geometry = spatialGeometry(graph, op);
    std::visit(
        [&](auto &each) {
            if constexpr (requires { each.padding.mode; }) {
                if (geometry && each.padding.mode == PaddingMode::Same) {
                    const Padding pads{PaddingMode::Explicit, geometry->h.padBefore, geometry->h.padAfter,
                        geometry->w.padBefore, geometry->w.padAfter};
                    each.padding = pads == Padding{PaddingMode::Explicit, 0, 0, 0, 0} ? Padding{} : pads;
                }
            }
        },
        kind);
    return kind;
}

/// The graph with its tensors numbered as its operators meet them: the order of initializers in a file says nothing.
Graph numberedByUse(const Graph &graph)
{
    GraphBuilder builder;
    builder.name() = graph.name();
    std::map<TensorId, TensorId> made;
    const auto all = [&](std::span<const TensorId> ids) {
        std::vector<TensorId> result;
        for (const TensorId id : ids) {
            if (id.valid() && made.count(id) == 0) {
                made[id] = builder.addTensor(graph.tensor(id));
            }
            result.push_back(id.valid() ? made[id] : id);
        }
        return result;
    };
    builder.setInputs(all(graph.inputs()));
    for (const Operator &op : graph.operators()) {
        auto inputs = all(op.inputs);
        auto outputs = all(op.outputs);
        const bool onnx = graph.info().format == "ONNX";
        builder.addOperator({op.name, onnx ? inNumbers(graph, op) : op.kind, std::move(inputs), std::move(outputs)});
    }
    builder.setOutputs(all(graph.outputs()));
    for (const Graph &subgraph : graph.subgraphs()) {
        builder.subgraphs().push_back(numberedByUse(subgraph));
    }
    return builder.build();
}

/// Why the model cannot be run; empty where it can.
std::string whyNot(const Graph &graph)
{
    for (const TensorId id : graph.inputs()) {
        if (!graph.tensor(id).bytes()) {
            return "open sizes";
        }
    }
    for (std::size_t index = 0; index < graph.operators().size(); ++index) {
        const std::string text = whyNotExecutable(graph, OperatorId(index));
        if (!text.empty()) {
            return text;
        }
    }
    return {};
}

/// The largest difference of the outputs, of the largest output where they are real numbers, of one where integers.
double difference(const Graph &a, const Graph &b, const std::vector<TensorValue> &inputs)
{
    const auto first = Executor(a).run(inputs);
    const auto second = Executor(b).run(inputs);
    double worst = first.size() == second.size() ? 0 : 1e9;
    for (std::size_t index = 0; index < first.size() && index < second.size(); ++index) {
        const Tensor &tensor = a.tensor(a.outputs()[index]);
        if (first[index] == second[index]) {
            continue;
        }
        if (first[index].size() != second[index].size() || !isFloat(tensor.type)) {
            worst = 1e9;
            continue;
        }
        const auto x = realsOf(tensor, first[index]);
        const auto y = realsOf(tensor, second[index]);
        float largest = 0;
        float apart = 0;
        for (std::size_t at = 0; at < x.size(); ++at) {
            largest = std::max(largest, std::fabs(x[at]));
            // Sums in another order may round to the next half.
            const float step = tensor.type == ElementType::Float16 ? std::fabs(x[at]) / 1024 : 0;
            const float difference = std::fabs(x[at] - y[at]);
            apart = std::max(apart, difference <= step ? 0 : difference);
        }
        worst = std::max(worst, static_cast<double>(apart) / std::max(1e-30, static_cast<double>(largest)));
    }
    return worst;
}

} // namespace

/// Every recorded model through both writers.
class RoundTripsTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    /// The format's own reason where it has no form for the model; the graph that comes back otherwise.
    std::string through(const Graph &graph, const char *extension, Graph &back) const
    {
        const std::filesystem::path file = folder_.filePath(QStringLiteral("model.")).toStdString() + extension;
        try {
            writeModel(graph, file);
        } catch (const UnsupportedError &error) {
            return error.place() + ": " + error.cause();
        }
        back = readModel(file);
        return {};
    }

    static void models(const std::map<std::string, std::string> &reasons)
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("reason");
        const auto row = [&](const std::string &name) {
            const auto reason = reasons.find(name);
            QTest::newRow(name.c_str()) << QString::fromStdString(name)
                                        << QString::fromStdString(reason == reasons.end() ? "" : reason->second);
        };
        for (const char *name : {"kws", "vww", "ic", "ad", "ic_large", "hello_world", "audio_preprocessor",
                 "keyword_scrambled", "keyword_scrambled_16x8", "mnist_lstm", "dtln", "mobilenet_v2_torch"}) {
            row(std::string(name) + "/model.tflite");
        }
        for (const char *name :
            {"kws", "vww", "ic", "ad", "ic_large", "hello_world", "audio_preprocessor", "mnist_lstm"}) {
            row(std::string(name) + "/model_float.tflite");
        }
        for (const char *name : {"mnist_cntk", "kws_dscnn_alibaba", "ic_alibaba", "ic_resnet8_qdq", "kws_dscnn_qdq",
                 "kws_dscnn_qlinear", "dtln_1", "silero_vad_16k", "gtcrn_stream", "ppocr_cls", "yunet_s", "yamnet_256",
                 "mnist5x5_dynquant", "sensor_autoencoder", "rf_sklearn", "squeezenet_fp16"}) {
            row("onnx/" + std::string(name) + "/model.onnx");
        }
    }

    static std::optional<std::filesystem::path> fileOf(const QString &name)
    {
        return sharedData("models/" + name.toStdString());
    }

    static Graph opened(const std::filesystem::path &file) { return openRecorded(file); }

private slots:
    void sameFormatGivesTheSameGraph_data() { models({}); }
    void sameFormatGivesTheSameGraph()
    {
        QFETCH(QString, file);
        const auto path = fileOf(file);
        if (!path) {
            QSKIP("the recorded models are not there");
        }
        const Graph graph = opened(*path);
        Graph back;
        const std::string refusal = through(graph, path->extension() == ".onnx" ? "onnx" : "tflite", back);
        QCOMPARE(QString::fromStdString(refusal), QString());
        QCOMPARE(QString::fromStdString(firstDifference(numberedByUse(graph), numberedByUse(back))), QString());
        if (whyNot(graph).empty()) {
            QCOMPARE(difference(graph, back, inputsOf(graph, path->parent_path() / "golden")), 0.0);
        }
    }

    /// Where the other format has no form, the message names the operator or type.
    void otherFormatGivesTheSameOutputs_data()
    {
        models({{"audio_preprocessor/model.tflite", "Signal"}, {"audio_preprocessor/model_float.tflite", "Signal"},
            {"keyword_scrambled/model.tflite", "Svdf"}, {"keyword_scrambled_16x8/model.tflite", "Svdf"},
            {"mnist_lstm/model.tflite", "lstm"}, {"mnist_lstm/model_float.tflite", "lstm"},
            {"dtln/model.tflite", "lstm"}, {"onnx/dtln_1/model.onnx", "LSTM"},
            {"onnx/silero_vad_16k/model.onnx", "LSTM"}, {"onnx/gtcrn_stream/model.onnx", "GRU"},
            {"onnx/mnist5x5_dynquant/model.onnx", "DynamicQuantizeLinear"},
            {"onnx/rf_sklearn/model.onnx", "TreeEnsembleClassifier"}});
    }
    void otherFormatGivesTheSameOutputs()
    {
        QFETCH(QString, file);
        QFETCH(QString, reason);
        const auto path = fileOf(file);
        if (!path) {
            QSKIP("the recorded models are not there");
        }
        const Graph graph = opened(*path);
        const bool toTflite = path->extension() == ".onnx";
        Graph back;
        const std::string refusal = through(toTflite ? canonical(graph) : graph, toTflite ? "tflite" : "onnx", back);
        if (!refusal.empty()) {
            QVERIFY2(!reason.isEmpty() && QString::fromStdString(refusal).contains(reason), refusal.c_str());
        }
        const std::string cannot = whyNot(graph);
        if (!refusal.empty() || !cannot.empty()) {
            return;
        }
        QCOMPARE(QString::fromStdString(whyNot(back)), QString());
        if (graph.tensor(graph.inputs()[0]).type == ElementType::Float16 && toTflite) {
            // Halves at its ends are floats in the file.
            QCOMPARE(back.tensor(back.inputs()[0]).type, ElementType::Float32);
            const Graph floats = canonical(graph);
            QVERIFY(difference(floats, back, inputsOf(floats, path->parent_path() / "golden")) <= 1e-5);
            return;
        }
        const double apart = difference(graph, back, inputsOf(graph, path->parent_path() / "golden"));
        QVERIFY2(apart <= 1e-5, qPrintable(QString::number(apart)));
    }
};

TINSMITH_TEST(RoundTripsTest)

} // namespace tinsmith::test

#include "round_trips_test.moc"

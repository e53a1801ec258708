// SPDX-License-Identifier: Apache-2.0
#include "core/execute/compare.h"
#include "core/execute/executor.h"
#include "core/formats/onnx/onnx_reader.h"
#include "tests/support/test_data.h"
#include "tests/support/test_main.h"

#include <QFile>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

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

std::vector<float> floatsOf(const std::vector<std::byte> &bytes)
{
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
    return values;
}

/// The scale of what the model's last operator, a Softmax in float32, is given.
float scaleOfLogits(const Graph &graph)
{
    const Operator &softmax = graph.op(graph.producer(graph.outputs()[0]));
    const Operator &dequantize = graph.op(graph.producer(softmax.inputs[0]));
    return dequantize.is<Dequantize>() ? graph.tensor(dequantize.inputs[0]).quantization->scale() : 0;
}

/// By how many steps the values of a softmax part, each counted from the largest expected one.
std::vector<double> stepsApart(
    const std::vector<float> &values, const std::vector<float> &expected, std::size_t best, float scale)
{
    std::vector<double> apart;
    for (std::size_t index = 0; index < values.size(); ++index) {
        const double ours = std::log(static_cast<double>(values[index]) / static_cast<double>(values[best]));
        const double theirs = std::log(static_cast<double>(expected[index]) / static_cast<double>(expected[best]));
        apart.push_back(std::fabs(std::round((ours - theirs) / static_cast<double>(scale))));
    }
    return apart;
}

/// The operator alone, on real numbers in place of the stored ones.
Graph realForm(const Graph &graph, const Operator &op)
{
    GraphBuilder builder;
    Operator made = op;
    std::vector<TensorId> inputs;
    for (TensorId &id : made.inputs) {
        Tensor tensor = graph.tensor(id);
        if (tensor.data) {
            const auto reals = realsOf(tensor, tensor.data->view());
            tensor.data = Bytes::of(reals);
        }
        const bool constant = tensor.constant();
        tensor.type = ElementType::Float32;
        tensor.quantization.reset();
        id = builder.addTensor(std::move(tensor));
        if (!constant) {
            inputs.push_back(id);
        }
    }
    Tensor result = graph.tensor(op.outputs[0]);
    result.type = ElementType::Float32;
    result.quantization.reset();
    made.outputs = {builder.addTensor(std::move(result))};
    builder.setInputs(std::move(inputs));
    builder.setOutputs(made.outputs);
    builder.addOperator(std::move(made));
    return builder.build();
}

} // namespace

/// Quantized ONNX models as integers against outputs that another engine recorded, which ran their real operators
/// between DequantizeLinear and QuantizeLinear: rounded once, ties to even, they are the same to the last bit.
class OnnxQdqGoldenTest : public QObject {
    Q_OBJECT
private slots:
    void everyOperatorIsWithinAStepOfItsRealForm_data() { models(); }
    void everyOperatorIsWithinAStepOfItsRealForm()
    {
        QFETCH(QString, model);
        const auto folder = sharedData("models/onnx/" + model.toStdString());
        if (!folder) {
            QSKIP("the recorded models are not there");
        }
        const Graph graph = readOnnx(*folder / "model.onnx");
        std::map<TensorId, TensorValue> seen;
        const std::vector<TensorValue> inputs = {bytesOf(*folder / "golden" / "in_03.bin")};
        Executor(graph).run(inputs, [&](TensorId id, std::span<const std::byte> value) {
            seen[id] = {value.begin(), value.end()};
        });
        int compared = 0;
        std::size_t parted = 0;
        std::size_t values = 0;
        for (const Operator &op : graph.operators()) {
            const Tensor &output = graph.tensor(op.outputs[0]);
            if (op.is<Quantize>() || output.type != ElementType::Int8) {
                continue;
            }
            std::vector<TensorValue> reals;
            for (const TensorId id : op.inputs) {
                if (!graph.tensor(id).constant() && seen.count(id) > 0) {
                    const auto real = realsOf(graph.tensor(id), seen[id]);
                    const auto view = std::as_bytes(std::span(real));
                    reals.emplace_back(view.begin(), view.end());
                }
            }
            const auto expected = floatsOf(Executor(realForm(graph, op)).run(reals).at(0));
            const Quantization &quantization = *output.quantization;
            for (std::size_t index = 0; index < expected.size(); ++index) {
                const double stored = std::nearbyint(static_cast<double>(expected[index] / quantization.scale()))
                    + static_cast<double>(quantization.zeroPoint());
                const double apart = std::fabs(std::clamp(stored, -128.0, 127.0)
                    - static_cast<double>(static_cast<std::int8_t>(seen[op.outputs[0]][index])));
                QVERIFY2(apart <= 1, op.name.c_str());
                parted += apart > 0 ? 1 : 0;
            }
            values += expected.size();
            ++compared;
        }
        QVERIFY(compared >= 11);
        qInfo("%zu of %zu values of %d operators are a step apart", parted, values, compared);
        // Float sums in another order may fall on the other side of a half.
        QVERIFY2(parted * 20000 < values, qPrintable(QString::number(parted)));
    }

    void wholeModelsFollowTheRecording_data() { models(); }
    void wholeModelsFollowTheRecording()
    {
        QFETCH(QString, model);
        const auto folder = sharedData("models/onnx/" + model.toStdString());
        if (!folder) {
            QSKIP("the recorded models are not there");
        }
        const Graph graph = readOnnx(*folder / "model.onnx");
        for (const Operator &op : graph.operators()) {
            const bool border = op.is<Quantize>() || op.is<Softmax>() || graph.isInput(op.inputs[0]);
            QVERIFY2(border || graph.tensor(op.inputs[0]).type == ElementType::Int8, op.name.c_str());
        }
        Executor executor(graph);
        const float scale = scaleOfLogits(graph);
        QVERIFY(scale > 0);
        double furthest = 0;
        for (int run = 0; run < 6; ++run) {
            const std::string number = "0" + std::to_string(run) + ".bin";
            const std::vector<TensorValue> inputs = {bytesOf(*folder / "golden" / ("in_" + number))};
            const auto expected = floatsOf(bytesOf(*folder / "golden" / ("out_" + number)));
            const auto outputs = floatsOf(executor.run(inputs).at(0));
            QCOMPARE(outputs.size(), expected.size());
            const auto best = std::max_element(expected.begin(), expected.end()) - expected.begin();
            QCOMPARE(std::max_element(outputs.begin(), outputs.end()) - outputs.begin(), best);
            for (const double apart : stepsApart(outputs, expected, static_cast<std::size_t>(best), scale)) {
                furthest = std::max(furthest, apart);
            }
        }
        qInfo("logits are at most %g steps apart", furthest);
        QCOMPARE(furthest, 0.0);
    }

private:
    static void models()
    {
        QTest::addColumn<QString>("model");
        QTest::newRow("ic_resnet8_qdq") << "ic_resnet8_qdq";
        QTest::newRow("kws_dscnn_qdq") << "kws_dscnn_qdq";
        QTest::newRow("kws_dscnn_qlinear") << "kws_dscnn_qlinear";
    }
};

TINSMITH_TEST(OnnxQdqGoldenTest)

} // namespace tinsmith::test

#include "onnx_qdq_golden_test.moc"

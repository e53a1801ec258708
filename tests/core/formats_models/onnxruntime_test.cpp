// SPDX-License-Identifier: Apache-2.0
#include "tests/core/formats_models/other_engines.h"
#include "tests/core/formats_models/recorded_models.h"
#include "tests/support/test_data.h"
#include "tests/support/test_main.h"

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

/// The recorded values of the first run; nothing where one is not there.
std::vector<TensorValue> values(std::size_t count, const std::filesystem::path &golden, const std::string &prefix)
{
    std::vector<TensorValue> list;
    for (std::size_t index = 0; index < count; ++index) {
        auto file = golden / (prefix + "_00.bin");
        if (!std::filesystem::exists(file)) {
            file = golden / (prefix + "_00_" + std::to_string(index) + ".bin");
        }
        if (!std::filesystem::exists(file)) {
            return {};
        }
        list.push_back(recorded(file));
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
        OtherEngines engines;
        struct Written {
            Case tested;
            Graph graph;
            std::vector<TensorValue> expected;
        };
        std::vector<Written> written;
        for (const Case &each : cases) {
            const auto file = sharedData(std::string("models/") + each.model);
            if (!file) {
                continue;
            }
            const Graph graph = openRecorded(*file);
            const bool real = std::string_view(each.model).find("model_float") != std::string_view::npos;
            const std::string prefix = real ? "float_" : "";
            const auto golden = file->parent_path() / "golden";
            engines.add(graph, values(graph.inputs().size(), golden, prefix + "in"), "onnx");
            written.push_back({each, graph, values(graph.outputs().size(), golden, prefix + "out")});
        }
        const auto results = engines.run();
        for (std::size_t index = 0; index < written.size(); ++index) {
            const auto &[tested, graph, expected] = written[index];
            if (results[index].skipped) {
                QSKIP("onnxruntime-node is not there; TINSMITH_NODE_MODULES names the folder that it is installed in");
            }
            QVERIFY2(results[index].error.empty(), (tested.model + (": " + results[index].error)).c_str());
            for (std::size_t output = 0; output < expected.size(); ++output) {
                const Tensor &tensor = graph.tensor(graph.outputs()[output]);
                const double apart = distance(tensor, expected[output], results[index].outputs[output]).largest;
                qInfo("%-36s largest difference %g", tested.model, apart);
                QVERIFY2(apart <= tested.allowed, tested.model);
            }
        }
    }
};

TINSMITH_TEST(OnnxRuntimeTest)

} // namespace tinsmith::test

#include "onnxruntime_test.moc"

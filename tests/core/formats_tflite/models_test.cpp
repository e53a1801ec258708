// SPDX-License-Identifier: Apache-2.0
#include "core/formats/model_file.h"
#include "core/graph/geometry.h"
#include "core/graph/shape_inference.h"
#include "tests/support/test_data.h"
#include "tests/support/test_main.h"

#include <algorithm>
#include <map>
#include <string>

using namespace tinsmith;

namespace {

Graph opened(const char *model)
{
    return readModel(*test::sharedData(std::string("models/") + model));
}

std::string typesIn(const Graph &graph)
{
    std::map<std::string, int> counts;
    for (const Operator &op : graph.operators()) {
        ++counts[typeName(op.kind)];
    }
    std::string text;
    for (const auto &[type, count] : counts) {
        text += (text.empty() ? "" : " ") + type + " x" + std::to_string(count);
    }
    return text;
}

} // namespace

/// Real models: what their makers say about them must be what the reader finds.
class ModelsTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (!test::sharedData("models/kws/model.tflite")) {
            QSKIP("the shared models are not here (set TINSMITH_TEST_DATA)");
        }
    }

    void countsMatchTheModelCards_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("types");
        QTest::addColumn<qlonglong>("macs");
        QTest::newRow("kws")
            << "kws/model.tflite"
            << "AVERAGE_POOL_2D x1 CONV_2D x5 DEPTHWISE_CONV_2D x4 FULLY_CONNECTED x1 RESHAPE x1 SOFTMAX x1"
            << 2656768LL;
        QTest::newRow("kws float")
            << "kws/model_float.tflite"
            << "AVERAGE_POOL_2D x1 CONV_2D x5 DEPTHWISE_CONV_2D x4 FULLY_CONNECTED x1 RESHAPE x1 SOFTMAX x1"
            << 2656768LL;
        QTest::newRow("vww")
            << "vww/model.tflite"
            << "AVERAGE_POOL_2D x1 CONV_2D x14 DEPTHWISE_CONV_2D x13 FULLY_CONNECTED x1 RESHAPE x1 SOFTMAX x1"
            << 7489664LL;
        QTest::newRow("ic") << "ic/model.tflite"
                            << "ADD x3 AVERAGE_POOL_2D x1 CONV_2D x9 FULLY_CONNECTED x1 RESHAPE x1 SOFTMAX x1"
                            << 12501632LL;
        QTest::newRow("ad") << "ad/model.tflite"
                            << "FULLY_CONNECTED x10" << 264192LL;
        QTest::newRow("hello") << "hello_world/model.tflite"
                               << "FULLY_CONNECTED x3" << 288LL;
        QTest::newRow("mobilenet")
            << "mobilenet_v2_torch/model.tflite"
            << "ADD x10 CONV_2D x35 DEPTHWISE_CONV_2D x17 FULLY_CONNECTED x1 MEAN x1 PAD x18 RESHAPE x1 "
               "TRANSPOSE x1"
            << 300774272LL;
        QTest::newRow("audio") << "audio_preprocessor/model.tflite"
                               << "ADD x2 CAST x4 CONCATENATION x1 CUSTOM:SignalEnergy x1 CUSTOM:SignalFftAutoScale x1 "
                                  "CUSTOM:SignalFilterBank x1 CUSTOM:SignalFilterBankLog x1 "
                                  "CUSTOM:SignalFilterBankSpectralSubtraction x1 CUSTOM:SignalFilterBankSquareRoot x1 "
                                  "CUSTOM:SignalPCAN x1 CUSTOM:SignalRfft x1 CUSTOM:SignalWindow x1 DIV x1 MAXIMUM x1 "
                                  "MINIMUM x1 MUL x1 RESHAPE x1 STRIDED_SLICE x1"
                               << 0LL;
        QTest::newRow("svdf") << "keyword_scrambled/model.tflite"
                              << "FULLY_CONNECTED x5 QUANTIZE x2 SOFTMAX x1 SVDF x7" << -1LL;
        QTest::newRow("svdf int16") << "keyword_scrambled_16x8/model.tflite"
                                    << "FULLY_CONNECTED x5 QUANTIZE x2 SOFTMAX x1 SVDF x7" << -1LL;
        QTest::newRow("lstm") << "mnist_lstm/model.tflite"
                              << "FULLY_CONNECTED x1 RESHAPE x1 SOFTMAX x1 UNIDIRECTIONAL_SEQUENCE_LSTM x1" << -1LL;
        QTest::newRow("dtln") << "dtln/model.tflite"
                              << "FULLY_CONNECTED x1 LOGISTIC x1 UNIDIRECTIONAL_SEQUENCE_LSTM x2" << -1LL;
    }
    void countsMatchTheModelCards()
    {
        QFETCH(QString, file);
        QFETCH(QString, types);
        QFETCH(qlonglong, macs);
        const Graph graph = opened(file.toUtf8());
        QCOMPARE(QString::fromStdString(typesIn(graph)), types);
        QVERIFY(graph.info().problems.empty());
        QCOMPARE(QString::fromStdString(graph.info().format), QString("TFLite"));
        if (macs >= 0) {
            qlonglong sum = 0;
            for (const Operator &op : graph.operators()) {
                sum += macsOf(graph, op);
            }
            QCOMPARE(sum, macs);
        }
    }

    void shapesInTheFileAreThoseThatInferenceFinds()
    {
        for (const char *model :
            {"kws", "vww", "ic", "ic_large", "ad", "hello_world", "mobilenet_v2_torch", "mnist_lstm"}) {
            const Graph graph = opened((std::string(model) + "/model.tflite").c_str());
            for (const Operator &op : graph.operators()) {
                if (op.is<Custom>()) {
                    continue;
                }
                const auto shapes
                    = inferShapes(op, [&graph](TensorId id) -> const Tensor & { return graph.tensor(id); });
                for (std::size_t at = 0; at < op.outputs.size(); ++at) {
                    QCOMPARE(QString::fromStdString(shapes.at(at).text()),
                        QString::fromStdString(graph.tensor(op.outputs[at]).shape.text()));
                }
            }
        }
    }

    void quantizationIsRead()
    {
        const Graph graph = opened("kws/model.tflite");
        const Tensor &input = graph.tensor(graph.inputs().front());
        QCOMPARE(input.shape, Shape({1, 49, 10, 1}));
        QCOMPARE(input.type, ElementType::Int8);
        QCOMPARE(input.quantization->scale(), 0.584702909F);
        QCOMPARE(input.quantization->zeroPoint(), 83);
        const Operator &conv = graph.operators().front();
        const Tensor &weights = graph.tensor(conv.input(1));
        QCOMPARE(weights.quantization->scales.size(), std::size_t{64});
        QCOMPARE(weights.quantization->axis, 0);
        QVERIFY(weights.constant());
        QCOMPARE(graph.tensor(conv.input(2)).type, ElementType::Int32);
    }

    void hybridModelsKeepTheirEightBitWeights()
    {
        const Graph graph = opened("kws/model_float.tflite");
        const Operator &conv = graph.operators().front();
        QCOMPARE(graph.tensor(conv.input(0)).type, ElementType::Float32);
        QCOMPARE(graph.tensor(conv.input(1)).type, ElementType::Int8);
        QVERIFY(graph.tensor(conv.input(1)).quantization.has_value());
    }

    void stateIsVariable()
    {
        const Graph graph = opened("mnist_lstm/model.tflite");
        const auto variables = std::count_if(
            graph.tensors().begin(), graph.tensors().end(), [](const Tensor &tensor) { return tensor.variable; });
        QCOMPARE(variables, 2);
        const auto *const lstm = graph.operators().front().as<SequenceLstm>();
        QVERIFY(lstm != nullptr);
        QCOMPARE(lstm->activation, FusedActivation::Tanh);
        QCOMPARE(lstm->intermediates.size(), std::size_t{5});
        QVERIFY(lstm->intermediates[4].has_value());
    }

    void customOptionsAreDecoded()
    {
        const Graph graph = opened("audio_preprocessor/model.tflite");
        int found = 0;
        for (const Operator &op : graph.operators()) {
            if (const auto *const fft = op.as<SignalFft>()) {
                QCOMPARE(fft->fftLength, 512);
                ++found;
            }
            QVERIFY(!op.is<Custom>());
        }
        QCOMPARE(found, 1);
    }
};

TINSMITH_TEST(ModelsTest)
#include "models_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/onnx_writer.h"

#include "core/execute/executor.h"
#include "core/formats/onnx/onnx_reader.h"
#include "core/graph/error.h"
#include "core/graph/geometry.h"
#include "core/graph/shape_inference.h"
#include "tests/core/formats_onnx/onnx_model.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_data.h"
#include "tests/support/test_main.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>

namespace tinsmith::test {
namespace {

Graph reread(const Graph &graph)
{
    return readOnnx(writeOnnx(graph), "written.onnx");
}

/// Everything about the operators, as text: a difference shows what it is.
std::string described(const Graph &graph)
{
    std::string text;
    const auto add = [&](TensorId id) {
        text += id.valid() ? " " + graph.tensor(id).shape.text() + std::string(nameOf(graph.tensor(id).type)) : " -";
        text += id.valid() && !graph.tensor(id).constant() ? graph.tensor(id).name : "";
    };
    for (const Operator &op : graph.operators()) {
        text += op.name + " " + typeName(op.kind);
        OperatorKind kind = op.kind;
        const auto geometry = spatialGeometry(graph, op);
        if (auto *conv = std::get_if<Conv2D>(&kind);
            conv != nullptr && geometry && conv->padding.mode == PaddingMode::Same) {
            // It is written in numbers.
            conv->padding = {PaddingMode::Explicit, geometry->h.padBefore, geometry->h.padAfter, geometry->w.padBefore,
                geometry->w.padAfter};
        }
        for (const auto &attribute : describe(kind)) {
            text += " " + attribute.name + "=" + attribute.value;
        }
        std::for_each(op.inputs.begin(), op.inputs.end(), add);
        text += " ->";
        std::for_each(op.outputs.begin(), op.outputs.end(), add);
        text += "\n";
    }
    return text;
}

/// The largest difference of outputs on a random input; stored integers of int8 models.
double difference(const Graph &a, const Graph &b)
{
    Executor first(a);
    Executor second(b);
    std::mt19937 random(3);
    double largest = 0;
    for (int round = 0; round < 4; ++round) {
        std::vector<TensorValue> inputs;
        for (const TensorId id : a.inputs()) {
            inputs.push_back(randomValue(a.tensor(id), random));
        }
        const auto x = first.run(inputs);
        const auto y = second.run(inputs);
        for (std::size_t output = 0; output < x.size(); ++output) {
            if (x[output].size() != y[output].size()) {
                return 1e30;
            }
            const bool real = a.tensor(a.outputs()[output]).type == ElementType::Float32;
            const std::size_t step = real ? 4 : 1;
            for (std::size_t at = 0; at < x[output].size(); at += step) {
                float left = static_cast<float>(static_cast<std::int8_t>(x[output][at]));
                float right = static_cast<float>(static_cast<std::int8_t>(y[output][at]));
                if (real) {
                    std::memcpy(&left, x[output].data() + at, 4);
                    std::memcpy(&right, y[output].data() + at, 4);
                }
                largest = std::max(largest, static_cast<double>(std::abs(left - right)));
            }
        }
    }
    return largest;
}

} // namespace

class OnnxWriterTest : public QObject {
    Q_OBJECT

private slots:
    void writesWhatItReads();
    void writesChannelsLastGraphs();
    void writesQuantizedGraphs();
    void bytesThatAreMovedKeepTheirScale();
    void padsAreNumbersAndNeverNegative();
    void writesFusedAndComposedOperators();
    void refusesWhatOnnxCannotSay();
    void roundTripsNodeTests();
    void roundTripsRealModels();

private:
    static void checkPads(const Graph &graph);
};

void OnnxWriterTest::writesWhatItReads()
{
    OnnxModel model;
    model.input("x", {-1, 3, 8, 8});
    model.weights("w", {6, 1, 3, 3});
    auto &conv = model.node("Conv", {"x", "w"}, {"c"});
    OnnxModel::set(conv, "group", std::int64_t{3});
    OnnxModel::set(conv, "pads", std::vector<std::int64_t>{1, 0, 1, 2});
    model.node("GlobalAveragePool", {"c"}, {"g"});
    auto &flatten = model.node("Flatten", {"g"}, {"f"});
    OnnxModel::set(flatten, "axis", std::int64_t{1});
    model.weights("m", {6, 4});
    OnnxModel::set(model.node("Gemm", {"f", "m"}, {"d"}), "alpha", 0.5F);
    auto &custom = model.node("Wonder", {"d"}, {"y"});
    custom.set_domain("org.example");
    OnnxModel::set(custom, "share", 2.0F);
    OnnxModel::set(custom, "places", std::vector<std::int64_t>{3, 4});
    model.output("y");
    const Graph graph = model.read();
    const Graph again = reread(graph);
    QCOMPARE(QString::fromStdString(described(again)), QString::fromStdString(described(graph)));
    QCOMPARE(again.tensor(again.inputs()[0]).dimensionNames[0], std::string("batch"));
    QVERIFY(again.tensor(again.operators()[0].inputs[1]).data->copyAs<float>()
        == graph.tensor(graph.operators()[0].inputs[1]).data->copyAs<float>());
}

void OnnxWriterTest::writesChannelsLastGraphs()
{
    for (const Graph &graph : {smallCnn(ModelMaker::Numbers::Float32), residualCnn(ModelMaker::Numbers::Float32)}) {
        const Graph again = reread(graph);
        QVERIFY(difference(graph, again) < 1e-5);
        const auto transposes = std::count_if(
            again.operators().begin(), again.operators().end(), [](const Operator &op) { return op.is<Transpose>(); });
        QVERIFY(transposes <= 1);
    }
}

void OnnxWriterTest::writesQuantizedGraphs()
{
    for (const Graph &made : {smallCnn(ModelMaker::Numbers::Int8), residualCnn(ModelMaker::Numbers::Int8)}) {
        for (const Rounding rounding : {Rounding::Twice, Rounding::HalfToEven}) {
            GraphBuilder builder(made);
            builder.info().rounding = rounding;
            const Graph graph = builder.build();
            const Graph again = reread(graph);
            QCOMPARE(again.tensor(again.inputs()[0]).type, ElementType::Int8);
            QVERIFY(again.tensor(again.outputs()[0]).quantization == graph.tensor(graph.outputs()[0]).quantization);
            QVERIFY(again.info().rounding == rounding);
            QCOMPARE(difference(graph, again), 0.0);
        }
    }
}

void OnnxWriterTest::bytesThatAreMovedKeepTheirScale()
{
    // Before the convolution and behind the sum, where no DequantizeLinear or QuantizeLinear touches them.
    ModelMaker maker(ModelMaker::Numbers::Int8);
    const TensorId x = maker.input("x", {1, 1, 6, 6});
    const TensorId y = maker.conv(maker.reshape(maker.reshape(x, {1, 36}), {1, 6, 6, 1}), 4, 3);
    const TensorId z = maker.op(Transpose{{0, 2, 1}}, {maker.reshape(maker.add(y, y), {1, 36, 4})})[0];
    const Graph graph = maker.finish({maker.reshape(z, {144})});
    const Graph again = reread(graph);
    const auto sameScale = [&](TensorId written, TensorId read) {
        return again.tensor(read).quantization == graph.tensor(written).quantization;
    };
    QVERIFY(sameScale(graph.inputs()[0], again.inputs()[0]));
    QVERIFY(sameScale(graph.outputs()[0], again.outputs()[0]));
    for (const Tensor &tensor : again.tensors()) {
        QVERIFY2(tensor.type != ElementType::Int8 || tensor.quantization, tensor.name.c_str());
    }
}

void OnnxWriterTest::padsAreNumbersAndNeverNegative()
{
    int convolutions = 0;
    for (const PaddingMode mode : {PaddingMode::Same, PaddingMode::Valid, PaddingMode::Explicit}) {
        for (const std::int64_t kernel : {1, 2, 3}) {
            for (const std::int64_t stride : {1, 2, 4}) {
                for (const std::int64_t dilation : {1, 2}) {
                    for (const std::int64_t before : {-2, -1, 0, 1}) {
                        for (const auto numbers : {ModelMaker::Numbers::Float32, ModelMaker::Numbers::Int8}) {
                            ModelMaker maker(numbers);
                            const TensorId y = maker.conv(maker.input("x", {1, 11, 9, 2}), 3, kernel);
                            auto &builder = maker.builder();
                            auto &conv = std::get<Conv2D>(builder.op(OperatorId(builder.operatorCount() - 1)).kind);
                            conv.strideH = conv.strideW = stride;
                            conv.dilationH = conv.dilationW = dilation;
                            conv.padding = {mode};
                            if (mode == PaddingMode::Explicit) {
                                conv.padding = {mode, before, -before, 1, before};
                            } else if (before != 0) {
                                continue;
                            }
                            inferAllShapes(builder);
                            checkPads(maker.finish({y}));
                            ++convolutions;
                        }
                    }
                }
            }
        }
    }
    QVERIFY(convolutions > 100);
    for (const auto function : {PoolFunction::Max, PoolFunction::Average}) {
        ModelMaker maker(ModelMaker::Numbers::Float32);
        checkPads(maker.finish({maker.pool(maker.input("x", {1, 7, 6, 2}), function, 2, 3, PaddingMode::Same)}));
    }
}

void OnnxWriterTest::checkPads(const Graph &graph)
{
    const auto bytes = writeOnnx(graph);
    ::onnx::ModelProto model;
    QVERIFY(model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    for (const auto &node : model.graph().node()) {
        for (const auto &attribute : node.attribute()) {
            QVERIFY(attribute.name() != "auto_pad");
            if (attribute.name() == "pads") {
                QVERIFY(std::all_of(
                    attribute.ints().begin(), attribute.ints().end(), [](std::int64_t amount) { return amount >= 0; }));
            }
        }
    }
    const Graph again = readOnnx(bytes, "pads.onnx");
    const bool int8 = graph.tensor(graph.inputs()[0]).type == ElementType::Int8;
    QVERIFY(difference(graph, again) <= (int8 ? 0 : 1e-5));
}

void OnnxWriterTest::writesFusedAndComposedOperators()
{
    ModelMaker maker(ModelMaker::Numbers::Float32);
    TensorId x = maker.input("x", {2, 6, 4});
    const auto one = [&](OperatorKind kind, std::vector<TensorId> inputs) {
        return maker.op(std::move(kind), std::move(inputs))[0];
    };
    TensorId y = one(
        Binary{BinaryFunction::SquaredDifference, FusedActivation::Relu6}, {x, one(Unary{UnaryFunction::Cos}, {x})});
    y = one(Binary{BinaryFunction::Mul, FusedActivation::ReluN1To1}, {y, x});
    y = one(Activation{ActivationFunction::Gelu, 0, 0}, {y});
    y = one(Unary{UnaryFunction::Square}, {y});
    y = one(StridedSlice{{1, 5, 0}, {2, -1, 4}, {1, -2, 1}, {0}}, {y});
    y = one(Softmax{2, -1}, {y});
    const auto parts = maker.op(Unpack{1}, {y}, 4);
    y = one(Pack{0}, {parts[3], parts[0]});
    y = one(Pad{PadMode::Constant, {0, 1}, {2, 0}, 0.5}, {y});
    const Graph graph = maker.finish({one(Reduce{ReduceFunction::Sum, {-1}, true}, {y})});
    QVERIFY(difference(graph, reread(graph)) < 1e-5);
}

void OnnxWriterTest::refusesWhatOnnxCannotSay()
{
    ModelMaker maker(ModelMaker::Numbers::Float32);
    const TensorId x = maker.input("x", {1, 4, 4, 2});
    Pool2D pool;
    pool.function = PoolFunction::L2;
    pool.kernelH = pool.kernelW = 2;
    const Graph graph = maker.finish({maker.op(pool, {x}, 1, "norm")[0]});
    try {
        writeOnnx(graph);
        QFAIL("an L2 pool was written");
    } catch (const UnsupportedError &problem) {
        QCOMPARE(problem.place(), std::string("norm"));
    }
}

void OnnxWriterTest::roundTripsNodeTests()
{
    const std::filesystem::path folder = "/usr/share/libonnx-testdata/data";
    if (!std::filesystem::exists(folder)) {
        QSKIP("the package libonnx-testdata is not installed");
    }
    int written = 0;
    int refused = 0;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().filename() != "model.onnx") {
            continue;
        }
        const Graph graph = readOnnx(entry.path());
        try {
            const Graph once = reread(graph);
            QCOMPARE(QString::fromStdString(described(reread(once))), QString::fromStdString(described(once)));
            ++written;
        } catch (const UnsupportedError &) {
            ++refused;
        }
    }
    QVERIFY2(written > 1000 && refused < 70, qPrintable(QString("%1 written, %2 refused").arg(written).arg(refused)));
}

void OnnxWriterTest::roundTripsRealModels()
{
    const auto folder = sharedData("models/onnx");
    if (!folder) {
        QSKIP("no test data");
    }
    for (const char *name : {"mnist_cntk", "kws_dscnn_alibaba", "ic_alibaba", "ic_resnet8_qdq", "kws_dscnn_qdq",
             "dtln_1", "silero_vad_16k", "gtcrn_stream", "ppocr_cls", "yunet_s", "yamnet_256", "mnist5x5_dynquant",
             "sensor_autoencoder", "squeezenet_fp16"}) {
        // Written once, SAME is pads in numbers.
        const Graph graph = reread(readOnnx(*folder / name / "model.onnx"));
        QCOMPARE(QString::fromStdString(described(reread(graph))), QString::fromStdString(described(graph)));
    }
}

TINSMITH_TEST(OnnxWriterTest)

} // namespace tinsmith::test

#include "onnx_writer_test.moc"

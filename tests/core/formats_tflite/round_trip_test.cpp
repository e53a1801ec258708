// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"
#include "core/formats/model_file.h"
#include "core/formats/tflite/reader.h"
#include "core/formats/tflite/writer.h"
#include "core/graph/error.h"
#include "core/graph/shape_inference.h"
#include "tests/core/formats_tflite/comparison.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_data.h"
#include "tests/support/test_main.h"

#include <QTemporaryDir>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <random>
#include <tuple>

using namespace tinsmith;
using test::ModelMaker;

namespace {

Graph reread(const Graph &graph)
{
    return readTflite(Bytes(writeTflite(graph)), "written.tflite");
}

/// Writes the graph and reads it again; both must be equal, save that the format's name is filled in.
void verifyRoundTrip(const Graph &graph)
{
    QCOMPARE(QString::fromStdString(test::firstDifference(graph, reread(graph))), QString());
}

/// One operator on a float input [1,8,8,4] (or the inputs given).
Graph single(const OperatorKind &kind, std::vector<Shape> shapes = {Shape{1, 8, 8, 4}}, std::size_t outputs = 1)
{
    ModelMaker maker(ModelMaker::Numbers::Float32);
    std::vector<TensorId> inputs;
    for (const Shape &shape : shapes) {
        inputs.push_back(maker.input("input" + std::to_string(inputs.size()), shape));
    }
    const auto results = maker.op(kind, inputs, outputs, "tested");
    if (const Cast *const cast = std::get_if<Cast>(&kind)) {
        maker.builder().tensor(results.front()).type = cast->to;
    }
    return maker.finish(results, "main");
}

Pool2D pool(PoolFunction function, Layout layout, std::int64_t kernel, std::int64_t stride)
{
    Pool2D kind;
    kind.function = function;
    kind.layout = layout;
    kind.kernelH = kernel;
    kind.kernelW = 2;
    kind.strideH = stride;
    kind.strideW = 1;
    return kind;
}

/// Whether the written graph computes what the graph itself does, on random values; bit for bit in int8.
bool sameValues(const Graph &graph)
{
    std::mt19937 random(7);
    Executor original(graph);
    Executor written(reread(graph));
    for (int round = 0; round < 4; ++round) {
        const std::vector<TensorValue> inputs = {test::randomValue(graph.tensor(graph.inputs().front()), random)};
        const TensorValue expected = original.run(inputs).front();
        const TensorValue found = written.run(inputs).front();
        if (graph.tensor(graph.outputs().front()).type == ElementType::Int8) {
            if (expected != found) {
                return false;
            }
            continue;
        }
        for (std::size_t at = 0; at < expected.size(); at += sizeof(float)) {
            float a = 0;
            float b = 0;
            std::memcpy(&a, expected.data() + at, sizeof(a));
            std::memcpy(&b, found.data() + at, sizeof(b));
            if (std::abs(a - b) > 1e-4F) {
                return false;
            }
        }
    }
    return true;
}

} // namespace

class RoundTripTest : public QObject {
    Q_OBJECT
private slots:
    void realModelsComeBackAsTheyWere_data()
    {
        QTest::addColumn<QString>("path");
        const auto models = test::sharedData("models");
        if (!models) {
            QSKIP("the shared models are not here (set TINSMITH_TEST_DATA)");
        }
        for (const auto &entry : std::filesystem::recursive_directory_iterator(*models)) {
            if (entry.path().extension() == ".tflite") {
                const QString path = QString::fromStdString(entry.path().string());
                QTest::newRow(qPrintable(path)) << path;
            }
        }
    }
    void realModelsComeBackAsTheyWere()
    {
        QFETCH(QString, path);
        const Graph graph = readModel(path.toStdString());
        verifyRoundTrip(graph);
        const Graph again = reread(graph);
        const auto keptOf = [](const Graph &read, const char *key) {
            for (const auto &[name, value] : read.info().metadata) {
                if (name == key) {
                    return QString::fromStdString(value);
                }
            }
            return QString();
        };
        QCOMPARE(keptOf(again, "Description"), keptOf(graph, "Description"));
        QCOMPARE(keptOf(again, "min_runtime_version"), keptOf(graph, "min_runtime_version"));
    }

    void fixturesComeBackAsTheyWere()
    {
        for (const auto numbers : {ModelMaker::Numbers::Float32, ModelMaker::Numbers::Int8}) {
            // Reading fills in the numbers that SAME and VALID stand for; from then on nothing changes.
            verifyRoundTrip(reread(test::smallCnn(numbers)));
            verifyRoundTrip(reread(test::residualCnn(numbers)));
        }
    }

    void roundingOfOnnxComesBack()
    {
        GraphBuilder builder(test::residualCnn(ModelMaker::Numbers::Int8));
        builder.info().format = "ONNX";
        builder.info().rounding = Rounding::HalfToEven;
        const Graph graph = builder.build();
        const Graph once = reread(graph);
        QVERIFY(once.info().rounding == Rounding::HalfToEven);
        QVERIFY(sameValues(graph));
        // The entry stays one when a file that has it is written again.
        const Graph again = reread(once);
        QVERIFY(again.info().rounding == Rounding::HalfToEven);
        QCOMPARE(again.info().metadata, once.info().metadata);
        QVERIFY(reread(test::residualCnn(ModelMaker::Numbers::Int8)).info().rounding == Rounding::Twice);
    }

    void everyKindThatTfliteHasComesBack()
    {
        const std::vector<OperatorKind> kinds = {
            pool(PoolFunction::Max, Layout::ChannelsLast, 3, 2),
            pool(PoolFunction::Average, Layout::ChannelsLast, 2, 2),
            Unary{UnaryFunction::Rsqrt},
            Unary{UnaryFunction::Sign},
            Activation{ActivationFunction::Relu},
            Activation{ActivationFunction::Relu6},
            Activation{ActivationFunction::ReluN1To1},
            Activation{ActivationFunction::Relu0To1},
            Activation{ActivationFunction::LeakyRelu, 0.1F},
            Activation{ActivationFunction::Elu, 1},
            Activation{ActivationFunction::Logistic},
            Activation{ActivationFunction::Tanh},
            Activation{ActivationFunction::HardSwish},
            Activation{ActivationFunction::Gelu, 1},
            Activation{ActivationFunction::Gelu, 0},
            Softmax{0.5F, -1},
            LogSoftmax{-1},
            L2Normalization{},
            Reshape{{-1, 16}},
            Squeeze{{0}},
            ExpandDims{{1}},
            Transpose{{0, 3, 1, 2}},
            Pad{PadMode::Constant, {0, 1, 0, 0}, {0, 2, 1, 0}, 0},
            Pad{PadMode::Constant, {0, 1, 0, 0}, {0, 2, 1, 0}, -1.5},
            Pad{PadMode::Reflect, {0, 1, 0, 0}, {0, 2, 1, 0}, 0},
            Pad{PadMode::Symmetric, {0, 1, 0, 0}, {0, 2, 1, 0}, 0},
            StridedSlice{{0, 1, 0, 0}, {1, 7, 8, 4}, {1, 2, 1, 1}, {}},
            StridedSlice{{0, 7, 0, 0}, {1, -1, 8, 4}, {1, -3, 1, 1}, {}},
            StridedSlice{{0, 3, 0, 0}, {1, 4, 8, 4}, {1, 1, 1, 1}, {1}},
            Resize{ResizeMode::Bilinear, ResizeCoordinates::HalfPixel, ResizeRounding::Floor, Layout::ChannelsLast, 16,
                12},
            Resize{
                ResizeMode::Nearest, ResizeCoordinates::Asymmetric, ResizeRounding::Floor, Layout::ChannelsLast, 16, 4},
            Resize{ResizeMode::Nearest, ResizeCoordinates::AlignCorners, ResizeRounding::RoundPreferCeil,
                Layout::ChannelsLast, 5, 5},
            DepthToSpace{2},
            SpaceToDepth{4},
            Tile{{1, 2, 1, 3}},
            BroadcastTo{{3, 8, 8, 4}},
            Cast{ElementType::Int8},
            Reduce{ReduceFunction::Mean, {1, 2}, true},
            Reduce{ReduceFunction::Max, {-1}, false},
            ArgExtreme{true, -1, false},
        };
        for (const OperatorKind &kind : kinds) {
            const Graph graph = single(kind);
            const QString difference = QString::fromStdString(test::firstDifference(graph, reread(graph)));
            QVERIFY2(difference.isEmpty(), qPrintable(QString::fromStdString(typeName(kind)) + ": " + difference));
        }
        const Shape image{1, 8, 8, 4};
        for (int function = 0; function <= static_cast<int>(BinaryFunction::GreaterEqual); ++function) {
            verifyRoundTrip(single(Binary{static_cast<BinaryFunction>(function)}, {image, image}));
        }
        verifyRoundTrip(single(Binary{BinaryFunction::Add, FusedActivation::Relu6}, {image, Shape{1, 1, 1, 4}}));
        verifyRoundTrip(single(PRelu{}, {image, Shape{4}}));
        verifyRoundTrip(single(MatMul{false, true}, {Shape{2, 3, 4}, Shape{2, 5, 4}}));
        verifyRoundTrip(single(Concatenation{-1}, {image, image, image}));
        verifyRoundTrip(single(Pack{1}, {image, image}));
        // The names of operators come from their first output, which is called otherwise where there are several.
        for (const auto &[kind, shape, outputs] :
            {std::tuple<OperatorKind, Shape, std::size_t>{Unpack{1}, Shape{2, 3}, 3}, {Split{3, {2, 2}}, image, 2},
                {Split{3, {1, 3}}, image, 2}}) {
            const Graph graph = single(kind, {shape}, outputs);
            const Graph again = reread(graph);
            QVERIFY(again.operators()[0].kind == kind);
            QVERIFY(again.operators()[0].outputs == graph.operators()[0].outputs);
        }
    }

    void explicitPaddingBecomesAnOperatorOfItsOwn()
    {
        ModelMaker maker(ModelMaker::Numbers::Int8);
        const TensorId x = maker.input("x", Shape{1, 8, 8, 3});
        const TensorId y = maker.conv(x, 4, 3, 2);
        auto &builder = maker.builder();
        auto &conv = std::get<Conv2D>(builder.op(OperatorId(builder.operatorCount() - 1)).kind);
        conv.padding = {PaddingMode::Explicit, 1, 1, 1, 1};
        inferAllShapes(builder);
        const Graph graph = maker.finish({y});
        const Graph again = reread(graph);
        QCOMPARE(again.operators().size(), std::size_t{2});
        QVERIFY(again.operators()[0].is<Pad>());
        // No window reaches the last row and column of the padding.
        QCOMPARE(again.tensor(again.operators()[0].outputs[0]).shape, Shape({1, 9, 9, 3}));
        QCOMPARE(again.operators()[1].as<Conv2D>()->padding.mode, PaddingMode::Valid);
        QCOMPARE(again.tensor(again.outputs()[0]).shape, graph.tensor(graph.outputs()[0]).shape);
    }

    void whatTakesSeveralOperatorsGivesTheSameValues()
    {
        for (const auto numbers : {ModelMaker::Numbers::Float32, ModelMaker::Numbers::Int8}) {
            const auto check = [numbers](const OperatorKind &kind) {
                ModelMaker maker(numbers);
                const TensorId x = maker.input("x", Shape{1, 9, 8, 3});
                const TensorId y = maker.op(kind, {x}, 1, "tested").front();
                // Pools keep their input's scale.
                maker.builder().tensor(y).quantization = maker.builder().tensor(x).quantization;
                return sameValues(maker.finish({y}));
            };
            Pool2D padded = pool(PoolFunction::Max, Layout::ChannelsLast, 3, 2);
            padded.padding = {PaddingMode::Explicit, 1, 0, 1, 0};
            QVERIFY(check(padded));
            padded.padding = {PaddingMode::Explicit, 1, 1, 0, 0};
            padded.strideH = 3;
            padded.ceilMode = true;
            QVERIFY(check(padded));
        }
        Pool2D counting = pool(PoolFunction::Average, Layout::ChannelsLast, 2, 2);
        counting.padding = {PaddingMode::Explicit, 1, 0, 1, 1};
        counting.countIncludesPadding = true;
        QVERIFY(sameValues(single(counting)));
        QVERIFY(sameValues(single(Activation{ActivationFunction::Clip, -0.5F, 0.25F})));
        for (const std::int64_t top : {-1, 0, 2}) {
            ModelMaker maker(ModelMaker::Numbers::Int8);
            const TensorId y = maker.conv(maker.input("x", Shape{1, 8, 8, 3}), 4, 3, 2);
            auto &builder = maker.builder();
            std::get<Conv2D>(builder.op(OperatorId(builder.operatorCount() - 1)).kind).padding
                = {PaddingMode::Explicit, top, -1, 2, -2};
            inferAllShapes(builder);
            QVERIFY(sameValues(maker.finish({y})));
        }
    }

    void floatBatchNormalizationBecomesScaleAndShift()
    {
        ModelMaker maker(ModelMaker::Numbers::Float32);
        std::vector<TensorId> inputs = {maker.input("x", Shape{1, 4, 4, 3})};
        const std::vector<std::vector<float>> parameters = {{1, 2, 0.5F}, {0, -1, 3}, {0.1F, 0.2F, -4}, {1, 4, 0.25F}};
        for (const auto &values : parameters) {
            inputs.push_back(maker.builder().addConstant(
                "p" + std::to_string(inputs.size()), ElementType::Float32, Shape{3}, Bytes::of(values)));
        }
        QVERIFY(sameValues(maker.finish(maker.op(BatchNormalization{Layout::ChannelsLast, 1e-3F}, inputs))));
    }

    void equalConstantsShareABuffer()
    {
        ModelMaker maker(ModelMaker::Numbers::Float32);
        const TensorId x = maker.input("x", Shape{1, 64});
        const std::vector<float> values(64, 1.5F);
        std::vector<TensorId> outputs;
        for (int copy = 0; copy < 10; ++copy) {
            const TensorId constant = maker.builder().addConstant(
                "c" + std::to_string(copy), ElementType::Float32, Shape{1, 64}, Bytes::of(values));
            outputs.push_back(maker.op(Binary{}, {x, constant}).front());
        }
        const auto once = writeTflite(maker.finish(outputs)).size();
        QVERIFY2(once < 10 * 64 * sizeof(float), qPrintable(QString::number(once)));
    }

    void whatTfliteLacksIsNamed()
    {
        const auto causeOf = [](const Graph &graph) {
            try {
                writeTflite(graph);
            } catch (const UnsupportedError &error) {
                return QString::fromUtf8(error.what());
            }
            return QString("no error");
        };
        QCOMPARE(causeOf(single(Unary{UnaryFunction::Erf})),
            QString("operator tested (Erf): cannot be written as TFLite: TFLite has no such function"));
        QVERIFY(causeOf(single(pool(PoolFunction::Max, Layout::ChannelsFirst, 2, 2))).contains("channels-first"));
        QVERIFY(
            causeOf(single(Custom{"ai.onnx.ml.TreeEnsembleClassifier", {}, {}, {}, {}})).contains("no such operator"));
    }

    void aFailedWriteLeavesTheOldFile()
    {
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("model.tflite").toStdString();
        const Graph good = reread(test::smallCnn(ModelMaker::Numbers::Float32));
        writeModel(good, path);
        QVERIFY_EXCEPTION_THROWN(writeModel(single(Unary{UnaryFunction::Erf}), path), UnsupportedError);
        QCOMPARE(QString::fromStdString(test::firstDifference(good, readModel(path))), QString());
        QVERIFY_EXCEPTION_THROWN(writeModel(good, folder.filePath("model.txt").toStdString()), UnsupportedError);
    }

    void roundingThatOtherEnginesDoNotHaveIsSaid()
    {
        const Graph twice = test::residualCnn(ModelMaker::Numbers::Int8);
        GraphBuilder builder(twice);
        builder.info().rounding = Rounding::HalfToEven;
        const Graph even = builder.build();
        QCOMPARE(writtenModel(twice, "model.tflite").notes.size(), std::size_t{0});
        QCOMPARE(writtenModel(even, "model.onnx").notes.size(), std::size_t{0});
        QCOMPARE(
            writtenModel(test::residualCnn(ModelMaker::Numbers::Float32), "model.onnx").notes.size(), std::size_t{0});
        const auto notes = writtenModel(even, "model.tflite").notes;
        QCOMPARE(notes.size(), std::size_t{1});
        QCOMPARE(QString::fromStdString(notes[0]),
            QString(
                "The model's int8 operators round as ONNX defines (once, ties to even). Tinsmith reads that from the "
                "file; other TFLite engines round twice, ties away from zero, and may differ by a step or more."));
        QVERIFY(QString::fromStdString(writtenModel(twice, "model.onnx").notes.at(0)).contains("as TFLite defines"));
    }

    void shapesThatWindowsDoNotGiveAreRefused()
    {
        // As many windows as fit are two in each direction; the output is declared to have three.
        ModelMaker maker(ModelMaker::Numbers::Float32);
        const TensorId y = maker.pool(maker.input("x", Shape{1, 6, 6, 4}), PoolFunction::Max, 3, 3, PaddingMode::Valid);
        maker.builder().tensor(y).shape = {1, 3, 3, 4};
        const Graph graph = maker.finish({y});
        const QString expected = "its windows give 1×2×2×4, but its output is declared as 1×3×3×4";
        try {
            Executor executor(graph);
            QFAIL("It runs");
        } catch (const UnsupportedError &error) {
            QVERIFY2(QString::fromUtf8(error.what()).contains(expected), error.what());
        }
        const Graph valid = reread(test::smallCnn(ModelMaker::Numbers::Float32));
        QVERIFY(valid.info().problems.empty());
    }

    void whatWouldNotOpenAgainIsRefused()
    {
        // Rows of five weights for an input of twelve elements.
        GraphBuilder builder;
        Tensor tensor;
        tensor.name = "x";
        tensor.shape = {1, 12};
        const TensorId x = builder.addTensor(tensor);
        const TensorId weights = builder.addConstant(
            "weights", ElementType::Float32, Shape{4, 5}, Bytes::of(std::vector<float>(20, 1.0F)));
        tensor.name = "y";
        tensor.shape = {1, 4};
        const TensorId y = builder.addTensor(tensor);
        builder.addOperator({"dense", FullyConnected{}, {x, weights}, {y}});
        builder.setInputs({x});
        builder.setOutputs({y});
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("model.tflite").toStdString();
        try {
            writeModel(builder.build(), path);
            QFAIL("It was written");
        } catch (const UnsupportedError &error) {
            QCOMPARE(QString::fromStdString(error.what()),
                QString::fromStdString(path.string())
                    + ": operator 0 (FULLY_CONNECTED): would not open again: has weights of shape 4×5, which do not "
                      "fit its input of shape 1×12");
        }
        QVERIFY(!std::filesystem::exists(path));
    }
};

TINSMITH_TEST(RoundTripTest)
#include "round_trip_test.moc"

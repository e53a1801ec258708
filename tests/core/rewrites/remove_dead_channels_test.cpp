// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"
#include "core/formats/tflite/reader.h"
#include "tests/core/rewrites/compare.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_data.h"
#include "tests/support/test_main.h"

#include <QFile>

#include <algorithm>
#include <cstring>

namespace tinsmith {
namespace {

using test::ModelMaker;

/// Overwrites the weights of one output channel of an operator with zeros, and gives it a bias.
void kill(GraphBuilder &builder, const std::string &name, std::int64_t channel, int axis, double bias)
{
    for (std::size_t i = 0; i < builder.operatorCount(); ++i) {
        if (builder.op(OperatorId(i)).name != name) {
            continue;
        }
        Tensor &weights = builder.tensor(builder.op(OperatorId(i)).inputs[1]);
        const auto width = static_cast<std::size_t>(bitsOf(weights.type) / 8);
        std::vector<std::byte> bytes(weights.data->view().begin(), weights.data->view().end());
        const auto channels = static_cast<std::size_t>(weights.shape[static_cast<std::size_t>(axis)]);
        const std::size_t inner = axis == 0 ? bytes.size() / width / channels : 1;
        for (std::size_t e = 0; e < bytes.size() / width; ++e) {
            if (e / inner % channels == static_cast<std::size_t>(channel)) {
                std::memset(bytes.data() + e * width, 0, width);
            }
        }
        weights.data = Bytes(std::move(bytes));
        Tensor &values = builder.tensor(builder.op(OperatorId(i)).inputs[2]);
        if (values.type == ElementType::Float32) {
            auto list = values.data->copyAs<float>();
            list[static_cast<std::size_t>(channel)] = static_cast<float>(bias);
            values.data = Bytes::of(list);
        } else {
            auto list = values.data->copyAs<std::int32_t>();
            list[static_cast<std::size_t>(channel)] = static_cast<std::int32_t>(bias);
            values.data = Bytes::of(list);
        }
    }
}

/// Convolution, depthwise, pointwise, add, pool, flatten, dense: every kind of operator that channels pass.
Graph mixedNet(ModelMaker::Numbers numbers, unsigned seed, bool dead)
{
    ModelMaker make(numbers, seed);
    std::mt19937 random(seed);
    TensorId x = make.input("image", {1, 9, 8, 3});
    x = make.conv(x, 12, 3, 1, PaddingMode::Same, FusedActivation::Relu, "first");
    x = make.depthwise(x, 3, 2, PaddingMode::Same, FusedActivation::Relu, "depthwise");
    const TensorId wide = make.conv(x, 16, 1, 1, PaddingMode::Same, FusedActivation::Relu6, "pointwise");
    TensorId y = make.conv(wide, 16, 3, 1, PaddingMode::Same, FusedActivation::Relu, "second");
    y = make.add(wide, y, FusedActivation::Relu, "join");
    y = make.pool(y, seed % 2 == 0 ? PoolFunction::Max : PoolFunction::Average, 2, 2, PaddingMode::Valid, "pool");
    y = make.reshape(y, {1, -1}, "flatten");
    y = make.dense(y, 20, FusedActivation::Relu, "dense");
    const Graph graph = make.finish({make.dense(y, 5, FusedActivation::None, "logits")});
    if (!dead) {
        return graph;
    }
    GraphBuilder builder(graph);
    const bool integers = numbers == ModelMaker::Numbers::Int8;
    const auto killSome = [&](const std::string &name, std::int64_t channels, int axis) {
        for (std::int64_t c = 0; c < channels; ++c) {
            if (random() % 3 == 0) {
                const double bias = integers ? double(random() % 8'000) - 5'000 : double(random() % 100) / 50 - 1.5;
                kill(builder, name, c, axis, bias);
            }
        }
    };
    killSome("first", 12, 0);
    killSome("depthwise", 12, 3);
    killSome("pointwise", 16, 0);
    killSome("second", 16, 0);
    killSome("dense", 20, 0);
    return builder.build();
}

std::vector<std::byte> contentOf(const std::filesystem::path &path)
{
    QFile file(QString::fromStdString(path.string()));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    const QByteArray bytes = file.readAll();
    const auto *data = reinterpret_cast<const std::byte *>(bytes.constData());
    return {data, data + bytes.size()};
}

} // namespace

class RemoveDeadChannelsTest : public QObject {
    Q_OBJECT
private slots:
    void keepsEveryOutputOfInt8NetsBitForBit()
    {
        int smaller = 0;
        for (unsigned seed = 1; seed <= 25; ++seed) {
            const Graph graph = mixedNet(ModelMaker::Numbers::Int8, seed, true);
            const Graph result = test::applied("remove-dead-channels", graph);
            QCOMPARE(test::largestDifference(graph, result, 6, seed), 0.0);
            smaller += test::constantBytes(result) < test::constantBytes(graph) ? 1 : 0;
            QVERIFY(test::macsOfAll(result) <= test::macsOfAll(graph));
        }
        QCOMPARE(smaller, 25);
    }

    void keepsFloatNetsToRounding()
    {
        for (unsigned seed = 1; seed <= 10; ++seed) {
            const Graph graph = mixedNet(ModelMaker::Numbers::Float32, seed, true);
            const Graph result = test::applied("remove-dead-channels", graph);
            QVERIFY(test::constantBytes(result) < test::constantBytes(graph));
            QVERIFY(test::largestDifference(graph, result, 6, seed) < 1e-4);
        }
    }

    void followsChannelsFirstThroughFlattening()
    {
        // As ONNX has it: a flattened channel is a block of pixels.
        ModelMaker make(ModelMaker::Numbers::Float32);
        std::mt19937 random(3);
        std::uniform_real_distribution<float> real(-1, 1);
        const auto constant = [&](const char *name, const Shape &shape) {
            std::vector<float> values(static_cast<std::size_t>(shape.elements().value()));
            std::generate(values.begin(), values.end(), [&] { return real(random); });
            return make.builder().addConstant(name, ElementType::Float32, shape, Bytes::of(values));
        };
        Conv2D conv;
        conv.layout = Layout::ChannelsFirst;
        conv.activation = FusedActivation::Relu;
        Pool2D pool;
        pool.layout = Layout::ChannelsFirst;
        pool.kernelH = pool.kernelW = pool.strideH = pool.strideW = 2;
        TensorId x = make.input("image", {1, 3, 8, 6});
        x = make.op(conv, {x, constant("w", {5, 3, 3, 3}), constant("b", {5})}, 1, "conv").front();
        BatchNormalization norm;
        x = make.op(norm,
                    {x, constant("gamma", {5}), constant("beta", {5}), constant("mean", {5}), constant("one", {5})}, 1,
                    "norm")
                .front();
        GraphBuilder &builder = make.builder();
        for (std::size_t i = 0; i < builder.tensorCount(); ++i) {
            if (builder.tensor(TensorId(i)).name == "one") {
                builder.tensor(TensorId(i)).data = Bytes::of(std::vector<float>(5, 1.0F));
            }
        }
        x = make.op(Binary{BinaryFunction::Mul, FusedActivation::None}, {x, constant("factor", {5, 1, 1})}, 1, "scale")
                .front();
        x = make.op(pool, {x}, 1, "pool").front();
        x = make.reshape(x, {1, -1}, "flatten");
        const Graph graph = make.finish({make.dense(x, 4, FusedActivation::None, "dense")});
        GraphBuilder dying(graph);
        kill(dying, "conv", 1, 0, 0.5);
        kill(dying, "conv", 4, 0, -0.5);
        const Graph dead = dying.build();
        const Graph result = test::applied("remove-dead-channels", dead);
        QCOMPARE(result.tensor(result.op(result.operatorNamed("conv")).outputs[0]).shape[1], 3);
        QCOMPARE(result.tensor(result.op(result.operatorNamed("flatten")).outputs[0]).shape[1], 3 * 3 * 2);
        QVERIFY(test::largestDifference(dead, result) < 1e-5);
    }

    void leavesLiveNetsAlone()
    {
        // Float channels without a zero are never constant.
        const Graph graph = mixedNet(ModelMaker::Numbers::Float32, 3, false);
        QVERIFY(test::rewriteOf("remove-dead-channels").sites(graph).empty());
        QVERIFY(!test::rewriteOf("remove-dead-channels").apply(graph, {}).has_value());
    }

    void keepsAConstantThatPaddingWouldChange()
    {
        // The channel is a constant other than zero, and the padded convolution behind it sees zero at the border.
        ModelMaker make(ModelMaker::Numbers::Float32);
        TensorId x = make.input("image", {1, 6, 6, 2});
        x = make.conv(x, 4, 1, 1, PaddingMode::Same, FusedActivation::Relu, "first");
        const Graph graph = make.finish({make.conv(x, 3, 3, 1, PaddingMode::Same, FusedActivation::None, "second")});
        for (const double bias : {0.75, -0.75}) {
            GraphBuilder builder(graph);
            kill(builder, "first", 2, 0, bias);
            const Graph dead = builder.build();
            const auto result = test::rewriteOf("remove-dead-channels").apply(dead, {});
            // After ReLU the negative one is zero, as the padding is.
            QCOMPARE(result.has_value(), bias < 0);
            if (result) {
                QVERIFY(test::largestDifference(dead, *result) < 1e-5);
            }
        }
    }

    void keepsOutputsAndAtLeastOneChannel()
    {
        ModelMaker make(ModelMaker::Numbers::Int8);
        TensorId x = make.input("image", {1, 5, 5, 2});
        x = make.conv(x, 3, 3, 1, PaddingMode::Same, FusedActivation::Relu, "first");
        const Graph graph = make.finish({make.conv(x, 4, 1, 1, PaddingMode::Same, FusedActivation::None, "second")});
        GraphBuilder builder(graph);
        for (const int c : {0, 1, 2}) {
            kill(builder, "first", c, 0, -5'000);
        }
        kill(builder, "second", 1, 0, 100);
        const Graph dead = builder.build();
        const Graph result = test::applied("remove-dead-channels", dead);
        QCOMPARE(result.tensor(result.outputs()[0]).shape, (Shape{1, 5, 5, 4}));
        QCOMPARE(result.tensor(result.op(result.operatorNamed("first")).outputs[0]).shape, (Shape{1, 5, 5, 1}));
        QCOMPARE(test::largestDifference(dead, result), 0.0);
    }

    void refusesUnknownSites()
    {
        const Graph graph = mixedNet(ModelMaker::Numbers::Int8, 1, true);
        QVERIFY_EXCEPTION_THROWN(test::rewriteOf("remove-dead-channels").apply(graph, {{"at", "nowhere"}}), Error);
        QVERIFY_EXCEPTION_THROWN(test::rewriteOf("remove-dead-channels").apply(graph, {{"depth", "3"}}), Error);
    }

    void halvesTheVisualWakeWordsModel()
    {
        const auto folder = test::sharedData("models/vww");
        if (!folder) {
            QSKIP("the visual wake words model is not here");
        }
        const Graph graph = readTflite(*folder / "model.tflite");
        const Graph result = test::applied("remove-dead-channels", graph);
        QCOMPARE(test::macsOfAll(graph), 7'489'664);
        QVERIFY(test::macsOfAll(result) <= 3'730'000);
        QVERIFY(test::constantBytes(result) <= 33'200);
        Executor executor(result);
        for (int i = 0; i < 10; ++i) {
            const auto input
                = contentOf(*folder / "golden" / qPrintable(QStringLiteral("in_%1.bin").arg(i, 2, 10, QChar('0'))));
            const auto output
                = contentOf(*folder / "golden" / qPrintable(QStringLiteral("out_%1.bin").arg(i, 2, 10, QChar('0'))));
            QVERIFY(!input.empty());
            QCOMPARE(executor.run(std::vector<TensorValue>{input}).front(), output);
        }
        QCOMPARE(test::largestDifference(graph, result, 6), 0.0);
    }

    void isExactOnOtherRealModels()
    {
        for (const char *name : {"ic_large", "hello_world"}) {
            const auto path = test::sharedData(std::filesystem::path("models") / name / "model.tflite");
            if (!path) {
                QSKIP("the models are not here");
            }
            const Graph graph = readTflite(*path);
            const Graph result = test::applied("remove-dead-channels", graph);
            QVERIFY(test::macsOfAll(result) < test::macsOfAll(graph));
            QCOMPARE(test::largestDifference(graph, result, 2), 0.0);
        }
    }
};

TINSMITH_TEST(RemoveDeadChannelsTest)

} // namespace tinsmith

#include "remove_dead_channels_test.moc"

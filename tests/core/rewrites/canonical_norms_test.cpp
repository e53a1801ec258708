// SPDX-License-Identifier: Apache-2.0
#include "core/execute/compare.h"
#include "core/execute/executor.h"
#include "core/firmware/package.h"
#include "core/quantize/quantize.h"
#include "core/rewrites/canonical.h"
#include "tests/core/rewrites/compare.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <random>

namespace tinsmith {
namespace {

using test::ModelMaker;

TensorId vectorOf(ModelMaker &maker, const char *name, const Shape &shape, float low, float high, unsigned seed)
{
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> real(low, high);
    std::vector<float> values(static_cast<std::size_t>(shape.elements().value()));
    for (float &value : values) {
        value = real(random);
    }
    return maker.builder().addConstant(
        maker.builder().uniqueTensorName(name), ElementType::Float32, shape, Bytes::of(values));
}

TensorId norm(ModelMaker &maker, TensorId x, std::int64_t channels, Layout layout, const std::string &name = "norm")
{
    const Shape shape{channels};
    return maker.op(BatchNormalization{layout, 1e-3F},
        {x, vectorOf(maker, "gamma", shape, 0.5F, 2, 1), vectorOf(maker, "beta", shape, -1, 1, 2),
            vectorOf(maker, "mean", shape, -1, 1, 3), vectorOf(maker, "variance", shape, 0.1F, 2, 4)},
        1, name)[0];
}

/// A normalisation in a place where people have one.
Graph withNormalization(const QString &place)
{
    ModelMaker maker(ModelMaker::Numbers::Float32, 6);
    if (place == "alone") {
        return maker.finish({norm(maker, maker.input("x", {1, 5, 4, 3}), 3, Layout::ChannelsLast)});
    }
    if (place == "alone, channels first") {
        return maker.finish({norm(maker, maker.input("x", {1, 3, 5, 4}), 3, Layout::ChannelsFirst)});
    }
    if (place == "of a vector") {
        return maker.finish({norm(maker, maker.input("x", {1, 6}), 6, Layout::ChannelsFirst)});
    }
    if (place == "of a sequence") {
        return maker.finish({norm(maker, maker.input("x", {1, 7, 3}), 3, Layout::ChannelsLast)});
    }
    if (place == "of a sequence, channels first") {
        return maker.finish({norm(maker, maker.input("x", {1, 3, 7}), 3, Layout::ChannelsFirst)});
    }
    if (place == "behind a dense layer") {
        return maker.finish({norm(maker, maker.dense(maker.input("x", {1, 6}), 5), 5, Layout::ChannelsFirst)});
    }
    if (place == "behind a matrix product") {
        const TensorId x = maker.input("x", {1, 4, 6});
        const TensorId y = maker.op(MatMul{}, {x, vectorOf(maker, "w", {6, 5}, -1, 1, 9)}, 1, "product")[0];
        return maker.finish({norm(maker, y, 5, Layout::ChannelsLast)});
    }
    if (place == "behind a concatenation") {
        const TensorId x = maker.input("x", {1, 5, 4, 3});
        const TensorId y = maker.conv(x, 2, 3, 1, PaddingMode::Same, FusedActivation::Relu, "conv");
        return maker.finish(
            {norm(maker, maker.op(Concatenation{3, {}}, {x, y}, 1, "join")[0], 5, Layout::ChannelsLast)});
    }
    if (place == "behind an activation") {
        const TensorId y
            = maker.conv(maker.input("x", {1, 5, 4, 3}), 4, 3, 1, PaddingMode::Same, FusedActivation::Relu, "conv");
        return maker.finish({norm(maker, y, 4, Layout::ChannelsLast)});
    }
    if (place == "twice behind a convolution") {
        const TensorId y
            = maker.conv(maker.input("x", {1, 5, 4, 3}), 4, 3, 1, PaddingMode::Same, FusedActivation::None, "conv");
        return maker.finish(
            {norm(maker, norm(maker, y, 4, Layout::ChannelsLast, "first"), 4, Layout::ChannelsLast, "second")});
    }
    if (place == "behind a convolution of a sequence") {
        const TensorId x = maker.reshape(maker.input("x", {1, 9, 3}), {1, 1, 9, 3}, "image");
        const TensorId y = maker.op(Conv2D{}, {x, vectorOf(maker, "w", {4, 1, 3, 3}, -1, 1, 9)}, 1, "conv")[0];
        return maker.finish({norm(maker, maker.op(Squeeze{{1}}, {y}, 1, "squeeze")[0], 4, Layout::ChannelsLast)});
    }
    const bool first = place.contains("channels first");
    const std::int64_t groups = place.contains("groups") ? 2 : 1;
    TransposeConv2D kind;
    kind.layout = first ? Layout::ChannelsFirst : Layout::ChannelsLast;
    kind.strideH = kind.strideW = 2;
    kind.outputH = kind.outputW = 9;
    kind.groups = groups;
    const TensorId x = maker.input("x", first ? Shape{1, 4, 4, 4} : Shape{1, 4, 4, 4});
    const Shape weights = first ? Shape{4, 6 / groups, 3, 3} : Shape{6, 3, 3, 4};
    const TensorId y = maker.op(
        kind, {x, vectorOf(maker, "w", weights, -1, 1, 9), vectorOf(maker, "b", {6}, -1, 1, 10)}, 1, "conv")[0];
    return maker.finish({norm(maker, y, 6, first ? Layout::ChannelsFirst : Layout::ChannelsLast)});
}

} // namespace

class CanonicalNormsTest : public QObject {
    Q_OBJECT
private slots:
    void normalizationsNeedNoStepOfTheUser_data()
    {
        QTest::addColumn<int>("operators");
        QTest::addColumn<bool>("kernels");
        QTest::newRow("alone") << 1 << true;
        QTest::newRow("alone, channels first") << 3 << true;
        QTest::newRow("of a vector") << 3 << true;
        QTest::newRow("of a sequence") << 3 << true;
        QTest::newRow("of a sequence, channels first") << 5 << true;
        QTest::newRow("behind a dense layer") << 1 << true;
        QTest::newRow("behind a matrix product") << 1 << true;
        QTest::newRow("behind a concatenation") << 3 << true;
        QTest::newRow("behind an activation") << 2 << true;
        QTest::newRow("twice behind a convolution") << 1 << true;
        QTest::newRow("behind a convolution of a sequence") << 3 << true;
        QTest::newRow("behind a transpose convolution") << 1 << true;
        QTest::newRow("behind a transpose convolution, channels first") << 3 << true;
        // Groups of a transpose convolution have no kernel of their own, but nothing is left to fold.
        QTest::newRow("behind a transpose convolution of groups, channels first") << 1 << false;
    }
    void normalizationsNeedNoStepOfTheUser()
    {
        QFETCH(int, operators);
        QFETCH(bool, kernels);
        const Graph graph = withNormalization(QTest::currentDataTag());
        const Graph ready = canonical(graph);
        QVERIFY(test::largestDifference(graph, ready) < 1e-4);
        QCOMPARE(ready.operators().size(), static_cast<std::size_t>(operators));
        for (std::size_t i = 0; i < ready.operators().size(); ++i) {
            const std::string why = whyNotExportable(ready, OperatorId(i));
            QVERIFY(!ready.operators()[i].is<BatchNormalization>());
            QVERIFY2(why.empty() == kernels, qPrintable(QString::fromStdString(why)));
        }
        // The form that keeps them has the same tensors between other operators.
        QCOMPARE(canonicalWithNormalizations(graph).outputs().size(), ready.outputs().size());
        QVERIFY(test::largestDifference(graph, canonicalWithNormalizations(graph)) < 1e-4);

        std::mt19937 random(3);
        std::vector<std::vector<std::vector<std::byte>>> samples;
        for (int i = 0; i < 20; ++i) {
            samples.push_back({test::randomValue(graph.tensor(graph.inputs()[0]), random)});
        }
        const Graph stored = quantizeInt8(ready, calibrate(ready, samples));
        const auto deviation = compareGraphs(graph, stored, samples.size(), [&](std::size_t i, const Graph &each) {
            return std::vector<TensorValue>{
                convertedValue(graph.tensor(graph.inputs()[0]), samples[i][0], each.tensor(each.inputs()[0]))};
        });
        QVERIFY2(deviation.sqnrDb > 30, qPrintable(QString::number(deviation.sqnrDb)));
        for (std::size_t i = 0; i < stored.operators().size(); ++i) {
            QVERIFY(whyNotExportable(stored, OperatorId(i)).empty() == kernels);
        }
    }

    void computedParametersHaveAReasonThatIsTrue()
    {
        ModelMaker maker(ModelMaker::Numbers::Float32);
        const TensorId x = maker.input("x", {1, 4, 4, 3});
        const TensorId gamma = maker.input("gamma", {3});
        const TensorId y = maker.op(BatchNormalization{Layout::ChannelsLast, 1e-3F},
            {x, gamma, vectorOf(maker, "beta", {3}, 0, 1, 1), vectorOf(maker, "mean", {3}, 0, 1, 2),
                vectorOf(maker, "variance", {3}, 1, 2, 3)},
            1, "norm")[0];
        const Graph ready = canonical(maker.finish({y}));
        QVERIFY(ready.operators()[0].is<BatchNormalization>());
        QCOMPARE(whyNotExportable(ready, OperatorId(0)),
            std::string("has no kernel for packages unless its scale, offset, mean and variance are constants"));
    }

    void theRewriteFoldsIntoTransposeConvolutionsToo()
    {
        for (const char *place : {"behind a transpose convolution", "behind a transpose convolution, channels first",
                 "behind a transpose convolution of groups, channels first"}) {
            const Graph graph = withNormalization(place);
            const Graph result = test::applied("fold-batch-norm", graph);
            QCOMPARE(result.operators().size(), std::size_t{1});
            QVERIFY(test::largestDifference(graph, result) < 1e-4);
        }
    }
};

TINSMITH_TEST(CanonicalNormsTest)

class PoolBordersTest : public QObject {
    Q_OBJECT

    static Graph paddedPool(ModelMaker::Numbers numbers, double border, FusedActivation before, std::int64_t window = 3,
        std::vector<std::int64_t> size = {0, 1, 1, 0}, std::int64_t zero = -3)
    {
        ModelMaker maker(numbers, 3);
        TensorId x = maker.input("x", {1, 6, 5, 3});
        if (before != FusedActivation::None) {
            x = maker.conv(x, 4, 3, 1, PaddingMode::Same, before, "conv");
        }
        if (numbers == ModelMaker::Numbers::Int8) {
            maker.builder().tensor(x).quantization = Quantization{{0.05F}, {zero}, 0};
        }
        Pad pad{PadMode::Constant, size, size, border};
        const TensorId padded = maker.op(pad, {x}, 1, "pad", 0.05F, zero)[0];
        Pool2D pool;
        pool.kernelH = pool.kernelW = window;
        pool.strideH = pool.strideW = 2;
        return maker.finish({maker.op(pool, {padded}, 1, "pool", 0.05F, zero)[0]});
    }

private slots:
    void bordersBelowAllValuesFold_data()
    {
        QTest::addColumn<bool>("stored");
        QTest::addColumn<double>("border");
        QTest::addColumn<int>("activation");
        QTest::addColumn<bool>("folds");
        const int none = static_cast<int>(FusedActivation::None);
        const int relu = static_cast<int>(FusedActivation::Relu);
        QTest::newRow("least float") << false << -3.4e38 << none << true;
        QTest::newRow("-infinity") << false << -static_cast<double>(INFINITY) << none << true;
        QTest::newRow("-1e9") << false << -1e9 << none << true;
        QTest::newRow("0 behind a Relu") << false << 0.0 << relu << true;
        QTest::newRow("0 of anything") << false << 0.0 << none << false;
        QTest::newRow("-100 of anything") << false << -100.0 << none << false;
        QTest::newRow("above 0 behind a Relu") << false << 0.5 << relu << false;
        QTest::newRow("int8, least float") << true << -3.4e38 << none << true;
        QTest::newRow("int8, least value") << true << -6.25 << none << true;
        QTest::newRow("int8, 0") << true << 0.0 << none << false;
    }
    void bordersBelowAllValuesFold()
    {
        QFETCH(bool, stored);
        QFETCH(double, border);
        QFETCH(int, activation);
        QFETCH(bool, folds);
        const Graph graph = paddedPool(stored ? ModelMaker::Numbers::Int8 : ModelMaker::Numbers::Float32, border,
            static_cast<FusedActivation>(activation));
        const Graph ready = canonical(graph);
        QCOMPARE(!ready.operatorNamed("pad").valid(), folds);
        QCOMPARE(test::largestDifference(graph, ready), 0.0);
    }

    void zeroIsTheLeastValueOfZeroPointMinus128()
    {
        const Graph graph = paddedPool(ModelMaker::Numbers::Int8, 0, FusedActivation::None, 3, {0, 1, 1, 0}, -128);
        const Graph ready = canonical(graph);
        QVERIFY(!ready.operatorNamed("pad").valid());
        QCOMPARE(test::largestDifference(graph, ready), 0.0);
    }

    void windowsWithoutAnElementKeepTheBorder()
    {
        // A border as wide as the window; and one of the channels.
        for (const auto &size : {std::vector<std::int64_t>{0, 2, 2, 0}, std::vector<std::int64_t>{0, 0, 0, 1}}) {
            const Graph graph = paddedPool(ModelMaker::Numbers::Float32, -1e9, FusedActivation::None, 2, size);
            const Graph ready = canonical(graph);
            QVERIFY(ready.operatorNamed("pad").valid());
            QCOMPARE(test::largestDifference(graph, ready), 0.0);
        }
    }
};

TINSMITH_TEST(PoolBordersTest)

} // namespace tinsmith

#include "canonical_norms_test.moc"

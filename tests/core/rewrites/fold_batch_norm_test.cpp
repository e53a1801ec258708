// SPDX-License-Identifier: Apache-2.0
#include "tests/core/rewrites/compare.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <random>

namespace tinsmith {
namespace {

using test::ModelMaker;

TensorId vectorOf(ModelMaker &make, const char *name, const Shape &shape, float low, float high, unsigned seed)
{
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> real(low, high);
    std::vector<float> values(static_cast<std::size_t>(shape.elements().value()));
    for (float &value : values) {
        value = real(random);
    }
    return make.builder().addConstant(
        make.builder().uniqueTensorName(name), ElementType::Float32, shape, Bytes::of(values));
}

TensorId norm(ModelMaker &make, TensorId x, std::int64_t channels, Layout layout, const char *name)
{
    const Shape shape{channels};
    BatchNormalization kind;
    kind.layout = layout;
    return make
        .op(kind,
            {x, vectorOf(make, "gamma", shape, 0.5F, 2, 1), vectorOf(make, "beta", shape, -1, 1, 2),
                vectorOf(make, "mean", shape, -1, 1, 3), vectorOf(make, "variance", shape, 0.1F, 2, 4)},
            1, name)
        .front();
}

} // namespace

class FoldBatchNormTest : public QObject {
    Q_OBJECT
private slots:
    void foldsIntoEveryKindOfLayer()
    {
        ModelMaker make(ModelMaker::Numbers::Float32);
        TensorId x = make.input("image", {1, 7, 6, 3});
        x = norm(make, make.conv(x, 5, 3, 1, PaddingMode::Same, FusedActivation::None, "conv"), 5, Layout::ChannelsLast,
            "bn1");
        x = make.op(Activation{}, {x}, 1, "relu").front();
        x = norm(make, make.depthwise(x, 3, 1, PaddingMode::Same, FusedActivation::None, "depthwise"), 5,
            Layout::ChannelsLast, "bn2");
        x = make.mean(x);
        x = norm(make, make.dense(x, 4, FusedActivation::None, "dense"), 4, Layout::ChannelsFirst, "bn3");
        const Graph graph = make.finish({x});
        const auto sites = test::rewriteOf("fold-batch-norm").sites(graph);
        QCOMPARE(sites.size(), std::size_t{3});
        QCOMPARE(sites[0].operators, (std::vector<std::string>{"bn1", "conv"}));
        const Graph result = test::applied("fold-batch-norm", graph);
        QCOMPARE(result.operators().size(), graph.operators().size() - 3);
        QVERIFY(test::largestDifference(graph, result) < 1e-4);
        QCOMPARE(result.tensor(result.outputs()[0]).name, graph.tensor(graph.outputs()[0]).name);
    }

    void foldsChannelsFirst()
    {
        ModelMaker make(ModelMaker::Numbers::Float32);
        const TensorId x = make.input("image", {1, 3, 6, 5});
        Conv2D conv;
        conv.layout = Layout::ChannelsFirst;
        TensorId y = make.op(conv, {x, vectorOf(make, "weights", {4, 3, 3, 3}, -1, 1, 9)}, 1, "conv").front();
        y = norm(make, y, 4, Layout::ChannelsFirst, "bn");
        const Graph graph = make.finish({y});
        const Graph result = test::applied("fold-batch-norm", graph);
        QCOMPARE(result.operators().size(), std::size_t{1});
        QVERIFY(test::largestDifference(graph, result) < 1e-4);
    }

    void foldsProductsAndSumsWithConstants()
    {
        ModelMaker make(ModelMaker::Numbers::Float32);
        TensorId x = make.input("image", {1, 4, 4, 2});
        x = make.conv(x, 3, 3, 1, PaddingMode::Valid, FusedActivation::None, "conv");
        x = make.op(Binary{BinaryFunction::Mul, FusedActivation::None},
                    {x, vectorOf(make, "f", {1, 1, 1, 3}, -2, 2, 5)}, 1, "mul")
                .front();
        x = make.op(Binary{BinaryFunction::Div, FusedActivation::None}, {x, vectorOf(make, "d", {1}, 2, 3, 6)}, 1,
                    "div")
                .front();
        x = make.op(Binary{BinaryFunction::Sub, FusedActivation::Relu6}, {x, vectorOf(make, "o", {3}, -1, 1, 7)}, 1,
                    "sub")
                .front();
        const Graph graph = make.finish({x});
        QCOMPARE(test::rewriteOf("fold-batch-norm").sites(graph).size(), std::size_t{3});
        const Graph result = test::applied("fold-batch-norm", graph);
        QCOMPARE(result.operators().size(), std::size_t{1});
        QCOMPARE(result.operators()[0].as<Conv2D>()->activation, FusedActivation::Relu6);
        QVERIFY(test::largestDifference(graph, result) < 1e-4);
    }

    void leavesOthersAlone()
    {
        ModelMaker make(ModelMaker::Numbers::Float32);
        const TensorId x = make.input("image", {1, 4, 4, 3});
        // A clamp in between, another reader, an operand that differs by position, a constant minus the tensor.
        const TensorId a
            = norm(make, make.conv(x, 3, 3, 1, PaddingMode::Same, FusedActivation::Relu), 3, Layout::ChannelsLast, "a");
        const TensorId shared = make.conv(x, 3, 3, 1, PaddingMode::Same, FusedActivation::None);
        const TensorId b = norm(make, shared, 3, Layout::ChannelsLast, "b");
        const TensorId c = make.op(Binary{},
                                   {make.conv(x, 3, 3, 1, PaddingMode::Same, FusedActivation::None),
                                       vectorOf(make, "map", {1, 4, 4, 3}, -1, 1, 8)},
                                   1, "c")
                               .front();
        const TensorId d = make.op(Binary{BinaryFunction::Sub, FusedActivation::None},
                                   {vectorOf(make, "one", {1}, 1, 1, 8),
                                       make.conv(x, 3, 3, 1, PaddingMode::Same, FusedActivation::None)},
                                   1, "d")
                               .front();
        const Graph graph = make.finish({a, b, shared, c, d});
        QVERIFY(test::rewriteOf("fold-batch-norm").sites(graph).empty());
        QVERIFY(!test::rewriteOf("fold-batch-norm").apply(graph, {}).has_value());
    }
};

TINSMITH_TEST(FoldBatchNormTest)

} // namespace tinsmith

#include "fold_batch_norm_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "tests/core/rewrites/compare.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

namespace tinsmith {
namespace {

using test::ModelMaker;
constexpr auto Float32 = ModelMaker::Numbers::Float32;
constexpr auto Int8 = ModelMaker::Numbers::Int8;

TensorId realConstant(ModelMaker &make, const char *name, const Shape &shape, float first)
{
    std::vector<float> values(static_cast<std::size_t>(shape.elements().value()));
    for (float &value : values) {
        value = first += 0.25F;
    }
    return make.builder().addConstant(name, ElementType::Float32, shape, Bytes::of(values));
}

std::size_t operatorsAfter(const Graph &graph)
{
    return test::applied("fold-constants", graph).operators().size();
}

} // namespace

class FoldConstantsTest : public QObject {
    Q_OBJECT
private slots:
    void computesWhatIsConstant()
    {
        ModelMaker make(Float32);
        const TensorId x = make.input("x", {1, 4});
        const TensorId a = make.op(Unary{UnaryFunction::Sqrt}, {realConstant(make, "a", {4}, 1)}, 1, "sqrt").front();
        const TensorId b = make.op(Binary{BinaryFunction::Mul, FusedActivation::None},
                                   {a, realConstant(make, "b", {4}, 2)}, 1, "product")
                               .front();
        const Graph graph = make.finish({make.op(Binary{}, {x, b}, 1, "sum").front()});
        const Graph result = test::applied("fold-constants", graph);
        QCOMPARE(result.operators().size(), std::size_t{1});
        QVERIFY(result.tensor(result.operators()[0].inputs[1]).constant());
        QCOMPARE(test::largestDifference(graph, result), 0.0);
    }

    void dropsWhatChangesNothing()
    {
        ModelMaker make(Float32);
        TensorId x = make.input("x", {1, 6, 1, 4});
        x = make.op(Identity{}, {x}, 1, "identity").front();
        x = make.reshape(x, {1, 6, 1, 4}, "same");
        x = make.op(Transpose{{0, 1, 2, 3}}, {x}, 1, "straight").front();
        x = make.conv(x, 3, 1);
        x = make.op(Identity{}, {x}, 1, "last").front();
        const Graph graph = make.finish({x});
        const Graph result = test::applied("fold-constants", graph);
        QCOMPARE(result.operators().size(), std::size_t{1});
        QCOMPARE(result.tensor(result.outputs()[0]).name, graph.tensor(graph.outputs()[0]).name);
        QCOMPARE(test::largestDifference(graph, result), 0.0);
    }

    void mergesReshapesAndTransposes()
    {
        ModelMaker make(Float32);
        TensorId x = make.input("x", {1, 6, 5, 4});
        x = make.reshape(x, {1, 30, 4});
        x = make.op(ExpandDims{{1}}, {x}).front();
        x = make.reshape(x, {1, 5, 6, 4});
        x = make.op(Transpose{{0, 3, 1, 2}}, {x}).front();
        x = make.op(Transpose{{0, 2, 3, 1}}, {x}).front();
        x = make.op(Activation{ActivationFunction::Tanh}, {x}).front();
        x = make.op(Transpose{{0, 3, 1, 2}}, {x}).front();
        x = make.op(Transpose{{0, 1, 3, 2}}, {x}).front();
        const Graph graph = make.finish({x});
        const Graph result = test::applied("fold-constants", graph);
        QCOMPARE(result.operators().size(), std::size_t{3});
        QCOMPARE(test::largestDifference(graph, result), 0.0);
    }

    void keepsSharedOnesForTheirOtherReaders()
    {
        ModelMaker make(Float32);
        const TensorId x = make.input("x", {1, 6, 5, 4});
        const TensorId a = make.op(Transpose{{0, 3, 1, 2}}, {x}, 1, "shared").front();
        const TensorId b = make.op(Transpose{{0, 2, 3, 1}}, {a}).front();
        const TensorId c = make.op(Activation{}, {b}).front();
        const Graph graph = make.finish({a, c});
        const Graph result = test::applied("fold-constants", graph);
        QCOMPARE(result.operators().size(), std::size_t{2});
        QVERIFY(result.operatorNamed("shared").valid());
        QCOMPARE(test::largestDifference(graph, result), 0.0);
    }

    void transposesOfOnesAreReshapes()
    {
        ModelMaker make(Float32);
        TensorId x = make.input("x", {1, 1, 49, 10});
        x = make.op(Transpose{{0, 2, 3, 1}}, {x}, 1, "turn").front();
        const Graph graph = make.finish({make.conv(x, 4, 3)});
        const Graph result = test::applied("fold-constants", graph);
        QVERIFY(result.op(result.operatorNamed("turn")).is<Reshape>());
        QCOMPARE(test::largestDifference(graph, result), 0.0);
    }

    void fusesClamps()
    {
        for (const auto numbers : {Float32, Int8}) {
            ModelMaker make(numbers);
            TensorId x = make.input("x", {1, 6, 5, 4});
            x = make.conv(x, 4, 3, 1, PaddingMode::Same, FusedActivation::None);
            x = make.op(Activation{ActivationFunction::Relu6}, {x}, 1, "relu6", 0.05F, 4).front();
            const TensorId y = make.op(Activation{ActivationFunction::Clip, 0, 6},
                                       {make.add(x, x, FusedActivation::None)}, 1, "clip", 0.09F, 1)
                                   .front();
            const Graph graph = make.finish({y});
            const Graph result = test::applied("fold-constants", graph);
            QCOMPARE(result.operators().size(), std::size_t{2});
            QCOMPARE(test::largestDifference(graph, result), 0.0);
        }
    }

    void fusesPaddingIntoConvolutions()
    {
        for (const auto numbers : {Float32, Int8}) {
            ModelMaker make(numbers);
            TensorId x = make.input("x", {1, 6, 7, 4});
            x = make.op(Pad{PadMode::Constant, {0, 0, 1, 0}, {0, 2, 1, 0}, 0}, {x}, 1, "pad_1", 0.02F, 5).front();
            x = make.conv(x, 5, 3, 2, PaddingMode::Valid, FusedActivation::Relu, "conv");
            x = make.op(Pad{PadMode::Constant, {0, 1, 1, 0}, {0, 1, 1, 0}, 0}, {x}, 1, "pad_2", 0.05F, -128).front();
            x = make.depthwise(x, 3, 1, PaddingMode::Same, FusedActivation::None, "depthwise");
            const Graph graph = make.finish({x});
            const Graph result = test::applied("fold-constants", graph);
            QCOMPARE(result.operators().size(), std::size_t{2});
            QCOMPARE(test::largestDifference(graph, result), 0.0);
        }
    }

    void keepsPaddingThatIsNotZero()
    {
        ModelMaker make(Float32);
        const TensorId x = make.input("x", {1, 6, 7, 4});
        // Ones around the image, more channels, a reflected border, a pool behind.
        std::vector<TensorId> outputs;
        const std::vector<Pad> pads{{PadMode::Constant, {0, 1, 1, 0}, {0, 1, 1, 0}, 1},
            {PadMode::Constant, {0, 1, 1, 1}, {0, 1, 1, 0}, 0}, {PadMode::Reflect, {0, 1, 1, 0}, {0, 1, 1, 0}, 0}};
        for (const Pad &pad : pads) {
            outputs.push_back(make.conv(make.op(pad, {x}).front(), 2, 3));
        }
        outputs.push_back(make.pool(
            make.op(Pad{PadMode::Constant, {0, 1, 1, 0}, {0, 1, 1, 0}, 0}, {x}).front(), PoolFunction::Max, 2, 2));
        QVERIFY(test::rewriteOf("fold-constants").sites(make.finish(outputs)).empty());
    }

    void leavesOthersAlone()
    {
        ModelMaker make(Int8);
        const TensorId x = make.input("x", {1, 6, 5, 4});
        // Another scale behind the activation; a second reader; an activation that cannot be fused; an input handed on.
        const TensorId a = make.op(Activation{}, {make.conv(x, 4, 3, 1, PaddingMode::Same, FusedActivation::None)}, 1,
                                   "a", 0.02F, -128)
                               .front();
        const TensorId shared = make.conv(x, 4, 3, 1, PaddingMode::Same, FusedActivation::None);
        const TensorId b = make.op(Activation{}, {shared}, 1, "b", 0.05F, 4).front();
        const TensorId c = make.op(Activation{ActivationFunction::HardSwish},
                                   {make.conv(x, 4, 3, 1, PaddingMode::Same, FusedActivation::None)}, 1, "c", 0.05F, 4)
                               .front();
        const TensorId d = make.op(Transpose{{0, 2, 1, 3}}, {x}, 1, "d").front();
        const Graph graph = make.finish({a, shared, b, c, d});
        QVERIFY(test::rewriteOf("fold-constants").sites(graph).empty());
        QVERIFY(!test::rewriteOf("fold-constants").apply(graph, {}).has_value());
    }

    void doesNotBlowUpTheModel()
    {
        ModelMaker make(Float32);
        const TensorId x = make.input("x", {1, 100, 100, 4});
        const TensorId map
            = make.op(BroadcastTo{{1, 100, 100, 4}}, {realConstant(make, "small", {4}, 0)}, 1, "spread").front();
        const Graph graph = make.finish({make.op(Binary{}, {x, map}).front()});
        QCOMPARE(operatorsAfter(graph), graph.operators().size());
    }

    void appliesOnlyWhereAsked()
    {
        ModelMaker make(Float32);
        TensorId x = make.input("x", {1, 6});
        x = make.op(Identity{}, {x}, 1, "one").front();
        x = make.op(Unary{UnaryFunction::Neg}, {x}).front();
        x = make.op(Identity{}, {x}, 1, "two").front();
        const Graph graph = make.finish({make.op(Unary{UnaryFunction::Abs}, {x}).front()});
        const Graph result = test::applied("fold-constants", graph, {{"at", "two"}});
        QVERIFY(result.operatorNamed("one").valid());
        QVERIFY(!result.operatorNamed("two").valid());
    }

    void staysFastOnLargeGraphs()
    {
        ModelMaker make(Float32);
        TensorId x = make.input("x", {1, 4});
        for (int i = 0; i < 3'000; ++i) {
            x = make.op(Unary{UnaryFunction::Neg}, {x}, 1, "neg" + std::to_string(i)).front();
            x = make.op(Identity{}, {x}, 1, "id" + std::to_string(i)).front();
            x = make.reshape(x, {4, 1}, "r" + std::to_string(i));
            x = make.reshape(x, {1, 4}, "s" + std::to_string(i));
        }
        const Graph graph = make.finish({x});
        for (const Rewrite *rewrite : rewriteList()) {
            rewrite->sites(graph);
        }
        QVERIFY(operatorsAfter(graph) <= 6'001);
    }
};

TINSMITH_TEST(FoldConstantsTest)

} // namespace tinsmith

#include "fold_constants_test.moc"

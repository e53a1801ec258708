// SPDX-License-Identifier: Apache-2.0
#include "core/graph/error.h"
#include "core/graph/geometry.h"
#include "core/graph/graph.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

using namespace tinsmith;
using tinsmith::test::ModelMaker;

namespace {

Tensor named(const std::string &name)
{
    Tensor tensor;
    tensor.name = name;
    tensor.shape = {1, 4};
    return tensor;
}

std::string failureOf(GraphBuilder &builder)
{
    try {
        builder.build();
    } catch (const GraphError &error) {
        return error.what();
    }
    return {};
}

} // namespace

class GraphTest : public QObject {
    Q_OBJECT

private slots:
    void shapesCheckTheirIndex()
    {
        const auto messageOf = [](const Shape &shape, std::size_t axis) {
            try {
                static_cast<void>(shape[axis]);
                return QString();
            } catch (const GraphError &error) {
                return QString::fromStdString(error.cause());
            }
        };
        QCOMPARE((Shape{2, 3}[1]), std::int64_t{3});
        QCOMPARE((Shape{2, 3}.last()), std::int64_t{3});
        QCOMPARE(messageOf({2, 3}, 2), QString::fromUtf8("the shape 2×3 has no dimension 2"));
        QCOMPARE(messageOf({}, 0), QString("a scalar has no dimensions"));
        QCOMPARE(messageOf(Shape::unranked(), 0), QString("the number of dimensions of a tensor is not known"));
        Shape changed = {2, 3};
        changed[1] = 4;
        QVERIFY(changed == (Shape{2, 4}));
        QVERIFY_EXCEPTION_THROWN(changed[2] = 1, GraphError);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(Shape().last()), GraphError);
    }

    void operatorsAreSortedIntoRunningOrder()
    {
        GraphBuilder builder;
        const TensorId a = builder.addTensor(named("a"));
        const TensorId b = builder.addTensor(named("b"));
        const TensorId c = builder.addTensor(named("c"));
        builder.addOperator({"second", Activation{}, {b}, {c}});
        builder.addOperator({"first", Activation{}, {a}, {b}});
        builder.setInputs({a});
        builder.setOutputs({c});
        const Graph graph = builder.build();
        QCOMPARE(graph.operators()[0].name, std::string("first"));
        QCOMPARE(graph.operators()[1].name, std::string("second"));
        QCOMPARE(graph.producer(graph.tensorNamed("c")).value, 1);
        QCOMPARE(graph.consumers(graph.tensorNamed("b")).size(), std::size_t(1));
    }

    void aCycleIsNamed()
    {
        GraphBuilder builder;
        const TensorId a = builder.addTensor(named("a"));
        const TensorId b = builder.addTensor(named("b"));
        builder.addOperator({"one", Activation{}, {b}, {a}});
        builder.addOperator({"two", Activation{}, {a}, {b}});
        builder.setOutputs({b});
        QCOMPARE(
            failureOf(builder), std::string("operator 0 (RELU one): depends on its own output: the graph has a cycle"));
    }

    void badReferencesAreRefused()
    {
        GraphBuilder builder;
        const TensorId a = builder.addTensor(named("a"));
        builder.addOperator({"one", Activation{}, {TensorId(std::size_t(9))}, {a}});
        QCOMPARE(failureOf(builder), std::string("operator 0 (RELU one): reads tensor 9 of 1"));

        GraphBuilder twice;
        const TensorId x = twice.addTensor(named("x"));
        const TensorId y = twice.addTensor(named("y"));
        twice.addOperator({"one", Activation{}, {x}, {y}});
        twice.addOperator({"two", Activation{}, {x}, {y}});
        QVERIFY(failureOf(twice).find("is written twice") != std::string::npos);
    }

    void anInputThatAnOperatorWritesIsRefused()
    {
        GraphBuilder builder;
        const TensorId x = builder.addTensor(named("x"));
        const TensorId y = builder.addTensor(named("y"));
        builder.addOperator({"one", Activation{}, {x}, {y}});
        builder.setInputs({x, y});
        QVERIFY(failureOf(builder).find("writes the graph's input") != std::string::npos);
    }

    void aConstantOfTheWrongSizeIsRefused()
    {
        GraphBuilder builder;
        const TensorId c
            = builder.addConstant("weights", ElementType::Float32, {3}, Bytes::of(std::vector<float>{1, 2}));
        const TensorId y = builder.addTensor(named("y"));
        builder.addOperator({"one", Activation{}, {c}, {y}});
        QCOMPARE(
            failureOf(builder), std::string("tensor 0 (weights): is 3 float32, 12 bytes, but has 8 bytes of data"));
    }

    void unusedTensorsAreDroppedAndNamesMadeUnique()
    {
        GraphBuilder builder;
        const TensorId a = builder.addTensor(named("a"));
        builder.addTensor(named("unused"));
        const TensorId b = builder.addTensor(named("b"));
        const TensorId c = builder.addTensor(named("c"));
        builder.addOperator({"same", Activation{}, {a}, {b}});
        builder.addOperator({"same", Activation{}, {b}, {c}});
        builder.setInputs({a});
        builder.setOutputs({c});
        const Graph graph = builder.build();
        QCOMPARE(graph.tensors().size(), std::size_t(3));
        QVERIFY(!graph.tensorNamed("unused").valid());
        QVERIFY(graph.operators()[0].name != graph.operators()[1].name);
    }

    void aRemovedOperatorLeavesTheSourceUntouched()
    {
        const Graph source = test::smallCnn(ModelMaker::Numbers::Float32);
        GraphBuilder builder(source);
        const OperatorId pool = source.operatorNamed("softmax");
        builder.replaceUses(source.op(pool).outputs[0], source.op(pool).inputs[0]);
        builder.removeOperator(pool);
        const Graph changed = builder.build();
        QCOMPARE(changed.operators().size() + 1, source.operators().size());
        QVERIFY(source.operatorNamed("softmax").valid());
        QVERIFY(!changed.operatorNamed("softmax").valid());
    }

    void macsCountTaps()
    {
        const Graph graph = test::smallCnn(ModelMaker::Numbers::Int8);
        QCOMPARE(macsOf(graph, graph.op(graph.operatorNamed("conv_1"))), std::int64_t(12 * 12 * 8 * 9));
        QCOMPARE(macsOf(graph, graph.op(graph.operatorNamed("conv_2"))), std::int64_t(6 * 6 * 16 * 9 * 8));
        QCOMPARE(macsOf(graph, graph.op(graph.operatorNamed("dense"))), std::int64_t(1440));
        QCOMPARE(macsOf(graph, graph.op(graph.operatorNamed("pool_1"))), std::int64_t(0));
    }

    void hugeShapesHaveNoElementCount()
    {
        const std::int64_t big = std::int64_t{1} << 40;
        QVERIFY(!(Shape{big, big}).elements().has_value());
        QCOMPARE((Shape{0, big, big}).elements().value(), std::int64_t(0));
        QCOMPARE(Shape().elements().value(), std::int64_t(1));
        QVERIFY(!(Shape{-1, 3}).elements().has_value());
    }

    void samePaddingPutsTheOddRowBehind()
    {
        const PadPair even = samePadding(10, 3, 2);
        QCOMPARE(even.before, std::int64_t(0));
        QCOMPARE(even.after, std::int64_t(1));
        const PadPair odd = samePadding(9, 3, 2);
        QCOMPARE(odd.before, std::int64_t(1));
        QCOMPARE(odd.after, std::int64_t(1));
    }
};

TINSMITH_TEST(GraphTest)

#include "graph_test.moc"

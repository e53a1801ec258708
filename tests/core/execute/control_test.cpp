// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/onnx_reader.h"
#include "core/formats/tflite/reader.h"
#include "core/formats/tflite/writer.h"
#include "tests/core/execute/one_operator.h"
#include "tests/support/test_main.h"

namespace tinsmith::test {
namespace {

/// A graph of int32 values made step by step.
struct Maker {
    GraphBuilder builder;
    std::vector<TensorId> inputs;

    TensorId value(const std::string &name, const Shape &shape, ElementType type = ElementType::Int32)
    {
        Tensor tensor;
        tensor.name = name;
        tensor.type = type;
        tensor.shape = shape;
        return builder.addTensor(tensor);
    }
    TensorId input(const std::string &name, const Shape &shape, ElementType type = ElementType::Int32)
    {
        inputs.push_back(value(name, shape, type));
        return inputs.back();
    }
    TensorId number(const std::string &name, std::int32_t content)
    {
        return builder.addConstant(name, ElementType::Int32, {1}, Bytes::of(std::vector<std::int32_t>{content}));
    }
    TensorId truth(const std::string &name, bool content)
    {
        return builder.addConstant(name, ElementType::Bool, {},
            Bytes::of(std::vector<std::uint8_t>{content ? std::uint8_t{1} : std::uint8_t{0}}));
    }
    TensorId apply(OperatorKind kind, std::vector<TensorId> from, const std::string &name, const Shape &shape,
        ElementType type = ElementType::Int32)
    {
        const TensorId made = value(name, shape, type);
        builder.addOperator({name, std::move(kind), std::move(from), {made}});
        return made;
    }
    Graph done(std::vector<TensorId> outputs)
    {
        builder.setInputs(inputs);
        builder.setOutputs(std::move(outputs));
        return builder.build();
    }
};

/// x -> x + step.
Graph adding(std::int32_t step, const Shape &shape = {1})
{
    Maker body;
    const TensorId x = body.input("x", shape);
    return body.done({body.apply(Binary{BinaryFunction::Add, {}}, {x, body.number("step", step)}, "y", shape)});
}

/// x -> x < limit.
Graph below(std::int32_t limit)
{
    Maker body;
    const TensorId x = body.input("x", {1});
    return body.done(
        {body.apply(Binary{BinaryFunction::Less, {}}, {x, body.number("limit", limit)}, "c", {1}, ElementType::Bool)});
}

Graph whileBelow(std::int32_t limit, std::int32_t step)
{
    Maker model;
    const TensorId x = model.input("x", {1});
    const TensorId y = model.apply(While{0, 1}, {x}, "y", {1});
    model.builder.subgraphs() = {below(limit), adding(step)};
    return model.done({y});
}

/// The sum of 0..trips - 1 and of the start, and the sums on the way.
Graph summing(std::int64_t rounds)
{
    Maker body;
    const TensorId round = body.input("round", {}, ElementType::Int64);
    const TensorId goesOn = body.input("goes on", {}, ElementType::Bool);
    const TensorId sum = body.input("sum", {1});
    const TensorId narrow = body.apply(Cast{ElementType::Int32}, {round}, "narrow", {});
    const TensorId next = body.apply(Binary{BinaryFunction::Add, {}}, {sum, narrow}, "next", {1});
    const TensorId way = body.apply(Identity{}, {next}, "way", {1});
    const TensorId on = body.apply(Identity{}, {goesOn}, "on", {}, ElementType::Bool);
    const Graph loop = body.done({on, next, way});
    Maker model;
    const TensorId trips = model.input("trips", {}, ElementType::Int64);
    const TensorId start = model.input("start", {1});
    const TensorId last = model.value("last", {1});
    const TensorId all = model.value("all", {rounds, 1});
    model.builder.addOperator({"loop", Loop{0, 1}, {trips, TensorId::none(), start}, {last, all}});
    model.builder.subgraphs() = {loop};
    return model.done({last, all});
}

/// A counter in a variable: an initial value set once, then one more in each run.
Graph counting()
{
    Maker begin;
    const TensorId first = begin.apply(VariableHandle{"", "count"}, {}, "handle", {}, ElementType::Resource);
    begin.builder.addOperator({"set", AssignVariable{}, {first, begin.number("ten", 10)}, {}});
    const Graph once = begin.done({});
    Maker model;
    const TensorId step = model.input("step", {1});
    model.builder.addOperator({"begin", Call{0, true, ""}, {}, {}});
    const TensorId handle = model.apply(VariableHandle{"", "count"}, {}, "handle", {}, ElementType::Resource);
    const TensorId old = model.apply(ReadVariable{}, {handle}, "old", {1});
    const TensorId sum = model.apply(Binary{BinaryFunction::Add, {}}, {old, step}, "sum", {1});
    model.builder.addOperator({"keep", AssignVariable{}, {handle, sum}, {}});
    model.builder.subgraphs() = {once};
    return model.done({sum});
}

TensorValue ints(const std::vector<std::int32_t> &values)
{
    return bytesOf(values);
}

QString messageOf(const Graph &graph, const std::vector<TensorValue> &inputs)
{
    try {
        Executor(graph).run(inputs);
        return {};
    } catch (const Error &error) {
        return QString::fromStdString(error.what());
    }
}

Graph rewritten(const Graph &graph)
{
    return readTflite(Bytes(writeTflite(graph)), "written.tflite");
}

} // namespace

class ControlTest : public QObject {
    Q_OBJECT
private slots:
    void whileRunsUntilItsConditionFails()
    {
        for (const Graph &graph : {whileBelow(10, 3), rewritten(whileBelow(10, 3))}) {
            Executor executor(graph);
            QVERIFY(graph.operators()[0].is<While>());
            QCOMPARE(executor.run(std::vector<TensorValue>{ints({1})})[0], ints({10}));
            QCOMPARE(executor.run(std::vector<TensorValue>{ints({9})})[0], ints({12}));
            QCOMPARE(executor.run(std::vector<TensorValue>{ints({40})})[0], ints({40}));
        }
    }

    void endlessLoopsAreStopped()
    {
        const Graph graph = whileBelow(10, 0);
        QVERIFY(messageOf(graph, {ints({1})}).contains("stopped after 1000000 rounds"));
        // The next run has its rounds again.
        Executor executor(graph);
        QCOMPARE(executor.run(std::vector<TensorValue>{ints({11})})[0], ints({11}));
    }

    void ifRunsTheChosenBranch()
    {
        Maker model;
        const TensorId condition = model.input("condition", {1}, ElementType::Bool);
        const TensorId x = model.input("x", {1});
        const TensorId y = model.apply(If{0, 1}, {condition, x}, "y", {1});
        model.builder.subgraphs() = {adding(1), adding(100)};
        const Graph made = model.done({y});
        for (const Graph &graph : {made, rewritten(made)}) {
            Executor executor(graph);
            QCOMPARE(executor.run(std::vector<TensorValue>{TensorValue{std::byte{1}}, ints({5})})[0], ints({6}));
            QCOMPARE(executor.run(std::vector<TensorValue>{TensorValue{std::byte{0}}, ints({5})})[0], ints({105}));
        }
    }

    void bodiesTakeTheShapesOfTheOperator()
    {
        Maker model;
        const TensorId x = model.input("x", {2, 3});
        // The body was made for one value.
        const TensorId y = model.apply(Call{0, false, "add"}, {x}, "y", {2, 3});
        model.builder.subgraphs() = {adding(7)};
        Executor executor(model.done({y}));
        QCOMPARE(executor.run(std::vector<TensorValue>{ints({1, 2, 3, 4, 5, 6})})[0], ints({8, 9, 10, 11, 12, 13}));
    }

    void loopsCarryAndCollect()
    {
        Executor executor(summing(4));
        const auto trips = [](std::int64_t count) { return bytesOf(std::vector<std::int64_t>{count}); };
        const auto outputs = executor.run(std::vector<TensorValue>{trips(4), ints({10})});
        QCOMPARE(outputs[0], ints({16}));
        QCOMPARE(outputs[1], ints({10, 11, 13, 16}));
        QVERIFY(messageOf(summing(4), {trips(3), ints({0})}).contains("fewer rounds than the 4"));
        QVERIFY(messageOf(summing(4), {trips(5), ints({0})}).contains("more rounds than the 4"));
    }

    void scansGoAlongTheirAxesInBothDirections()
    {
        Maker body;
        const TensorId sum = body.input("sum", {2});
        const TensorId part = body.input("part", {2});
        const TensorId weight = body.input("weight", {1});
        const TensorId scaled = body.apply(Binary{BinaryFunction::Mul, {}}, {part, weight}, "scaled", {2});
        const TensorId next = body.apply(Binary{BinaryFunction::Add, {}}, {sum, scaled}, "next", {2});
        const Graph step = body.done({next, body.apply(Identity{}, {next}, "way", {2})});
        Maker model;
        const TensorId start = model.input("start", {2});
        const TensorId parts = model.input("parts", {2, 3});
        const TensorId factor = model.input("factor", {1});
        const TensorId last = model.value("last", {2});
        const TensorId all = model.value("all", {2, 3});
        Scan scan{0, 1, 1, {1}, {-1}, {1}, {0}};
        model.builder.addOperator({"scan", scan, {start, parts, factor}, {last, all}});
        model.builder.subgraphs() = {step};
        Executor executor(model.done({last, all}));
        const auto outputs
            = executor.run(std::vector<TensorValue>{ints({0, 100}), ints({1, 2, 3, 4, 5, 6}), ints({2})});
        QCOMPARE(outputs[0], ints({12, 130}));
        // From the last column to the first; collected in the order of the rounds.
        QCOMPARE(outputs[1], ints({6, 10, 12, 112, 122, 130}));
    }

    void variablesKeepTheirValueUntilReset()
    {
        for (const Graph &graph : {counting(), rewritten(counting())}) {
            Executor executor(graph);
            QCOMPARE(executor.run(std::vector<TensorValue>{ints({1})})[0], ints({11}));
            QCOMPARE(executor.run(std::vector<TensorValue>{ints({5})})[0], ints({16}));
            executor.reset();
            QCOMPARE(executor.run(std::vector<TensorValue>{ints({1})})[0], ints({11}));
        }
    }

    void valuesThatGrowAreRefused()
    {
        Maker body;
        const TensorId x = body.input("x", {1});
        const Graph grows = body.done({body.apply(Concatenation{0, {}}, {x, x}, "twice", {2})});
        Maker model;
        const TensorId y = model.apply(While{0, 1}, {model.input("x", {1})}, "y", {1});
        model.builder.subgraphs() = {below(3), grows};
        const Graph graph = model.done({y});
        QVERIFY(messageOf(graph, {ints({1})}).contains("shapes that change while the model runs"));
        QVERIFY(!whyNotExecutable(graph, OperatorId(0)).empty());
    }

    void bodiesThatContainThemselvesAreRefused()
    {
        Maker body;
        const TensorId inner = body.apply(Call{0, false, "f"}, {body.input("x", {1})}, "y", {1});
        const Graph itself = body.done({inner});
        Maker model;
        const TensorId y = model.apply(Call{0, false, "f"}, {model.input("x", {1})}, "y", {1});
        model.builder.subgraphs() = {itself};
        const Graph graph = model.done({y});
        QVERIFY(messageOf(graph, {ints({1})}).contains("contains itself"));
        QVERIFY(QString::fromStdString(whyNotExecutable(graph, OperatorId(0))).contains("contains itself"));
    }

    void bodiesThatMultiplyAreRefused()
    {
        // Each body runs the next one ten times: 10^9 operators when all stand in their places.
        std::vector<Graph> bodies;
        for (std::int32_t level = 0; level < 9; ++level) {
            Maker body;
            TensorId x = body.input("x", {1});
            for (int i = 0; i < 10; ++i) {
                x = body.apply(Call{level + 1, false, "f"}, {x}, "y" + std::to_string(i), {1});
            }
            bodies.push_back(body.done({x}));
        }
        bodies.push_back(adding(1));
        Maker model;
        const TensorId y = model.apply(Call{0, false, "f"}, {model.input("x", {1})}, "y", {1});
        model.builder.subgraphs() = bodies;
        QVERIFY(messageOf(model.done({y}), {ints({1})}).contains("more than 200000 operators"));
    }

    void bodiesThatAreNotThereAreRefused()
    {
        Maker model;
        const TensorId y = model.apply(Call{3, false, "f"}, {model.input("x", {1})}, "y", {1});
        QVERIFY(messageOf(model.done({y}), {ints({1})}).contains("its body is subgraph 3 of 0"));
    }
};

TINSMITH_TEST(ControlTest)

} // namespace tinsmith::test

#include "control_test.moc"

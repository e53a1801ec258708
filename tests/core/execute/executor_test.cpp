// SPDX-License-Identifier: Apache-2.0
#include "core/execute/compare.h"
#include "core/execute/known_values.h"
#include "core/execute/memory.h"
#include "tests/core/execute/one_operator.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <random>

namespace tinsmith::test {
namespace {

std::vector<TensorValue> randomInputs(const Graph &graph, std::mt19937 &random)
{
    std::vector<TensorValue> values;
    for (const TensorId id : graph.inputs()) {
        values.push_back(randomValue(graph.tensor(id), random));
    }
    return values;
}

Tensor floatTensor(const std::string &name, const Shape &shape)
{
    Tensor tensor;
    tensor.name = name;
    tensor.shape = shape;
    return tensor;
}

} // namespace

class ExecutorTest : public QObject {
    Q_OBJECT
private slots:
    void runsAreRepeatable()
    {
        for (const auto numbers : {ModelMaker::Numbers::Float32, ModelMaker::Numbers::Int8}) {
            const Graph graph = residualCnn(numbers);
            std::mt19937 random(3);
            const auto first = randomInputs(graph, random);
            const auto second = randomInputs(graph, random);
            Executor executor(graph);
            const auto expected = executor.run(first);
            QVERIFY(executor.run(second) != expected);
            QVERIFY(executor.run(first) == expected);
            QVERIFY(Executor(graph).run(first) == expected);
        }
    }

    void anObserverSeesEveryActivationOnce()
    {
        const Graph graph = smallCnn(ModelMaker::Numbers::Float32);
        std::mt19937 random(4);
        const auto inputs = randomInputs(graph, random);
        std::vector<int> seen(graph.tensors().size());
        std::vector<std::byte> last;
        Executor executor(graph);
        const auto outputs = executor.run(inputs, [&](TensorId id, std::span<const std::byte> value) {
            ++seen[id.position()];
            QCOMPARE(static_cast<std::int64_t>(value.size()), *graph.tensor(id).bytes());
            last.assign(value.begin(), value.end());
        });
        for (std::size_t i = 0; i < seen.size(); ++i) {
            QCOMPARE(seen[i], graph.tensors()[i].constant() ? 0 : 1);
        }
        QVERIFY(last == outputs[0]);
    }

    void wrongInputsAreNamed()
    {
        const Graph graph = oneOperator(Unary{UnaryFunction::Neg}, {floats({2}, {1, 2})});
        Executor executor(graph);
        QVERIFY_EXCEPTION_THROWN(executor.run({}), GraphError);
        try {
            const std::vector<TensorValue> wrong = {TensorValue(4)};
            executor.run(wrong);
            QFAIL("ran on half an input");
        } catch (const GraphError &error) {
            QCOMPARE(QString(error.what()), QString("input \"x0\": takes 8 bytes, not 4"));
        }
    }

    void whatFollowsFromConstantsIsWorkedOutOnce()
    {
        GraphBuilder builder;
        const TensorId x = builder.addTensor(floatTensor("x", {1, 2}));
        const TensorId half = builder.addConstant(
            "w", ElementType::Float16, {1, 2}, Bytes(bytesOf(std::vector<std::uint16_t>{0x4000, 0x4200})));
        const TensorId wide = builder.addTensor(floatTensor("w/float", {1, 2}));
        const TensorId y = builder.addTensor(floatTensor("y", {1, 1}));
        builder.addOperator({"widen", Dequantize{}, {half}, {wide}});
        builder.addOperator({"dense", FullyConnected{}, {x, wide}, {y}});
        builder.setInputs({x});
        builder.setOutputs({y});
        const Graph graph = builder.build();
        const auto known = knownValues(graph);
        QCOMPARE(valuesOf<float>(TensorValue(known[graph.tensorNamed("w/float").position()].view().begin(),
                     known[graph.tensorNamed("w/float").position()].view().end())),
            (std::vector<float>{2, 3}));
        Executor executor(graph);
        const std::vector<TensorValue> inputs = {bytesOf(std::vector<float>{10, 1})};
        QCOMPARE(valuesOf<float>(executor.run(inputs)[0]), (std::vector<float>{23}));
    }

    /// One output of no elements beside one that is known: the operator runs as a step and writes both.
    void partlyEmptyResultsOfConstantsRun()
    {
        GraphBuilder builder;
        const TensorId x
            = builder.addConstant("x", ElementType::Float32, {2}, Bytes(bytesOf(std::vector<float>{1, 2})));
        const TensorId all = builder.addTensor(floatTensor("all", {2}));
        const TensorId none = builder.addTensor(floatTensor("none", {0}));
        builder.addOperator({"split", Split{0, {2, 0}}, {x}, {all, none}});
        builder.setOutputs({all, none});
        Executor executor(builder.build());
        const auto outputs = executor.run({});
        QCOMPARE(valuesOf<float>(outputs[0]), (std::vector<float>{1, 2}));
        QVERIFY(outputs[1].empty());
    }

    void hugeTensorsAreRefusedByName()
    {
        GraphBuilder builder;
        const std::int64_t side = 1 << 20;
        const TensorId x = builder.addTensor(floatTensor("vast", {side, side}));
        const TensorId y = builder.addTensor(floatTensor("y", {side, side}));
        builder.addOperator({"neg", Unary{UnaryFunction::Neg}, {x}, {y}});
        builder.setInputs({x});
        builder.setOutputs({y});
        const Graph graph = builder.build();
        QVERIFY(whyNotExecutable(graph, graph.operatorNamed("neg")).find("\"vast\" is too large") != std::string::npos);
        QVERIFY_EXCEPTION_THROWN(Executor{graph}, UnsupportedError);
    }

    void unknownShapesAndOperatorsSayWhy()
    {
        GraphBuilder builder;
        const TensorId x = builder.addTensor(floatTensor("x", {-1, 2}));
        const TensorId y = builder.addTensor(floatTensor("y", {-1, 2}));
        const TensorId z = builder.addTensor(floatTensor("z", {2}));
        builder.addOperator({"neg", Unary{UnaryFunction::Neg}, {x}, {y}});
        builder.addOperator({"odd", Custom{"SVDF", {}, {}, {}, {}}, {y}, {z}});
        builder.setInputs({x});
        builder.setOutputs({z});
        const Graph graph = builder.build();
        QVERIFY(whyNotExecutable(graph, graph.operatorNamed("neg")).find("not known: ?×2") != std::string::npos);
        const Graph custom = oneOperator(Unary{UnaryFunction::Neg}, {floats({2}, {1, 2})});
        GraphBuilder other(custom);
        other.op(OperatorId(0)).kind = Custom{"SVDF", {}, {}, {}, {}};
        const Graph odd = other.build();
        QVERIFY(whyNotExecutable(odd, OperatorId(0)).find("SVDF") != std::string::npos);
        QVERIFY(whyNotExecutable(custom, OperatorId(0)).empty());
    }

    /// Shapes in a file may say anything: none of these may read or write outside its tensors.
    void shapesThatDisagreeAreRefused()
    {
        const auto refuses = [](OperatorKind kind, const Shape &x, const Shape &w, const Shape &y) {
            GraphBuilder builder;
            const TensorId in = builder.addTensor(floatTensor("x", x));
            const TensorId weights = builder.addTensor(floatTensor("w", w));
            const TensorId out = builder.addTensor(floatTensor("y", y));
            builder.addOperator({"op", std::move(kind), {in, weights}, {out}});
            builder.setInputs({in, weights});
            builder.setOutputs({out});
            const Graph graph = builder.build();
            return !whyNotExecutable(graph, OperatorId(0)).empty();
        };
        QVERIFY(!refuses(Conv2D{}, {1, 2, 2, 3}, {4, 1, 1, 3}, {1, 2, 2, 4}));
        QVERIFY(refuses(Conv2D{}, {1, 2, 2, 3}, {4, 1, 1, 5}, {1, 2, 2, 4}));
        QVERIFY(refuses(Conv2D{}, {1, 2, 2, 3}, {4, 1, 1, 3}, {2, 2, 2, 4}));
        Conv2D far;
        far.strideH = std::int64_t{1} << 31;
        QVERIFY(refuses(far, {1, 2, 2, 3}, {4, 1, 1, 3}, {1, 2, 2, 4}));
        QVERIFY(refuses(DepthwiseConv2D{}, {1, 2, 2, 3}, {1, 1, 1, 4}, {1, 2, 2, 4}));
        QVERIFY(refuses(FullyConnected{}, {2, 3}, {4, 2}, {2, 4}));
        QVERIFY(refuses(Binary{}, {2, 3}, {4, 3}, {2, 3}));
        QVERIFY(refuses(Concatenation{0, {}}, {2, 3}, {2, 2}, {4, 3}));
        QVERIFY(refuses(Transpose{{0, 0}}, {2, 2}, {1}, {2, 2}));
        QVERIFY(refuses(StridedSlice{{0, 0}, {2, 9}, {1, 1}, {}}, {2, 2}, {1}, {2, 9}));
        QVERIFY(refuses(Reshape{}, {2, 2}, {1}, {5}));
        QVERIFY(refuses(Softmax{1, 7}, {2, 2}, {1}, {2, 2}));
    }

    void variablesKeepTheirValueUntilReset()
    {
        GraphBuilder builder;
        const TensorId x = builder.addTensor(floatTensor("x", {1}));
        Tensor kept = floatTensor("state", {1});
        kept.variable = true;
        const TensorId state = builder.addTensor(kept);
        const TensorId y = builder.addTensor(floatTensor("y", {1}));
        builder.addOperator({"add", Binary{}, {x, state}, {y}});
        builder.setInputs({x});
        builder.setOutputs({y});
        Executor executor(builder.build());
        const std::vector<TensorValue> inputs = {bytesOf(std::vector<float>{2})};
        QCOMPARE(valuesOf<float>(executor.run(inputs)[0]), (std::vector<float>{2}));
        executor.reset();
        QCOMPARE(valuesOf<float>(executor.run(inputs)[0]), (std::vector<float>{2}));
    }

    void lifetimesThatMeetDoNotOverlap()
    {
        std::mt19937 random(12);
        for (int round = 0; round < 50; ++round) {
            std::vector<Lifetime> all(20);
            std::vector<Lifetime *> pointers;
            std::int64_t sum = 0;
            for (Lifetime &lifetime : all) {
                lifetime.bytes = static_cast<std::int64_t>(random() % 1000);
                lifetime.first = static_cast<std::int64_t>(random() % 10);
                lifetime.last = lifetime.first + static_cast<std::int64_t>(random() % 5);
                sum += (lifetime.bytes + 63) / 64 * 64;
                pointers.push_back(&lifetime);
            }
            QVERIFY(placeLifetimes(pointers) <= sum);
            for (const Lifetime &a : all) {
                for (const Lifetime &b : all) {
                    const bool meet = &a != &b && a.first <= b.last && b.first <= a.last;
                    QVERIFY(!meet || a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset);
                }
            }
        }
    }

    void deviationsAreInDecibels()
    {
        Deviation deviation;
        QCOMPARE(deviation.sqnrDb(), Deviation::mostDb);
        deviation.add(std::vector<float>{3, -4}, std::vector<float>{3, -4.5F});
        QVERIFY(std::fabs(deviation.sqnrDb() - 20) < 1e-9);
        QCOMPARE(deviation.maxAbsDifference(), 0.5);
        Deviation silent;
        silent.add(std::vector<float>{0}, std::vector<float>{1});
        QCOMPARE(silent.sqnrDb(), -Deviation::mostDb);
    }

    void aGraphComparesEqualToItself()
    {
        const Graph graph = smallCnn(ModelMaker::Numbers::Int8);
        std::mt19937 random(8);
        std::vector<std::vector<TensorValue>> samples;
        for (int i = 0; i < 3; ++i) {
            samples.push_back(randomInputs(graph, random));
        }
        const auto same
            = compareGraphs(graph, graph, samples.size(), [&](std::size_t i, const Graph &) { return samples[i]; });
        QCOMPARE(same.agreement, 1.0);
        QCOMPARE(same.sqnrDb, Deviation::mostDb);
        QCOMPARE(same.layers.size(), graph.operators().size());
    }

    void valuesConvertBetweenTensors()
    {
        Tensor real = floatTensor("real", {2});
        Tensor stored = real;
        stored.type = ElementType::Int8;
        stored.quantization = Quantization{{0.5F}, {-1}, 0};
        const auto bytes = convertedValue(real, bytesOf(std::vector<float>{1.25F, -1e6F}), stored);
        QCOMPARE(valuesOf<std::int8_t>(bytes), (std::vector<std::int8_t>{2, -128}));
        QCOMPARE(valuesOf<float>(convertedValue(stored, bytes, real)), (std::vector<float>{1.5F, -63.5F}));
        QVERIFY_EXCEPTION_THROWN(
            convertedValue(real, bytesOf(std::vector<float>{1, 2}), floatTensor("other", {3})), GraphError);
    }
};

TINSMITH_TEST(ExecutorTest)

} // namespace tinsmith::test

#include "executor_test.moc"

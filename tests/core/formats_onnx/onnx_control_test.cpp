// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"
#include "core/formats/onnx/onnx_reader.h"
#include "core/formats/onnx/onnx_writer.h"
#include "core/graph/error.h"
#include "tests/support/test_main.h"

#include <onnx/defs/parser.h>
#include <onnx/onnx_pb.h>

#include <cstring>
#include <set>

namespace tinsmith::test {
namespace {

/// The model of a text in ONNX's own notation.
std::string serialized(const std::string &graph, const std::string &functions = {})
{
    const std::string text = "<ir_version: 8, opset_import: [\"\" : 16, \"own\" : 1]>\n" + graph + "\n" + functions;
    ::onnx::ModelProto model;
    const auto status = ::onnx::OnnxParser::Parse(model, text.c_str());
    if (!status.IsOK()) {
        qWarning("%s", status.ErrorMessage().c_str());
        return {};
    }
    return model.SerializeAsString();
}

Graph readText(const std::string &graph, const std::string &functions = {})
{
    const std::string bytes = serialized(graph, functions);
    return readOnnx(std::as_bytes(std::span<const char>(bytes.data(), bytes.size())), "text.onnx");
}

QString messageOf(const std::string &graph, const std::string &functions = {})
{
    try {
        readText(graph, functions);
        return {};
    } catch (const Error &error) {
        return QString::fromStdString(error.what());
    }
}

template <typename T>
TensorValue valueOf(const std::vector<T> &values)
{
    const auto view = std::as_bytes(std::span<const T>(values));
    return {view.begin(), view.end()};
}

/// What the model and what is written of it give, as floats; an empty list where they differ.
std::vector<float> runBoth(const Graph &graph, const std::vector<TensorValue> &inputs, std::size_t output = 0)
{
    const TensorValue first = Executor(graph).run(inputs).at(output);
    const Graph again = readOnnx(writeOnnx(graph), "written.onnx");
    if (Executor(again).run(inputs).at(output) != first || again.subgraphs().size() != graph.subgraphs().size()) {
        return {};
    }
    for (std::size_t i = 0; i < graph.operators().size(); ++i) {
        if (typeName(graph.operators()[i].kind) != typeName(again.operators()[i].kind)) {
            return {};
        }
    }
    std::vector<float> values(first.size() / sizeof(float));
    std::memcpy(values.data(), first.data(), first.size());
    return values;
}

using Floats = std::vector<float>;
const TensorValue yes = {std::byte{1}};
const TensorValue no = {std::byte{0}};

} // namespace

class OnnxControlTest : public QObject {
    Q_OBJECT
private slots:
    void branchesTakeValuesFromAround()
    {
        const Graph graph = readText(R"(main (bool c, float[2] x) => (float[2] y) {
            two = Constant <value = float {2.0}> ()
            a = Mul (x, two)
            b = Add (x, a)
            y = If (c) <
                then_branch = plus () => (float[2] t) { t = Add (a, b) },
                else_branch = minus () => (float[2] t) { u = Sub (b, two)  t = Sub (u, x) }
            >
        })");
        const auto *kind = graph.operators().back().as<If>();
        QVERIFY(kind != nullptr);
        // The condition, a, b and x; the constant went into the body.
        QCOMPARE(graph.operators().back().inputs.size(), std::size_t{4});
        QCOMPARE(graph.subgraphs().size(), std::size_t{2});
        QCOMPARE(graph.subgraphs()[0].inputs().size(), std::size_t{3});
        QCOMPARE(runBoth(graph, {yes, valueOf<float>({1, 10})}), (Floats{5, 50}));
        QCOMPARE(runBoth(graph, {no, valueOf<float>({1, 10})}), (Floats{0, 18}));
    }

    void branchesInBranchesReachTheOutermostGraph()
    {
        const Graph graph = readText(R"(main (bool c, bool d, float[1] x, float[1] z) => (float[1] y) {
            y = If (c) <
                then_branch = outer () => (float[1] t) {
                    t = If (d) <
                        then_branch = inner () => (float[1] s) { s = Add (x, z) },
                        else_branch = other () => (float[1] s) { s = Identity (z) }
                    >
                },
                else_branch = flat () => (float[1] t) { t = Neg (x) }
            >
        })");
        QCOMPARE(graph.subgraphs().size(), std::size_t{4});
        const auto run = [&](const TensorValue &c, const TensorValue &d) {
            return runBoth(graph, {c, d, valueOf<float>({3}), valueOf<float>({4})});
        };
        QCOMPARE(run(yes, yes), (Floats{7}));
        QCOMPARE(run(yes, no), (Floats{4}));
        QCOMPARE(run(no, yes), (Floats{-3}));
    }

    void settledBranchesStandInPlace()
    {
        const Graph graph = readText(R"(main (float[2] x) => (float[2] y, float[2] z) {
            c = Constant <value = bool {1}> ()
            y, z = If (c) <
                then_branch = one () => (float[2] t, float[2] u) { t = Neg (x)  u = Identity (x) },
                else_branch = other () => (float[2] t, float[2] u) { t = Abs (x)  u = Abs (x) }
            >
        })");
        QVERIFY(graph.subgraphs().empty());
        QVERIFY(graph.operators()[0].is<Unary>());
        QCOMPARE(graph.tensor(graph.outputs()[0]).name, std::string("y"));
        QCOMPARE(graph.tensor(graph.outputs()[1]).name, std::string("z"));
        QCOMPARE(runBoth(graph, {valueOf<float>({1, -2})}), (Floats{-1, 2}));
    }

    void loopsKnowTheirRoundsFromConstants()
    {
        const Graph graph = readText(R"(main (float[2] x, float[2] step) => (float[2] y, float[?, ?] all) {
            n = Constant <value = int64 {3}> ()
            y, all = Loop (n, , x) <
                body = b (int64 i, bool on, float[2] v) => (bool goes, float[2] w, float[2] part) {
                    goes = Identity (on)
                    w = Add (v, step)
                    part = Neg (w)
                }
            >
        })");
        QVERIFY(graph.operators()[0].is<Loop>());
        QVERIFY(graph.tensor(graph.outputs()[1]).shape == (Shape{3, 2}));
        const std::vector<TensorValue> inputs = {valueOf<float>({1, 2}), valueOf<float>({10, 20})};
        QCOMPARE(runBoth(graph, inputs), (Floats{31, 62}));
        QCOMPARE(runBoth(graph, inputs, 1), (Floats{-11, -22, -21, -42, -31, -62}));
    }

    void loopsOfUnknownRoundsThatCollectAreRefusedWithTheReason()
    {
        const Graph graph = readText(R"(main (int64 n, float[2] x) => (float[2] y, float[?, ?] all) {
            y, all = Loop (n, , x) <
                body = b (int64 i, bool on, float[2] v) => (bool goes, float[2] w, float[2] part) {
                    goes = Identity (on)
                    w = Add (v, v)
                    part = Neg (w)
                }
            >
        })");
        QVERIFY(QString::fromStdString(whyNotExecutable(graph, OperatorId(0))).contains("\"all\""));
    }

    void scansRunAndAreWritten()
    {
        const Graph graph
            = readText(R"(main (float[2] start, float[3, 2] x, float[1] f) => (float[2] y, float[3, 2] all) {
            y, all = Scan <
                num_scan_inputs = 1,
                body = b (float[2] v, float[2] part) => (float[2] w, float[2] out) {
                    s = Mul (part, f)
                    w = Add (v, s)
                    out = Identity (w)
                }
            > (start, x)
        })");
        QVERIFY(graph.operators()[0].is<Scan>());
        const std::vector<TensorValue> inputs
            = {valueOf<float>({0, 0}), valueOf<float>({1, 2, 3, 4, 5, 6}), valueOf<float>({2})};
        QCOMPARE(runBoth(graph, inputs), (Floats{18, 24}));
        QCOMPARE(runBoth(graph, inputs, 1), (Floats{2, 4, 8, 12, 18, 24}));
    }

    void slicesThatMoveWithTheRoundRun()
    {
        const Graph graph = readText(R"(main (float[1] a) => (float[1] b, float[3, 2] all) {
            trips = Constant <value = int64 {3}> ()
            yes = Constant <value = bool {1}> ()
            b, all = Loop (trips, yes, a) <body = sums (int64 i, bool c, float[1] s) =>
                (bool go, float[1] t, float[2] part) {
                go = Identity (c)
                x = Constant <value = float[6] {1.0, 2.0, 3.0, 4.0, 5.0, 6.0}> ()
                axes = Constant <value = int64[1] {0}> ()
                one = Constant <value = int64 {1}> ()
                three = Constant <value = int64 {3}> ()
                from = Add (i, one)
                to = Add (three, i)
                begin = Unsqueeze (from, axes)
                end = Unsqueeze (to, axes)
                part = Slice (x, begin, end)
                sum = ReduceSum (part, axes)
                t = Add (s, sum)
            }>
        })");
        QCOMPARE(runBoth(graph, {valueOf<float>({1})}, 1), (Floats{2, 3, 3, 4, 4, 5}));
        QCOMPARE(runBoth(graph, {valueOf<float>({1})}), (Floats{22}));
    }

    void slicesThatMayCountFromTheEndAreRefused()
    {
        const Graph graph = readText(R"(main (float[6] x, int64[1] i) => (float[2] y) {
            two = Constant <value = int64[1] {2}> ()
            end = Add (i, two)
            y = Slice (x, i, end)
        })");
        const auto *slice = graph.operators().back().as<Custom>();
        QVERIFY(slice != nullptr);
        QCOMPARE(slice->reason, std::string("its starts is computed while the model runs"));
    }

    void functionsStandInThePlaceOfTheirCalls()
    {
        const Graph graph = readText(R"(main (float[2] x) => (float[2] y) {
            a = own.leaky <slope = 0.5> (x)
            b = own.leaky <slope = 0.25> (a)
            y = own.leaky <slope = 0.5> (b)
        })",
            R"(<domain: "own", opset_import: ["" : 16]>
            leaky <slope> (v) => (w) { n = LeakyRelu <alpha: float = @slope> (v)  w = Mul (n, n) })");
        QVERIFY(graph.subgraphs().empty());
        QCOMPARE(graph.operators().size(), std::size_t{6});
        QCOMPARE(graph.operators()[0].as<Activation>()->alpha, 0.5F);
        QCOMPARE(graph.operators()[2].as<Activation>()->alpha, 0.25F);
        QVERIFY(graph.tensorNamed("a/n").valid());
        QVERIFY(graph.tensorNamed("a").valid());
        QVERIFY(graph.tensor(graph.outputs()[0]).shape == (Shape{2}));
        QVERIFY(graph.info().problems.empty());
        QCOMPARE(runBoth(graph, {valueOf<float>({2, -2})}), (Floats{256, 1}));
    }

    void functionsMayCallFunctionsAndBeCalledInBranches()
    {
        const Graph graph = readText(R"(main (bool c, float[2] x) => (float[2] y) {
            y = If (c) <
                then_branch = one () => (float[2] t) { t = own.outer (x) },
                else_branch = other () => (float[2] t) { t = own.inner (x) }
            >
        })",
            R"(<domain: "own", opset_import: ["" : 16]> inner (v) => (w) { w = Add (v, v) }
               <domain: "own", opset_import: ["" : 16, "own" : 1]>
               outer (v) => (w) { a = own.inner (v)  w = own.inner (a) })");
        QCOMPARE(graph.subgraphs().size(), std::size_t{2});
        QCOMPARE(graph.subgraphs()[0].operators().size(), std::size_t{2});
        QCOMPARE(runBoth(graph, {yes, valueOf<float>({1, 2})}), (Floats{4, 8}));
        QCOMPARE(runBoth(graph, {no, valueOf<float>({1, 2})}), (Floats{2, 4}));
    }

    void branchesInFunctionsReadTheFunctionsValues()
    {
        const Graph graph = readText(R"(main (bool c, float[2] x) => (float[2] y, float[2] z) {
            y = own.choose (c, x)
            z = own.choose (c, y)
        })",
            R"(<domain: "own", opset_import: ["" : 16]> choose (c, v) => (w) {
                d = Add (v, v)
                w = If (c) <
                    then_branch = one () => (t) { t = Add (d, v) },
                    else_branch = other () => (t) { t = Neg (d) }
                >
            })");
        // The two calls share their branches, which a file has twice.
        const Graph again = readOnnx(writeOnnx(graph), "written.onnx");
        for (const Graph *each : {&graph, &again}) {
            const auto run = [&](const TensorValue &condition) {
                return Executor(*each).run(std::vector<TensorValue>{condition, valueOf<float>({1, 2})});
            };
            QCOMPARE(run(yes).at(0), valueOf<float>({3, 6}));
            QCOMPARE(run(yes).at(1), valueOf<float>({9, 18}));
            QCOMPARE(run(no).at(1), valueOf<float>({4, 8}));
        }
    }

    void namesOfFunctionsMayBeThoseOfTheirCallers()
    {
        const std::string bytes = serialized(R"(main (float[2] n) => (float[2] w) {
            a = own.twice (n)
            renamed = Neg (a)
            w = own.twice (renamed)
        })",
            R"(<domain: "own", opset_import: ["" : 16]> twice (v) => (w) { n = Add (v, v)  w = Identity (n) })");
        ::onnx::ModelProto model;
        QVERIFY(model.ParseFromString(bytes));
        // "n" and "w" are values of the graph too, and "a/n" would be what the first call makes.
        model.mutable_graph()->mutable_node(1)->set_output(0, "a/n");
        model.mutable_graph()->mutable_node(2)->set_input(0, "a/n");
        const std::string changed = model.SerializeAsString();
        const Graph graph = readOnnx(std::as_bytes(std::span<const char>(changed.data(), changed.size())), "text.onnx");
        std::set<std::string> names;
        for (const Tensor &tensor : graph.tensors()) {
            QVERIFY2(names.insert(tensor.name).second, tensor.name.c_str());
        }
        QCOMPARE(runBoth(graph, {valueOf<float>({1, 2})}), (Floats{-4, -8}));
    }

    void functionsMayHandOnTheirInputsAndLeaveSomeOut()
    {
        const Graph graph = readText(R"(main (float[2] x) => (float[2] y, float[2] z, float[2] u) {
            y, z = own.both (x)
            u = own.clip (x)
        })",
            R"(<domain: "own", opset_import: ["" : 16]> both (v) => (v, w) { w = Neg (v) }
               <domain: "own", opset_import: ["" : 16]>
               clip (v, low) => (w) { high = Constant <value = float {1.5}> ()  w = Clip (v, low, high) })");
        const std::vector<TensorValue> inputs = {valueOf<float>({-1, 2})};
        QCOMPARE(runBoth(graph, inputs), (Floats{-1, 2}));
        QCOMPARE(runBoth(graph, inputs, 1), (Floats{1, -2}));
        QCOMPARE(runBoth(graph, inputs, 2), (Floats{-1, 1.5F}));
    }

    void functionsHaveTheirOwnOperatorSets()
    {
        // Squeeze has its axes as an attribute before set 13, as an input since.
        const Graph graph = readText("main (float[1,2] x) => (float[2] y) { y = own.flat (x) }",
            R"(<domain: "own", opset_import: ["" : 11]> flat (v) => (w) { w = Squeeze <axes = [0]> (v) })");
        QCOMPARE(graph.operators()[0].as<Squeeze>()->axes, std::vector<std::int64_t>{0});
    }

    void shapesAreFoldedThroughFunctions()
    {
        const Graph graph = readText(R"(main (float[2,6] x) => (float[2,3,2] y) {
            s = own.shape (x)
            y = Reshape (x, s)
        })",
            R"(<domain: "own", opset_import: ["" : 16]> shape (v) => (s) {
                all = Shape (v)
                zero = Constant <value = int64[1] {0}> ()
                batch = Gather (all, zero)
                rest = Constant <value = int64[2] {3, 2}> ()
                s = Concat <axis = 0> (batch, rest)
            })");
        QCOMPARE(graph.operators().size(), std::size_t{1});
        QCOMPARE(graph.operators()[0].as<Reshape>()->shape, (std::vector<std::int64_t>{2, 3, 2}));
    }

    void sizesThatAreNamedPassThroughFunctions()
    {
        const Graph graph = readText(R"(main (float[N,6] x) => (float[N,3,2] y) {
            s = own.shape (x)
            y = Reshape (x, s)
        })",
            R"(<domain: "own", opset_import: ["" : 16]> shape (v) => (s) {
                all = Shape (v)
                zero = Constant <value = int64[1] {0}> ()
                batch = Gather (all, zero)
                rest = Constant <value = int64[2] {3, 2}> ()
                s = Concat <axis = 0> (batch, rest)
            })");
        QCOMPARE(graph.operators().size(), std::size_t{1});
        QCOMPARE(graph.operators()[0].as<Reshape>()->shape, (std::vector<std::int64_t>{0, 3, 2}));
    }

    void constantArgumentsStayConstant()
    {
        const std::string function = R"(<domain: "own", opset_import: ["" : 16]>
            line (v, k) => (w) { w = Conv (v, k) })";
        // One dimension: the weights get another, which a computed tensor would need an operator for.
        const Graph graph = readText(R"(main (float[1,1,3] x) => (float[1,1,2] y, float[1,1,2] z) {
            a = Constant <value = float[1,1,2] {1.0, 2.0}> ()
            b = Constant <value = float[1,1,2] {3.0, 4.0}> ()
            y = own.line (x, a)
            z = own.line (x, b)
        })",
            function);
        for (const Operator &op : graph.operators()) {
            QVERIFY(!op.is<Conv2D>() || graph.tensor(op.inputs[1]).constant());
        }
        QCOMPARE(runBoth(graph, {valueOf<float>({1, 10, 100})}), (Floats{21, 210}));
        QCOMPARE(runBoth(graph, {valueOf<float>({1, 10, 100})}, 1), (Floats{43, 430}));
    }

    void attributesMayHaveDefaults()
    {
        const std::string bytes = serialized(R"(main (float[2] x) => (float[2] y, float[2] z) {
            y = own.leaky (x)
            z = own.leaky <slope = 0.25> (x)
        })",
            R"(<domain: "own", opset_import: ["" : 16]>
            leaky <slope> (v) => (w) { w = LeakyRelu <alpha: float = @slope> (v) })");
        ::onnx::ModelProto model;
        QVERIFY(model.ParseFromString(bytes));
        auto &function = *model.mutable_functions(0);
        function.clear_attribute();
        ::onnx::AttributeProto slope;
        slope.set_name("slope");
        slope.set_type(::onnx::AttributeProto::FLOAT);
        slope.set_f(0.5F);
        // Field attribute_proto, which the library may not know.
        const std::string value = slope.SerializeAsString();
        std::string raw = function.SerializeAsString();
        raw += static_cast<char>(11 << 3 | 2);
        raw += static_cast<char>(value.size());
        raw += value;
        QVERIFY(function.ParseFromString(raw));
        const std::string changed = model.SerializeAsString();
        const Graph graph = readOnnx(std::as_bytes(std::span<const char>(changed.data(), changed.size())), "text.onnx");
        QCOMPARE(runBoth(graph, {valueOf<float>({-8, 2})}), (Floats{-4, 2}));
        QCOMPARE(runBoth(graph, {valueOf<float>({-8, 2})}, 1), (Floats{-2, 2}));
    }

    void problemsOfFunctionsNameTheOperatorInPlace()
    {
        const Graph graph = readText("main (float[2] x, float[3] z) => (float[2] y) { y = own.sum (x, z) }",
            R"(<domain: "own", opset_import: ["" : 16]> sum (a, b) => (w) { w = Add (a, b) })");
        QCOMPARE(graph.info().problems.size(), std::size_t{1});
        QCOMPARE(graph.info().problems[0].place, std::string("node Add that makes y"));
    }

    void functionsThatNothingCallsAreShown()
    {
        const Graph graph = readText("main (float[2] x) => (float[2] y) { y = Neg (x) }",
            R"(<domain: "own", opset_import: ["" : 16]> twice (v) => (w) { w = Add (v, v) })");
        QCOMPARE(graph.subgraphs().size(), std::size_t{1});
        QCOMPARE(graph.subgraphs()[0].name(), std::string("own.twice"));
        QVERIFY(graph.info().problems.empty() && graph.subgraphs()[0].info().problems.empty());
    }

    void functionsThatCallThemselvesAreRejected()
    {
        QVERIFY(messageOf("main (float[2] x) => (float[2] y) { y = own.f (x) }",
            R"(<domain: "own", opset_import: ["" : 16, "own" : 1]> f (v) => (w) { w = own.g (v) }
               <domain: "own", opset_import: ["" : 16, "own" : 1]> g (v) => (w) { w = own.f (v) })")
                    .contains("calls itself"));
    }

    void bodiesThatReadWhatNothingMakesAreRejected()
    {
        QVERIFY(messageOf(R"(main (bool c, float[1] x) => (float[1] y) {
            y = If (c) <
                then_branch = one () => (float[1] t) { t = Neg (nowhere) },
                else_branch = other () => (float[1] t) { t = Neg (x) }
            >
        })")
                    .contains("nowhere, which nothing in the graph makes"));
    }
};

TINSMITH_TEST(OnnxControlTest)

} // namespace tinsmith::test

#include "onnx_control_test.moc"

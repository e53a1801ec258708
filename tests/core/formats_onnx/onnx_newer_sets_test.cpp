// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"
#include "core/formats/onnx/onnx_reader.h"
#include "core/formats/onnx/onnx_writer.h"
#include "core/graph/error.h"
#include "tests/core/formats_onnx/onnx_examples.h"
#include "tests/core/formats_onnx/onnx_model.h"
#include "tests/support/test_main.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace tinsmith::test {
namespace {

using Numbers = OnnxExample::Numbers;

Graph readText(const std::string &graph, int opset)
{
    const std::string bytes = modelOfText(graph, opset);
    return readOnnx(std::as_bytes(std::span<const char>(bytes.data(), bytes.size())), "text.onnx");
}

template <typename T>
void convert(const Numbers &from, TensorValue &to)
{
    to.resize(from.size() * sizeof(T));
    for (std::size_t i = 0; i < from.size(); ++i) {
        const T value = static_cast<T>(from[i]);
        std::memcpy(to.data() + i * sizeof(T), &value, sizeof(T));
    }
}

template <typename T>
void convert(const TensorValue &from, Numbers &to)
{
    for (std::size_t i = 0; i < from.size() / sizeof(T); ++i) {
        T value{};
        std::memcpy(&value, from.data() + i * sizeof(T), sizeof(T));
        to.push_back(static_cast<double>(value));
    }
}

template <typename From, typename To>
void convertAs(ElementType type, const From &from, To &to)
{
    switch (type) {
    case ElementType::Float32:
        return convert<float>(from, to);
    case ElementType::Int64:
        return convert<std::int64_t>(from, to);
    case ElementType::Int32:
        return convert<std::int32_t>(from, to);
    case ElementType::Int16:
        return convert<std::int16_t>(from, to);
    case ElementType::UInt16:
        return convert<std::uint16_t>(from, to);
    case ElementType::Int8:
        return convert<std::int8_t>(from, to);
    default:
        return convert<std::uint8_t>(from, to);
    }
}

/// The first output.
Numbers run(const Graph &graph, const std::vector<Numbers> &inputs)
{
    std::vector<TensorValue> values(inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        convertAs(graph.tensor(graph.inputs()[i]).type, inputs[i], values[i]);
    }
    const auto outputs = Executor(graph).run(values);
    Numbers result;
    convertAs(graph.tensor(graph.outputs()[0]).type, outputs.at(0), result);
    return result;
}

/// Empty where the numbers are those expected.
QString difference(const Numbers &actual, const Numbers &expected)
{
    QStringList shown;
    for (const double value : actual) {
        shown.push_back(QString::number(value, 'g', 7));
    }
    bool same = actual.size() == expected.size();
    for (std::size_t i = 0; same && i < actual.size(); ++i) {
        same = std::abs(actual[i] - expected[i]) <= 1e-5 * std::max(1.0, std::abs(expected[i]));
    }
    return same ? QString() : shown.join(", ");
}

struct Refused {
    const char *name;
    int opset;
    const char *node;
    const char *reason;
};

/// Operators that open as they are, with the reason why they do not run; `x` is float[1,1,2,2].
const std::vector<Refused> &refusedNodes()
{
    static const std::vector<Refused> all = {
        {"ImageDecoder", 20, R"(ImageDecoder <pixel_format = "RGB"> (x))", "it decodes image files"},
        {"StringSplit", 20, R"(StringSplit <delimiter = ","> (x))", "it works on text"},
        {"StringConcat", 20, "StringConcat (x, x)", "it works on text"},
        {"RegexFullMatch", 20, R"(RegexFullMatch <pattern = "a"> (x))", "it works on text"},
        {"DeformConv", 19, "DeformConv (x, x, x)", "deformable convolutions are not supported"},
        {"TensorScatter", 24, "TensorScatter (x, x)", "it writes where its inputs say into a cache of keys and values"},
        {"NonZero", 13, "NonZero (x)", "the size of its output depends on the values of its input"},
        {"Unique", 11, "Unique (x)", "the size of its output depends on the values of its input"},
        {"Bernoulli", 22, "Bernoulli (x)", "it makes random numbers"},
        {"RandomNormalLike", 22, "RandomNormalLike (x)", "it makes random numbers"},
        {"SplitToSequence", 24, "SplitToSequence (x)",
            "it works on sequences or optional values, whose sizes are not fixed"},
        {"OptionalHasElement", 18, "OptionalHasElement (x)",
            "it works on sequences or optional values, whose sizes are not fixed"},
        {"MaxRoiPool", 22, "MaxRoiPool <pooled_shape = [1, 1]> (x, x)",
            "pooling of regions cut at whole pixels is not supported; RoiAlign is"},
        {"Cast to float8", 19, "Cast <to = 17> (x)", "its target type is not supported"},
        {"Cast to float4", 23, "Cast <to = 23> (x)", "its target type is not supported"},
        {"Attention to a part of the keys", 24, "Attention (x, x, x, , , , x)",
            "attention to a part of the keys (nonpad_kv_seqlen, local_window_size) is not supported"},
        {"Attention with an odd mask", 23, "Attention (x, x, x, z)", "its mask is not as long as its keys"},
        {"Attention with keys of earlier steps of unknown rank", 23, "Attention (x, x, x, , open, open)",
            "the number of dimensions of its queries, keys or values is not known"},
        {"FusedMatMul of transposed batches", 17, "com.microsoft.FusedMatMul <transBatchA = 1> (x, x)",
            "a product of transposed batches is not supported"},
        {"Det of large matrices", 22, "Det (large)", "determinants of more than 4 rows are not supported"},
        {"Pad that wraps twice", 19, R"(Pad <mode = "wrap"> (x, far))",
            "its pads wrap around a dimension more than once, or around one that is not fixed"},
        {"LpPool rounded up", 18, "LpPool <kernel_shape = [2, 2], ceil_mode = 1> (x)",
            "an output size rounded up is not supported"},
        {"DequantizeLinear of blocks that are computed", 21, "DequantizeLinear <block_size = 2> (x, x)",
            "blocked quantization is supported for constants only"},
        {"QuantizeLinear of blocks", 21, "QuantizeLinear <block_size = 2> (x, one)",
            "blocked quantization is not supported"},
        {"GridSample of volumes", 20, "GridSample (volume, volume)",
            "only images of two spatial dimensions are supported"},
        {"Resize with an unknown policy", 18, R"(Resize <keep_aspect_ratio_policy = "bent"> (x, , , four))",
            "keep_aspect_ratio_policy bent is not known"},
    };
    return all;
}

} // namespace

/// Operators of the sets after 17, which libonnx 1.12 does not know.
class OnnxNewerSetsTest : public QObject {
    Q_OBJECT
private slots:
    void gives_data()
    {
        QTest::addColumn<int>("example");
        for (std::size_t i = 0; i < onnxExamples().size(); ++i) {
            QTest::newRow(onnxExamples()[i].name) << static_cast<int>(i);
        }
    }
    void gives()
    {
        QFETCH(int, example);
        const OnnxExample &row = onnxExamples()[static_cast<std::size_t>(example)];
        try {
            const Graph graph = readText(row.graph, row.opset);
            QCOMPARE(difference(run(graph, row.inputs), row.expected), QString());
            const Graph again = readOnnx(writeOnnx(graph), "written.onnx");
            QCOMPARE(difference(run(again, row.inputs), row.expected), QString());
        } catch (const Error &error) {
            QFAIL(error.what());
        }
    }
    /// As ONNX Runtime has it: what changes no other value.
    void nothingReducesToItsIdentity()
    {
        const auto reduced = [](const std::string &node, const std::string &type) {
            const Graph graph = readText("g (" + type + "[2,0] x) => (" + type + R"([2] y) {
                a = Constant <value = int64[1] {1}> ()  y = )"
                    + node + " <keepdims = 0> (x, a) }",
                20);
            return run(graph, {{}}).at(1);
        };
        const double infinity = std::numeric_limits<double>::infinity();
        QCOMPARE(reduced("ReduceMax", "float"), -infinity);
        QCOMPARE(reduced("ReduceMin", "float"), infinity);
        QCOMPARE(reduced("ReduceSum", "float"), 0.0);
        QCOMPARE(reduced("ReduceProd", "float"), 1.0);
        QCOMPARE(reduced("ReduceL1", "float"), 0.0);
        QCOMPARE(reduced("ReduceL2", "float"), 0.0);
        QCOMPARE(reduced("ReduceSumSquare", "float"), 0.0);
        QCOMPARE(reduced("ReduceLogSum", "float"), -infinity);
        QCOMPARE(reduced("ReduceLogSumExp", "float"), -infinity);
        QVERIFY(std::isnan(reduced("ReduceMean", "float")));
        QCOMPARE(reduced("ReduceMax", "int32"), static_cast<double>(INT32_MIN));
        QCOMPARE(reduced("ReduceMin", "int32"), static_cast<double>(INT32_MAX));
        QCOMPARE(reduced("ReduceMax", "uint8"), 0.0);
        QCOMPARE(reduced("ReduceMax", "bool"), 0.0);
        QCOMPARE(reduced("ReduceMin", "bool"), 1.0);
        QCOMPARE(reduced("ReduceMean", "int32"), 0.0);
    }
    void opensAndSaysWhyItCannotRun_data()
    {
        QTest::addColumn<int>("example");
        for (std::size_t i = 0; i < refusedNodes().size(); ++i) {
            QTest::newRow(refusedNodes()[i].name) << static_cast<int>(i);
        }
    }
    void opensAndSaysWhyItCannotRun()
    {
        QFETCH(int, example);
        const Refused &row = refusedNodes()[static_cast<std::size_t>(example)];
        try {
            const Graph graph = readText(
                std::string(
                    "g (float[1,1,2,2] x, float[3,3] z, float[5,5] large, float[1,1,2,2,2] volume, open) => (y) {")
                    + "one = Constant <value = float {1.0}> () " + "four = Constant <value = int64[4] {1, 1, 4, 4}> () "
                    + "far = Constant <value = int64[8] {0, 0, 0, 3, 0, 0, 0, 0}> () y = " + row.node + " }",
                row.opset);
            const auto *kind = graph.operators().empty() ? nullptr : graph.operators()[0].as<Custom>();
            QVERIFY(kind != nullptr);
            QCOMPARE(QString::fromStdString(kind->reason), QString(row.reason));
            const std::string type(row.node);
            QCOMPARE(kind->sourceType, type.substr(0, type.find(' ')));
            QCOMPARE(kind->attributes.empty(), type.find('<') == std::string::npos);
        } catch (const Error &error) {
            QFAIL(error.what());
        }
    }
    void weightsOfFourBitsAreDequantized()
    {
        for (const bool blocks : {false, true}) {
            OnnxModel model(21);
            model.input("x", {1, 4});
            auto &weights = *model.graph().add_initializer();
            weights.set_name("w");
            weights.set_data_type(22);
            weights.add_dims(1);
            weights.add_dims(4);
            // 1, -2, 3, -8.
            weights.set_raw_data(std::string("\xE1\x83", 2));
            model.constant("s", blocks ? std::vector<std::int64_t>{1, 2} : std::vector<std::int64_t>{},
                blocks ? std::vector<float>{0.5F, 2} : std::vector<float>{0.5F});
            auto &node = model.node("DequantizeLinear", {"w", "s"}, {"d"});
            if (blocks) {
                OnnxModel::set(node, "block_size", std::int64_t{2});
                OnnxModel::set(node, "axis", std::int64_t{1});
            }
            model.node("Add", {"x", "d"}, {"y"});
            model.output("y");
            const Numbers expected = blocks ? Numbers{0.5, -1, 6, -16} : Numbers{0.5, -1, 1.5, -4};
            QCOMPARE(difference(run(model.read(), {{0, 0, 0, 0}}), expected), QString());
        }
    }
};

TINSMITH_TEST(OnnxNewerSetsTest)

} // namespace tinsmith::test

#include "onnx_newer_sets_test.moc"

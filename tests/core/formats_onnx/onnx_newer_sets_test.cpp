// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"
#include "core/formats/onnx/onnx_reader.h"
#include "core/formats/onnx/onnx_writer.h"
#include "core/graph/error.h"
#include "tests/core/formats_onnx/onnx_model.h"
#include "tests/support/test_main.h"

#include <onnx/defs/parser.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace tinsmith::test {
namespace {

using Numbers = std::vector<double>;

/// A model in ONNX's own notation, for an operator set that libonnx itself may not know.
Graph readText(const std::string &graph, int opset)
{
    ::onnx::ModelProto model;
    const std::string text = "<ir_version: 8, opset_import: [\"\" : " + std::to_string(opset) + "]>\n" + graph;
    const auto status = ::onnx::OnnxParser::Parse(model, text.c_str());
    if (!status.IsOK()) {
        throw Error(status.ErrorMessage());
    }
    const std::string bytes = model.SerializeAsString();
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

struct Example {
    const char *name;
    int opset;
    const char *graph;
    std::vector<Numbers> inputs;
    Numbers expected;
};

const double log3 = std::log(3.0);

/// Operators that came or changed after operator set 17, each worked out by hand.
const std::vector<Example> &examples()
{
    static const std::vector<Example> all = {
        {"ReduceSumSquare, axes as input", 18, R"(g (float[2,2] x) => (float[2] y) {
            a = Constant <value = int64[1] {1}> ()  y = ReduceSumSquare <keepdims = 0> (x, a) })",
            {{1, 2, 3, 4}}, {5, 25}},
        {"ReduceMax of booleans", 20, R"(g (bool[2,2] x) => (bool[2] y) {
            a = Constant <value = int64[1] {1}> ()  y = ReduceMax <keepdims = 0> (x, a) })",
            {{0, 1, 0, 0}}, {1, 0}},
        {"Split into a number of outputs", 18, R"(g (float[5] x) => (float[2] y) {
            a, b, y = Split <axis = 0, num_outputs = 3> (x) })",
            {{1, 2, 3, 4, 5}}, {5}},
        {"Pad along axes", 18, R"(g (float[2,1] x) => (float[2,3] y) {
            p = Constant <value = int64[2] {1, 1}> ()  a = Constant <value = int64[1] {-1}> ()
            v = Constant <value = float {9.0}> ()  y = Pad (x, p, v, a) })",
            {{1, 2}}, {9, 1, 9, 9, 2, 9}},
        {"Pad that wraps", 19, R"(g (float[3] x) => (float[6] y) {
            p = Constant <value = int64[2] {2, 1}> ()  y = Pad <mode = "wrap"> (x, p) })",
            {{1, 2, 3}}, {2, 3, 1, 2, 3, 1}},
        {"Resize not larger", 18, R"(g (float[1,1,1,2] x) => (float[1,1,2,4] y) {
            s = Constant <value = int64[2] {3, 4}> ()
            y = Resize <axes = [2, 3], keep_aspect_ratio_policy = "not_larger"> (x, , , s) })",
            {{1, 2}}, {1, 1, 2, 2, 1, 1, 2, 2}},
        {"Resize not smaller", 19, R"(g (float[1,1,1,2] x) => (float[1,1,3,6] y) {
            s = Constant <value = int64[2] {3, 4}> ()
            y = Resize <axes = [2, 3], keep_aspect_ratio_policy = "not_smaller"> (x, , , s) })",
            {{1, 2}}, {1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2}},
        {"Resize, half a pixel from the middle", 19, R"(g (float[1,1,1,4] x) => (float[1,1,1,2] y) {
            s = Constant <value = float[4] {1.0, 1.0, 1.0, 0.6}> ()
            y = Resize <mode = "linear", coordinate_transformation_mode = "half_pixel_symmetric"> (x, , s) })",
            {{1, 2, 3, 4}}, {5.0 / 3, 10.0 / 3}},
        {"Gelu", 20, "g (float[1] x) => (float[1] y) { y = Gelu (x) }", {{1}}, {0.8413447}},
        {"Gelu by tanh", 20, R"(g (float[1] x) => (float[1] y) { y = Gelu <approximate = "tanh"> (x) })", {{1}},
            {0.8411920}},
        {"Mish", 18, "g (float[1] x) => (float[1] y) { y = Mish (x) }", {{1}}, {0.8650984}},
        {"Swish", 24, "g (float[1] x) => (float[1] y) { y = Swish <alpha = 2.0> (x) }", {{1}}, {0.8807971}},
        {"HardSwish", 22, "g (float[2] x) => (float[2] y) { y = HardSwish (x) }", {{1, 4}}, {2.0 / 3, 4}},
        {"BitwiseAnd", 18, "g (int32[2] x, int32[2] z) => (int32[2] y) { y = BitwiseAnd (x, z) }", {{6, -1}, {3, 5}},
            {2, 5}},
        {"BitwiseOr", 18, "g (int32[1] x, int32[1] z) => (int32[1] y) { y = BitwiseOr (x, z) }", {{6}, {3}}, {7}},
        {"BitwiseXor", 18, "g (int32[1] x, int32[1] z) => (int32[1] y) { y = BitwiseXor (x, z) }", {{6}, {3}}, {5}},
        {"BitwiseNot", 18, "g (int32[1] x) => (int32[1] y) { y = BitwiseNot (x) }", {{6}}, {-7}},
        {"GroupNormalization by channel", 21, R"(g (float[1,2,1,2] x) => (float[1,2,1,2] y) {
            s = Constant <value = float[2] {1.0, 2.0}> ()  b = Constant <value = float[2] {0.0, 1.0}> ()
            y = GroupNormalization <num_groups = 1, epsilon = 0.0> (x, s, b) })",
            {{-1, -1, 1, 1}}, {-1, -1, 3, 3}},
        {"LayerNormalization", 17, R"(g (float[1,2] x) => (float[1,2] y) {
            s = Constant <value = float[2] {1.0, 2.0}> ()  y = LayerNormalization <epsilon = 0.0> (x, s) })",
            {{1, 3}}, {-1, 2}},
        {"RMSNormalization", 23, R"(g (float[1,2] x) => (float[1,2] y) {
            s = Constant <value = float[2] {1.0, 2.0}> ()  y = RMSNormalization <epsilon = 0.0> (x, s) })",
            {{1, 7}}, {0.2, 2.8}},
        {"GridSample, linear", 20, R"(g (float[1,1,2,2] x, float[1,1,1,2] z) => (float[1,1,1,1] y) {
            y = GridSample <mode = "linear"> (x, z) })",
            {{1, 2, 3, 4}, {0, 0}}, {2.5}},
        {"DFT, axis as input", 20, R"(g (float[1,2,1] x) => (float[1,2,2] y) {
            a = Constant <value = int64 {1}> ()  y = DFT (x, , a) })",
            {{3, 1}}, {4, 0, 2, 0}},
        {"IsInf of one sign", 20, "g (float[3] x) => (bool[3] y) { y = IsInf <detect_positive = 0> (x) }",
            {{1, INFINITY, -INFINITY}}, {0, 0, 1}},
        {"IsNaN", 20, "g (float[2] x) => (bool[2] y) { y = IsNaN (x) }", {{1, NAN}}, {0, 1}},
        {"ConstantOfShape", 20, R"(g (float[2] x) => (float[2] y) {
            n = Constant <value = int64[1] {2}> ()  c = ConstantOfShape <value = float[1] {3.0}> (n)
            y = Add (x, c) })",
            {{1, 2}}, {4, 5}},
        {"AveragePool, dilated", 19, R"(g (float[1,1,1,4] x) => (float[1,1,1,2] y) {
            y = AveragePool <kernel_shape = [1, 2], dilations = [1, 2]> (x) })",
            {{1, 2, 3, 4}}, {2, 3}},
        {"LpPool, dilated", 18, R"(g (float[1,1,1,4] x) => (float[1,1,1,2] y) {
            y = LpPool <kernel_shape = [1, 2], dilations = [1, 2], p = 1> (x) })",
            {{1, -2, -3, 4}}, {4, 6}},
        {"LpPool of one axis", 11, R"(g (float[1,1,3] x) => (float[1,1,2] y) { y = LpPool <kernel_shape = [2]> (x) })",
            {{3, 4, 3}}, {5, 5}},
        {"GlobalLpPool", 2, "g (float[1,1,1,2] x) => (float[1,1,1,1] y) { y = GlobalLpPool <p = 3> (x) }", {{1, -1}},
            {std::cbrt(2.0)}},
        {"Det", 22, "g (float[3,3] x) => (float y) { y = Det (x) }", {{2, 0, 1, 1, 3, 2, 1, 1, 4}}, {18}},
        {"ScatterElements, largest", 18, R"(g (float[3] x, float[2] u) => (float[3] y) {
            i = Constant <value = int64[2] {0, 2}> ()
            y = ScatterElements <reduction = "max"> (x, i, u) })",
            {{1, 2, 3}, {5, 1}}, {5, 2, 3}},
        {"ScatterND, smallest", 18, R"(g (float[3] x, float[2] u) => (float[3] y) {
            i = Constant <value = int64[2,1] {0, 2}> ()  y = ScatterND <reduction = "min"> (x, i, u) })",
            {{1, 2, 3}, {5, 1}}, {1, 2, 1}},
        {"CenterCropPad, cut", 18, R"(g (float[1,5] x) => (float[1,2] y) {
            s = Constant <value = int64[1] {2}> ()  y = CenterCropPad <axes = [1]> (x, s) })",
            {{1, 2, 3, 4, 5}}, {2, 3}},
        {"CenterCropPad, cut and padded", 18, R"(g (float[3,1] x) => (float[1,4] y) {
            s = Constant <value = int64[2] {1, 4}> ()  y = CenterCropPad (x, s) })",
            {{1, 2, 3}}, {0, 2, 0, 0}},
        {"Col2Im", 18, R"(g (float[1,4,4] x) => (float[1,1,3,3] y) {
            i = Constant <value = int64[2] {3, 3}> ()  b = Constant <value = int64[2] {2, 2}> ()
            y = Col2Im (x, i, b) })",
            {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}}, {1, 7, 6, 12, 34, 22, 11, 27, 16}},
        {"Col2Im, padded", 18, R"(g (float[1,4,4] x) => (float[1,1,1,1] y) {
            i = Constant <value = int64[2] {1, 1}> ()  b = Constant <value = int64[2] {2, 2}> ()
            y = Col2Im <pads = [1, 1, 1, 1]> (x, i, b) })",
            {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}}, {34}},
        {"AffineGrid, corners", 20, R"(g (float[1,2,3] x) => (float[1,2,2,2] y) {
            s = Constant <value = int64[4] {1, 1, 2, 2}> ()  y = AffineGrid <align_corners = 1> (x, s) })",
            {{1, 0, 0, 0, 1, 0}}, {-1, -1, 1, -1, -1, 1, 1, 1}},
        {"AffineGrid, centres", 20, R"(g (float[1,2,3] x) => (float[1,2,2,2] y) {
            s = Constant <value = int64[4] {1, 1, 2, 2}> ()  y = AffineGrid (x, s) })",
            {{2, 0, 1, 0, 1, 0}}, {0, -0.5, 2, -0.5, 0, 0.5, 2, 0.5}},
        {"AffineGrid of volumes", 20, R"(g (float[1,3,4] x) => (float[1,1,1,2,3] y) {
            s = Constant <value = int64[5] {1, 1, 1, 1, 2}> ()  y = AffineGrid (x, s) })",
            {{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3}}, {-0.5, 0, 3, 0.5, 0, 3}},
        {"QuantizeLinear to 16 bits", 21, R"(g (float[2] x) => (uint16[2] y) {
            s = Constant <value = float {0.5}> ()  z = Constant <value = uint16 {10}> ()
            y = QuantizeLinear (x, s, z) })",
            {{1, 40000}}, {12, 65535}},
        {"DequantizeLinear by blocks", 21, R"(g (float[1,4] x) => (float[1,4] y) {
            q = Constant <value = int8[1,4] {1, 2, 3, 4}> ()  s = Constant <value = float[1,2] {0.5, 2.0}> ()
            z = Constant <value = int8[1,2] {0, 1}> ()  w = DequantizeLinear <axis = 1, block_size = 2> (q, s, z)
            y = Add (x, w) })",
            {{0, 0, 0, 1}}, {0.5, 1, 4, 7}},
        {"DequantizeLinear by blocks along the first axis", 21, R"(g (float[3,2] x) => (float[3,2] y) {
            q = Constant <value = int8[3,2] {1, 2, 3, 4, 5, 6}> ()
            s = Constant <value = float[2,2] {1.0, 10.0, 100.0, 1000.0}> ()
            w = DequantizeLinear <axis = 0, block_size = 2> (q, s)  y = Add (x, w) })",
            {{0, 0, 0, 0, 0, 0}}, {1, 20, 3, 40, 500, 6000}},
        {"Attention", 23, R"(g (float[1,1,2,1] q, float[1,1,2,1] k, float[1,1,2,1] v) => (float[1,1,2,1] y) {
            y = Attention (q, k, v) })",
            {{1, 0}, {0, log3}, {1, 5}}, {4, 3}},
        {"Attention, causal", 23, R"(g (float[1,1,2,1] q, float[1,1,2,1] k, float[1,1,2,1] v) => (float[1,1,2,1] y) {
            y = Attention <is_causal = 1> (q, k, v) })",
            {{1, 0}, {0, log3}, {1, 5}}, {1, 3}},
        {"Attention, masked by booleans", 23,
            R"(g (float[1,1,2,1] q, float[1,1,2,1] k, float[1,1,2,1] v, bool[2,2] m) => (float[1,1,2,1] y) {
            y = Attention (q, k, v, m) })",
            {{1, 0}, {0, log3}, {1, 5}, {0, 1, 1, 1}}, {5, 3}},
        {"Attention, masked by numbers", 23,
            R"(g (float[1,1,2,1] q, float[1,1,2,1] k, float[1,1,2,1] v, float[2,2] m) => (float[1,1,2,1] y) {
            y = Attention (q, k, v, m) })",
            {{1, 0}, {0, log3}, {1, 5}, {0, -log3, 0, 0}}, {3, 3}},
        {"Attention, scaled", 23,
            R"(g (float[1,1,1,1] q, float[1,1,2,1] k, float[1,1,2,1] v) => (float[1,1,1,1] y) {
            y = Attention <scale = 0.5> (q, k, v) })",
            {{1}, {0, log3}, {1, 5}}, {(1 + 5 * std::sqrt(3.0)) / (1 + std::sqrt(3.0))}},
        {"Attention, capped", 23,
            R"(g (float[1,1,1,1] q, float[1,1,2,1] k, float[1,1,2,1] v) => (float[1,1,1,1] y) {
            y = Attention <softcap = 1.0> (q, k, v) })",
            {{1}, {0, log3}, {1, 5}}, {(1 + 5 * std::exp(0.8)) / (1 + std::exp(0.8))}},
        {"Attention, heads that share keys", 23,
            R"(g (float[1,1,4] q, float[1,2,2] k, float[1,2,2] v) => (float[1,1,4] y) {
            y = Attention <q_num_heads = 4, kv_num_heads = 2> (q, k, v) })",
            {{1, 0, 1, 0}, {0, log3, log3, 0}, {1, 2, 5, 6}}, {4, 3, 3, 4}},
        {"Attention with a past", 23,
            R"(g (float[1,1,1,1] q, float[1,1,1,1] k, float[1,1,1,1] v, float[1,1,1,1] a, float[1,1,1,1] b)
            => (float[1,1,1,1] y, float[1,1,2,1] pk, float[1,1,2,1] pv) {
            y, pk, pv = Attention <is_causal = 1> (q, k, v, , a, b) })",
            {{1}, {log3}, {5}, {0}, {1}}, {4}},
        {"Attention with a past, its keys", 23,
            R"(g (float[1,1,1,1] q, float[1,1,1,1] k, float[1,1,1,1] v, float[1,1,1,1] a, float[1,1,1,1] b)
            => (float[1,1,2,1] pk) {
            y, pk, pv = Attention <is_causal = 1> (q, k, v, , a, b) })",
            {{1}, {log3}, {5}, {0}, {1}}, {0, log3}},
        {"Attention, its scores", 23,
            R"(g (float[1,1,1,1] q, float[1,1,2,1] k, float[1,1,2,1] v) => (float[1,1,1,2] s) {
            y, a, b, s = Attention <qk_matmul_output_mode = 3> (q, k, v) })",
            {{1}, {0, log3}, {1, 5}}, {0.25, 0.75}},
        {"RotaryEmbedding in halves", 23, R"(g (float[1,1,1,4] x) => (float[1,1,1,4] y) {
            c = Constant <value = float[1,1,2] {1.0, 0.0}> ()  s = Constant <value = float[1,1,2] {0.0, 1.0}> ()
            y = RotaryEmbedding (x, c, s) })",
            {{1, 2, 3, 4}}, {1, -4, 3, 2}},
        {"RotaryEmbedding in pairs", 23, R"(g (float[1,1,1,4] x) => (float[1,1,1,4] y) {
            c = Constant <value = float[1,1,2] {1.0, 0.0}> ()  s = Constant <value = float[1,1,2] {0.0, 1.0}> ()
            y = RotaryEmbedding <interleaved = 1> (x, c, s) })",
            {{1, 2, 3, 4}}, {1, 2, -4, 3}},
        {"RotaryEmbedding of a part, at positions", 23, R"(g (float[1,1,1,4] x, int64[1,1] p) => (float[1,1,1,4] y) {
            c = Constant <value = float[2,1] {1.0, 0.6}> ()  s = Constant <value = float[2,1] {0.0, 0.8}> ()
            y = RotaryEmbedding <rotary_embedding_dim = 2> (x, c, s, p) })",
            {{1, 2, 3, 4}, {1}}, {-1, 2, 3, 4}},
        {"RotaryEmbedding of heads side by side", 23, R"(g (float[1,1,4] x) => (float[1,1,4] y) {
            c = Constant <value = float[1,1,1] {0.6}> ()  s = Constant <value = float[1,1,1] {0.8}> ()
            y = RotaryEmbedding <num_heads = 2> (x, c, s) })",
            {{1, 2, 3, 4}}, {-1, 2, -1.4, 4.8}},
    };
    return all;
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
        for (std::size_t i = 0; i < examples().size(); ++i) {
            QTest::newRow(examples()[i].name) << static_cast<int>(i);
        }
    }
    void gives()
    {
        QFETCH(int, example);
        const Example &row = examples()[static_cast<std::size_t>(example)];
        try {
            const Graph graph = readText(row.graph, row.opset);
            QCOMPARE(difference(run(graph, row.inputs), row.expected), QString());
            const Graph again = readOnnx(writeOnnx(graph), "written.onnx");
            QCOMPARE(difference(run(again, row.inputs), row.expected), QString());
        } catch (const Error &error) {
            QFAIL(error.what());
        }
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
                std::string("g (float[1,1,2,2] x, float[3,3] z, float[5,5] large, float[1,1,2,2,2] volume) => (y) {")
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

// SPDX-License-Identifier: Apache-2.0
#include "tests/core/formats_onnx/onnx_examples.h"

#include "core/graph/error.h"

#include <onnx/defs/parser.h>
#include <onnx/onnx_pb.h>

#include <cmath>

namespace tinsmith::test {
namespace {

using Numbers = OnnxExample::Numbers;

const double log3 = std::log(3.0);

} // namespace

const std::vector<OnnxExample> &onnxExamples()
{
    static const std::vector<OnnxExample> all = {
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
        {"Gelu of ONNX Runtime", 17, "g (float[1] x) => (float[1] y) { y = com.microsoft.Gelu (x) }", {{1}},
            {0.8413447}},
        {"BiasGelu of ONNX Runtime", 17,
            "g (float[1,2] x, float[2] b) => (float[1,2] y) { y = com.microsoft.BiasGelu (x, b) }", {{0, 1}, {1, 0}},
            {0.8413447, 0.8413447}},
        {"FastGelu of ONNX Runtime", 17, "g (float[1] x) => (float[1] y) { y = com.microsoft.FastGelu (x) }", {{1}},
            {0.8411920}},
        {"FastGelu of ONNX Runtime, with a bias", 17,
            "g (float[1] x, float[1] b) => (float[1] y) { y = com.microsoft.FastGelu (x, b) }", {{3}, {-2}},
            {0.8411920}},
        {"QuickGelu of ONNX Runtime", 17,
            "g (float[1] x) => (float[1] y) { y = com.microsoft.QuickGelu <alpha = 2.0> (x) }", {{1}}, {0.8807971}},
        {"FusedMatMul of ONNX Runtime", 17,
            R"(g (float[1,2] x, float[1,2] z) => (float[1,1] y) {
            y = com.microsoft.FusedMatMul <alpha = 0.5, transB = 1> (x, z) })",
            {{1, 2}, {3, 4}}, {5.5}},
        {"ConvInteger of one dimension", 10, R"(g (uint8[1,1,4] x, uint8[1,1,2] w) => (int32[1,1,3] y) {
            z = Constant <value = uint8 {1}> ()  y = ConvInteger (x, w, z) })",
            {{1, 2, 3, 4}, {1, 10}}, {10, 21, 32}},
        {"ConvInteger of one dimension, padded, in steps", 10, R"(g (int8[1,2,3] x) => (int32[1,1,2] y) {
            w = Constant <value = int8[1,2,2] {1, 2, 3, 4}> ()
            y = ConvInteger <strides = [2], pads = [0, 1]> (x, w) })",
            {{1, 2, 3, 4, 5, 6}}, {37, 21}},
        {"QLinearConv of one dimension", 10, R"(g (uint8[1,1,3] x) => (uint8[1,1,2] y) {
            s = Constant <value = float {0.5}> ()  p = Constant <value = uint8 {2}> ()
            w = Constant <value = uint8[1,1,2] {1, 3}> ()  q = Constant <value = uint8 {0}> ()
            t = Constant <value = float {1.0}> ()
            y = QLinearConv (x, s, p, w, t, q, s, q) })",
            {{4, 6, 8}}, {14, 22}},
        {"MaxPool of single elements", 12, R"(g (float[1,1,2,3] x) => (float[1,1,1,2] y, int64[1,1,1,2] i) {
            y, i = MaxPool <kernel_shape = [1, 1], strides = [2, 2]> (x) })",
            {{1, 2, 3, 4, 5, 6}}, {1, 3}},
        {"MaxPool of single elements, their positions", 12,
            R"(g (float[1,2,3,3] x) => (int64[1,2,2,2] i) {
            y, i = MaxPool <kernel_shape = [1, 1], strides = [2, 2]> (x) })",
            {Numbers(18, 0)}, {0, 2, 6, 8, 9, 11, 15, 17}},
        {"MaxPool of single elements, their positions down the columns", 12,
            R"(g (float[1,1,2,3] x) => (int64[1,1,1,2] i) {
            y, i = MaxPool <kernel_shape = [1, 1], strides = [2, 2], storage_order = 1> (x) })",
            {Numbers(6, 0)}, {0, 4}},
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

std::string modelOfText(const std::string &graph, int opset)
{
    ::onnx::ModelProto model;
    const std::string text
        = "<ir_version: 8, opset_import: [\"\" : " + std::to_string(opset) + ", \"com.microsoft\" : 1]>\n" + graph;
    const auto status = ::onnx::OnnxParser::Parse(model, text.c_str());
    if (!status.IsOK()) {
        throw Error(status.ErrorMessage());
    }
    return model.SerializeAsString();
}

} // namespace tinsmith::test

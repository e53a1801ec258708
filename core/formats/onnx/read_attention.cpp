// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/further_readers.h"
#include "core/graph/counts.h"

#include <cmath>
#include <limits>

namespace tinsmith::onnxio {
namespace {

using Sizes = std::vector<std::int64_t>;

Binary binary(BinaryFunction function)
{
    return {function, FusedActivation::None};
}

/// 0 in the shape copies the input's dimension.
TensorId reshaped(NodeContext &context, TensorId x, Sizes shape, const std::string &suffix)
{
    return context.step(Reshape{std::move(shape), true}, {x}, suffix);
}

/// Queries, keys or values as [batch, heads, length, size]; [batch, length, heads * size] is taken apart.
TensorId byHeads(NodeContext &context, std::size_t input, const char *attribute, const std::string &suffix)
{
    const TensorId x = context.in(input);
    if (context.rank(input) == 4) {
        return x;
    }
    const std::int64_t heads = context.node.integer(attribute, 0);
    const Shape shape = context.shape(input);
    if (shape.rank() != 3 || heads < 1 || shape[2] < 1 || shape[2] % heads != 0) {
        throw Untyped{std::string("its ") + attribute + " does not divide its input"};
    }
    const TensorId apart = reshaped(context, x, {0, 0, heads, shape[2] / heads}, suffix + "_apart");
    return context.step(Transpose{{0, 2, 1, 3}}, {apart}, suffix);
}

/// Keys or values of earlier steps come first.
TensorId withPast(NodeContext &context, TensorId now, std::size_t past, std::size_t present, const std::string &suffix)
{
    TensorId all = now;
    if (context.has(past)) {
        all = context.step(Concatenation{2, FusedActivation::None}, {context.in(past), now}, suffix);
    }
    if (context.wants(present)) {
        context.emit(Identity{}, {all}, {context.out(present)}, suffix + "_present");
    }
    return all;
}

TensorId scaled(NodeContext &context, TensorId x, double factor, const std::string &suffix)
{
    const TensorId number = context.number(suffix + "_scale", context.tensor(x).type, factor);
    return context.step(binary(BinaryFunction::Mul), {x, number}, suffix);
}

/// Adds 0 where a query may look and minus infinity where it may not: at keys after its own place.
TensorId causal(NodeContext &context, TensorId scores, std::int64_t queries, std::int64_t keys, std::int64_t past)
{
    if (queries < 0 || keys < 0 || past < 0
        || saturatingProduct(queries, std::max<std::int64_t>(keys, 1)) > (std::int64_t{1} << 22)
        || context.tensor(scores).type != ElementType::Float32) {
        throw Untyped{"a causal mask of this size or type is not supported"};
    }
    std::vector<float> mask;
    for (std::int64_t query = 0; query < queries; ++query) {
        for (std::int64_t key = 0; key < keys; ++key) {
            mask.push_back(key <= query + past ? 0 : -std::numeric_limits<float>::infinity());
        }
    }
    const TensorId added = context.constant("causal_mask", ElementType::Float32, Shape{queries, keys}, Bytes::of(mask));
    return context.step(binary(BinaryFunction::Add), {scores, added}, "causal");
}

/// The mask, as numbers to add.
TensorId masked(NodeContext &context, TensorId scores, std::int64_t keys)
{
    TensorId mask = context.in(3);
    const Tensor given = context.tensor(mask);
    if (!given.shape.ranked || given.shape.rank() < 1 || given.shape.last() != keys) {
        throw Untyped{"its mask is not as long as its keys"};
    }
    const ElementType type = context.tensor(scores).type;
    if (given.type == ElementType::Bool) {
        const TensorId none = context.number("allowed", type, 0);
        if (type != ElementType::Float32) {
            throw Untyped{"a mask of booleans is supported for float32 only"};
        }
        const TensorId barred = context.constant(
            "barred", type, Shape(), Bytes::of(std::vector<float>{-std::numeric_limits<float>::infinity()}));
        mask = context.step(Select{}, {mask, none, barred}, "mask", type);
    }
    return context.step(binary(BinaryFunction::Add), {scores, mask}, "masked");
}

/// Softmax(Q K' * scale, capped, masked) V, for each head; several heads of queries may share one of keys and values.
void readAttention(NodeContext &context)
{
    const Node &node = context.node;
    for (const std::size_t input : {std::size_t{0}, std::size_t{1}, std::size_t{2}}) {
        context.rank(input);
    }
    const std::int64_t precision = node.integer("softmax_precision", 1);
    if (context.has(6) || node.integer("local_window_size", -1) != -1) {
        throw Untyped{"attention to a part of the keys (nonpad_kv_seqlen, local_window_size) is not supported"};
    }
    if (precision != 1 || context.tensor(context.in(0)).type != ElementType::Float32) {
        throw Untyped{"only attention in float32 is supported"};
    }
    const TensorId q = byHeads(context, 0, "q_num_heads", "queries");
    const TensorId newKeys = byHeads(context, 1, "kv_num_heads", "keys");
    const TensorId newValues = byHeads(context, 2, "kv_num_heads", "values");
    if (context.has(4) != context.has(5)) {
        throw Untyped{"it has keys of earlier steps without values, or the other way round"};
    }
    const TensorId k = withPast(context, newKeys, 4, 1, "all_keys");
    const TensorId v = withPast(context, newValues, 5, 2, "all_values");
    const Shape queries = context.tensor(q).shape;
    const Shape keys = context.tensor(k).shape;
    const Shape values = context.tensor(v).shape;
    if (queries.rank() != 4 || keys.rank() != 4 || values.rank() != 4) {
        throw Untyped{"the number of dimensions of its queries, keys or values is not known"};
    }
    const std::int64_t heads = queries[1];
    const std::int64_t shared = keys[1];
    if (std::min({heads, shared, queries[2], queries[3], keys[2], values[3]}) < 1 || heads % shared != 0
        || values[1] != shared) {
        throw Untyped{"the sizes of its queries, keys and values are not known or do not agree"};
    }
    const double scale = node.has("scale") ? static_cast<double>(node.real("scale", 1))
                                           : 1 / std::sqrt(static_cast<double>(queries[3]));
    if (!(scale >= 0)) {
        throw Untyped{"its scale is negative"};
    }
    // Heads that share keys stand one behind the other, as if they were further queries.
    const std::int64_t together = saturatingProduct(heads / shared, queries[2]);
    TensorId left = scaled(context, q, std::sqrt(scale), "scaled_queries");
    if (heads != shared) {
        left = reshaped(context, left, {0, shared, together, queries[3]}, "grouped_queries");
    }
    const TensorId right = scaled(context, k, std::sqrt(scale), "scaled_keys");
    TensorId scores = context.step(MatMul{false, true}, {left, right}, "scores");
    if (heads != shared) {
        scores = reshaped(context, scores, {0, heads, queries[2], keys[2]}, "scores_by_head");
    }
    const std::int64_t shown = node.integer("qk_matmul_output_mode", 0);
    if (context.wants(3) && shown != 0 && shown != 3) {
        throw Untyped{"its output of masked or capped scores is not supported"};
    }
    if (context.wants(3) && shown == 0) {
        context.emit(Identity{}, {scores}, {context.out(3)}, "shown");
    }
    if (const float cap = node.real("softcap", 0); cap > 0) {
        const TensorId limit = context.number("cap", ElementType::Float32, static_cast<double>(cap));
        scores = context.step(binary(BinaryFunction::Div), {scores, limit}, "cap_share");
        scores = context.step(Activation{ActivationFunction::Tanh, 0, 0}, {scores}, "cap_tanh");
        scores = context.step(binary(BinaryFunction::Mul), {scores, limit}, "capped");
    }
    if (context.has(3)) {
        scores = masked(context, scores, keys[2]);
    }
    if (node.integer("is_causal", 0) != 0) {
        const std::int64_t past = context.has(4) ? context.shape(4)[2] : 0;
        scores = causal(context, scores, queries[2], keys[2], past);
    }
    TensorId weights = context.step(Softmax{1, 3}, {scores}, "weights");
    if (context.wants(3) && shown == 3) {
        context.emit(Identity{}, {weights}, {context.out(3)}, "shown");
    }
    if (heads != shared) {
        weights = reshaped(context, weights, {0, shared, together, keys[2]}, "grouped_weights");
    }
    if (context.rank(0) == 4 && heads == shared) {
        context.emit(MatMul{}, {weights, v});
        return;
    }
    TensorId result = context.step(MatMul{}, {weights, v}, "result");
    const Sizes byHead = {0, heads, queries[2], values[3]};
    if (context.rank(0) == 4) {
        context.emit(Reshape{byHead, true}, {result});
        return;
    }
    result = heads == shared ? result : reshaped(context, result, byHead, "result_by_head");
    const TensorId turned = context.step(Transpose{{0, 2, 1, 3}}, {result}, "turned");
    context.emit(Reshape{{0, 0, heads * values[3]}, true}, {turned});
}

/// Turns pairs of elements by angles that depend on their place.
void readRotaryEmbedding(NodeContext &context)
{
    const Node &node = context.node;
    const bool flat = context.rank(0) == 3;
    TensorId x = context.in(0);
    Shape shape = context.shape(0);
    if (flat) {
        const std::int64_t heads = node.integer("num_heads", 0);
        if (heads < 1 || shape[2] < 1 || shape[2] % heads != 0) {
            throw Untyped{"its num_heads does not divide its input"};
        }
        x = reshaped(context, x, {0, 0, heads, shape[2] / heads}, "apart");
        shape = context.tensor(x).shape;
    }
    if (shape.rank() != 4 || shape[3] < 2) {
        throw Untyped{"the size of its heads is not known"};
    }
    const std::int64_t size = shape[3];
    const std::int64_t stated = node.integer("rotary_embedding_dim", 0);
    const std::int64_t turned = stated == 0 ? size : stated;
    if (turned < 2 || turned > size || turned % 2 != 0) {
        throw Untyped{"its rotary_embedding_dim is out of range"};
    }
    const auto angles = [&](std::size_t input, const std::string &suffix) {
        TensorId table = context.in(input);
        if (context.has(3)) {
            table = context.step(Gather{0, 0}, {table, context.in(3)}, suffix + "_rows");
        }
        const Shape rows = context.tensor(table).shape;
        if (rows.rank() != 3 || rows[2] != turned / 2) {
            throw Untyped{"its tables of sines and cosines do not fit its heads"};
        }
        return context.step(ExpandDims{{flat ? 2 : 1}}, {table}, suffix);
    };
    const TensorId cosines = angles(1, "cosines");
    const TensorId sines = angles(2, "sines");
    const bool interleaved = node.integer("interleaved", 0) != 0;
    const std::int64_t half = turned / 2;
    const TensorId a
        = interleaved ? partOf(context, x, 3, 0, turned, 2, "first") : partOf(context, x, 3, 0, half, 1, "first");
    const TensorId b = interleaved ? partOf(context, x, 3, 1, turned, 2, "second")
                                   : partOf(context, x, 3, half, turned, 1, "second");
    const auto product = [&](TensorId left, TensorId right, const std::string &suffix) {
        return context.step(binary(BinaryFunction::Mul), {left, right}, suffix);
    };
    TensorId real = context.step(binary(BinaryFunction::Sub),
        {product(a, cosines, "first_cosine"), product(b, sines, "second_sine")}, "turned_first");
    TensorId imaginary = context.step(binary(BinaryFunction::Add),
        {product(a, sines, "first_sine"), product(b, cosines, "second_cosine")}, "turned_second");
    std::vector<TensorId> parts = {real, imaginary};
    if (interleaved) {
        real = context.step(ExpandDims{{4}}, {real}, "first_of_pairs");
        imaginary = context.step(ExpandDims{{4}}, {imaginary}, "second_of_pairs");
        const TensorId pairs = context.step(Concatenation{4, FusedActivation::None}, {real, imaginary}, "pairs");
        parts = {reshaped(context, pairs, {0, 0, 0, turned}, "woven")};
    }
    if (turned < size) {
        parts.push_back(partOf(context, x, 3, turned, size, 1, "rest"));
    }
    if (parts.size() == 1) {
        context.emit(flat ? Reshape{{0, 0, -1}, true} : Reshape{{0, 0, 0, size}, true}, parts);
    } else if (flat) {
        const TensorId whole = context.step(Concatenation{3, FusedActivation::None}, parts, "whole");
        context.emit(Reshape{{0, 0, -1}, true}, {whole});
    } else {
        context.emit(Concatenation{3, FusedActivation::None}, parts);
    }
}

} // namespace

void addAttentionReaders(NodeReaders &readers)
{
    readers["Attention"] = readAttention;
    readers["RotaryEmbedding"] = readRotaryEmbedding;
}

} // namespace tinsmith::onnxio

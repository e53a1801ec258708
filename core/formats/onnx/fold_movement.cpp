// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/folded_graph.h"
#include "core/graph/relayout.h"

#include <algorithm>
#include <cmath>

namespace tinsmith::onnxio {
namespace {

/// How many leading inputs hold the values that are moved; 0 where the operator does more than move or choose.
std::size_t movedInputs(const Operator &op)
{
    if (op.is<Concatenation>() || op.is<Pack>()) {
        return op.inputs.size();
    }
    if (op.is<Pad>()) {
        return 1;
    }
    if (const auto *pool = op.as<Pool2D>()) {
        return pool->function == PoolFunction::Max && pool->activation == FusedActivation::None ? 1 : 0;
    }
    if (const auto *pool = op.as<GlobalPool>()) {
        return pool->function == PoolFunction::Max ? 1 : 0;
    }
    if (const auto *reduce = op.as<Reduce>()) {
        return reduce->function == ReduceFunction::Max || reduce->function == ReduceFunction::Min ? 1 : 0;
    }
    if (const auto *resize = op.as<Resize>()) {
        return resize->mode == ResizeMode::Nearest ? 1 : 0;
    }
    const bool moves = op.is<Reshape>() || op.is<Squeeze>() || op.is<ExpandDims>() || op.is<Transpose>()
        || op.is<Split>() || op.is<Unpack>() || op.is<StridedSlice>() || op.is<Gather>() || op.is<DepthToSpace>()
        || op.is<SpaceToDepth>() || op.is<Tile>() || op.is<BroadcastTo>() || op.is<Identity>();
    return moves ? 1 : 0;
}

/// A constant per channel behind a Transpose becomes that constant transposed.
bool foldTransposedConstant(FoldedGraph &graph, OperatorId id)
{
    const Operator op = graph.builder.op(id);
    const auto *transpose = op.as<Transpose>();
    const TensorId source = transpose != nullptr ? graph.constantSource(op.input(0)) : TensorId::none();
    if (!source.valid() || bitsOf(graph.tensor(source).type) < 8) {
        return false;
    }
    Tensor made = graph.tensor(source);
    const std::vector<std::size_t> order(transpose->permutation.begin(), transpose->permutation.end());
    if (order.size() != made.shape.rank()) {
        return false;
    }
    made.data = permuted(*made.data, made.shape.dims, order, static_cast<std::size_t>(bitsOf(made.type) / 8));
    made.shape = graph.tensor(op.outputs[0]).shape;
    const auto axis = std::find(order.begin(), order.end(), static_cast<std::size_t>(made.quantization->axis));
    made.quantization->axis = made.quantization->perChannel() ? static_cast<std::int32_t>(axis - order.begin()) : 0;
    made.name = graph.builder.uniqueTensorName(made.name);
    if (made.bytes() != static_cast<std::int64_t>(made.data->size())) {
        return false;
    }
    graph.setInputs(id, {graph.add(std::move(made))});
    graph.builder.op(id).kind = Dequantize{};
    return true;
}

/// The integers of both stand for the same numbers.
bool isLike(const Tensor &a, const Tensor &b)
{
    return a.type == b.type && a.quantization == b.quantization;
}

/// The integers hold exactly this number.
bool isStored(double value, const Tensor &tensor)
{
    const double stored = value / static_cast<double>(tensor.quantization->scale())
        + static_cast<double>(tensor.quantization->zeroPoint());
    const double least = tensor.type == ElementType::Int8 ? -128 : 0;
    // As a float, the number is off by a share of 2^-24.
    constexpr double tolerance = 1e-3;
    return std::fabs(stored - std::round(stored)) <= tolerance && stored >= least - tolerance
        && stored <= least + 255 + tolerance;
}

} // namespace

bool foldMovement(FoldedGraph &graph, OperatorId id)
{
    const Operator op = graph.builder.op(id);
    const std::size_t moved = movedInputs(op);
    if (moved == 0 || op.inputs.empty()) {
        return foldTransposedConstant(graph, id);
    }
    std::vector<TensorId> inputs = op.inputs;
    bool same = true;
    for (std::size_t input = 0; input < moved; ++input) {
        inputs[input] = graph.quantizedSource(op.inputs[input]);
        if (!inputs[input].valid()) {
            return foldTransposedConstant(graph, id);
        }
        same = same && graph.tensor(inputs[input]).quantization == graph.tensor(inputs[0]).quantization
            && graph.tensor(inputs[input]).type == graph.tensor(inputs[0]).type;
    }
    Tensor like = graph.tensor(inputs[0]);
    std::vector<std::optional<Sink>> sinks;
    for (const TensorId output : op.outputs) {
        sinks.push_back(output.valid() ? sinkOf(graph, output) : std::nullopt);
        // Of these kinds, pools alone bound what they write.
        if (sinks.back() && sinks.back()->activation != FusedActivation::None
            && (!op.is<Pool2D>() || !isLike(graph.tensor(sinks.back()->stored), like))) {
            sinks.back().reset();
        }
    }
    if (const auto *pad = op.as<Pad>(); pad != nullptr && pad->mode == PadMode::Constant && pad->value != 0
        && (!sinks[0] || !isLike(graph.tensor(sinks[0]->stored), like)) && !isStored(pad->value, like)) {
        // The scale of the input need not reach the value.
        return false;
    }
    if (!same) {
        // Joined in the scale of the result, where that is known.
        if (op.outputs.size() != 1 || !sinks[0]) {
            return false;
        }
        like = graph.tensor(sinks[0]->stored);
        for (std::size_t input = 0; input < moved; ++input) {
            const Tensor &part = graph.tensor(inputs[input]);
            if (part.type == like.type && part.quantization == like.quantization) {
                continue;
            }
            const TensorId rescaled = graph.addLike(inputs[input], "rescaled");
            graph.builder.tensor(rescaled).type = like.type;
            graph.builder.tensor(rescaled).quantization = like.quantization;
            graph.add({op.name + "/rescale", Quantize{}, {inputs[input]}, {rescaled}});
            inputs[input] = rescaled;
        }
    }
    graph.setInputs(id, std::move(inputs));
    std::vector<TensorId> outputs = op.outputs;
    graph.setOutputs(id, {});
    for (std::size_t index = 0; index < outputs.size(); ++index) {
        const TensorId real = outputs[index];
        if (!real.valid()) {
            continue;
        }
        const auto &sink = sinks[index];
        if (sink && isLike(graph.tensor(sink->stored), like)) {
            if (auto *pool = std::get_if<Pool2D>(&graph.builder.op(id).kind)) {
                pool->activation = sink->activation;
            }
            takeSink(graph, id, *sink);
            graph.setOutputs(id, {});
            outputs[index] = sink->stored;
            continue;
        }
        const TensorId stored = graph.addLike(real, "stored");
        graph.builder.tensor(stored).type = like.type;
        graph.builder.tensor(stored).quantization = like.quantization;
        outputs[index] = stored;
        graph.add({graph.tensor(real).name + "/dequantize", Dequantize{}, {stored}, {real}});
    }
    graph.setOutputs(id, std::move(outputs));
    if (const auto *pool = op.as<GlobalPool>()) {
        Reduce reduce;
        reduce.function = ReduceFunction::Max;
        reduce.keepDims = true;
        const auto rank = static_cast<std::int64_t>(graph.tensor(op.inputs[0]).shape.rank());
        const std::int64_t first = pool->layout == Layout::ChannelsLast ? 1 : 2;
        for (std::int64_t axis = first; axis < first + rank - 2; ++axis) {
            reduce.axes.push_back(axis);
        }
        graph.builder.op(id).kind = reduce;
    }
    return true;
}

} // namespace tinsmith::onnxio

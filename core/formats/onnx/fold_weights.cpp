// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/folded_graph.h"
#include "core/graph/relayout.h"

#include <algorithm>
#include <cmath>

namespace tinsmith::onnxio {
namespace {

/// Symmetric int8 weights; nothing where the constant has a zero point, or scales along another axis than `channels`.
std::optional<Tensor> symmetricWeights(const Tensor &source, std::size_t channels)
{
    const bool isUnsigned = source.type == ElementType::UInt8;
    if ((!isUnsigned && source.type != ElementType::Int8) || channels >= source.shape.rank()) {
        return std::nullopt;
    }
    const Quantization &given = *source.quantization;
    const std::size_t count = given.scales.size();
    if (count == 0 || (count > 1 && static_cast<std::size_t>(given.axis) != channels)
        || (count > 1 && static_cast<std::int64_t>(count) != source.shape[channels])) {
        return std::nullopt;
    }
    const std::int64_t middle = isUnsigned ? 128 : 0;
    for (std::size_t channel = 0; channel < count; ++channel) {
        if (given.zeroPoint(channel) != middle || !(given.scales[channel] > 0)
            || !std::isfinite(given.scales[channel])) {
            return std::nullopt;
        }
    }
    Tensor result = source;
    result.type = ElementType::Int8;
    result.quantization = Quantization{given.scales, {0}, count > 1 ? given.axis : 0};
    if (isUnsigned) {
        std::vector<std::byte> shifted(source.data->view().begin(), source.data->view().end());
        for (std::byte &value : shifted) {
            value ^= std::byte{0x80};
        }
        result.data = Bytes(std::move(shifted));
    }
    return result;
}

/// The real values of a constant, as doubles; nothing where it is not constant.
std::optional<std::vector<double>> realValues(const FoldedGraph &graph, TensorId id)
{
    const Tensor &direct = graph.tensor(id);
    std::vector<double> values;
    if (direct.data && direct.type == ElementType::Float32) {
        const auto reals = direct.data->copyAs<float>();
        return std::vector<double>(reals.begin(), reals.end());
    }
    const TensorId source = graph.constantSource(id);
    if (!source.valid()) {
        return std::nullopt;
    }
    const Tensor &stored = graph.tensor(source);
    if (stored.type == ElementType::Int32) {
        const auto whole = stored.data->copyAs<std::int32_t>();
        values.assign(whole.begin(), whole.end());
    } else if (stored.type == ElementType::Int8) {
        const auto whole = stored.data->copyAs<std::int8_t>();
        values.assign(whole.begin(), whole.end());
    } else if (stored.type == ElementType::UInt8) {
        const auto whole = stored.data->copyAs<std::uint8_t>();
        values.assign(whole.begin(), whole.end());
    } else {
        return std::nullopt;
    }
    const Quantization &quantization = *stored.quantization;
    if (quantization.scales.size() != 1 && quantization.scales.size() != values.size()) {
        return std::nullopt;
    }
    for (std::size_t index = 0; index < values.size(); ++index) {
        values[index] = static_cast<double>(quantization.scale(index))
            * (values[index] - static_cast<double>(quantization.zeroPoint(index)));
    }
    return values;
}

/// The bias [channels] as int32 at the product of the scales; nothing where it is computed, of another size, or leaves
/// int32. A stored int32 bias keeps its values where its scale is that product.
std::optional<Tensor> integerBias(
    const FoldedGraph &graph, TensorId id, float inputScale, const Quantization &weights, std::int64_t channels)
{
    auto reals = realValues(graph, id);
    if (!reals || (reals->size() != 1 && static_cast<std::int64_t>(reals->size()) != channels)) {
        return std::nullopt;
    }
    // Rows of a matrix that is added are no bias.
    const Shape &shape = graph.tensor(id).shape;
    if (reals->size() > 1 && shape.last() != channels) {
        return std::nullopt;
    }
    const auto count = static_cast<std::size_t>(channels);
    reals->resize(count, reals->front());
    const TensorId source = graph.constantSource(id);
    Tensor bias;
    bias.name = graph.tensor(source.valid() ? source : id).name;
    bias.type = ElementType::Int32;
    bias.shape = {channels};
    bias.quantization = Quantization{{}, {0}, 0};
    for (const float scale : weights.scales) {
        bias.quantization->scales.push_back(inputScale * scale);
    }
    std::vector<std::int32_t> stored(count);
    for (std::size_t channel = 0; channel < count; ++channel) {
        const double step = static_cast<double>(inputScale) * static_cast<double>(weights.scale(channel));
        const double value = std::round((*reals)[channel] / step);
        // Not at the very end of int32: sums start from it.
        constexpr double most = 2147483000.0;
        if (!(std::fabs(value) <= most)) {
            return std::nullopt;
        }
        stored[channel] = static_cast<std::int32_t>(value);
    }
    bias.data = Bytes::of(stored);
    return bias;
}

/// The constant itself where nothing changed, or where nothing but the operator that is being folded reads it, at once
/// or through a Dequantize: it keeps its name.
TensorId constantFor(FoldedGraph &graph, TensorId source, Tensor made)
{
    const Tensor &old = graph.tensor(source);
    const bool same = old.type == made.type && old.shape == made.shape && old.quantization == made.quantization
        && std::ranges::equal(old.data->view(), made.data->view());
    if (same) {
        return source;
    }
    bool alone = graph.readers(source).size() <= 1 && !graph.isOutput(source);
    if (alone && !graph.readers(source).empty()) {
        const Operator &reader = graph.builder.op(graph.readers(source).front());
        alone = !reader.is<Dequantize>() || graph.readers(reader.outputs[0]).size() <= 1;
    }
    if (!alone) {
        made.name = graph.builder.uniqueTensorName(made.name);
        return graph.add(std::move(made));
    }
    graph.builder.tensor(source) = std::move(made);
    return source;
}

void explain(FoldedGraph &graph, const Operator &op)
{
    graph.builder.info().problems.push_back(
        {op.name, "It stays in float32: its weights are not symmetric int8, per tensor or per output channel"});
}

bool commit(FoldedGraph &graph, OperatorId id, OperatorKind kind, TensorId input, TensorId weightSource, Tensor weights,
    std::optional<Tensor> bias, TensorId biasReal, const Sink &sink)
{
    std::vector<TensorId> inputs = {input, constantFor(graph, weightSource, std::move(weights))};
    if (bias) {
        const TensorId source = graph.constantSource(biasReal);
        inputs.push_back(constantFor(graph, source.valid() ? source : biasReal, std::move(*bias)));
    }
    std::visit(
        [&](auto &each) {
            if constexpr (requires { each.activation; }) {
                each.activation = sink.activation;
            }
        },
        kind);
    graph.setInputs(id, std::move(inputs));
    takeSink(graph, id, sink);
    graph.builder.op(id).kind = std::move(kind);
    return true;
}

template <typename Kind>
bool foldConvolution(FoldedGraph &graph, OperatorId id, const Kind &kind, std::size_t axis, std::int64_t channels)
{
    const Operator op = graph.builder.op(id);
    const TensorId input = graph.quantizedSource(op.input(0));
    const TensorId source = graph.constantSource(op.input(1));
    const auto sink = sinkOf(graph, op.outputs[0]);
    if (!input.valid() || !source.valid() || !sink || kind.activation != FusedActivation::None) {
        return false;
    }
    auto weights = symmetricWeights(graph.tensor(source), axis);
    if (!weights) {
        explain(graph, op);
        return false;
    }
    std::optional<Tensor> bias;
    if (op.input(2).valid()) {
        bias = integerBias(
            graph, op.input(2), graph.tensor(input).quantization->scale(), *weights->quantization, channels);
        if (!bias) {
            return false;
        }
    }
    return commit(graph, id, kind, input, source, std::move(*weights), std::move(bias), op.input(2), *sink);
}

/// A product with a constant matrix, in whichever form the file has it.
struct Dense {
    bool transposed = false;
    bool keepDims = false;
    TensorId bias;
    /// The sum behind the product that adds the bias.
    OperatorId sum;
};

bool foldDense(FoldedGraph &graph, OperatorId id, Dense dense)
{
    const Operator op = graph.builder.op(id);
    const TensorId input = graph.quantizedSource(op.input(0));
    const TensorId source = graph.constantSource(op.input(1));
    if (!input.valid() || !source.valid() || graph.tensor(source).shape.rank() != 2) {
        return false;
    }
    auto weights = symmetricWeights(graph.tensor(source), dense.transposed ? 0 : 1);
    if (!weights) {
        explain(graph, op);
        return false;
    }
    if (!dense.transposed) {
        weights->data = permuted(*weights->data, weights->shape.dims, {1, 0}, 1);
        std::swap(weights->shape[0], weights->shape[1]);
        weights->quantization->axis = 0;
    }
    const std::int64_t channels = weights->shape[0];
    TensorId last = op.outputs[0];
    auto sink = sinkOf(graph, last);
    if (!sink && !dense.bias.valid() && graph.readers(last).size() == 1 && !graph.isOutput(last)) {
        // A product and a sum with one number per column.
        dense.sum = graph.readers(last).front();
        const Operator &sum = graph.builder.op(dense.sum);
        const auto *binary = sum.as<Binary>();
        if (binary == nullptr || binary->function != BinaryFunction::Add || sum.inputs[0] == sum.inputs[1]
            || binary->activation != FusedActivation::None) {
            return false;
        }
        dense.bias = sum.inputs[sum.inputs[0] == last ? 1 : 0];
        if (graph.tensor(dense.bias).shape.rank() > graph.tensor(last).shape.rank()) {
            return false;
        }
        sink = sinkOf(graph, sum.outputs[0]);
    }
    if (!sink) {
        return false;
    }
    std::optional<Tensor> bias;
    if (dense.bias.valid()) {
        bias = integerBias(
            graph, dense.bias, graph.tensor(input).quantization->scale(), *weights->quantization, channels);
        if (!bias) {
            return false;
        }
    }
    if (dense.sum.valid()) {
        graph.remove(dense.sum);
    }
    return commit(graph, id, FullyConnected{dense.keepDims, FusedActivation::None}, input, source, std::move(*weights),
        std::move(bias), dense.bias, *sink);
}

} // namespace

bool foldWeighted(FoldedGraph &graph, OperatorId id)
{
    const Operator &op = graph.builder.op(id);
    const auto dimension = [&](std::size_t axis) {
        const Shape &shape = graph.tensor(op.inputs[1]).shape;
        return axis < shape.rank() ? shape[axis] : -1;
    };
    if (const auto *conv = op.as<Conv2D>()) {
        return foldConvolution(graph, id, *conv, 0, dimension(0));
    }
    if (const auto *conv = op.as<TransposeConv2D>()) {
        const bool first = conv->layout == Layout::ChannelsFirst;
        return conv->groups == 1 && foldConvolution(graph, id, *conv, first ? 1 : 0, dimension(first ? 1 : 0));
    }
    if (const auto *gemm = op.as<Gemm>()) {
        const bool plain
            = gemm->alpha == 1 && gemm->beta == 1 && !gemm->transposeA && graph.tensor(op.inputs[0]).shape.rank() == 2;
        return plain && foldDense(graph, id, {gemm->transposeB, false, op.input(2), {}});
    }
    if (const auto *product = op.as<MatMul>()) {
        const std::size_t rank = graph.tensor(op.inputs[0]).shape.rank();
        return rank >= 2 && !product->transposeA && foldDense(graph, id, {product->transposeB, rank > 2, {}, {}});
    }
    return false;
}

} // namespace tinsmith::onnxio

// SPDX-License-Identifier: Apache-2.0
#include "core/graph/relayout.h"
#include "core/rewrites/canonical_steps.h"

namespace tinsmith::canonical_steps {
namespace {

Reduce reduceOf(const GlobalPool &pool, std::size_t rank)
{
    Reduce reduce;
    reduce.function = pool.function == PoolFunction::Max ? ReduceFunction::Max : ReduceFunction::Mean;
    reduce.keepDims = true;
    const std::size_t first = pool.layout == Layout::ChannelsLast ? 1 : 2;
    for (std::size_t axis = first; axis < first + rank - 2; ++axis) {
        reduce.axes.push_back(static_cast<std::int64_t>(axis));
    }
    return reduce;
}

/// Weights [Co,Kh,Kw,1] as [1,Kh,Kw,Co]: output channel and input channel times multiplier are numbered alike.
Tensor depthwiseWeights(const Tensor &weights)
{
    Tensor result = weights;
    result.data
        = permuted(*weights.data, weights.shape.dims, {3, 1, 2, 0}, static_cast<std::size_t>(bitsOf(weights.type) / 8));
    result.shape = {1, weights.shape[1], weights.shape[2], weights.shape[0]};
    if (result.quantization && result.quantization->perChannel()) {
        result.quantization->axis = 3;
    }
    return result;
}

bool isDepthwise(const Graph &graph, const Operator &op)
{
    const auto *conv = op.as<Conv2D>();
    if (conv == nullptr || conv->layout != Layout::ChannelsLast || conv->groups < 2) {
        return false;
    }
    const Tensor &weights = graph.tensor(op.inputs[1]);
    const Shape &x = graph.tensor(op.inputs[0]).shape;
    return weights.constant() && bitsOf(weights.type) >= 8 && weights.shape.rank() == 4 && weights.shape[3] == 1
        && x.rank() == 4 && x[3] == conv->groups && weights.shape[0] % conv->groups == 0;
}

} // namespace

Graph lowerSpatial(const Graph &graph)
{
    GraphBuilder builder(graph);
    bool changed = false;
    for (std::size_t index = 0; index < graph.operators().size(); ++index) {
        const Operator &op = graph.operators()[index];
        if (const auto *pool = op.as<GlobalPool>(); pool != nullptr && pool->function != PoolFunction::L2) {
            builder.op(OperatorId(index)).kind = reduceOf(*pool, graph.tensor(op.inputs[0]).shape.rank());
            changed = true;
        } else if (isDepthwise(graph, op)) {
            const auto &conv = *op.as<Conv2D>();
            DepthwiseConv2D kind;
            kind.strideH = conv.strideH;
            kind.strideW = conv.strideW;
            kind.dilationH = conv.dilationH;
            kind.dilationW = conv.dilationW;
            kind.padding = conv.padding;
            kind.activation = conv.activation;
            kind.multiplier = graph.tensor(op.inputs[1]).shape[0] / conv.groups;
            const TensorId weights = builder.addTensor(depthwiseWeights(graph.tensor(op.inputs[1])));
            builder.op(OperatorId(index)).kind = kind;
            builder.op(OperatorId(index)).inputs[1] = weights;
            changed = true;
        }
    }
    return changed ? builder.build() : graph;
}

} // namespace tinsmith::canonical_steps

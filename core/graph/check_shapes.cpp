// SPDX-License-Identifier: Apache-2.0
#include "core/graph/check_shapes.h"

#include "core/graph/error.h"
#include "core/graph/shape_inference.h"

#include <functional>

namespace tinsmith {
namespace {

template <typename... Kinds>
bool isOneOf(const Operator &op)
{
    return (op.is<Kinds>() || ...);
}

/// Kinds whose rule gives the whole shape, whatever the values.
bool hasRule(const Operator &op)
{
    return isOneOf<Conv2D, DepthwiseConv2D, TransposeConv2D, BatchNormalization, Pool2D, GlobalPool, FullyConnected,
               Gemm, MatMul, Binary, Unary, Activation, PRelu, Softmax, LogSoftmax, L2Normalization>(op)
        || isOneOf<Reshape, Squeeze, ExpandDims, Transpose, Pad, Concatenation, Split, Pack, Unpack, StridedSlice,
            Gather, Resize, DepthToSpace, SpaceToDepth, Tile, BroadcastTo, Cast, Identity, Reduce, ArgExtreme, Quantize,
            Dequantize>(op)
        || isOneOf<LayerNormalization, RmsNormalization, GroupNormalization, LocalResponseNormalization,
            MeanVarianceNormalization, LpNormalization>(op);
}

bool agree(const Shape &declared, const Shape &given)
{
    if (!declared.ranked || !given.ranked) {
        return true;
    }
    if (declared.rank() != given.rank()) {
        return false;
    }
    for (std::size_t axis = 0; axis < given.rank(); ++axis) {
        if (declared[axis] >= 0 && given[axis] >= 0 && declared[axis] != given[axis]) {
            return false;
        }
    }
    return true;
}

} // namespace

void checkShapes(const Graph &graph)
{
    const std::function<const Tensor &(TensorId)> tensor
        = [&graph](TensorId id) -> const Tensor & { return graph.tensor(id); };
    for (const Operator &op : graph.operators()) {
        if (!hasRule(op)) {
            continue;
        }
        if (op.outputs.empty() || !op.outputs[0].valid()) {
            throw GraphError({}, op.name, "has no output");
        }
        const std::vector<Shape> shapes = inferShapes(op, tensor);
        for (std::size_t output = 0; output < op.outputs.size() && output < shapes.size(); ++output) {
            const TensorId id = op.outputs[output];
            if (id.valid() && !agree(graph.tensor(id).shape, shapes[output])) {
                throw GraphError({}, op.name,
                    "gives " + shapes[output].text() + ", but its output is declared as "
                        + graph.tensor(id).shape.text());
            }
        }
    }
}

} // namespace tinsmith

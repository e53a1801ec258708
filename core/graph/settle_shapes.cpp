// SPDX-License-Identifier: Apache-2.0
#include "core/graph/settle_shapes.h"

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

/// Whether the declaration can be of the shape; what it leaves open is taken over.
bool settle(Shape &declared, const Shape &given, bool &changed)
{
    if (!declared.ranked) {
        declared = given;
        changed = true;
        return true;
    }
    if (declared.rank() != given.rank()) {
        return false;
    }
    for (std::size_t axis = 0; axis < given.rank(); ++axis) {
        if (given[axis] < 0) {
            continue;
        }
        if (declared[axis] >= 0 && declared[axis] != given[axis]) {
            return false;
        }
        changed = changed || declared[axis] != given[axis];
        declared[axis] = given[axis];
    }
    return true;
}

} // namespace

Graph settleShapes(const Graph &graph)
{
    GraphBuilder builder(graph);
    const std::function<const Tensor &(TensorId)> tensor
        = [&builder](TensorId id) -> const Tensor & { return builder.tensor(id); };
    bool changed = false;
    for (const Operator &op : graph.operators()) {
        if (!hasRule(op)) {
            continue;
        }
        if (op.outputs.empty() || !op.outputs[0].valid()) {
            throw GraphError({}, op.name, "has no output");
        }
        const std::vector<Shape> shapes = inferShapes(op, tensor);
        for (std::size_t output = 0; output < op.outputs.size() && output < shapes.size(); ++output) {
            if (!op.outputs[output].valid()) {
                continue;
            }
            if (!shapes[output].ranked) {
                throw GraphError({}, op.name, "reads a tensor whose number of dimensions is not known");
            }
            Shape &declared = builder.tensor(op.outputs[output]).shape;
            if (!settle(declared, shapes[output], changed)) {
                throw GraphError({}, op.name,
                    "gives " + shapes[output].text() + ", but its output is declared as " + declared.text());
            }
        }
    }
    return changed ? builder.build() : graph;
}

std::string whyWindowsDisagree(const Operator &op, const std::function<const Tensor &(TensorId)> &tensor)
{
    if (!isOneOf<Conv2D, DepthwiseConv2D, TransposeConv2D, Pool2D>(op) || op.outputs.empty()
        || !op.outputs[0].valid()) {
        return {};
    }
    try {
        const std::vector<Shape> shapes = inferShapes(op, tensor);
        const Tensor &output = tensor(op.outputs[0]);
        Shape declared = output.shape;
        bool changed = false;
        return shapes.empty() || !shapes[0].ranked || settle(declared, shapes[0], changed)
            ? std::string()
            : "its windows give " + shapes[0].text() + ", but its output is declared as " + output.shape.text();
    } catch (const GraphError &error) {
        return error.cause();
    }
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/onnx/node_context.h"

#include <cstdint>
#include <functional>

namespace tinsmith::onnxio {

/// Strides, dilations and padding of a node as two spatial axes; one axis becomes a width of a height of 1.
struct SpatialAttributes {
    std::int64_t strideH = 1;
    std::int64_t strideW = 1;
    std::int64_t dilationH = 1;
    std::int64_t dilationW = 1;
    std::int64_t kernelH = 1;
    std::int64_t kernelW = 1;
    Padding padding;
};

/// Reads the attributes for `axes` (1 or 2) spatial axes. `kernel` are their kernel sizes, `input` their input sizes
/// (which SAME_LOWER needs). Throws Untyped where they are out of range.
SpatialAttributes spatialAttributes(
    const Node &node, const std::vector<std::int64_t> &kernel, const std::vector<std::int64_t> &input);

/// Calls `run` with a 4-D input and output: those of the node, or for a 3-D input [N,C,L] ones of [N,C,1,L] with
/// ExpandDims before and Squeeze behind. Throws Untyped for other ranks.
void asImage(NodeContext &context, const std::function<void(TensorId input, TensorId output, bool lifted)> &run);

/// Weights [..,K] as [..,1,K].
TensorId liftedWeights(NodeContext &context, TensorId weights);

} // namespace tinsmith::onnxio

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <cstdint>
#include <functional>
#include <optional>

namespace tinsmith {

/// No dimension, stride, dilation, kernel or padding of a graph that Tinsmith computes with passes this: sums and
/// products of any two stay within int64, whatever a file claims.
inline constexpr std::int64_t largestExtent = std::int64_t{1} << 31;

/// One spatial axis of a convolution or pooling: output position y reads inputs y*stride - padBefore + k*dilation.
struct AxisGeometry {
    std::int64_t input = 1;
    std::int64_t output = 1;
    std::int64_t kernel = 1;
    std::int64_t stride = 1;
    std::int64_t dilation = 1;
    std::int64_t padBefore = 0;
    std::int64_t padAfter = 0;

    std::int64_t effectiveKernel() const { return (kernel - 1) * dilation + 1; }
};

/// The whole geometry of a convolution, depthwise or transpose convolution or pooling, numbers only, whatever the
/// layout.
struct SpatialGeometry {
    std::int64_t batch = 1;
    AxisGeometry h;
    AxisGeometry w;
    std::int64_t inputChannels = 1;
    std::int64_t outputChannels = 1;
    std::int64_t groups = 1;
};

/// The geometry of a Conv2D, DepthwiseConv2D, TransposeConv2D or Pool2D of a graph whose shapes are known; nothing for
/// other operators or unknown shapes. Executors, cost model, planner and firmware all take it from here.
std::optional<SpatialGeometry> spatialGeometry(const Graph &graph, const Operator &op);

/// TFLite's SAME: output = ceil(input / stride), the odd one of the padding goes behind.
struct PadPair {
    std::int64_t before = 0;
    std::int64_t after = 0;
};
PadPair samePadding(std::int64_t input, std::int64_t effectiveKernel, std::int64_t stride);
/// `padding` with its numbers filled in for this input: Same by TFLite's rule, Valid zero, Explicit as it is.
Padding resolvePadding(const Padding &padding, std::int64_t inputH, std::int64_t inputW, std::int64_t effectiveKernelH,
    std::int64_t effectiveKernelW, std::int64_t strideH, std::int64_t strideW);

/// Throws GraphError, with the operator's name as place, where a convolution or pooling has a stride, dilation,
/// padding, kernel, window (dilated kernel) or image beyond largestExtent. GraphBuilder::build() asks it of every
/// operator.
void checkSpatialLimits(const Operator &op, const std::function<const Tensor &(TensorId)> &tensor);

/// Multiply-accumulate operations of one inference: convolutions (outputs times taps, padding counted), dense layers
/// and matrix products; 0 for all else and where shapes are not known. No more than the largest int64.
std::int64_t macsOf(const Graph &graph, const Operator &op);

} // namespace tinsmith

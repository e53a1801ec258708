// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/convolution.h"

namespace tinsmith {

enum class PoolFunction { Max, Average, L2 };

/// Input [x]. TFLite's MAX_POOL_2D, AVERAGE_POOL_2D, L2_POOL_2D; ONNX MaxPool, AveragePool of two spatial dimensions.
struct Pool2D {
    PoolFunction function = PoolFunction::Max;
    Layout layout = Layout::ChannelsLast;
    std::int64_t kernelH = 1;
    std::int64_t kernelW = 1;
    std::int64_t strideH = 1;
    std::int64_t strideW = 1;
    std::int64_t dilationH = 1;
    std::int64_t dilationW = 1;
    Padding padding;
    /// ONNX: the output size is rounded up; the last window must start inside the input or its top-left padding.
    bool ceilMode = false;
    /// ONNX: padding counts in the average's divisor. TFLite never counts it.
    bool countIncludesPadding = false;
    FusedActivation activation = FusedActivation::None;
    friend bool operator==(const Pool2D &, const Pool2D &) = default;
};

/// Input [x]: one value per channel over all spatial positions, spatial dimensions kept as 1 (ONNX GlobalAveragePool,
/// GlobalMaxPool). The canonical pass makes Reduce of it.
struct GlobalPool {
    PoolFunction function = PoolFunction::Average;
    Layout layout = Layout::ChannelsFirst;
    friend bool operator==(const GlobalPool &, const GlobalPool &) = default;
};

} // namespace tinsmith

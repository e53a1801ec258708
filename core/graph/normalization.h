// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/convolution.h"

#include <cstdint>
#include <vector>

namespace tinsmith {

/// Inputs [x, scale, bias?], both of the shape of x from `axis` on: (x - mean) / sqrt(variance + epsilon) over those
/// dimensions. Outputs [y, mean?, inverse deviation?] (ONNX LayerNormalization).
struct LayerNormalization {
    std::int32_t axis = -1;
    float epsilon = 1e-5F;
    friend bool operator==(const LayerNormalization &, const LayerNormalization &) = default;
};

/// Inputs [x, scale]: x / sqrt(mean(x^2) + epsilon) * scale over the dimensions from `axis` on (ONNX RMSNormalization).
struct RmsNormalization {
    std::int32_t axis = -1;
    float epsilon = 1e-5F;
    friend bool operator==(const RmsNormalization &, const RmsNormalization &) = default;
};

/// Inputs [x, scale, bias], x channels first: each group of channels of each image is normalised by its own mean and
/// variance. No groups (0): each channel alone (ONNX InstanceNormalization); else GroupNormalization, scale and bias
/// per channel, or per group where they have that length.
struct GroupNormalization {
    std::int64_t groups = 0;
    float epsilon = 1e-5F;
    friend bool operator==(const GroupNormalization &, const GroupNormalization &) = default;
};

/// Input [x]: x / (bias + alpha / size * sum of squares over `size` neighbouring channels) ^ beta (ONNX LRN; TFLite
/// LOCAL_RESPONSE_NORMALIZATION with alpha * size and size = 2 * radius + 1).
struct LocalResponseNormalization {
    Layout layout = Layout::ChannelsFirst;
    std::int64_t size = 1;
    float alpha = 1e-4F;
    float beta = 0.75F;
    float bias = 1;
    friend bool operator==(const LocalResponseNormalization &, const LocalResponseNormalization &) = default;
};

/// Input [x]: (x - mean) / sqrt(variance) over `axes` (ONNX MeanVarianceNormalization).
struct MeanVarianceNormalization {
    std::vector<std::int64_t> axes;
    friend bool operator==(const MeanVarianceNormalization &, const MeanVarianceNormalization &) = default;
};

/// Input [x], divided by its p-norm along `axis`, p 1 or 2 (ONNX LpNormalization).
struct LpNormalization {
    std::int32_t axis = -1;
    std::int32_t p = 2;
    friend bool operator==(const LpNormalization &, const LpNormalization &) = default;
};

} // namespace tinsmith

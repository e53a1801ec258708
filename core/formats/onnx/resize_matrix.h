// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/onnx/node_context.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tinsmith::onnxio {

/// How ONNX resizes one axis, in all its forms.
struct ResizeAxis {
    std::int64_t input = 1;
    std::int64_t output = 1;
    /// May differ from output / input, where scales were given.
    double scale = 1;
    ResizeMode mode = ResizeMode::Nearest;
    ResizeRounding rounding = ResizeRounding::Floor;
    /// ONNX's coordinate_transformation_mode.
    std::string coordinates;
    double cubicCoefficient = -0.75;
    bool excludesOutside = false;
    bool antialias = false;
    /// The part of the axis that tf_crop_and_resize takes, from 0 to 1.
    double start = 0;
    double end = 1;
};

/// [output, input] weights, and for each output whether its coordinate lies outside of the input (such rows are 0).
struct ResizeMatrix {
    std::int64_t input = 1;
    std::int64_t output = 1;
    std::vector<float> weights;
    std::vector<bool> outside;
};

/// As ONNX's specification of Resize computes it. Throws Untyped where it is too large or the coordinates are unknown.
ResizeMatrix resizeMatrix(const ResizeAxis &axis);

/// rows * image * columns', with `outsideValue` where a coordinate lies outside.
void emitResizeProducts(
    NodeContext &context, const ResizeMatrix &rows, const ResizeMatrix &columns, float outsideValue);

} // namespace tinsmith::onnxio

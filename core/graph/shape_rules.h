// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/tensor.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// The arithmetic of shapes, apart from operators. Every function throws GraphError with `place` where shapes do not
/// agree, and passes unknown dimensions (-1) on.
namespace tinsmith::shape_rules {

/// `axis` counted from the start; negative ones count from the end.
std::size_t axisOf(std::int64_t axis, std::size_t rank, const std::string &place);

/// Positions of a window over one axis: floor((input + pads - extent) / stride) + 1, or ceil, where the last window
/// must start inside the input or its leading padding (ONNX); TFLite's SAME gives ceil(input / stride).
std::int64_t windowCount(std::int64_t input, std::int64_t extent, std::int64_t stride, std::int64_t before,
    std::int64_t after, bool ceil, bool same);

Shape broadcast(const Shape &a, const Shape &b, const std::string &place);
Shape matMul(const Shape &a, const Shape &b, bool transposeA, bool transposeB, const std::string &place);
Shape reshape(const Shape &input, const std::vector<std::int64_t> &target, bool zeroCopies, const std::string &place);
Shape squeeze(const Shape &input, const std::vector<std::int64_t> &axes, const std::string &place);
Shape expandDims(const Shape &input, const std::vector<std::int64_t> &axes, const std::string &place);
Shape concatenate(std::span<const Shape> inputs, std::int64_t axis, const std::string &place);
Shape stridedSlice(const Shape &input, const std::vector<std::int64_t> &begin, const std::vector<std::int64_t> &end,
    const std::vector<std::int64_t> &stride, const std::vector<std::int64_t> &droppedAxes, const std::string &place);
Shape reduce(const Shape &input, const std::vector<std::int64_t> &axes, bool keepDims, const std::string &place);

} // namespace tinsmith::shape_rules

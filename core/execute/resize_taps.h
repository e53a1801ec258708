// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/shape.h"

#include <array>
#include <cstdint>
#include <vector>

// Where each output position of a Resize reads along one axis; the executor and emitted C take it from here.
// `scale` is the operator's for the axis, 0 where it has none.

namespace tinsmith {

/// The input position of each output position (ResizeMode::Nearest).
std::vector<std::int64_t> nearestTaps(const Resize &resize, std::int64_t input, std::int64_t output, float scale);

/// Up to four neighbours of one output position, with their weights; the first two for Bilinear.
struct ResizeTaps {
    std::array<std::int64_t, 4> at = {};
    std::array<float, 4> weight = {};
};
std::vector<ResizeTaps> resizeTaps(const Resize &resize, std::int64_t input, std::int64_t output, float scale);

/// TFLite's integer form of bilinear coordinates: two neighbours, the share of `high` being fraction / 1024.
struct FineResizeTap {
    std::int64_t low = 0;
    std::int64_t high = 0;
    std::int64_t fraction = 0;
};
/// `given`: ONNX's scale, which then maps coordinates instead of the sizes; 0 where there is none.
std::vector<FineResizeTap> fineResizeTaps(const Resize &resize, std::int64_t input, std::int64_t output, float given);

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "core/planner/row_distance.h"

#include <algorithm>

namespace tinsmith {

std::int64_t firstInputRowFrom(const SpatialGeometry &geometry, std::int64_t row)
{
    const AxisGeometry &h = geometry.h;
    const std::int64_t image = row / h.output;
    const std::int64_t first = (row % h.output) * h.stride - h.padBefore;
    return image * h.input + std::clamp<std::int64_t>(first, 0, h.input);
}

std::int64_t endInputRowUpTo(const SpatialGeometry &geometry, std::int64_t row)
{
    const AxisGeometry &h = geometry.h;
    const std::int64_t image = row / h.output;
    const std::int64_t end = (row % h.output) * h.stride - h.padBefore + h.effectiveKernel();
    return image * h.input + std::clamp<std::int64_t>(end, 0, h.input);
}

std::int64_t rowDistanceBelow(const SpatialGeometry &geometry, std::int64_t inputRowBytes, std::int64_t outputRowBytes)
{
    std::int64_t distance = 0;
    for (std::int64_t row = 0; row < geometry.batch * geometry.h.output; ++row) {
        distance = std::max(distance, (row + 1) * outputRowBytes - firstInputRowFrom(geometry, row) * inputRowBytes);
    }
    return distance;
}

std::int64_t rowDistanceAbove(const SpatialGeometry &geometry, std::int64_t inputRowBytes, std::int64_t outputRowBytes)
{
    std::int64_t distance = 0;
    for (std::int64_t row = 0; row < geometry.batch * geometry.h.output; ++row) {
        distance = std::max(distance, endInputRowUpTo(geometry, row) * inputRowBytes - row * outputRowBytes);
    }
    return distance;
}

} // namespace tinsmith

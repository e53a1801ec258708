// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/geometry.h"

#include <cstdint>

namespace tinsmith {

/// The first input row, counted through the whole batch, that output row `row` or a later one reads.
std::int64_t firstInputRowFrom(const SpatialGeometry &geometry, std::int64_t row);
/// One past the last input row, counted through the whole batch, that output row `row` or an earlier one reads.
std::int64_t endInputRowUpTo(const SpatialGeometry &geometry, std::int64_t row);

/// Bytes that the output must lie below its input, if the kernel writes rows from top to bottom, so that no row is
/// overwritten that is still to be read: max over y of (y+1)*outputRowBytes - firstInputRowFrom(y)*inputRowBytes.
std::int64_t rowDistanceBelow(const SpatialGeometry &geometry, std::int64_t inputRowBytes, std::int64_t outputRowBytes);
/// Bytes that the output must lie above its input, if the kernel writes rows from bottom to top:
/// max over y of endInputRowUpTo(y)*inputRowBytes - y*outputRowBytes.
std::int64_t rowDistanceAbove(const SpatialGeometry &geometry, std::int64_t inputRowBytes, std::int64_t outputRowBytes);

} // namespace tinsmith

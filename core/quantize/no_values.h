// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/quantize/quantize.h"

#include <limits>
#include <vector>

namespace tinsmith {

/// What a tensor holds where there is no value: borders of a padding, positions that a mask switches off before a
/// softmax. Elements at or below `low`, at or above `high` are such; calibration passes over them, and int8 saturates
/// them.
struct NoValues {
    float low = -std::numeric_limits<float>::infinity();
    float high = std::numeric_limits<float>::infinity();

    bool any() const
    {
        return low > -std::numeric_limits<float>::infinity() || high < std::numeric_limits<float>::infinity();
    }
    bool hold(float value) const { return value <= low || value >= high; }
};

/// By TensorId: borders of at least the largest half (65504) and masks of at least 9999, and where they are moved to.
std::vector<NoValues> noValues(const Graph &graph);

/// Masks that are added to (or subtracted from) an activation take just the size that puts it below all its values, and
/// far enough below for a softmax behind it to give 0: as they are, nothing would remain of the values in int8. Ranges
/// of the sums follow.
void saturateMasks(GraphBuilder &builder, Ranges &ranges);

} // namespace tinsmith

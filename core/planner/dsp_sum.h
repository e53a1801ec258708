// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/quantized_parameters.h"
#include "core/graph/graph.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace tinsmith {

/// An int8 Add or Sub of equal shapes as resources/kernels/dsp/ts_dsp_sum.h takes it.
struct DspSum {
    /// The first input has the larger scale; otherwise the second one.
    bool firstIsLarge = true;
    /// -1 where the operand of the larger scale is subtracted.
    std::int32_t sign = 1;
    /// By the other operand's byte, as unsigned: 256 values.
    std::vector<std::int32_t> table;
    std::int64_t count = 0;
    std::int32_t multiplier = 0;
    std::int32_t offset = 0;
    std::int32_t shift = 0;
    std::int32_t zeroPoint = 0;
    OutputBounds bounds;
};

/// Nothing where the operator is no such sum or its scales do not allow it.
std::optional<DspSum> dspSum(const Graph &graph, OperatorId id);

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/kernel.h"

#include <cstdint>

namespace tinsmith {

/// A tensor as rows along one axis: row r starts at start(r), its elements lie `step` apart.
struct Rows {
    std::int64_t outer = 1;
    std::int64_t length = 1;
    std::int64_t step = 1;

    std::int64_t count() const { return outer * step; }
    std::int64_t start(std::int64_t row) const { return row / step * length * step + row % step; }
};

/// Refuses an axis that the shape does not have, and empty rows.
inline Rows rowsOf(const Preparation &preparation, const Shape &shape, std::int64_t axisNumber)
{
    const std::size_t axis = preparation.axis(axisNumber, shape.rank());
    Rows rows;
    rows.length = shape[axis];
    for (std::size_t i = 0; i < shape.rank(); ++i) {
        if (i < axis) {
            rows.outer *= shape[i];
        } else if (i > axis) {
            rows.step *= shape[i];
        }
    }
    preparation.require(rows.length > 0 && rows.step > 0, "its input is empty");
    return rows;
}

} // namespace tinsmith

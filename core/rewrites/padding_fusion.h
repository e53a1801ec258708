// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/geometry.h"
#include "core/graph/graph.h"

#include <optional>

namespace tinsmith {

/// The convolution `op` with the zeros that `before` puts around its first input, or the rows and columns that it cuts
/// off, as padding of its own, negative where it crops; nothing where it cannot have that. Outputs stay the same bit
/// for bit. `geometry` is that of `op`, `x` what `before` reads and `between` what it writes.
std::optional<OperatorKind> withBorderOf(const Operator &before, const Operator &op, const SpatialGeometry &geometry,
    const Tensor &x, const Tensor &between);

} // namespace tinsmith

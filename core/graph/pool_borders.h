// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/folding.h"

namespace tinsmith {

/// The Pad before max pool `pool` whose border the pool can have as padding of its own, which it ignores: a constant
/// border of height and width alone, such that every window holds an element of the image. none() where there is no
/// such Pad. Whether the border's value is below every value of the image is for the caller to know.
OperatorId borderOf(const GraphBuilder &builder, OperatorId pool, const BuilderUses &uses);

/// The pool reads what Pad `border`, found by borderOf(), reads, and pads it itself; the Pad goes where nothing else
/// reads it.
void foldBorder(GraphBuilder &builder, OperatorId pool, OperatorId border, BuilderUses &uses);

} // namespace tinsmith

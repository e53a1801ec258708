// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/relayout_forms.h"

namespace tinsmith {

/// Carries the order of dimensions along through an operator that can work in any: elementwise, joined, padded, cut,
/// reduced, reshaped. False, with nothing done, where it cannot, or its inputs stand in their own order anyway.
bool relayoutAlong(TensorForms &forms, const Operator &op);

/// Permutes constant weights behind a flattened map. False, with nothing done, where there is no such thing.
bool relayoutDense(TensorForms &forms, const Operator &op);

} // namespace tinsmith

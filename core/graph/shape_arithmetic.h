// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/operator.h"
#include "core/graph/small_value.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace tinsmith {

/// What an operator of shape arithmetic gives while a file is read: the sizes of its input, or what it computes from
/// small values, of which some elements may not be known. `inputs` holds one value per input, null where it is left out
/// or not known; `tensor` looks up the operator's tensors. Nothing where the operator is no such arithmetic or nothing
/// is known. Integers that overflow give nothing. Lists and single elements only, save for elementwise operators and
/// those that rename.
std::optional<SmallValue> shapeArithmetic(const Operator &op, std::size_t output,
    const std::vector<const SmallValue *> &inputs, const std::function<const Tensor &(TensorId)> &tensor);

} // namespace tinsmith

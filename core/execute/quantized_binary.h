// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/kernel.h"

#include <cstdint>
#include <functional>

namespace tinsmith {

/// One function of two stored values, with everything about the scales worked in.
using StoredFunction = std::function<std::int32_t(std::int32_t, std::int32_t)>;

/// A Binary of int8, int16 or uint8 tensors as TFLite's reference kernels compute it; refuses functions that have no
/// such form.
StoredFunction quantizedBinary(const Preparation &preparation, BinaryFunction function);

} // namespace tinsmith

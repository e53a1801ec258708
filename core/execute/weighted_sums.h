// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/kernel.h"
#include "core/graph/geometry.h"

#include <optional>

namespace tinsmith {

// Weighted sums of the integer types that have no fast kernel: int16 activations with int8 weights (int64 sums, int32
// where the bias of a convolution, transpose convolution or dense layer is int32), and uint8 activations with uint8
// weights (the older quantization). Plain loops; nothing for other types.

std::optional<Kernel> plainConvolution(Preparation &preparation, const SpatialGeometry &geometry, bool depthwise);
std::optional<Kernel> plainTransposeConvolution(Preparation &preparation, const SpatialGeometry &geometry);
std::optional<Kernel> plainDense(Preparation &preparation);
/// int16 times int16.
std::optional<Kernel> plainMatMul(Preparation &preparation, const MatMul &product);

} // namespace tinsmith

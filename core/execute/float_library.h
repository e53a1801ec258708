// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/kernel.h"
#include "core/graph/geometry.h"

#include <optional>

namespace tinsmith {

// Float32 layers by the library XNNPACK, about twice as fast as our tiles where the processor has wide vectors. Sums
// are added in another order there, so results differ in the last bits. Nothing is returned where the library was not
// there at build time, does not know the processor, or has no form for the layer; our own kernels then run it.

/// Executors that are made while it is not allowed take our own kernels: for comparisons. It is allowed at first.
void allowFloatLibrary(bool allowed);

/// A convolution of channels-last images with constant weights and bias; `depthwise`: weights [1,Kh,Kw,C].
std::optional<Kernel> libraryConvolution(
    Preparation &preparation, const SpatialGeometry &geometry, FusedActivation activation, bool depthwise);

/// Rows [rows, terms] times constant weights [outputs, terms].
std::optional<Kernel> libraryDense(Preparation &preparation, std::int64_t rows, FusedActivation activation);

} // namespace tinsmith

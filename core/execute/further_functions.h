// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/kernel.h"

namespace tinsmith {

// Functions and element types that few models use: one loop per type over a function pointer, in place of one per
// function. Each returns an empty kernel where the operator is not of this sort, and refuses what it cannot do.

/// Arithmetic, comparisons and logic of two inputs of any numeric type (not of quantized values).
Kernel furtherBinaryKernel(Preparation &preparation, const Binary &binary);
/// Functions of one input of any numeric type, also those that answer yes or no.
Kernel furtherUnaryKernel(Preparation &preparation, const Unary &unary);
/// Reductions of any numeric type, norms and logarithms of sums included.
Kernel furtherReduceKernel(Preparation &preparation, const Reduce &reduce);
/// Maximum pooling with a second output of positions, or of integers that stand for themselves.
Kernel furtherPoolKernel(Preparation &preparation, const Pool2D &pool);

} // namespace tinsmith

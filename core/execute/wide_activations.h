// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/kernel.h"
#include "core/execute/requantize.h"
#include "core/execute/wide_functions.h"

#include <cstdint>
#include <span>

namespace tinsmith {

// Kernels of int16 activations that are functions of one element or of one row.

/// An Activation from int16 to int16.
Kernel wideActivation(Preparation &preparation, const Activation &activation);
/// A Unary from int16 to int16; without quantization, of plain integers.
Kernel wideUnary(Preparation &preparation, const Unary &unary);

/// Softmax of int16 rows, as TFLite tables it: exp on [-10, 0] and 1 / (1 + x) on [0, 1].
class WideSoftmax {
public:
    /// Throws UnsupportedError where the zero points are not 0 or the output's scale is not 1/32768.
    WideSoftmax(const Operator &op, const Tensor &input, const Tensor &output, float beta);
    void row(std::span<const std::int16_t> in, std::span<std::int16_t> out) const;

private:
    QuantizedMultiplier factor_;
    WideTable exponential_;
    WideTable reciprocal_;
};

} // namespace tinsmith

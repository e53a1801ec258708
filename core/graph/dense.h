// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/convolution.h"

#include <string>

namespace tinsmith {

/// Inputs [x, weights [out,in], bias? [out]]. x is flattened to [batch, in], batch = elements / in (TFLite
/// FULLY_CONNECTED).
struct FullyConnected {
    /// The output keeps x's leading dimensions: [..., out]. Otherwise it is [batch, out].
    bool keepDims = false;
    FusedActivation activation = FusedActivation::None;
    friend bool operator==(const FullyConnected &, const FullyConnected &) = default;
};

/// ONNX Gemm: alpha * A' * B' + beta * C, inputs [A, B, C?].
struct Gemm {
    float alpha = 1;
    float beta = 1;
    bool transposeA = false;
    bool transposeB = false;
    friend bool operator==(const Gemm &, const Gemm &) = default;
};

/// Inputs [A, B], batch dimensions broadcast (TFLite BATCH_MATMUL with adjoint flags, ONNX MatMul).
struct MatMul {
    bool transposeA = false;
    bool transposeB = false;
    friend bool operator==(const MatMul &, const MatMul &) = default;
};

/// Inputs [a...] combined as the equation says, e.g. "ij,jk->ik" (ONNX Einsum).
struct Einsum {
    std::string equation;
    friend bool operator==(const Einsum &, const Einsum &) = default;
};

/// Inputs [A, B, zero point of A?, zero point of B?], 8-bit; the product is int32 (ONNX MatMulInteger).
struct IntegerMatMul {
    friend bool operator==(const IntegerMatMul &, const IntegerMatMul &) = default;
};

} // namespace tinsmith

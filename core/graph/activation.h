// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tinsmith {

enum class ActivationFunction {
    Relu,
    Relu6,
    ReluN1To1,
    /// Relu0To1 of TFLite.
    Relu0To1,
    /// x < 0 ? alpha * x : x
    LeakyRelu,
    /// x < 0 ? alpha * (exp(x) - 1) : x
    Elu,
    Logistic,
    Tanh,
    /// x * min(max(x + 3, 0), 6) / 6
    HardSwish,
    /// min(max(alpha * x + beta, 0), 1)
    HardSigmoid,
    /// min(max(x, alpha), beta)
    Clip,
    /// alpha = 1: the tanh approximation
    Gelu,
    Softplus,
    Softsign,
    /// beta * (x < 0 ? alpha * (exp(x) - 1) : x); both 0: the usual 1.6732632423 and 1.0507009873
    Selu,
    Mish,
    /// x > alpha ? x : 0
    ThresholdedRelu,
    /// max(0, x) + min(0, alpha * (exp(x / alpha) - 1))
    Celu,
    /// x < -alpha ? x + beta : x > alpha ? x - beta : 0
    Shrink,
    /// x * logistic(alpha * x)
    Swish,
};

/// Input [x]; elementwise. `alpha` and `beta` as the function's comment says.
struct Activation {
    ActivationFunction function = ActivationFunction::Relu;
    float alpha = 0;
    float beta = 0;
    friend bool operator==(const Activation &, const Activation &) = default;
};

/// Inputs [x, alpha], alpha broadcast: x < 0 ? alpha * x : x.
struct PRelu {
    friend bool operator==(const PRelu &, const PRelu &) = default;
};

/// Input [x]: exp(beta * x) normalised along `axis` (negative counts from the end).
struct Softmax {
    float beta = 1;
    std::int32_t axis = -1;
    friend bool operator==(const Softmax &, const Softmax &) = default;
};

/// Input [x]: the logarithm of softmax along `axis`.
struct LogSoftmax {
    std::int32_t axis = -1;
    friend bool operator==(const LogSoftmax &, const LogSoftmax &) = default;
};

/// Input [x], normalised to unit length along the last axis (TFLite L2_NORMALIZATION).
struct L2Normalization {
    friend bool operator==(const L2Normalization &, const L2Normalization &) = default;
};

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "core/execute/scalar_functions.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tinsmith {
namespace {

float logisticOf(float x)
{
    return 1.0F / (1.0F + std::exp(-x));
}

float softplusOf(float x)
{
    // exp(x) overflows long before softplus(x) differs from x.
    return x > 20.0F ? x : std::log1p(std::exp(x));
}

float geluOf(float x, bool approximate)
{
    if (approximate) {
        constexpr float rootTwoOverPi = 0.7978845608F;
        return 0.5F * x * (1.0F + std::tanh(rootTwoOverPi * (x + 0.044715F * x * x * x)));
    }
    constexpr float rootHalf = 0.70710678118F;
    return 0.5F * x * (1.0F + std::erf(x * rootHalf));
}

template <typename T>
T unaryOf(UnaryFunction function, T x)
{
    switch (function) {
    case UnaryFunction::Abs:
        return std::fabs(x);
    case UnaryFunction::Neg:
        return -x;
    case UnaryFunction::Exp:
        return std::exp(x);
    case UnaryFunction::Log:
        return std::log(x);
    case UnaryFunction::Sqrt:
        return std::sqrt(x);
    case UnaryFunction::Rsqrt:
        return T(1) / std::sqrt(x);
    case UnaryFunction::Square:
        return x * x;
    case UnaryFunction::Sin:
        return std::sin(x);
    case UnaryFunction::Cos:
        return std::cos(x);
    case UnaryFunction::Floor:
        return std::floor(x);
    case UnaryFunction::Ceil:
        return std::ceil(x);
    case UnaryFunction::Round:
        // Both TFLite and ONNX round halves to even.
        return x - std::remainder(x, T(1));
    case UnaryFunction::Reciprocal:
        return T(1) / x;
    case UnaryFunction::Sign:
        return x > 0 ? T(1) : x < 0 ? T(-1) : x;
    case UnaryFunction::Erf:
        return std::erf(x);
    case UnaryFunction::LogicalNot:
        return x == 0 ? T(1) : T(0);
    case UnaryFunction::Tan:
        return std::tan(x);
    case UnaryFunction::Asin:
        return std::asin(x);
    case UnaryFunction::Acos:
        return std::acos(x);
    case UnaryFunction::Atan:
        return std::atan(x);
    case UnaryFunction::Sinh:
        return std::sinh(x);
    case UnaryFunction::Cosh:
        return std::cosh(x);
    case UnaryFunction::Asinh:
        return std::asinh(x);
    case UnaryFunction::Acosh:
        return std::acosh(x);
    case UnaryFunction::Atanh:
        return std::atanh(x);
    case UnaryFunction::IsNan:
        return std::isnan(x) ? T(1) : T(0);
    case UnaryFunction::IsInf:
        return std::isinf(x) ? T(1) : T(0);
    case UnaryFunction::IsPositiveInf:
        return std::isinf(x) && x > 0 ? T(1) : T(0);
    case UnaryFunction::IsNegativeInf:
        return std::isinf(x) && x < 0 ? T(1) : T(0);
    case UnaryFunction::BitwiseNot:
        break;
    }
    return x;
}
} // namespace

float applyActivation(const Activation &activation, float x)
{
    constexpr float seluAlpha = 1.67326324F;
    constexpr float seluScale = 1.05070098F;
    switch (activation.function) {
    case ActivationFunction::Relu:
        return x < 0 ? 0 : x;
    case ActivationFunction::Relu6:
        return x > 6 ? 6 : x < 0 ? 0 : x;
    case ActivationFunction::ReluN1To1:
        return x > 1 ? 1 : x < -1 ? -1 : x;
    case ActivationFunction::Relu0To1:
        return x > 1 ? 1 : x < 0 ? 0 : x;
    case ActivationFunction::LeakyRelu:
        return x < 0 ? activation.alpha * x : x;
    case ActivationFunction::Elu:
        return x < 0 ? activation.alpha * (std::exp(x) - 1.0F) : x;
    case ActivationFunction::Logistic:
        return logisticOf(x);
    case ActivationFunction::Tanh:
        return std::tanh(x);
    case ActivationFunction::HardSwish:
        return x * std::min(6.0F, std::max(0.0F, x + 3.0F)) / 6.0F;
    case ActivationFunction::HardSigmoid:
        return std::min(std::max(activation.alpha * x + activation.beta, 0.0F), 1.0F);
    case ActivationFunction::Clip:
        return std::min(std::max(x, activation.alpha), activation.beta);
    case ActivationFunction::Gelu:
        return geluOf(x, activation.alpha == 1.0F);
    case ActivationFunction::Softplus:
        return softplusOf(x);
    case ActivationFunction::Softsign:
        return x / (1.0F + std::fabs(x));
    case ActivationFunction::Selu: {
        const bool usual = activation.alpha == 0 && activation.beta == 0;
        const float alpha = usual ? seluAlpha : activation.alpha;
        const float scale = usual ? seluScale : activation.beta;
        return x > 0 ? scale * x : scale * alpha * (std::exp(x) - 1.0F);
    }
    case ActivationFunction::Mish:
        return x * std::tanh(softplusOf(x));
    case ActivationFunction::ThresholdedRelu:
        return x > activation.alpha ? x : 0;
    case ActivationFunction::Celu:
        return std::max(0.0F, x) + std::min(0.0F, activation.alpha * (std::exp(x / activation.alpha) - 1.0F));
    case ActivationFunction::Shrink:
        return x < -activation.alpha ? x + activation.beta : x > activation.alpha ? x - activation.beta : 0;
    case ActivationFunction::Swish:
        return x * logisticOf(activation.alpha * x);
    }
    return x;
}

float applyUnary(UnaryFunction function, float x)
{
    return unaryOf(function, x);
}

double applyUnary(UnaryFunction function, double x)
{
    return unaryOf(function, x);
}

FloatBounds floatBounds(FusedActivation activation)
{
    constexpr float infinity = std::numeric_limits<float>::infinity();
    switch (activation) {
    case FusedActivation::Relu:
        return {0, infinity};
    case FusedActivation::Relu6:
        return {0, 6};
    case FusedActivation::ReluN1To1:
        return {-1, 1};
    case FusedActivation::None:
    case FusedActivation::Tanh:
    case FusedActivation::SignBit:
        break;
    }
    return {-infinity, infinity};
}

} // namespace tinsmith

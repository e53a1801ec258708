// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/activation.h"
#include "core/graph/convolution.h"
#include "core/graph/elementwise.h"

#include <string>

namespace tinsmith {

/// An activation of one float.
float applyActivation(const Activation &activation, float x);
/// A unary function of one number; LogicalNot reads 0 as false.
float applyUnary(UnaryFunction function, float x);
double applyUnary(UnaryFunction function, double x);

/// The interval to which a fused activation clamps floats; infinite where it does not.
struct FloatBounds {
    float min;
    float max;
};
FloatBounds floatBounds(FusedActivation activation);

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/convolution.h"

namespace tinsmith {

enum class BinaryFunction {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    FloorMod,
    Pow,
    Minimum,
    Maximum,
    SquaredDifference,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    LogicalAnd,
    LogicalOr,
};

/// Inputs [a, b], broadcast against each other as NumPy does.
struct Binary {
    BinaryFunction function = BinaryFunction::Add;
    FusedActivation activation = FusedActivation::None;
    friend bool operator==(const Binary &, const Binary &) = default;
};

enum class UnaryFunction {
    Abs,
    Neg,
    Exp,
    Log,
    Sqrt,
    Rsqrt,
    Square,
    Sin,
    Cos,
    Floor,
    Ceil,
    Round,
    Reciprocal,
    Sign,
    Erf,
    LogicalNot,
};

/// Input [x].
struct Unary {
    UnaryFunction function = UnaryFunction::Abs;
    friend bool operator==(const Unary &, const Unary &) = default;
};

} // namespace tinsmith

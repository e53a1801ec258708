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
    LogicalXor,
    /// The remainder with the dividend's sign, as C's fmod.
    FloatMod,
    ShiftLeft,
    ShiftRight,
    BitwiseAnd,
    BitwiseOr,
    BitwiseXor,
    Atan2,
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
    Tan,
    Asin,
    Acos,
    Atan,
    Sinh,
    Cosh,
    Asinh,
    Acosh,
    Atanh,
    IsNan,
    IsInf,
    IsPositiveInf,
    IsNegativeInf,
    BitwiseNot,
};

/// Input [x].
struct Unary {
    UnaryFunction function = UnaryFunction::Abs;
    friend bool operator==(const Unary &, const Unary &) = default;
};

enum class NaryFunction { Sum, Mean, Minimum, Maximum };

/// Inputs [x0, x1, ...], broadcast against each other (TFLite ADD_N; ONNX Sum, Mean, Min, Max of other than two
/// inputs).
struct Nary {
    NaryFunction function = NaryFunction::Sum;
    friend bool operator==(const Nary &, const Nary &) = default;
};

} // namespace tinsmith

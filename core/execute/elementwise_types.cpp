// SPDX-License-Identifier: Apache-2.0
#include "core/execute/broadcast.h"
#include "core/execute/elementwise_functions.h"
#include "core/execute/further_functions.h"
#include "core/execute/numeric_types.h"
#include "core/execute/scalar_functions.h"

#include <cmath>
#include <limits>

namespace tinsmith {
namespace {

/// Whether the usual kernels serve the function.
bool isUsual(BinaryFunction function)
{
    return function <= BinaryFunction::LogicalOr;
}

bool isUsual(ElementType type)
{
    return type == ElementType::Float32 || type == ElementType::Int32 || type == ElementType::Int64
        || type == ElementType::Bool;
}

template <typename T>
T remainderOf(T a, T b)
{
    if constexpr (std::is_floating_point_v<T>) {
        return std::fmod(a, b);
    } else if constexpr (std::is_signed_v<T>) {
        return b == 0 || b == -1 ? T(0) : static_cast<T>(a % b);
    } else {
        return b == 0 ? T(0) : static_cast<T>(a % b);
    }
}

/// A shift by as many bits as there are, or more, leaves nothing.
template <typename T>
T shifted(T a, T b, bool left)
{
    using U = std::make_unsigned_t<T>;
    const auto bits = static_cast<std::uint64_t>(std::numeric_limits<U>::digits);
    const auto count = static_cast<std::uint64_t>(b);
    if (left) {
        return count >= bits ? T(0) : static_cast<T>(static_cast<std::uint64_t>(static_cast<U>(a)) << count);
    }
    return count < bits ? static_cast<T>(a >> count) : a < T(1) && a != T(0) ? static_cast<T>(T(0) - T(1)) : T(0);
}

template <typename T>
using Function = T (*)(T, T);

/// The function on T, nullptr where it has no meaning there.
template <typename T>
Function<T> functionOn(BinaryFunction function)
{
    constexpr bool real = std::is_floating_point_v<T>;
    if (function == BinaryFunction::FloatMod) {
        return remainderOf<T>;
    }
    if constexpr (real) {
        if (function == BinaryFunction::Atan2) {
            return [](T a, T b) -> T { return std::atan2(a, b); };
        }
    } else {
        switch (function) {
        case BinaryFunction::ShiftLeft:
            return [](T a, T b) -> T { return shifted(a, b, true); };
        case BinaryFunction::ShiftRight:
            return [](T a, T b) -> T { return shifted(a, b, false); };
        case BinaryFunction::BitwiseAnd:
            return [](T a, T b) -> T { return static_cast<T>(a & b); };
        case BinaryFunction::BitwiseOr:
            return [](T a, T b) -> T { return static_cast<T>(a | b); };
        case BinaryFunction::BitwiseXor:
            return [](T a, T b) -> T { return static_cast<T>(a ^ b); };
        default:
            break;
        }
    }
    return isUsual(function) && !isLogical(function) && !isComparison(function)
        ? withArithmetic<T>(function, [](auto apply) -> Function<T> { return apply; })
        : nullptr;
}

/// Both inputs in the output's shape.
struct Operands {
    Broadcast first;
    Broadcast second;
    std::int64_t count = 0;
};

Operands operandsOf(const Preparation &preparation)
{
    const Shape &target = preparation.output().shape;
    return {Broadcast::to(preparation, target, preparation.input(0).shape),
        Broadcast::to(preparation, target, preparation.input(1).shape), elementsOf(preparation.output())};
}

/// Calls visit(output position, value of a, value of b).
template <typename T, typename Visit>
void eachPair(const Operands &operands, const Arguments &arguments, const Visit &visit)
{
    const T *a = arguments.in<T>(0);
    const T *b = arguments.in<T>(1);
    std::vector<T> row;
    row.reserve(static_cast<std::size_t>(operands.count));
    operands.first.each([&](std::int64_t, std::int64_t from) { row.push_back(a[from]); });
    operands.second.each(
        [&](std::int64_t to, std::int64_t from) { visit(to, row[static_cast<std::size_t>(to)], b[from]); });
}

Kernel comparison(const Preparation &preparation, BinaryFunction function)
{
    return withNumericType(preparation, preparation.input(0).type, [&](auto zero) -> Kernel {
        using T = decltype(zero);
        using W = WorkType<T>;
        bool (*const apply)(W, W) = withComparison(function, [](auto compare) -> bool (*)(W, W) { return compare; });
        return [operands = operandsOf(preparation), apply](const Arguments &arguments) {
            auto *out = arguments.out<std::uint8_t>();
            eachPair<T>(operands, arguments,
                [&](std::int64_t at, T a, T b) { out[at] = apply(static_cast<W>(a), static_cast<W>(b)) ? 1 : 0; });
        };
    });
}

Kernel arithmetic(const Preparation &preparation, BinaryFunction function)
{
    return withNumericType(preparation, preparation.input(0).type, [&](auto zero) -> Kernel {
        using T = decltype(zero);
        using W = WorkType<T>;
        const Function<W> apply = functionOn<W>(function);
        preparation.require(apply != nullptr, "this function has no meaning for its type");
        return [operands = operandsOf(preparation), apply](const Arguments &arguments) {
            T *out = arguments.out<T>();
            eachPair<T>(operands, arguments, [&](std::int64_t at, T a, T b) {
                out[at] = static_cast<T>(apply(static_cast<W>(a), static_cast<W>(b)));
            });
        };
    });
}

bool answersYesOrNo(UnaryFunction function)
{
    return function >= UnaryFunction::IsNan && function <= UnaryFunction::IsNegativeInf;
}

template <typename T>
T unaryInteger(UnaryFunction function, T x)
{
    switch (function) {
    case UnaryFunction::Abs:
        return x < T(1) && x != T(0) && std::is_signed_v<T> ? wrapping<T>(BinaryFunction::Sub, 0, x) : x;
    case UnaryFunction::Neg:
        return wrapping<T>(BinaryFunction::Sub, 0, x);
    case UnaryFunction::Square:
        return wrapping<T>(BinaryFunction::Mul, x, x);
    case UnaryFunction::Sign:
        return x == T(0) ? T(0) : x > T(0) ? T(1) : static_cast<T>(T(0) - T(1));
    case UnaryFunction::BitwiseNot:
        return static_cast<T>(~x);
    default:
        return x;
    }
}

bool hasIntegerForm(UnaryFunction function)
{
    switch (function) {
    case UnaryFunction::Abs:
    case UnaryFunction::Neg:
    case UnaryFunction::Square:
    case UnaryFunction::Sign:
    case UnaryFunction::BitwiseNot:
    case UnaryFunction::Floor:
    case UnaryFunction::Ceil:
    case UnaryFunction::Round:
        return true;
    default:
        return false;
    }
}

} // namespace

Kernel furtherBinaryKernel(Preparation &preparation, const Binary &binary)
{
    const Tensor &a = preparation.input(0);
    const bool logical = binary.function == BinaryFunction::LogicalXor;
    const bool quantized = isQuantized(a) || isQuantized(preparation.output());
    if (isLogical(binary.function) || (isUsual(binary.function) && (isUsual(a.type) || quantized))) {
        return {};
    }
    preparation.require(a.type == preparation.input(1).type, "its inputs are of different types");
    if (quantized) {
        preparation.refuse("this function has no form for quantized values of type " + std::string(nameOf(a.type)));
    }
    preparation.require(binary.activation == FusedActivation::None, "this fused activation has no kernel for its type");
    const ElementType output = preparation.output().type;
    if (logical) {
        preparation.require(a.type == ElementType::Bool && output == ElementType::Bool, "it runs on truth values only");
        return [operands = operandsOf(preparation)](const Arguments &arguments) {
            auto *out = arguments.out<std::uint8_t>();
            eachPair<std::uint8_t>(operands, arguments,
                [&](std::int64_t at, std::uint8_t x, std::uint8_t y) { out[at] = (x != 0) != (y != 0) ? 1 : 0; });
        };
    }
    if (isComparison(binary.function)) {
        preparation.require(output == ElementType::Bool, "a comparison's output must be truth values");
        return comparison(preparation, binary.function);
    }
    preparation.require(a.type == output, "inputs and output are of different types");
    return arithmetic(preparation, binary.function);
}

Kernel furtherUnaryKernel(Preparation &preparation, const Unary &unary)
{
    const Tensor &x = preparation.input(0);
    const auto function = unary.function;
    const std::int64_t count = elementsOf(preparation.output());
    const bool answers = answersYesOrNo(function);
    const bool usual = isUsual(x.type) && !answers && function != UnaryFunction::BitwiseNot;
    if (usual || (isQuantized(x) && !answers)) {
        return {};
    }
    preparation.require(elementsOf(x) == count, "input and output differ in size");
    preparation.require(preparation.output().type == (answers ? ElementType::Bool : x.type),
        "its output is of a type that does not fit the function");
    return withNumericType(preparation, x.type, [&](auto zero) -> Kernel {
        using T = decltype(zero);
        using W = WorkType<T>;
        if constexpr (std::is_floating_point_v<W>) {
            preparation.require(function != UnaryFunction::BitwiseNot, "this function has no form for real numbers");
            return [=](const Arguments &arguments) {
                for (std::int64_t i = 0; i < count; ++i) {
                    const W value = applyUnary(function, static_cast<W>(arguments.in<T>(0)[i]));
                    if (answers) {
                        arguments.out<std::uint8_t>()[i] = value != 0 ? 1 : 0;
                    } else {
                        arguments.out<T>()[i] = static_cast<T>(value);
                    }
                }
            };
        } else {
            preparation.require(hasIntegerForm(function), "this function has no integer form");
            return [=](const Arguments &arguments) {
                for (std::int64_t i = 0; i < count; ++i) {
                    arguments.out<T>()[i] = unaryInteger(function, arguments.in<T>(0)[i]);
                }
            };
        }
    });
}

} // namespace tinsmith

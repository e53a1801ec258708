// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/code_tables.h"

#include <array>
#include <utility>

namespace tinsmith::tflite {
namespace {

using Code = tfl::BuiltinOperator;

constexpr std::array<std::pair<Code, BinaryFunction>, 21> binaries = {{
    {Code::ADD, BinaryFunction::Add},
    {Code::SUB, BinaryFunction::Sub},
    {Code::MUL, BinaryFunction::Mul},
    {Code::DIV, BinaryFunction::Div},
    {Code::FLOOR_DIV, BinaryFunction::FloorDiv},
    {Code::FLOOR_MOD, BinaryFunction::FloorMod},
    {Code::POW, BinaryFunction::Pow},
    {Code::MINIMUM, BinaryFunction::Minimum},
    {Code::MAXIMUM, BinaryFunction::Maximum},
    {Code::SQUARED_DIFFERENCE, BinaryFunction::SquaredDifference},
    {Code::EQUAL, BinaryFunction::Equal},
    {Code::NOT_EQUAL, BinaryFunction::NotEqual},
    {Code::LESS, BinaryFunction::Less},
    {Code::LESS_EQUAL, BinaryFunction::LessEqual},
    {Code::GREATER, BinaryFunction::Greater},
    {Code::GREATER_EQUAL, BinaryFunction::GreaterEqual},
    {Code::LOGICAL_AND, BinaryFunction::LogicalAnd},
    {Code::LOGICAL_OR, BinaryFunction::LogicalOr},
    {Code::RIGHT_SHIFT, BinaryFunction::ShiftRight},
    {Code::BITWISE_XOR, BinaryFunction::BitwiseXor},
    {Code::ATAN2, BinaryFunction::Atan2},
}};

constexpr std::array<std::pair<Code, UnaryFunction>, 14> unaries = {{
    {Code::ABS, UnaryFunction::Abs},
    {Code::NEG, UnaryFunction::Neg},
    {Code::EXP, UnaryFunction::Exp},
    {Code::LOG, UnaryFunction::Log},
    {Code::SQRT, UnaryFunction::Sqrt},
    {Code::RSQRT, UnaryFunction::Rsqrt},
    {Code::SQUARE, UnaryFunction::Square},
    {Code::SIN, UnaryFunction::Sin},
    {Code::COS, UnaryFunction::Cos},
    {Code::FLOOR, UnaryFunction::Floor},
    {Code::CEIL, UnaryFunction::Ceil},
    {Code::ROUND, UnaryFunction::Round},
    {Code::SIGN, UnaryFunction::Sign},
    {Code::LOGICAL_NOT, UnaryFunction::LogicalNot},
}};

constexpr std::array<std::pair<Code, ReduceFunction>, 7> reductions = {{
    {Code::MEAN, ReduceFunction::Mean},
    {Code::SUM, ReduceFunction::Sum},
    {Code::REDUCE_MAX, ReduceFunction::Max},
    {Code::REDUCE_MIN, ReduceFunction::Min},
    {Code::REDUCE_PROD, ReduceFunction::Prod},
    {Code::REDUCE_ANY, ReduceFunction::Any},
    {Code::REDUCE_ALL, ReduceFunction::All},
}};

template <typename Table>
auto functionOf(const Table &table, Code code) -> std::optional<decltype(table[0].second)>
{
    for (const auto &entry : table) {
        if (entry.first == code) {
            return entry.second;
        }
    }
    return std::nullopt;
}

template <typename Table, typename Function>
std::optional<Code> codeIn(const Table &table, Function function)
{
    for (const auto &entry : table) {
        if (entry.second == function) {
            return entry.first;
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<BinaryFunction> binaryOf(Code code)
{
    return functionOf(binaries, code);
}

std::optional<Code> codeOf(BinaryFunction function)
{
    return codeIn(binaries, function);
}

std::optional<UnaryFunction> unaryOf(Code code)
{
    return functionOf(unaries, code);
}

std::optional<Code> codeOf(UnaryFunction function)
{
    return codeIn(unaries, function);
}

std::optional<ReduceFunction> reduceOf(Code code)
{
    return functionOf(reductions, code);
}

std::optional<Code> codeOf(ReduceFunction function)
{
    return codeIn(reductions, function);
}

} // namespace tinsmith::tflite

// SPDX-License-Identifier: Apache-2.0
#include "tests/core/formats_tflite/operator_cases.h"

#include <cmath>

namespace tinsmith::test {
namespace {

using Code = tfl::BuiltinOperator;
using Type = tfl::TensorType;
using Kinds = tfl::BuiltinOptions;

void addBinaries(Cases &cases)
{
    const auto binary = [&](Code code, const std::vector<Form> &forms, const std::vector<double> &expected,
                            const CaseOptions &made = {}) {
        cases.push_back(oneCase(code, forms, {given({2, 2}, {8, -6, 5, -4}), given({2, 2}, {2, 3, -4, -1})},
            {given({2, 2}, expected)}, made));
    };
    const std::vector<Form> numbersToo = {float32(), int8(), int16(), plain(Type::INT32)};
    binary(Code::ADD, numbersToo, {10, -3, 1, -5},
        options(Kinds::AddOptions, [](CaseBuilder &b) { return tfl::CreateAddOptions(b); }));
    binary(Code::SUB, numbersToo, {6, -9, 9, -3},
        options(Kinds::SubOptions, [](CaseBuilder &b) { return tfl::CreateSubOptions(b); }));
    binary(Code::MUL, numbersToo, {16, -18, -20, 4},
        options(Kinds::MulOptions, [](CaseBuilder &b) { return tfl::CreateMulOptions(b); }));
    binary(Code::SQUARED_DIFFERENCE, numbersToo, {36, 81, 81, 9});
    // 81 is beyond what scale 0.5 holds.
    cases.back().forms[1] = int8({0.5F, 3}, {1, -100});
    const auto divOptions = options(Kinds::DivOptions, [](CaseBuilder &b) { return tfl::CreateDivOptions(b); });
    binary(Code::DIV, {float32(), int8({0.5F, 3}, {0.25F, -2})}, {4, -2, -1.25, 4}, divOptions);
    cases.push_back(oneCase(Code::DIV, {plain(Type::INT32)}, {given({4}, {8, -7, 7, -9}), given({4}, {2, 2, -2, 4})},
        {given({4}, {4, -3, -3, -2})}, divOptions));
    const Form int8Plain = int8Kept();
    binary(Code::FLOOR_DIV, {float32(), plain(Type::INT32)}, {4, -2, -2, 4});
    binary(Code::FLOOR_DIV, {plain(Type::INT8), plain(Type::INT16)}, {4, -2, -2, 4});
    binary(Code::FLOOR_MOD, {float32(), plain(Type::INT32), plain(Type::INT64)}, {0, 0, -3, 0});
    binary(Code::FLOOR_MOD, {plain(Type::INT8), plain(Type::INT16)}, {0, 0, -3, 0});
    const Form wide = int16();
    const std::vector<Form> kept = {float32(), int8Plain, wide, plain(Type::INT32), plain(Type::INT64)};
    binary(Code::MAXIMUM, kept, {8, 3, 5, -1});
    binary(Code::MINIMUM, kept, {2, -6, -4, -4});
    binary(Code::POW, {float32()}, {64, -216, 1.0 / 625, -0.25});
    cases.back().operators = {"POW (TFLite)"};

    // Broadcast, with a fused activation.
    cases.push_back(oneCase(Code::ADD, {float32(), int8(), int16()},
        {given({1, 2, 2}, {8, -6, 5, -4}), given({2}, {2, -3})}, {given({1, 2, 2}, {6, 0, 6, 0})},
        options(Kinds::AddOptions,
            [](CaseBuilder &b) { return tfl::CreateAddOptions(b, tfl::ActivationFunctionType::RELU6); })));
    cases.back().note = "broadcast, RELU6";
    const auto sum = [&](const std::vector<Form> &forms, const std::vector<double> &expected) {
        cases.push_back(oneCase(Code::ADD_N, forms,
            {given({3}, {1, -2, 3}), given({3}, {4, 5, -6}), given({3}, {0.5, 0.5, 0.5})}, {given({3}, expected)}));
    };
    sum({float32(), int8({0.5F, 0}, {0.5F, 3})}, {5.5, 3.5, -2.5});
    // The reference kernel starts its sum at the negated zero point instead of at zero: 3 steps too low.
    sum({int8({0.5F, 3}, {0.5F, 3})}, {4, 2, -4});
    cases.back().note = "zero point";
}

void addComparisons(Cases &cases)
{
    const auto compare = [&](Code code, std::vector<Form> forms, const std::vector<double> &expected) {
        cases.push_back(
            oneCase(code, forms, {given({4}, {8, -6, 5, -4}), stepped(given({4}, {8, 3, -4, -4}), {0.25F, 0})},
                {typed(Type::BOOL, {4}, expected)}));
    };
    const std::vector<Form> all = {float32(), int8({0.5F, 3}), plain(Type::INT32), plain(Type::INT64)};
    compare(Code::EQUAL, all, {1, 0, 0, 1});
    compare(Code::NOT_EQUAL, all, {0, 1, 1, 0});
    compare(Code::LESS, all, {0, 1, 0, 0});
    compare(Code::LESS_EQUAL, all, {1, 1, 0, 1});
    compare(Code::GREATER, all, {0, 0, 1, 0});
    compare(Code::GREATER_EQUAL, all, {1, 0, 1, 1});
    // TFLite compares int16 as stored.
    compare(Code::EQUAL, {plain(Type::INT16)}, {1, 0, 0, 1});
    compare(Code::NOT_EQUAL, {plain(Type::INT16)}, {0, 1, 1, 0});
    compare(Code::LESS, {plain(Type::INT16)}, {0, 1, 0, 0});
    compare(Code::GREATER_EQUAL, {plain(Type::INT16)}, {1, 0, 1, 1});
    for (const auto code : {Code::EQUAL, Code::NOT_EQUAL}) {
        const bool equal = code == Code::EQUAL;
        cases.push_back(oneCase(code, {plain(Type::BOOL)}, {given({4}, {0, 0, 1, 1}), given({4}, {0, 1, 0, 1})},
            {given({4}, equal ? std::vector<double>{1, 0, 0, 1} : std::vector<double>{0, 1, 1, 0})}));
    }
    const Form truths = plain(Type::BOOL);
    const std::vector<Value> both = {given({4}, {0, 0, 1, 1}), given({4}, {0, 1, 0, 1})};
    cases.push_back(oneCase(Code::LOGICAL_AND, {truths}, both, {given({4}, {0, 0, 0, 1})}));
    cases.push_back(oneCase(Code::LOGICAL_OR, {truths}, both, {given({4}, {0, 1, 1, 1})}));
    cases.push_back(oneCase(Code::LOGICAL_NOT, {truths}, {given({2}, {0, 1})}, {given({2}, {1, 0})}));
}

} // namespace

void addElementwiseCases(Cases &cases)
{
    addBinaries(cases);
    addComparisons(cases);
}

} // namespace tinsmith::test

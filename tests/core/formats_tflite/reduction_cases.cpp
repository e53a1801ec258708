// SPDX-License-Identifier: Apache-2.0
#include "tests/core/formats_tflite/operator_cases.h"

namespace tinsmith::test {

void addReductionCases(Cases &cases)
{
    using Code = tfl::BuiltinOperator;
    using Type = tfl::TensorType;
    using Kinds = tfl::BuiltinOptions;
    const std::vector<double> x = {1, -2, 3, 4, 5, -6};
    for (const bool keep : {false, true}) {
        const auto made
            = options(Kinds::ReducerOptions, [keep](CaseBuilder &b) { return tfl::CreateReducerOptions(b, keep); });
        const std::vector<std::int32_t> rows = keep ? std::vector<std::int32_t>{2, 1} : std::vector<std::int32_t>{2};
        const auto reduce = [&](Code code, const std::vector<Form> &forms, const std::vector<double> &y) {
            cases.push_back(oneCase(code, forms, {given({2, 3}, x), numbers({-1})}, {given(rows, y)}, made));
            cases.back().note = keep ? "dimensions kept" : "";
        };
        reduce(
            Code::MEAN, {float32(), int8({0.5F, 3}, {1.0F / 6, -2}), int16({0.25F, 0}, {1.0F / 12, 0})}, {2.0 / 3, 1});
        reduce(Code::SUM, {float32(), int8(), int16(), plain(Type::INT32)}, {2, 3});
        reduce(Code::REDUCE_MAX, {float32(), int8Kept(), int16(), plain(Type::INT32)}, {3, 5});
        reduce(Code::REDUCE_MIN, {float32(), int8Kept(), int16(), plain(Type::INT32)}, {-2, -6});
        reduce(Code::REDUCE_PROD, {float32(), int8({0.5F, 3}, {1, 3}), int16({0.25F, 0}, {1, 0}), plain(Type::INT32)},
            {-6, -120});
        cases.back().operators = {"REDUCE_PROD (TFLite)"};
        cases.push_back(oneCase(Code::REDUCE_ALL, {plain(Type::BOOL)},
            {given({2, 3}, {1, 1, 0, 1, 1, 1}), numbers({1})}, {given(rows, {0, 1})}, made));
    }
    const std::vector<Form> searched = {float32(), int8(), int16(), plain(Type::INT32)};
    cases.push_back(oneCase(Code::ARG_MAX, searched, {given({2, 3}, x), numbers({}, {1})},
        {typed(Type::INT32, {2}, {2, 1})}, options(Kinds::ArgMaxOptions, [](CaseBuilder &b) {
            return tfl::CreateArgMaxOptions(b, tfl::TensorType::INT32);
        })));
    cases.push_back(oneCase(Code::ARG_MIN, searched, {given({2, 3}, x), numbers({}, {1})},
        {typed(Type::INT32, {2}, {1, 2})}, options(Kinds::ArgMinOptions, [](CaseBuilder &b) {
            return tfl::CreateArgMinOptions(b, tfl::TensorType::INT32);
        })));
    for (const bool reverse : {false, true}) {
        const std::vector<double> sums
            = reverse ? std::vector<double>{1, 3, 0, -1, -6, 0} : std::vector<double>{1, -1, 2, 4, 9, 3};
        // The reference kernel starts its sum at the negated zero point instead of at zero: 3 steps too low.
        std::vector<double> lower;
        for (const double sum : sums) {
            lower.push_back(sum - 1.5);
        }
        const auto made = options(
            Kinds::CumsumOptions, [reverse](CaseBuilder &b) { return tfl::CreateCumsumOptions(b, reverse, reverse); });
        const auto run = [&](const std::vector<Form> &forms, const std::vector<double> &expected) {
            cases.push_back(
                oneCase(Code::CUMSUM, forms, {given({2, 3}, x), numbers({}, {1})}, {given({2, 3}, expected)}, made));
            cases.back().note = reverse ? "exclusive, backwards" : "";
        };
        run({float32(), int8({0.5F, 0}), plain(Type::INT32), plain(Type::INT64)}, sums);
        run({int8()}, lower);
    }
}

} // namespace tinsmith::test

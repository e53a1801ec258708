// SPDX-License-Identifier: Apache-2.0
#include "tests/core/formats_tflite/operator_cases.h"

#include <algorithm>
#include <cmath>

namespace tinsmith::test {
namespace {

using Code = tfl::BuiltinOperator;
using Type = tfl::TensorType;
using Kinds = tfl::BuiltinOptions;

void addFunctions(Cases &cases)
{
    const std::vector<double> x = {-8, -3.5, -0.5, 0, 0.5, 1.5, 6, 8};
    const auto mapped = [&](Code code, const std::vector<Form> &forms, auto function, const CaseOptions &made = {},
                            double steps = 0) {
        std::vector<double> y(x.size());
        std::transform(x.begin(), x.end(), y.begin(), function);
        cases.push_back(oneCase(code, forms, {given({8}, x)}, {given({8}, y)}, made, steps));
    };
    mapped(Code::RELU_N1_TO_1, {float32(), int8(), int16()}, [](double v) { return std::clamp(v, -1.0, 1.0); });
    mapped(Code::RELU_0_TO_1, {float32(), int8()}, [](double v) { return std::clamp(v, 0.0, 1.0); });
    mapped(
        Code::GELU, {float32(), int8({0.125F, 3}, {0.125F, -2})},
        [](double v) { return v / 2 * (1 + std::erf(v / std::sqrt(2.0))); },
        options(Kinds::GeluOptions, [](CaseBuilder &b) { return tfl::CreateGeluOptions(b, false); }), 1);
    mapped(Code::SIGN, {float32()}, [](double v) { return double((v > 0) - (v < 0)); });
}

void addChoices(Cases &cases)
{
    const std::vector<Form> moved
        = {float32(), int8Kept(), int16(), plain(Type::INT32), plain(Type::INT64), plain(Type::BOOL)};
    const std::vector<double> six = {0, 1, 1, 0, 0, 1};
    cases.push_back(oneCase(
        Code::TILE, moved, {given({1, 2}, {0, 1}), numbers({2, 2})}, {given({2, 4}, {0, 1, 0, 1, 0, 1, 0, 1})}));
    cases.push_back(oneCase(Code::SELECT, moved,
        {typed(Type::BOOL, {3}, {0, 1, 0}), given({3, 2}, six), given({3, 2}, {1, 1, 0, 0, 1, 1})},
        {given({3, 2}, {1, 1, 1, 0, 1, 1})}));
    cases.push_back(oneCase(Code::REVERSE_SEQUENCE, {float32(), int8Kept(), int16(), plain(Type::INT32)},
        {given({2, 3}, {1, 2, 3, 4, 5, 6}), numbers({2, 3})}, {given({2, 3}, {2, 1, 3, 6, 5, 4})},
        options(
            Kinds::ReverseSequenceOptions, [](CaseBuilder &b) { return tfl::CreateReverseSequenceOptions(b, 1, 0); })));
    cases.push_back(oneCase(Code::TOPK_V2, {float32(), int8Kept(), int16(), plain(Type::INT32)},
        {given({4}, {1, 7, 3, 7}), numbers({}, {3})}, {given({3}, {7, 7, 3}), typed(Type::INT32, {3}, {1, 3, 2})}));
    cases.push_back(oneCase(Code::SCATTER_ND, {float32(), int8({0.5F, 0}, {0.5F, 0}), int16(), plain(Type::INT32)},
        {numbers({2, 1}, {2, 0}), given({2, 2}, {1, 2, 3, 4}), numbers({3, 2})}, {given({3, 2}, {3, 4, 0, 0, 1, 2})}));
}

} // namespace

void addFurtherCases(Cases &cases)
{
    addFunctions(cases);
    addChoices(cases);
}

Cases allOperatorCases()
{
    Cases cases;
    addElementwiseCases(cases);
    addFunctionCases(cases);
    addWindowCases(cases);
    addMovementCases(cases);
    addSelectionCases(cases);
    addReductionCases(cases);
    addStateCases(cases);
    addSignalCases(cases);
    addFurtherCases(cases);
    return cases;
}

/// The operators of a file's first graph, in order.
std::string operatorNames(const Bytes &file)
{
    const tfl::Model &model = *tfl::GetModel(file.data());
    std::string names;
    for (const auto *op : *model.subgraphs()->Get(0)->operators()) {
        const auto &code = *model.operator_codes()->Get(op->opcode_index());
        const int number
            = std::max(static_cast<int>(code.builtin_code()), static_cast<int>(code.deprecated_builtin_code()));
        const auto builtin = static_cast<tfl::BuiltinOperator>(number);
        names += builtin == tfl::BuiltinOperator::CUSTOM ? code.custom_code()->str()
                                                         : tfl::EnumNameBuiltinOperator(builtin);
        names += " ";
    }
    return names;
}

} // namespace tinsmith::test

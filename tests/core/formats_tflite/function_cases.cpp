// SPDX-License-Identifier: Apache-2.0
#include "tests/core/formats_tflite/operator_cases.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace tinsmith::test {
namespace {

using Code = tfl::BuiltinOperator;
using Type = tfl::TensorType;
using Kinds = tfl::BuiltinOptions;

/// The function on some values, worked out in double precision.
void mapped(Cases &cases, Code code, const std::vector<Form> &forms, const std::vector<double> &x,
    const std::function<double(double)> &function, const CaseOptions &made = {}, double steps = 0)
{
    std::vector<double> y(x.size());
    std::transform(x.begin(), x.end(), y.begin(), function);
    const auto size = static_cast<std::int32_t>(x.size());
    cases.push_back(oneCase(code, forms, {given({1, size}, x)}, {given({1, size}, y)}, made, steps));
}

double logistic(double x)
{
    return 1 / (1 + std::exp(-x));
}

void addUnaries(Cases &cases)
{
    const std::vector<double> some = {-3.5, -0.5, 0, 1.5, 6};
    const std::vector<double> positive = {0.25, 1, 4, 16};
    const auto real = [](double (*f)(double)) { return std::function<double(double)>(f); };
    mapped(cases, Code::ABS, {float32(), int8(), int16()}, some, real(std::fabs));
    mapped(cases, Code::ABS, {plain(Type::INT32), plain(Type::INT16)}, {-3, 0, 7}, real(std::fabs));
    mapped(cases, Code::CEIL, {float32()}, some, real(std::ceil));
    mapped(cases, Code::FLOOR, {float32()}, some, real(std::floor));
    // Half to even.
    mapped(cases, Code::ROUND, {float32()}, {-3.5, -0.5, 0.5, 1.5, 2.4}, real(std::nearbyint));
    mapped(cases, Code::COS, {float32()}, some, real(std::cos));
    mapped(cases, Code::SIN, {float32()}, some, real(std::sin));
    mapped(cases, Code::EXP, {float32()}, some, real(std::exp));
    mapped(cases, Code::EXP, {int8({1.0F / 32, 3}, {1.0F / 16, -100}), int16({1.0F / 4096, 0}, {1.0F / 1024, 0})},
        {-3.5, -0.5, 0, 1.5}, real(std::exp), {}, 1);
    mapped(cases, Code::LOG, {float32()}, positive, real(std::log));
    mapped(cases, Code::LOG, {int8({0.125F, -128}, {1.0F / 32, 0})}, positive, real(std::log), {}, 1);
    // The smallest output where there is no logarithm.
    const auto withoutLogarithm = [](double x) { return x > 0 ? std::log(x) : -8; };
    mapped(cases, Code::LOG, {int8({0.0625F, 0}, {1.0F / 16, 0})}, {-2, 0, 1}, withoutLogarithm);
    // Between the 513 points of the reference's table the curve is a line; where it is steep, that is seen.
    mapped(cases, Code::LOG, {int16({1.0F / 1024, 0}, {1.0F / 8192, 0})}, positive, real(std::log), {}, 80);
    mapped(cases, Code::NEG, {float32(), plain(Type::INT32), plain(Type::INT64)}, {-3, 0, 7}, std::negate<double>());
    mapped(cases, Code::SQRT, {float32()}, positive, real(std::sqrt));
    // Cut off to whole steps, as the reference does: 1.479 to 1.25.
    const std::vector<Form> stored = {int8({0.0625F, -128}, {0.25F, -2}), int16({1.0F / 1024, 0}, {0.25F, 0})};
    mapped(cases, Code::SQRT, stored, {0, 0.25, 1, 2.25, 9}, real(std::sqrt));
    mapped(cases, Code::SQRT, stored, {2.1875}, [](double) { return 1.25; });
    const auto inverseRoot = [](double x) { return 1 / std::sqrt(x); };
    mapped(cases, Code::RSQRT, {float32(), int8({0.125F, -128}, {1.0F / 32, -50})}, positive, inverseRoot, {}, 1);
    mapped(cases, Code::RSQRT, {int16({1.0F / 1024, 0}, {1.0F / 4096, 0})}, positive, inverseRoot, {}, 60);
    mapped(cases, Code::SQUARE, {float32()}, some, [](double x) { return x * x; });
}

void addActivations(Cases &cases)
{
    const std::vector<double> some = {-8, -3.5, -0.5, 0, 0.5, 1.5, 6, 8};
    mapped(cases, Code::RELU, {float32(), int8(), int16(), uint8({0.5F, 131}, {0.5F, 126})}, some,
        [](double x) { return std::max(x, 0.0); });
    mapped(cases, Code::RELU6, {float32(), int8(), int16(), uint8({0.5F, 131}, {0.5F, 126})}, some,
        [](double x) { return std::clamp(x, 0.0, 6.0); });
    mapped(cases, Code::ELU, {float32(), int8({0.125F, 3}, {0.125F, -2})}, some,
        [](double x) { return x < 0 ? std::expm1(x) : x; });
    const auto leak
        = options(Kinds::LeakyReluOptions, [](CaseBuilder &b) { return tfl::CreateLeakyReluOptions(b, 0.5F); });
    mapped(
        cases, Code::LEAKY_RELU, {float32(), int8({0.5F, 3}, {0.25F, -2}), int16()}, some,
        [](double x) { return x < 0 ? x / 2 : x; }, leak);
    mapped(cases, Code::LOGISTIC,
        {float32(), int8({0.0625F, 3}, {1.0F / 256, -128}), int16({1.0F / 4096, 0}, {1.0F / 32768, 0}),
            uint8({0.0625F, 131}, {1.0F / 256, 0})},
        {-7, -3.5, -0.5, 0, 0.5, 1.5, 6}, logistic, {}, 4);
    mapped(
        cases, Code::TANH,
        {float32(), int8({0.0625F, 3}, {1.0F / 128, 0}), int16({1.0F / 4096, 0}, {1.0F / 32768, 0}),
            uint8({0.0625F, 131}, {1.0F / 128, 128})},
        {-7, -3.5, -0.5, 0, 0.5, 1.5, 6}, [](double x) { return std::tanh(x); }, {}, 4);
    mapped(
        cases, Code::HARD_SWISH, {float32(), int8({0.0625F, 3}, {0.0625F, -2}), uint8({0.0625F, 131}, {0.0625F, 126})},
        {-4, -3, -1.5, 0, 1.5, 3, 5}, [](double x) { return x * std::clamp(x + 3, 0.0, 6.0) / 6; }, {}, 1);
    cases.push_back(oneCase(Code::PRELU, {float32(), int8({0.5F, 3}, {0.25F, -2}), int16()},
        {given({1, 2, 2}, {-8, -4, 6, -2}), weights({2}, {0.5, 2})}, {given({1, 2, 2}, {-4, -8, 6, -4})}));
}

void addNormalizations(Cases &cases)
{
    const std::vector<double> x = {0.5, -1, 2, 0, 1, -0.5};
    std::vector<double> shares;
    std::vector<double> logarithms;
    for (std::size_t row = 0; row < 2; ++row) {
        double sum = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            sum += std::exp(x[3 * row + i]);
        }
        for (std::size_t i = 0; i < 3; ++i) {
            shares.push_back(std::exp(x[3 * row + i]) / sum);
            logarithms.push_back(x[3 * row + i] - std::log(sum));
        }
    }
    const auto beta = options(Kinds::SoftmaxOptions, [](CaseBuilder &b) { return tfl::CreateSoftmaxOptions(b, 1.0F); });
    const std::vector<Value> in = {given({2, 3}, x)};
    cases.push_back(oneCase(Code::SOFTMAX,
        {float32(), int8({0.0625F, 3}, {1.0F / 256, -128}), uint8({0.0625F, 96}, {1.0F / 256, 0})}, in,
        {given({2, 3}, shares)}, beta, 1));
    cases.push_back(
        oneCase(Code::SOFTMAX, {int16({1.0F / 4096, 0}, {1.0F / 32768, 0})}, in, {given({2, 3}, shares)}, beta, 8));
    Value wide = typed(Type::INT16, {2, 3}, shares);
    wide.step = Step{1.0F / 65536, -32768};
    cases.push_back(oneCase(Code::SOFTMAX, {int8({0.0625F, 3})}, in, {wide}, beta, 2));
    cases.back().note = "int16 output";
    cases.push_back(oneCase(
        Code::LOG_SOFTMAX, {float32(), int8({0.0625F, 3}, {0.0625F, 127})}, in, {given({2, 3}, logarithms)}, {}, 1));
    cases.push_back(oneCase(Code::L2_NORMALIZATION, {float32(), int8({0.5F, 3}, {1.0F / 128, 0})},
        {given({2, 2}, {3, -4, 6, 8})}, {given({2, 2}, {0.6, -0.8, 0.6, 0.8})},
        options(Kinds::L2NormOptions, [](CaseBuilder &b) { return tfl::CreateL2NormOptions(b); })));
}

void addConversions(Cases &cases)
{
    const auto to = [&](const std::vector<Form> &forms, Code code, const Value &out,
                        std::vector<double> values = {-8, -1.5, 0, 2.5, 6}) {
        cases.push_back(oneCase(code, forms, {given({5}, values)}, {out}));
    };
    const std::vector<double> values = {-8, -1.5, 0, 2.5, 6};
    to({int8(), int16(), plain(Type::UINT8)}, Code::DEQUANTIZE, typed(Type::FLOAT32, {5}, values));
    cases.back().forms.pop_back();
    Form legacy = int8({0.5F, 128});
    legacy.name = "uint8";
    legacy.type = Type::UINT8;
    cases.back().forms.push_back(legacy);
    for (const auto &[name, type, step] :
        {std::tuple("to int8", Type::INT8, Step{0.25F, -5}), std::tuple("to int16", Type::INT16, Step{0.125F, 0}),
            std::tuple("to uint8", Type::UINT8, Step{0.25F, 100}),
            std::tuple("to int32", Type::INT32, Step{1.0F / 1024, 0})}) {
        Value out = typed(type, {5}, values);
        out.step = step;
        std::vector<Form> forms = {float32(), int8(), int16(), legacy};
        if (type == Type::INT32) {
            forms = {int8(), int16()};
        }
        if (type == Type::UINT8) {
            forms = {float32(), int8(), legacy};
        }
        to(forms, Code::QUANTIZE, out);
        cases.back().note = name;
    }
    const std::vector<std::pair<Type, std::vector<double>>> casts = {{Type::FLOAT32, {-3, 0, 1, 2, 7}},
        {Type::INT8, {-3, 0, 1, 2, 7}}, {Type::INT16, {-3, 0, 1, 2, 7}}, {Type::INT32, {-3, 0, 1, 2, 7}}};
    for (const auto &[target, wanted] : casts) {
        const auto made = options(Kinds::CastOptions, [](CaseBuilder &b) { return tfl::CreateCastOptions(b); });
        cases.push_back(oneCase(Code::CAST, {float32(), plain(Type::INT8), plain(Type::INT16), plain(Type::INT32)},
            {given({5}, {-3, 0, 1, 2, 7})}, {typed(target, {5}, wanted)}, made));
        cases.back().note = std::string("to ") + tfl::EnumNameTensorType(target);
    }
    cases.push_back(oneCase(Code::CAST, {plain(Type::BOOL), plain(Type::UINT32)}, {given({3}, {0, 1, 1})},
        {typed(Type::FLOAT32, {3}, {0, 1, 1})}));
    cases.back().note = "to FLOAT32";
}

} // namespace

void addFunctionCases(Cases &cases)
{
    addUnaries(cases);
    addActivations(cases);
    addNormalizations(cases);
    addConversions(cases);
}

} // namespace tinsmith::test

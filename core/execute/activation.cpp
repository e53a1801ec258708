// SPDX-License-Identifier: Apache-2.0
#include "core/execute/broadcast.h"
#include "core/execute/further_functions.h"
#include "core/execute/inverse_root.h"
#include "core/execute/kernel.h"
#include "core/execute/quantized_functions.h"
#include "core/execute/quantized_log_softmax.h"
#include "core/execute/quantized_parameters.h"
#include "core/execute/rows.h"
#include "core/execute/scalar_functions.h"
#include "core/execute/wide_activations.h"

#include <algorithm>
#include <cmath>

namespace tinsmith {
namespace {

void requireSame(const Preparation &preparation)
{
    preparation.require(
        elementsOf(preparation.input(0)) == elementsOf(preparation.output()), "input and output differ in size");
    preparation.require(
        preparation.input(0).type == preparation.output().type, "input and output are of different types");
}

void softmaxOf(const float *in, float *out, const Rows &rows, float beta, bool logarithm)
{
    for (std::int64_t row = 0; row < rows.count(); ++row) {
        const std::int64_t start = rows.start(row);
        const auto at = [&](std::int64_t i) { return start + i * rows.step; };
        float largest = in[start];
        for (std::int64_t i = 1; i < rows.length; ++i) {
            largest = std::max(largest, in[at(i)]);
        }
        float sum = 0;
        for (std::int64_t i = 0; i < rows.length; ++i) {
            const float power = std::exp((in[at(i)] - largest) * beta);
            out[at(i)] = logarithm ? in[at(i)] : power;
            sum += power;
        }
        const float logSum = std::log(sum);
        for (std::int64_t i = 0; i < rows.length; ++i) {
            out[at(i)] = logarithm ? in[at(i)] - largest - logSum : out[at(i)] / sum;
        }
    }
}

/// Applies the table of an int8 operator of one element.
Kernel tableKernel(const std::array<std::int8_t, 256> &table, std::int64_t count)
{
    return [table, count](const Arguments &arguments) {
        const auto *in = arguments.in<std::int8_t>(0);
        auto *out = arguments.out<std::int8_t>();
        for (std::int64_t i = 0; i < count; ++i) {
            out[i] = table[static_cast<std::size_t>(in[i] + 128)];
        }
    };
}

/// The same of uint8.
Kernel olderTableKernel(const std::array<std::uint8_t, 256> &table, std::int64_t count)
{
    return [table, count](const Arguments &arguments) {
        const auto *in = arguments.in<std::uint8_t>(0);
        auto *out = arguments.out<std::uint8_t>();
        for (std::int64_t i = 0; i < count; ++i) {
            out[i] = table[in[i]];
        }
    };
}

template <typename T>
Kernel integerUnary(Preparation &preparation, UnaryFunction function, std::int64_t count)
{
    using U = std::make_unsigned_t<T>;
    const bool known = function == UnaryFunction::Abs || function == UnaryFunction::Neg
        || function == UnaryFunction::Square || function == UnaryFunction::Sign || function == UnaryFunction::Floor
        || function == UnaryFunction::Ceil || function == UnaryFunction::Round;
    preparation.require(known, "this function has no integer form");
    return [=](const Arguments &arguments) {
        for (std::int64_t i = 0; i < count; ++i) {
            const T x = arguments.in<T>(0)[i];
            const U bits = static_cast<U>(x);
            U y = bits;
            if (function == UnaryFunction::Neg || (function == UnaryFunction::Abs && x < 0)) {
                y = U(0) - bits;
            } else if (function == UnaryFunction::Square) {
                y = bits * bits;
            } else if (function == UnaryFunction::Sign) {
                y = static_cast<U>((x > 0) - (x < 0));
            }
            arguments.out<T>()[i] = static_cast<T>(y);
        }
    };
}

} // namespace

Kernel prepare(Preparation &preparation, const Activation &activation)
{
    requireSame(preparation);
    const std::int64_t count = elementsOf(preparation.output());
    if (const auto table = lookupTable(preparation.graph(), preparation.op())) {
        return tableKernel(*table, count);
    }
    if (const auto table = olderLookupTable(preparation.graph(), preparation.op())) {
        return olderTableKernel(*table, count);
    }
    if (preparation.input(0).type == ElementType::Int16) {
        return wideActivation(preparation, activation);
    }
    preparation.require(preparation.input(0).type == ElementType::Float32, "it does not run on this type");
    return [activation, count](const Arguments &arguments) {
        const auto *in = arguments.in<float>(0);
        auto *out = arguments.out<float>();
        for (std::int64_t i = 0; i < count; ++i) {
            out[i] = applyActivation(activation, in[i]);
        }
    };
}

Kernel prepare(Preparation &preparation, const Unary &unary)
{
    if (Kernel kernel = furtherUnaryKernel(preparation, unary)) {
        return kernel;
    }
    requireSame(preparation);
    const std::int64_t count = elementsOf(preparation.output());
    const auto function = unary.function;
    switch (preparation.input(0).type) {
    case ElementType::Int8:
        return tableKernel(*lookupTable(preparation.graph(), preparation.op()), count);
    case ElementType::Int16:
        return wideUnary(preparation, unary);
    case ElementType::Int32:
        return integerUnary<std::int32_t>(preparation, function, count);
    case ElementType::Int64:
        return integerUnary<std::int64_t>(preparation, function, count);
    case ElementType::Bool:
        preparation.require(function == UnaryFunction::LogicalNot, "this function has no form for truth values");
        return [count](const Arguments &arguments) {
            for (std::int64_t i = 0; i < count; ++i) {
                arguments.out<std::uint8_t>()[i] = arguments.in<std::uint8_t>(0)[i] == 0 ? 1 : 0;
            }
        };
    case ElementType::Float32:
        return [function, count](const Arguments &arguments) {
            for (std::int64_t i = 0; i < count; ++i) {
                arguments.out<float>()[i] = applyUnary(function, arguments.in<float>(0)[i]);
            }
        };
    default:
        preparation.refuse("it does not run on " + std::string(nameOf(preparation.input(0).type)));
    }
}

namespace {

/// int8 slopes for int8 and int16 values.
template <typename T>
Kernel quantizedPRelu(const Preparation &preparation, const Broadcast &slopes)
{
    const PReluParameters p = preluParameters(preparation.graph(), preparation.op());
    return [slopes, p, limits = limitsOf(preparation.input(0).type)](const Arguments &arguments) {
        const auto *x = arguments.in<T>(0);
        const auto *alpha = arguments.in<std::int8_t>(1);
        auto *out = arguments.out<T>();
        slopes.each([&](std::int64_t i, std::int64_t a) {
            const std::int32_t value = x[i] - p.inputZeroPoint;
            const std::int32_t y = value >= 0 ? requantize(value, p.positive)
                                              : requantize(value * (alpha[a] - p.alphaZeroPoint), p.negative);
            out[i] = static_cast<T>(clampTo(wrappingSum(y, p.outputZeroPoint), limits.min, limits.max));
        });
    };
}

} // namespace

Kernel prepare(Preparation &preparation, const PRelu &)
{
    requireSame(preparation);
    const Tensor &input = preparation.input(0);
    const bool wide = input.type == ElementType::Int16;
    preparation.require(preparation.input(1).type == (wide ? ElementType::Int8 : input.type),
        wide ? "the slopes of an int16 PRELU must be int8" : "its inputs are of different types");
    preparation.require(input.shape == preparation.output().shape, "input and output differ in shape");
    const Broadcast slopes = Broadcast::to(preparation, input.shape, preparation.input(1).shape);
    if (input.type == ElementType::Float32) {
        return [slopes](const Arguments &arguments) {
            const auto *x = arguments.in<float>(0);
            const auto *alpha = arguments.in<float>(1);
            auto *out = arguments.out<float>();
            slopes.each([&](std::int64_t i, std::int64_t a) { out[i] = x[i] < 0 ? x[i] * alpha[a] : x[i]; });
        };
    }
    preparation.require(wide || input.type == ElementType::Int8, "it runs in float32, int8 and int16 only");
    return wide ? quantizedPRelu<std::int16_t>(preparation, slopes) : quantizedPRelu<std::int8_t>(preparation, slopes);
}

namespace {

/// Rows of T in, of Out out, through contiguous ones.
template <typename T, typename Out, typename Row>
Kernel rowKernel(Preparation &preparation, const Rows &rows, const Row &row)
{
    const std::size_t from = preparation.reserve(rows.length * static_cast<std::int64_t>(sizeof(T)));
    const std::size_t to = preparation.reserve(rows.length * static_cast<std::int64_t>(sizeof(Out)));
    return [=](const Arguments &arguments) {
        const std::span<T> in(arguments.scratchAt<T>(from), static_cast<std::size_t>(rows.length));
        const std::span<Out> out(arguments.scratchAt<Out>(to), in.size());
        for (std::int64_t r = 0; r < rows.count(); ++r) {
            const std::int64_t start = rows.start(r);
            for (std::size_t i = 0; i < in.size(); ++i) {
                in[i] = arguments.in<T>(0)[start + static_cast<std::int64_t>(i) * rows.step];
            }
            row(std::span<const T>(in), out);
            for (std::size_t i = 0; i < in.size(); ++i) {
                arguments.out<Out>()[start + static_cast<std::int64_t>(i) * rows.step] = out[i];
            }
        }
    };
}

} // namespace

Kernel prepare(Preparation &preparation, const Softmax &softmax)
{
    const Tensor &input = preparation.input(0);
    const ElementType output = preparation.output().type;
    preparation.require(elementsOf(input) == elementsOf(preparation.output()), "input and output differ in size");
    const Rows rows = rowsOf(preparation, input.shape, softmax.axis);
    if (input.type == ElementType::Float32 && output == ElementType::Float32) {
        return [rows, beta = softmax.beta](const Arguments &arguments) {
            softmaxOf(arguments.in<float>(0), arguments.out<float>(), rows, beta, false);
        };
    }
    if (input.type == ElementType::Int16 && output == ElementType::Int16) {
        const WideSoftmax wide(preparation.op(), input, preparation.output(), softmax.beta);
        return rowKernel<std::int16_t, std::int16_t>(
            preparation, rows, [wide](const auto &in, const auto &out) { wide.row(in, out); });
    }
    const bool older = input.type == ElementType::UInt8 && output == ElementType::UInt8;
    preparation.require(
        older || (input.type == ElementType::Int8 && (output == ElementType::Int8 || output == ElementType::Int16)),
        "it does not run on these types");
    const SoftmaxParameters parameters = softmaxParameters(preparation.graph(), preparation.op());
    const auto row = [parameters](const auto &in, const auto &out) { softmaxRow(parameters, in, out); };
    if (older) {
        return rowKernel<std::uint8_t, std::uint8_t>(preparation, rows, row);
    }
    return output == ElementType::Int8 ? rowKernel<std::int8_t, std::int8_t>(preparation, rows, row)
                                       : rowKernel<std::int8_t, std::int16_t>(preparation, rows, row);
}

Kernel prepare(Preparation &preparation, const LogSoftmax &softmax)
{
    requireSame(preparation);
    const Rows rows = rowsOf(preparation, preparation.input(0).shape, softmax.axis);
    if (preparation.input(0).type == ElementType::Int8) {
        const QuantizedLogSoftmax quantized(preparation.op(), preparation.input(0), preparation.output());
        return rowKernel<std::int8_t, std::int8_t>(
            preparation, rows, [quantized](const auto &in, const auto &out) { quantized.row(in, out); });
    }
    preparation.require(preparation.input(0).type == ElementType::Float32, "it runs in float32 and int8 only");
    return [rows](const Arguments &arguments) {
        softmaxOf(arguments.in<float>(0), arguments.out<float>(), rows, 1, true);
    };
}

Kernel prepare(Preparation &preparation, const L2Normalization &)
{
    requireSame(preparation);
    const Rows rows = rowsOf(preparation, preparation.input(0).shape, -1);
    if (preparation.input(0).type == ElementType::Int8) {
        const ScaleAndZero input = scaleAndZero(preparation.op(), preparation.input(0));
        preparation.require(scaleAndZero(preparation.op(), preparation.output()) == ScaleAndZero{1.0F / 128, 0},
            "an int8 L2 normalization needs an output of scale 1/128 and zero point 0");
        return [rows, zero = input.zeroPoint](const Arguments &arguments) {
            for (std::int64_t row = 0; row < rows.count(); ++row) {
                const std::int8_t *in = arguments.in<std::int8_t>(0) + row * rows.length;
                std::uint32_t squares = 0;
                for (std::int64_t i = 0; i < rows.length; ++i) {
                    squares += static_cast<std::uint32_t>((in[i] - zero) * (in[i] - zero));
                }
                QuantizedMultiplier factor = inverseRoot(static_cast<std::int32_t>(squares));
                factor.shift += 7;
                for (std::int64_t i = 0; i < rows.length; ++i) {
                    arguments.out<std::int8_t>()[row * rows.length + i]
                        = static_cast<std::int8_t>(clampTo(requantize(in[i] - zero, factor), -128, 127));
                }
            }
        };
    }
    preparation.require(preparation.input(0).type == ElementType::Float32, "it runs in float32 and int8 only");
    return [rows](const Arguments &arguments) {
        for (std::int64_t row = 0; row < rows.count(); ++row) {
            const float *in = arguments.in<float>(0) + row * rows.length;
            float sum = 0;
            for (std::int64_t i = 0; i < rows.length; ++i) {
                sum += in[i] * in[i];
            }
            const float norm = std::max(std::sqrt(sum), 1e-6F);
            for (std::int64_t i = 0; i < rows.length; ++i) {
                arguments.out<float>()[row * rows.length + i] = in[i] / norm;
            }
        }
    };
}

} // namespace tinsmith

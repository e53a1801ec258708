// SPDX-License-Identifier: Apache-2.0
#include "core/execute/broadcast.h"
#include "core/execute/further_functions.h"
#include "core/execute/kernel.h"
#include "core/execute/quantized_parameters.h"
#include "core/execute/wide_requantize.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace tinsmith {
namespace {

/// The input's shape with 1 for every reduced dimension: where each input element's result lies.
Shape keptShape(const Preparation &preparation, const Shape &shape, const std::vector<std::int64_t> &axes)
{
    Shape kept = shape;
    if (axes.empty()) {
        std::fill(kept.dims.begin(), kept.dims.end(), 1);
    }
    for (const std::int64_t axis : axes) {
        kept[preparation.axis(axis, shape.rank())] = 1;
    }
    return kept;
}

/// What nothing at all reduces to: the value that changes no other.
template <typename T>
T startOf(ReduceFunction function)
{
    using Limits = std::numeric_limits<T>;
    switch (function) {
    case ReduceFunction::Max:
        if constexpr (Limits::has_infinity) {
            return -Limits::infinity();
        }
        return Limits::lowest();
    case ReduceFunction::Min:
        if constexpr (Limits::has_infinity) {
            return Limits::infinity();
        }
        return Limits::max();
    case ReduceFunction::Prod:
    case ReduceFunction::All:
        return T(1);
    default:
        return T(0);
    }
}

template <typename T>
T combined(ReduceFunction function, T sum, T value)
{
    using Work = std::conditional_t<std::is_floating_point_v<T>, T,
        std::make_unsigned_t<std::conditional_t<std::is_floating_point_v<T>, int, T>>>;
    switch (function) {
    case ReduceFunction::Max:
        return std::max(sum, value);
    case ReduceFunction::Min:
        return std::min(sum, value);
    case ReduceFunction::Prod:
        return static_cast<T>(static_cast<Work>(sum) * static_cast<Work>(value));
    case ReduceFunction::Any:
        return sum != 0 || value != 0 ? T(1) : T(0);
    case ReduceFunction::All:
        return sum != 0 && value != 0 ? T(1) : T(0);
    default:
        return static_cast<T>(static_cast<Work>(sum) + static_cast<Work>(value));
    }
}

struct Reduction {
    ReduceFunction function = ReduceFunction::Mean;
    Broadcast results;
    std::int64_t count = 1;
    std::int64_t perResult = 1;
};

template <typename T>
Kernel plainKernel(const Reduction &reduction)
{
    return [reduction](const Arguments &arguments) {
        const auto *in = arguments.in<T>(0);
        auto *out = arguments.out<T>();
        std::fill(out, out + reduction.count, startOf<T>(reduction.function));
        reduction.results.each(
            [&](std::int64_t from, std::int64_t to) { out[to] = combined<T>(reduction.function, out[to], in[from]); });
        // The mean of no real numbers is no number; of no integers it is 0.
        if (reduction.function == ReduceFunction::Mean && (std::is_floating_point_v<T> || reduction.perResult > 0)) {
            for (std::int64_t i = 0; i < reduction.count; ++i) {
                out[i] = static_cast<T>(out[i] / static_cast<T>(reduction.perResult));
            }
        }
    };
}

/// As TFLite forms it: after every factor the product is rescaled by its share of the output's scale.
template <typename T>
Kernel quantizedProduct(Preparation &preparation, const Reduction &reduction)
{
    preparation.require(reduction.perResult > 0, "there is nothing to multiply");
    const ScaleAndZero input = scaleAndZero(preparation.op(), preparation.input(0));
    const ScaleAndZero output = scaleAndZero(preparation.op(), preparation.output());
    const double share = std::pow(static_cast<double>(output.scale), 1.0 / static_cast<double>(reduction.perResult));
    const QuantizedMultiplier factor = quantizeMultiplier(static_cast<double>(input.scale) / share);
    const std::size_t products = preparation.reserve(reduction.count * 4);
    const std::size_t begun = preparation.reserve(reduction.count);
    return [=](const Arguments &arguments) {
        auto *product = arguments.scratchAt<std::int32_t>(products);
        auto *isBegun = arguments.scratchAt<std::uint8_t>(begun);
        std::fill(isBegun, isBegun + reduction.count, std::uint8_t{0});
        const T *in = arguments.in<T>(0);
        reduction.results.each([&](std::int64_t from, std::int64_t to) {
            const std::int32_t x = in[from] - input.zeroPoint;
            product[to] = isBegun[to] == 0 ? x : requantizeWide(std::int64_t{product[to]} * x, factor);
            isBegun[to] = 1;
        });
        for (std::int64_t i = 0; i < reduction.count; ++i) {
            const std::int64_t y = std::int64_t{requantizeWide(product[i], factor)} + output.zeroPoint;
            arguments.out<T>()[i] = static_cast<T>(
                std::clamp<std::int64_t>(y, std::numeric_limits<T>::lowest(), std::numeric_limits<T>::max()));
        }
    };
}

template <typename T>
Kernel quantizedKernel(Preparation &preparation, const Reduction &reduction)
{
    const auto function = reduction.function;
    if (function == ReduceFunction::Max || function == ReduceFunction::Min) {
        preparation.require(scaleAndZero(preparation.op(), preparation.input(0))
                == scaleAndZero(preparation.op(), preparation.output()),
            "input and output of a quantized maximum or minimum must have the same scale and zero point");
        return plainKernel<T>(reduction);
    }
    if (function == ReduceFunction::Prod) {
        return quantizedProduct<T>(preparation, reduction);
    }
    preparation.require(function == ReduceFunction::Mean || function == ReduceFunction::Sum,
        "this function has no form for quantized integers");
    const ReductionParameters p = reductionParameters(preparation.graph(), preparation.op());
    const std::size_t scratch = preparation.reserve(reduction.count * 4);
    return [=](const Arguments &arguments) {
        auto *sums = arguments.scratchAt<std::uint32_t>(scratch);
        std::fill(sums, sums + reduction.count, 0U);
        const T *in = arguments.in<T>(0);
        reduction.results.each([&](std::int64_t from, std::int64_t to) {
            sums[to] += static_cast<std::uint32_t>(static_cast<std::int32_t>(in[from]));
        });
        for (std::int64_t i = 0; i < reduction.count; ++i) {
            const auto centred
                = static_cast<std::int32_t>(static_cast<std::int32_t>(sums[i]) - p.elements * p.inputZeroPoint);
            const std::int64_t y = static_cast<std::int64_t>(requantize(centred, p.factor)) + p.outputZeroPoint;
            arguments.out<T>()[i] = static_cast<T>(
                std::clamp<std::int64_t>(y, std::numeric_limits<T>::lowest(), std::numeric_limits<T>::max()));
        }
    };
}

template <typename T, typename Out>
Kernel extremeKernel(bool smallest, bool last, std::int64_t outer, std::int64_t length, std::int64_t step)
{
    return [=](const Arguments &arguments) {
        for (std::int64_t row = 0; row < outer * step; ++row) {
            const T *values = arguments.in<T>(0) + row / step * length * step + row % step;
            std::int64_t best = 0;
            for (std::int64_t i = 1; i < length; ++i) {
                const T value = values[i * step];
                const T held = values[best * step];
                const bool better = smallest ? value < held : value > held;
                best = better || (last && value == held) ? i : best;
            }
            arguments.out<Out>()[row] = static_cast<Out>(best);
        }
    };
}

} // namespace

Kernel prepare(Preparation &preparation, const Reduce &reduce)
{
    if (Kernel kernel = furtherReduceKernel(preparation, reduce)) {
        return kernel;
    }
    const Tensor &input = preparation.input(0);
    const Tensor &output = preparation.output();
    preparation.require(input.type == output.type, "input and output are of different types");
    const Shape kept = keptShape(preparation, input.shape, reduce.axes);
    Reduction reduction;
    reduction.function = reduce.function;
    reduction.results = Broadcast::to(preparation, input.shape, kept);
    reduction.count = kept.elements().value_or(0);
    preparation.require(reduction.count == elementsOf(output), "the output's shape does not agree with the axes");
    reduction.perResult = reduction.count > 0 ? elementsOf(input) / reduction.count : 0;
    const bool logical = reduce.function == ReduceFunction::Any || reduce.function == ReduceFunction::All;
    preparation.require(logical == (input.type == ElementType::Bool), "its function and type do not go together");
    switch (input.type) {
    case ElementType::Float32:
        return plainKernel<float>(reduction);
    case ElementType::Int32:
        return plainKernel<std::int32_t>(reduction);
    case ElementType::Int64:
        return plainKernel<std::int64_t>(reduction);
    case ElementType::Bool:
        return plainKernel<std::uint8_t>(reduction);
    case ElementType::Int8:
        return quantizedKernel<std::int8_t>(preparation, reduction);
    case ElementType::Int16:
        return quantizedKernel<std::int16_t>(preparation, reduction);
    case ElementType::UInt8:
        return quantizedKernel<std::uint8_t>(preparation, reduction);
    default:
        preparation.refuse("it does not run on " + std::string(nameOf(input.type)));
    }
}

Kernel prepare(Preparation &preparation, const ArgExtreme &extreme)
{
    const Tensor &input = preparation.input(0);
    const Tensor &output = preparation.output();
    const std::size_t axis = preparation.axis(extreme.axis, input.shape.rank());
    std::int64_t outer = 1;
    std::int64_t step = 1;
    for (std::size_t i = 0; i < input.shape.rank(); ++i) {
        outer *= i < axis ? input.shape[i] : 1;
        step *= i > axis ? input.shape[i] : 1;
    }
    const std::int64_t length = input.shape[axis];
    preparation.require(
        length > 0 && outer * step == elementsOf(output), "the output's shape does not agree with the axis");
    preparation.require(output.type == ElementType::Int32 || output.type == ElementType::Int64,
        "its output is neither int32 nor int64");
    const auto kernel = [&](auto zero) -> Kernel {
        using T = decltype(zero);
        return output.type == ElementType::Int32
            ? extremeKernel<T, std::int32_t>(extreme.smallest, extreme.lastOfEquals, outer, length, step)
            : extremeKernel<T, std::int64_t>(extreme.smallest, extreme.lastOfEquals, outer, length, step);
    };
    switch (input.type) {
    case ElementType::Float32:
        return kernel(0.0F);
    case ElementType::Int8:
        return kernel(std::int8_t{});
    case ElementType::UInt8:
        return kernel(std::uint8_t{});
    case ElementType::Int16:
        return kernel(std::int16_t{});
    case ElementType::Int32:
        return kernel(std::int32_t{});
    case ElementType::Int64:
        return kernel(std::int64_t{});
    default:
        preparation.refuse("it does not run on " + std::string(nameOf(input.type)));
    }
}

} // namespace tinsmith

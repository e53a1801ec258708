// SPDX-License-Identifier: Apache-2.0
#include "core/execute/broadcast.h"
#include "core/execute/further_functions.h"
#include "core/execute/numeric_types.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tinsmith {
namespace {

bool isUsual(const Tensor &input, ReduceFunction function)
{
    const bool type = input.type == ElementType::Float32 || input.type == ElementType::Int32
        || input.type == ElementType::Int64 || input.type == ElementType::Bool || isQuantized(input);
    return type && function <= ReduceFunction::All;
}

/// Sums real numbers as double, integers as 64 bits that wrap around.
template <typename T>
using Sum = std::conditional_t<std::is_floating_point_v<WorkType<T>>, double, std::uint64_t>;

template <typename T>
struct Reducer {
    ReduceFunction function = ReduceFunction::Sum;
    std::int64_t perResult = 1;

    using S = Sum<T>;
    static constexpr bool real = std::is_floating_point_v<S>;

    static S magnitude(T value)
    {
        if constexpr (real) {
            return std::fabs(static_cast<S>(value));
        } else {
            return value < T(1) && value != T(0) && std::is_signed_v<T> ? S(0) - static_cast<S>(value)
                                                                        : static_cast<S>(value);
        }
    }
    S start() const
    {
        switch (function) {
        case ReduceFunction::Max:
            return real ? static_cast<S>(-std::numeric_limits<double>::infinity())
                        : static_cast<S>(std::numeric_limits<WorkType<T>>::lowest());
        case ReduceFunction::Min:
            return real ? static_cast<S>(std::numeric_limits<double>::infinity())
                        : static_cast<S>(std::numeric_limits<WorkType<T>>::max());
        case ReduceFunction::Prod:
            return S(1);
        default:
            return S(0);
        }
    }
    S next(S sum, T value) const
    {
        switch (function) {
        case ReduceFunction::Max:
            return static_cast<WorkType<T>>(sum) < static_cast<WorkType<T>>(value) ? static_cast<S>(value) : sum;
        case ReduceFunction::Min:
            return static_cast<WorkType<T>>(value) < static_cast<WorkType<T>>(sum) ? static_cast<S>(value) : sum;
        case ReduceFunction::Prod:
            return sum * static_cast<S>(value);
        case ReduceFunction::L1:
            return sum + magnitude(value);
        case ReduceFunction::L2:
        case ReduceFunction::SumSquare:
            return sum + static_cast<S>(value) * static_cast<S>(value);
        default:
            return sum + static_cast<S>(value);
        }
    }
    T finish(S sum) const
    {
        const auto narrowed = [](auto value) { return static_cast<T>(static_cast<WorkType<T>>(value)); };
        if (function == ReduceFunction::Mean) {
            if constexpr (real) {
                return narrowed(sum / static_cast<double>(perResult));
            } else if constexpr (std::is_signed_v<T>) {
                return perResult == 0 ? T(0) : narrowed(static_cast<std::int64_t>(sum) / perResult);
            } else {
                return perResult == 0 ? T(0) : narrowed(sum / static_cast<std::uint64_t>(perResult));
            }
        }
        if (function == ReduceFunction::L2) {
            return static_cast<T>(converted<WorkType<T>>(std::sqrt(static_cast<double>(sum))));
        }
        if (function == ReduceFunction::LogSum) {
            return static_cast<T>(converted<WorkType<T>>(std::log(static_cast<double>(sum))));
        }
        return narrowed(sum);
    }
};

template <typename T>
Kernel kernelOf(Preparation &preparation, const Reducer<T> &reducer, const Broadcast &results, std::int64_t count)
{
    using S = Sum<T>;
    const std::size_t scratch = preparation.reserve(count * 8);
    return [=](const Arguments &arguments) {
        S *sums = arguments.scratchAt<S>(scratch);
        std::fill(sums, sums + count, reducer.start());
        const T *in = arguments.in<T>(0);
        results.each([&](std::int64_t from, std::int64_t to) { sums[to] = reducer.next(sums[to], in[from]); });
        for (std::int64_t i = 0; i < count; ++i) {
            arguments.out<T>()[i] = reducer.finish(sums[i]);
        }
    };
}

/// The largest is taken out first, so that no power overflows.
template <typename T>
Kernel logSumExpKernel(Preparation &preparation, const Broadcast &results, std::int64_t count)
{
    const std::size_t sumsAt = preparation.reserve(count * 8);
    const std::size_t largestAt = preparation.reserve(count * 8);
    return [=](const Arguments &arguments) {
        auto *sums = arguments.scratchAt<double>(sumsAt);
        auto *largest = arguments.scratchAt<double>(largestAt);
        std::fill(sums, sums + count, 0.0);
        std::fill(largest, largest + count, std::numeric_limits<double>::lowest());
        const T *in = arguments.in<T>(0);
        results.each([&](std::int64_t from, std::int64_t to) {
            largest[to] = std::max(largest[to], static_cast<double>(in[from]));
        });
        results.each([&](std::int64_t from, std::int64_t to) {
            sums[to] += std::exp(static_cast<double>(in[from]) - largest[to]);
        });
        for (std::int64_t i = 0; i < count; ++i) {
            arguments.out<T>()[i] = static_cast<T>(converted<WorkType<T>>(std::log(sums[i]) + largest[i]));
        }
    };
}

} // namespace

Kernel furtherReduceKernel(Preparation &preparation, const Reduce &reduce)
{
    const Tensor &input = preparation.input(0);
    if (isUsual(input, reduce.function)) {
        return {};
    }
    preparation.require(!isQuantized(input), "this function has no form for quantized values");
    preparation.require(input.type == preparation.output().type, "input and output are of different types");
    preparation.require(reduce.function != ReduceFunction::Any && reduce.function != ReduceFunction::All,
        "its function and type do not go together");
    Shape kept = input.shape;
    if (reduce.axes.empty()) {
        std::fill(kept.dims.begin(), kept.dims.end(), 1);
    }
    for (const std::int64_t axis : reduce.axes) {
        kept[preparation.axis(axis, input.shape.rank())] = 1;
    }
    const Broadcast results = Broadcast::to(preparation, input.shape, kept);
    const std::int64_t count = kept.elements().value_or(0);
    preparation.require(count == elementsOf(preparation.output()), "the output's shape does not agree with the axes");
    const std::int64_t perResult = count > 0 ? elementsOf(input) / count : 0;
    return withNumericType(preparation, input.type, [&](auto zero) -> Kernel {
        using T = decltype(zero);
        if (reduce.function == ReduceFunction::LogSumExp) {
            return logSumExpKernel<T>(preparation, results, count);
        }
        return kernelOf(preparation, Reducer<T>{reduce.function, perResult}, results, count);
    });
}

} // namespace tinsmith

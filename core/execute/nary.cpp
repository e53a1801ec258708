// SPDX-License-Identifier: Apache-2.0
#include "core/execute/broadcast.h"
#include "core/execute/element_dispatch.h"
#include "core/execute/halved_sum.h"
#include "core/execute/kernel.h"

#include <algorithm>
#include <type_traits>

namespace tinsmith {
namespace {

template <typename T>
T joined(NaryFunction function, T a, T b)
{
    switch (function) {
    case NaryFunction::Minimum:
        return std::min(a, b);
    case NaryFunction::Maximum:
        return std::max(a, b);
    default:
        if constexpr (std::is_floating_point_v<T>) {
            return a + b;
        } else {
            return static_cast<T>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
        }
    }
}

template <typename T>
Kernel naryKernel(NaryFunction function, const std::vector<Broadcast> &inputs, std::int64_t count)
{
    return [=](const Arguments &arguments) {
        T *out = arguments.out<T>();
        inputs.front().each([&](std::int64_t to, std::int64_t from) { out[to] = arguments.in<T>(0)[from]; });
        for (std::size_t i = 1; i < inputs.size(); ++i) {
            const T *in = arguments.in<T>(i);
            inputs[i].each([&](std::int64_t to, std::int64_t from) { out[to] = joined(function, out[to], in[from]); });
        }
        for (std::int64_t i = 0; i < count && function == NaryFunction::Mean; ++i) {
            out[i] = static_cast<T>(out[i] / static_cast<T>(inputs.size()));
        }
    };
}

/// A sum of int8 tensors of one scale as TFLite's ADD_N forms it: each at half its value with 20 more bits.
Kernel quantizedSum(const Preparation &preparation, const std::vector<Broadcast> &inputs, std::int64_t count)
{
    const Operator &op = preparation.op();
    const ScaleAndZero input = scaleAndZero(op, preparation.input(0));
    const ScaleAndZero output = scaleAndZero(op, preparation.output());
    for (std::size_t i = 1; i < inputs.size(); ++i) {
        preparation.require(
            scaleAndZero(op, preparation.input(i)) == input, "its inputs differ in scale or zero point");
    }
    const HalvedSum sum(input, output);
    return [=](const Arguments &arguments) {
        std::vector<std::int32_t> sums(static_cast<std::size_t>(count), sum.start());
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const auto *in = arguments.in<std::int8_t>(i);
            inputs[i].each([&](std::int64_t to, std::int64_t from) {
                auto &total = sums[static_cast<std::size_t>(to)];
                total = wrappingSum(total, sum.term(in[from]));
            });
        }
        for (std::int64_t i = 0; i < count; ++i) {
            arguments.out<std::int8_t>()[i] = sum.result(sums[static_cast<std::size_t>(i)]);
        }
    };
}

} // namespace

Kernel prepare(Preparation &preparation, const Nary &nary)
{
    const Tensor &output = preparation.output();
    std::vector<Broadcast> inputs;
    for (std::size_t i = 0; i < preparation.op().inputs.size(); ++i) {
        const Tensor &input = preparation.input(i);
        preparation.require(input.type == output.type, "inputs and output are of different types");
        inputs.push_back(Broadcast::to(preparation, output.shape, input.shape));
    }
    if (output.type == ElementType::Int8 && output.quantization && nary.function == NaryFunction::Sum) {
        return quantizedSum(preparation, inputs, elementsOf(output));
    }
    return withNumberType(preparation, output.type,
        [&](auto zero) { return naryKernel<decltype(zero)>(nary.function, inputs, elementsOf(output)); });
}

} // namespace tinsmith

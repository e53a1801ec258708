// SPDX-License-Identifier: Apache-2.0
#include "core/execute/broadcast.h"
#include "core/execute/element_dispatch.h"
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
    return withNumberType(preparation, output.type,
        [&](auto zero) { return naryKernel<decltype(zero)>(nary.function, inputs, elementsOf(output)); });
}

} // namespace tinsmith

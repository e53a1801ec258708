// SPDX-License-Identifier: Apache-2.0
#include "core/execute/element_dispatch.h"
#include "core/execute/kernel.h"
#include "core/execute/movement.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <type_traits>

namespace tinsmith {
namespace {

/// Walks the condition and one choice over the output's shape.
Walk choiceWalk(const Preparation &preparation, const Shape &condition, std::size_t choice)
{
    const Shape &target = preparation.output().shape;
    const auto conditions = Broadcast::to(preparation, target, condition).steps();
    const auto values = Broadcast::to(preparation, target, preparation.input(choice).shape).steps();
    std::vector<WalkAxis> axes;
    for (std::size_t i = 0; i < target.rank(); ++i) {
        axes.push_back({target[i], conditions[i], values[i]});
    }
    return Walk(axes);
}

template <typename T>
void take(const Walk &walk, const std::uint8_t *condition, bool wanted, const T *values, T *out)
{
    const WalkAxis inner = walk.inner();
    walk.eachRow([&](std::int64_t first, std::int64_t second) {
        for (std::int64_t i = 0; i < inner.count; ++i) {
            if ((condition[first + i * inner.first] != 0) == wanted) {
                out[i] = values[second + i * inner.second];
            }
        }
        out += inner.count;
    });
}

/// An order of all values, NaN above everything.
template <typename T>
bool below(T a, T b)
{
    if constexpr (std::is_floating_point_v<T>) {
        if (std::isnan(b)) {
            return !std::isnan(a);
        }
    }
    return a < b;
}

template <typename T>
Kernel topKernel(const TopK &top, std::int64_t outer, std::int64_t length, std::int64_t step, ElementType indexType)
{
    return [=](const Arguments &arguments) {
        std::vector<std::int64_t> order(static_cast<std::size_t>(length));
        const std::int64_t k = top.k;
        for (std::int64_t row = 0; row < outer * step; ++row) {
            const T *values = arguments.in<T>(0) + row / step * length * step + row % step;
            std::iota(order.begin(), order.end(), std::int64_t{0});
            // Of equals the first comes first.
            std::partial_sort(
                order.begin(), order.begin() + k, order.end(), [&](std::int64_t first, std::int64_t second) {
                    const T a = values[first * step];
                    const T b = values[second * step];
                    const bool before = top.largest ? below(b, a) : below(a, b);
                    const bool after = top.largest ? below(a, b) : below(b, a);
                    return before || (!after && first < second);
                });
            const std::int64_t start = row / step * k * step + row % step;
            for (std::int64_t i = 0; i < k; ++i) {
                const std::int64_t index = order[static_cast<std::size_t>(i)];
                arguments.out<T>(0)[start + i * step] = values[index * step];
                if (arguments.outputs.size() < 2 || arguments.outputs[1] == nullptr) {
                    continue;
                }
                if (indexType == ElementType::Int32) {
                    arguments.out<std::int32_t>(1)[start + i * step] = static_cast<std::int32_t>(index);
                } else if (indexType == ElementType::Int16) {
                    arguments.out<std::int16_t>(1)[start + i * step] = static_cast<std::int16_t>(index);
                } else {
                    arguments.out<std::int64_t>(1)[start + i * step] = index;
                }
            }
        }
    };
}

} // namespace

Kernel prepare(Preparation &preparation, const Select &select)
{
    const Tensor &condition = preparation.input(0);
    const ElementType type = preparation.output().type;
    preparation.require(condition.type == ElementType::Bool, "its condition is not of truth values");
    preparation.require(preparation.input(1).type == type && preparation.input(2).type == type,
        "inputs and output are of different types");
    const int bits = bitsOf(type);
    preparation.require(bits >= 8, "its elements cannot be moved one by one");
    Shape conditionShape = condition.shape;
    const std::size_t rank = preparation.output().shape.rank();
    if (select.firstAxis && conditionShape.rank() == 1 && rank > 1) {
        conditionShape.dims.resize(rank, 1);
    }
    const Walk whereTrue = choiceWalk(preparation, conditionShape, 1);
    const Walk whereFalse = choiceWalk(preparation, conditionShape, 2);
    return withElementBytes(preparation, bits / 8, [&](auto zero) -> Kernel {
        using T = decltype(zero);
        return [=](const Arguments &arguments) {
            const auto *chosen = arguments.in<std::uint8_t>(0);
            take(whereTrue, chosen, true, arguments.in<T>(1), arguments.out<T>());
            take(whereFalse, chosen, false, arguments.in<T>(2), arguments.out<T>());
        };
    });
}

Kernel prepare(Preparation &preparation, const TopK &top)
{
    const Tensor &input = preparation.input(0);
    preparation.require(input.type == preparation.output().type, "input and output are of different types");
    const std::size_t axis = preparation.axis(top.axis, input.shape.rank());
    const std::int64_t length = input.shape[axis];
    preparation.require(top.k >= 0 && top.k <= length, "it asks for more elements than there are");
    std::int64_t outer = 1;
    std::int64_t step = 1;
    for (std::size_t d = 0; d < input.shape.rank(); ++d) {
        outer *= d < axis ? input.shape[d] : 1;
        step *= d > axis ? input.shape[d] : 1;
    }
    preparation.require(
        elementsOf(preparation.output()) == outer * top.k * step, "the output does not have k elements along the axis");
    ElementType indexType = ElementType::Int64;
    if (preparation.op().outputs.size() > 1 && preparation.op().outputs[1].valid()) {
        const Tensor &indices = preparation.output(1);
        indexType = indices.type;
        preparation.require(
            indexType == ElementType::Int64 || indexType == ElementType::Int32 || indexType == ElementType::Int16,
            "its indices are not integers that it can write");
        preparation.require(
            elementsOf(indices) == outer * top.k * step, "its indices do not have the shape of its values");
        preparation.require(
            indexType != ElementType::Int16 || length <= INT16_MAX + 1, "its indices do not fit into int16");
    }
    return withNumberType(preparation, input.type,
        [&](auto zero) { return topKernel<decltype(zero)>(top, outer, length, step, indexType); });
}

} // namespace tinsmith

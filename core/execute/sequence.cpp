// SPDX-License-Identifier: Apache-2.0
#include "core/execute/element_dispatch.h"
#include "core/execute/halved_sum.h"
#include "core/execute/kernel.h"
#include "core/execute/movement.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace tinsmith {
namespace {

template <typename T>
T sumOf(T a, T b)
{
    if constexpr (std::is_floating_point_v<T>) {
        return a + b;
    } else {
        return static_cast<T>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
    }
}

} // namespace

Kernel prepare(Preparation &preparation, const Reverse &reverse)
{
    const Shape &shape = preparation.input(0).shape;
    preparation.require(preparation.output().shape == shape, "input and output differ in shape");
    const std::int64_t bytes = movedBytes(preparation);
    std::vector<bool> reversed(shape.rank());
    for (const std::int64_t axis : reverse.axes) {
        reversed[preparation.axis(axis, shape.rank())] = true;
    }
    const auto steps = stepsOf(shape);
    std::vector<WalkAxis> axes;
    std::int64_t start = 0;
    for (std::size_t d = 0; d < shape.rank(); ++d) {
        axes.push_back({shape[d], steps[d], reversed[d] ? -steps[d] : steps[d]});
        start += reversed[d] ? (shape[d] - 1) * steps[d] : 0;
    }
    const Movement movement(bytes, axes, 0, start);
    const bool empty = elementsOf(preparation.input(0)) == 0;
    return [movement, empty](const Arguments &arguments) {
        if (!empty) {
            movement.run(arguments.inputs[0], arguments.outputs[0]);
        }
    };
}

Kernel prepare(Preparation &preparation, const ReverseSequence &reverse)
{
    const Shape &shape = preparation.input(0).shape;
    preparation.require(preparation.output().shape == shape, "input and output differ in shape");
    const std::int64_t bytes = movedBytes(preparation);
    const std::size_t time = preparation.axis(reverse.sequenceAxis, shape.rank());
    const std::size_t batch = preparation.axis(reverse.batchAxis, shape.rank());
    preparation.require(time != batch, "its sequences and batches are along the same axis");
    const IntegersOf lengths(preparation, 1);
    preparation.require(lengths.count() == shape[batch], "it does not have one length per batch");
    const auto steps = stepsOf(shape);
    // Slices behind the later of the two axes move as a whole.
    const std::size_t last = std::max(time, batch);
    const std::int64_t slice = steps[last];
    if (elementsOf(preparation.input(0)) == 0) {
        return [](const Arguments &) {};
    }
    const std::int64_t slices = elementsOf(preparation.input(0)) / slice;
    const std::int64_t timeStep = steps[time] / slice;
    const std::int64_t batchStep = steps[batch] / slice;
    return [=, times = shape[time], batches = shape[batch], name = preparation.op().name](const Arguments &arguments) {
        for (std::int64_t i = 0; i < slices; ++i) {
            const std::int64_t t = i / timeStep % times;
            const std::int64_t length = lengths.at(arguments, i / batchStep % batches);
            if (length < 0 || length > times) {
                throw GraphError({}, name,
                    "length " + std::to_string(length) + " is not that of a sequence of " + std::to_string(times));
            }
            const std::int64_t from = t < length ? i + (length - 1 - 2 * t) * timeStep : i;
            std::memcpy(arguments.outputs[0] + i * slice * bytes, arguments.inputs[0] + from * slice * bytes,
                static_cast<std::size_t>(slice * bytes));
        }
    };
}

Kernel prepare(Preparation &preparation, const CumulativeSum &sum)
{
    const Tensor &input = preparation.input(0);
    preparation.require(input.type == preparation.output().type && input.shape == preparation.output().shape,
        "input and output differ in type or shape");
    const std::size_t axis = preparation.axis(sum.axis, input.shape.rank());
    const std::int64_t length = input.shape[axis];
    const std::int64_t step = stepsOf(input.shape)[axis];
    const std::int64_t outer = length * step > 0 ? elementsOf(input) / (length * step) : 0;
    if (input.type == ElementType::Int8 && input.quantization && preparation.output().quantization) {
        const HalvedSum halves(
            scaleAndZero(preparation.op(), input), scaleAndZero(preparation.op(), preparation.output()));
        return [=, exclusive = sum.exclusive, backwards = sum.reverse](const Arguments &arguments) {
            for (std::int64_t row = 0; row < outer * step; ++row) {
                const std::int64_t start = row / step * length * step + row % step;
                std::int32_t total = halves.start();
                for (std::int64_t i = 0; i < length; ++i) {
                    const std::int64_t at = start + (backwards ? length - 1 - i : i) * step;
                    const std::int32_t next = wrappingSum(total, halves.term(arguments.in<std::int8_t>(0)[at]));
                    arguments.out<std::int8_t>()[at] = halves.result(exclusive ? total : next);
                    total = next;
                }
            }
        };
    }
    return withNumberType(preparation, input.type, [&](auto zero) -> Kernel {
        using T = decltype(zero);
        return [=, exclusive = sum.exclusive, backwards = sum.reverse](const Arguments &arguments) {
            const T *in = arguments.in<T>(0);
            T *out = arguments.out<T>();
            for (std::int64_t row = 0; row < outer * step; ++row) {
                const std::int64_t start = row / step * length * step + row % step;
                T total = 0;
                for (std::int64_t i = 0; i < length; ++i) {
                    const std::int64_t at = start + (backwards ? length - 1 - i : i) * step;
                    const T next = sumOf<T>(total, in[at]);
                    out[at] = exclusive ? total : next;
                    total = next;
                }
            }
        };
    });
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "core/execute/kernel.h"
#include "core/execute/movement.h"
#include "core/execute/numeric_types.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

namespace tinsmith {
namespace {

/// Halves by way of float32.
template <typename To, typename From>
To convertedAny(From value)
{
    if constexpr (isShortFloat<From>) {
        return convertedAny<To>(static_cast<float>(value));
    } else if constexpr (isShortFloat<To>) {
        return To(static_cast<float>(value));
    } else {
        return converted<To>(value);
    }
}

template <typename From, typename To>
Kernel castKernel(std::int64_t count)
{
    return [count](const Arguments &arguments) {
        // A byte that is neither 0 nor 1 is no bool of C++, but true.
        using Stored = std::conditional_t<std::is_same_v<From, bool>, std::uint8_t, From>;
        const auto *in = arguments.in<Stored>(0);
        auto *out = arguments.out<To>();
        for (std::int64_t i = 0; i < count; ++i) {
            out[i] = convertedAny<To>(static_cast<From>(in[i]));
        }
    };
}

/// withNumericType() and truth values.
template <typename Use>
Kernel withType(const Preparation &preparation, ElementType type, const Use &use)
{
    return type == ElementType::Bool ? use(bool{}) : withNumericType(preparation, type, use);
}

} // namespace

Kernel prepare(Preparation &preparation, const Cast &)
{
    const ElementType from = preparation.input(0).type;
    const ElementType to = preparation.output().type;
    const std::int64_t count = elementsOf(preparation.output());
    preparation.require(elementsOf(preparation.input(0)) == count, "input and output differ in size");
    return withType(preparation, from, [&](auto source) {
        return withType(
            preparation, to, [&](auto target) { return castKernel<decltype(source), decltype(target)>(count); });
    });
}

Kernel prepare(Preparation &preparation, const Gather &gather)
{
    const Shape &in = preparation.input(0).shape;
    const Tensor &indices = preparation.input(1);
    const std::int64_t bytes = movedBytes(preparation);
    preparation.require(indices.type == ElementType::Int32 || indices.type == ElementType::Int64,
        "its indices are neither int32 nor int64");
    const std::size_t axis = preparation.axis(gather.axis, in.rank());
    preparation.require(
        gather.batchDims >= 0 && static_cast<std::size_t>(gather.batchDims) <= std::min(axis, indices.shape.rank()),
        "its batch dimensions are out of range");
    const auto batchDims = static_cast<std::size_t>(gather.batchDims);
    std::int64_t batches = 1;
    std::int64_t outer = 1;
    std::int64_t inner = 1;
    for (std::size_t d = 0; d < in.rank(); ++d) {
        if (d < batchDims) {
            preparation.require(in[d] == indices.shape[d], "its batch dimensions do not agree");
            batches *= in[d];
        } else if (d < axis) {
            outer *= in[d];
        } else if (d > axis) {
            inner *= in[d];
        }
    }
    const std::int64_t length = in[axis];
    const std::int64_t picks = batches > 0 ? elementsOf(indices) / batches : 0;
    preparation.require(elementsOf(preparation.output()) == batches * outer * picks * inner,
        "the output's shape does not agree with the indices");
    return [=, type = indices.type, name = preparation.op().name](const Arguments &arguments) {
        const std::byte *source = arguments.inputs[0];
        std::byte *target = arguments.outputs[0];
        const auto size = static_cast<std::size_t>(inner * bytes);
        for (std::int64_t row = 0; row < batches * outer; ++row) {
            const std::int64_t batch = row / outer;
            for (std::int64_t i = 0; i < picks; ++i) {
                const std::int64_t at = batch * picks + i;
                std::int64_t index = type == ElementType::Int32 ? arguments.in<std::int32_t>(1)[at]
                                                                : arguments.in<std::int64_t>(1)[at];
                if (index < -length || index >= length) {
                    throw GraphError({}, name,
                        "index " + std::to_string(index) + " is outside the " + std::to_string(length) + " slices");
                }
                index = index < 0 ? index + length : index;
                std::memcpy(target, source + (row * length + index) * inner * bytes, size);
                target += size;
            }
        }
    };
}

} // namespace tinsmith

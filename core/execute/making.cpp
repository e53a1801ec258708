// SPDX-License-Identifier: Apache-2.0
#include "core/execute/element_dispatch.h"
#include "core/execute/kernel.h"
#include "core/execute/movement.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <type_traits>

namespace tinsmith {
namespace {

/// Writes int32 or int64; refuses outputs of other types.
class IntegersTo {
public:
    IntegersTo(const Preparation &preparation) : wide_(preparation.output().type == ElementType::Int64)
    {
        preparation.require(
            wide_ || preparation.output().type == ElementType::Int32, "its output is neither int32 nor int64");
    }
    void put(const Arguments &arguments, std::size_t at, std::int64_t value) const
    {
        if (wide_) {
            arguments.out<std::int64_t>()[at] = value;
        } else {
            arguments.out<std::int32_t>()[at] = static_cast<std::int32_t>(value);
        }
    }

private:
    bool wide_ = false;
};

/// How many numbers a range has; the largest integer where that is none.
template <typename T>
double lengthOf(T start, T limit, T delta)
{
    const double distance = static_cast<double>(limit) - static_cast<double>(start);
    if (delta == 0 || distance == 0) {
        return 0;
    }
    return std::max(0.0, std::ceil(distance / static_cast<double>(delta)));
}

} // namespace

Kernel prepare(Preparation &preparation, const Fill &)
{
    const std::int64_t bytes = movedBytes(preparation);
    preparation.require(elementsOf(preparation.input(0)) == 1, "its value is not one element");
    const std::int64_t count = elementsOf(preparation.output());
    return withElementBytes(preparation, bytes, [&](auto zero) -> Kernel {
        using T = decltype(zero);
        return [count](const Arguments &arguments) {
            std::fill(arguments.out<T>(), arguments.out<T>() + count, *arguments.in<T>(0));
        };
    });
}

Kernel prepare(Preparation &preparation, const ZerosLike &)
{
    const auto bytes = preparation.output().bytes();
    preparation.require(bytes.has_value(), "its output has no size");
    return [size = static_cast<std::size_t>(*bytes)](const Arguments &arguments) {
        if (size > 0) {
            std::memset(arguments.outputs[0], 0, size);
        }
    };
}

Kernel prepare(Preparation &preparation, const ShapeOf &shapeOf)
{
    const Shape &shape = preparation.input(0).shape;
    const auto rank = static_cast<std::int64_t>(shape.rank());
    const auto within = [rank](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + rank : at, 0, rank); };
    const std::int64_t start = within(shapeOf.start);
    const std::int64_t end = std::max(start, within(shapeOf.end));
    std::vector<std::int64_t> dims(shape.dims.begin() + start, shape.dims.begin() + end);
    if (shapeOf.product) {
        dims = {elementsOf(preparation.input(0))};
    }
    const IntegersTo target(preparation);
    preparation.require(elementsOf(preparation.output()) == static_cast<std::int64_t>(dims.size()),
        "the output does not have one element per dimension");
    return [=](const Arguments &arguments) {
        for (std::size_t i = 0; i < dims.size(); ++i) {
            target.put(arguments, i, dims[i]);
        }
    };
}

Kernel prepare(Preparation &preparation, const NumberRange &)
{
    const ElementType type = preparation.output().type;
    for (std::size_t i = 0; i < 3; ++i) {
        preparation.require(preparation.input(i).type == type && elementsOf(preparation.input(i)) == 1,
            "start, limit and delta are not single numbers of the output's type");
    }
    const std::int64_t count = elementsOf(preparation.output());
    return withNumberType(preparation, type, [&](auto zero) -> Kernel {
        using T = decltype(zero);
        return [count, name = preparation.op().name](const Arguments &arguments) {
            const T start = *arguments.in<T>(0);
            const T delta = *arguments.in<T>(2);
            if (lengthOf(start, *arguments.in<T>(1), delta) != static_cast<double>(count)) {
                throw GraphError({}, name, "its range does not have " + std::to_string(count) + " numbers");
            }
            for (std::int64_t i = 0; i < count; ++i) {
                if constexpr (std::is_floating_point_v<T>) {
                    arguments.out<T>()[i] = start + static_cast<T>(i) * delta;
                } else {
                    const auto wide = static_cast<std::uint64_t>(start)
                        + static_cast<std::uint64_t>(i) * static_cast<std::uint64_t>(delta);
                    arguments.out<T>()[i] = static_cast<T>(wide);
                }
            }
        };
    });
}

Kernel prepare(Preparation &preparation, const BroadcastShapes &)
{
    const IntegersOf a(preparation, 0);
    const IntegersOf b(preparation, 1);
    const IntegersTo target(preparation);
    const std::int64_t rank = std::max(a.count(), b.count());
    preparation.require(elementsOf(preparation.output()) == rank, "the output does not have one element per dimension");
    return [=, name = preparation.op().name](const Arguments &arguments) {
        for (std::int64_t i = 0; i < rank; ++i) {
            const std::int64_t atA = i - (rank - a.count());
            const std::int64_t atB = i - (rank - b.count());
            const std::int64_t first = atA < 0 ? 1 : a.at(arguments.inputs[0], atA);
            const std::int64_t second = atB < 0 ? 1 : b.at(arguments.inputs[1], atB);
            if (first != second && first != 1 && second != 1) {
                throw GraphError({}, name,
                    "dimensions " + std::to_string(first) + " and " + std::to_string(second) + " cannot be broadcast");
            }
            target.put(arguments, static_cast<std::size_t>(i), first == 1 ? second : first);
        }
    };
}

Kernel prepare(Preparation &preparation, const Bitcast &)
{
    const auto bytes = preparation.input(0).bytes();
    preparation.require(bytes && preparation.output().bytes() == bytes, "input and output differ in size");
    return [size = static_cast<std::size_t>(*bytes)](const Arguments &arguments) {
        if (size > 0) {
            std::memcpy(arguments.outputs[0], arguments.inputs[0], size);
        }
    };
}

} // namespace tinsmith

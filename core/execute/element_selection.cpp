// SPDX-License-Identifier: Apache-2.0
#include "core/execute/broadcast.h"
#include "core/execute/element_dispatch.h"
#include "core/execute/elementwise_functions.h"
#include "core/execute/movement.h"
#include "core/execute/numeric_types.h"
#include "core/graph/error.h"

#include <algorithm>
#include <cstring>

namespace tinsmith {
namespace {

/// Where the elements that an index tensor names along one axis lie in another tensor of the same rank.
class AlongAxis {
public:
    AlongAxis(const Preparation &preparation, std::int64_t axisNumber)
        : integers_(preparation, 1), name_(preparation.op().name)
    {
        const Shape &target = preparation.input(0).shape;
        const Shape &indices = preparation.input(1).shape;
        preparation.require(indices.rank() == target.rank(), "its indices do not have the rank of its input");
        axis_ = preparation.axis(axisNumber, target.rank());
        length_ = target[axis_];
        const auto targetSteps = stepsOf(target);
        const auto indexSteps = stepsOf(indices);
        step_ = targetSteps[axis_];
        std::vector<WalkAxis> axes;
        for (std::size_t i = 0; i < target.rank(); ++i) {
            preparation.require(i == axis_ || indices[i] <= target[i], "its indices reach beyond its input");
            axes.push_back({indices[i], indexSteps[i], i == axis_ ? 0 : targetSteps[i]});
        }
        walk_ = Walk(axes);
    }

    /// visit(position among the indices, position in the tensor).
    template <typename Visit>
    void each(const Arguments &arguments, const Visit &visit) const
    {
        const WalkAxis inner = walk_.inner();
        walk_.eachRow([&](std::int64_t at, std::int64_t base) {
            for (std::int64_t i = 0; i < inner.count; ++i) {
                const std::int64_t position = at + i * inner.first;
                visit(position, base + i * inner.second + counted(integers_.at(arguments, position)) * step_);
            }
        });
    }

private:
    std::int64_t counted(std::int64_t index) const
    {
        if (index < -length_ || index >= length_) {
            throw GraphError({}, name_,
                "index " + std::to_string(index) + " is outside the " + std::to_string(length_) + " elements");
        }
        return index < 0 ? index + length_ : index;
    }

    IntegersOf integers_;
    std::string name_;
    std::size_t axis_ = 0;
    std::int64_t length_ = 0;
    std::int64_t step_ = 1;
    Walk walk_;
};

template <typename T>
T reduced(ScatterReduction reduction, T held, T update)
{
    using W = WorkType<T>;
    const W a = static_cast<W>(held);
    const W b = static_cast<W>(update);
    switch (reduction) {
    case ScatterReduction::Add:
    case ScatterReduction::Mul: {
        const bool adds = reduction == ScatterReduction::Add;
        if constexpr (std::is_floating_point_v<W>) {
            return static_cast<T>(adds ? a + b : a * b);
        } else {
            return wrapping<T>(adds ? BinaryFunction::Add : BinaryFunction::Mul, a, b);
        }
    }
    case ScatterReduction::Max:
        return a < b ? update : held;
    case ScatterReduction::Min:
        return b < a ? update : held;
    case ScatterReduction::None:
        break;
    }
    return update;
}

/// Copies the input, then calls place(arguments, put) where put(to, from) takes an update in.
template <typename Place>
Kernel scatterKernel(Preparation &preparation, ScatterReduction reduction, const Place &place)
{
    const std::int64_t bytes = movedBytes(preparation);
    const auto total = static_cast<std::size_t>(elementsOf(preparation.input(0)) * bytes);
    const ElementType type = preparation.input(0).type;
    preparation.require(preparation.input(2).type == type, "its updates are of another type");
    preparation.require(preparation.output().shape == preparation.input(0).shape, "input and output differ in shape");
    if (reduction == ScatterReduction::None) {
        return [=](const Arguments &arguments) {
            std::memcpy(arguments.outputs[0], arguments.inputs[0], total);
            place(arguments, [&](std::int64_t to, std::int64_t from) {
                std::memcpy(arguments.outputs[0] + to * bytes, arguments.inputs[2] + from * bytes,
                    static_cast<std::size_t>(bytes));
            });
        };
    }
    return withNumericType(preparation, type, [&](auto zero) -> Kernel {
        using T = decltype(zero);
        return [=](const Arguments &arguments) {
            std::memcpy(arguments.outputs[0], arguments.inputs[0], total);
            T *out = arguments.out<T>();
            place(arguments, [&](std::int64_t to, std::int64_t from) {
                out[to] = reduced(reduction, out[to], arguments.in<T>(2)[from]);
            });
        };
    });
}

} // namespace

Kernel prepare(Preparation &preparation, const GatherElements &gather)
{
    const std::int64_t bytes = movedBytes(preparation);
    preparation.require(
        preparation.output().shape == preparation.input(1).shape, "the output's shape is not that of the indices");
    const AlongAxis along(preparation, gather.axis);
    return [=](const Arguments &arguments) {
        along.each(arguments, [&](std::int64_t at, std::int64_t source) {
            std::memcpy(arguments.outputs[0] + at * bytes, arguments.inputs[0] + source * bytes,
                static_cast<std::size_t>(bytes));
        });
    };
}

Kernel prepare(Preparation &preparation, const ScatterElements &scatter)
{
    preparation.require(
        preparation.input(2).shape == preparation.input(1).shape, "its updates do not have the shape of its indices");
    const AlongAxis along(preparation, scatter.axis);
    return scatterKernel(preparation, scatter.reduction, [along](const Arguments &arguments, const auto &put) {
        along.each(arguments, [&](std::int64_t at, std::int64_t target) { put(target, at); });
    });
}

Kernel prepare(Preparation &preparation, const ScatterNd &scatter)
{
    const Shape &x = preparation.input(0).shape;
    const Shape &indices = preparation.input(1).shape;
    preparation.require(indices.rank() >= 1 && indices.last() >= 1, "its indices are empty");
    const std::int64_t depth = indices.last();
    preparation.require(static_cast<std::size_t>(depth) <= x.rank(), "its indices have more numbers than dimensions");
    const auto steps = stepsOf(x);
    const std::int64_t slice = steps[static_cast<std::size_t>(depth) - 1];
    const std::int64_t rows = elementsOf(preparation.input(1)) / depth;
    preparation.require(elementsOf(preparation.input(2)) == rows * slice, "its updates do not fit its indices");
    const IntegersOf integers(preparation, 1);
    const auto place = [=, sizes = x.dims, name = preparation.op().name](const Arguments &arguments, const auto &put) {
        for (std::int64_t row = 0; row < rows; ++row) {
            std::int64_t target = 0;
            for (std::int64_t d = 0; d < depth; ++d) {
                const auto axis = static_cast<std::size_t>(d);
                const std::int64_t index = integers.at(arguments, row * depth + d);
                if (index < -sizes[axis] || index >= sizes[axis]) {
                    throw GraphError({}, name,
                        "index " + std::to_string(index) + " is outside the " + std::to_string(sizes[axis])
                            + " elements of dimension " + std::to_string(d));
                }
                target += (index < 0 ? index + sizes[axis] : index) * steps[axis];
            }
            for (std::int64_t i = 0; i < slice; ++i) {
                put(target + i, row * slice + i);
            }
        }
    };
    return scatterKernel(preparation, scatter.reduction, place);
}

Kernel prepare(Preparation &preparation, const Triangle &triangle)
{
    const std::int64_t bytes = movedBytes(preparation);
    const Shape &shape = preparation.input(0).shape;
    preparation.require(shape.rank() >= 2, "its input is no matrix");
    preparation.require(preparation.output().shape == shape, "input and output differ in shape");
    const std::int64_t rows = shape[shape.rank() - 2];
    const std::int64_t columns = shape.last();
    const std::int64_t lines = columns > 0 ? elementsOf(preparation.input(0)) / columns : 0;
    const std::int64_t diagonal = std::clamp(triangle.diagonal, -rows - 1, columns + 1);
    return [=, upper = triangle.upper](const Arguments &arguments) {
        for (std::int64_t line = 0; line < lines; ++line) {
            // The first column of the upper triangle, or the first beyond the lower one.
            const std::int64_t at = line % rows + diagonal + (upper ? 0 : 1);
            const std::int64_t border = std::clamp<std::int64_t>(at, 0, columns);
            const auto copy = [&](std::int64_t from, std::int64_t to, bool keeps) {
                const std::int64_t offset = (line * columns + from) * bytes;
                const auto size = static_cast<std::size_t>((to - from) * bytes);
                if (keeps) {
                    std::memcpy(arguments.outputs[0] + offset, arguments.inputs[0] + offset, size);
                } else {
                    std::memset(arguments.outputs[0] + offset, 0, size);
                }
            };
            copy(0, border, !upper);
            copy(border, columns, upper);
        }
    };
}

Kernel prepare(Preparation &preparation, const EyeLike &eye)
{
    const Tensor &output = preparation.output();
    preparation.require(
        output.shape == preparation.input(0).shape && output.shape.rank() == 2, "its input is no matrix");
    const std::int64_t rows = output.shape[0];
    const std::int64_t columns = output.shape[1];
    const std::int64_t diagonal = std::clamp(eye.diagonal, -rows, columns);
    const ElementType type = output.type == ElementType::Bool ? ElementType::UInt8 : output.type;
    return withNumericType(preparation, type, [&](auto zero) -> Kernel {
        using T = decltype(zero);
        return [=](const Arguments &arguments) {
            T *out = arguments.out<T>();
            std::fill(out, out + rows * columns, T());
            for (std::int64_t row = std::max<std::int64_t>(0, -diagonal); row < rows && row + diagonal < columns;
                 ++row) {
                out[row * columns + row + diagonal] = static_cast<T>(WorkType<T>(1));
            }
        };
    });
}

} // namespace tinsmith

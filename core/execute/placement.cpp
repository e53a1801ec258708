// SPDX-License-Identifier: Apache-2.0
#include "core/execute/element_dispatch.h"
#include "core/execute/kernel.h"
#include "core/execute/movement.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace tinsmith {
namespace {

/// Indices [..., depth] into the dimensions of a tensor from `batchDims` on.
class IndexRows {
public:
    IndexRows(const Preparation &preparation, std::size_t input, const Shape &target, std::size_t batchDims)
        : integers_(preparation, input), name_(preparation.op().name)
    {
        const Shape &indices = preparation.input(input).shape;
        preparation.require(indices.rank() >= 1, "its indices are a single number");
        depth_ = indices.last();
        preparation.require(depth_ >= 0 && batchDims + static_cast<std::size_t>(depth_) <= target.rank(),
            "its indices have more numbers than the tensor has dimensions");
        for (std::size_t d = 0; d + 1 < indices.rank(); ++d) {
            rows_ *= indices[d];
        }
        const auto steps = stepsOf(target);
        for (std::size_t d = batchDims; d < batchDims + static_cast<std::size_t>(depth_); ++d) {
            sizes_.push_back(target[d]);
            steps_.push_back(steps[d]);
        }
        for (std::size_t d = batchDims + static_cast<std::size_t>(depth_); d < target.rank(); ++d) {
            slice_ *= target[d];
        }
    }

    std::int64_t rows() const { return rows_; }
    /// Elements that one row of indices names.
    std::int64_t slice() const { return slice_; }
    /// Where the slice of a row starts; throws GraphError where an index is outside. Negative ones count from the end.
    std::int64_t start(const Arguments &arguments, std::int64_t row) const
    {
        std::int64_t position = 0;
        for (std::size_t d = 0; d < sizes_.size(); ++d) {
            const std::int64_t index = integers_.at(arguments, row * depth_ + static_cast<std::int64_t>(d));
            if (index < -sizes_[d] || index >= sizes_[d]) {
                throw GraphError({}, name_,
                    "index " + std::to_string(index) + " is outside the " + std::to_string(sizes_[d]) + " slices");
            }
            position += (index < 0 ? index + sizes_[d] : index) * steps_[d];
        }
        return position;
    }

private:
    IntegersOf integers_;
    std::string name_;
    std::int64_t depth_ = 0;
    std::int64_t rows_ = 1;
    std::int64_t slice_ = 1;
    std::vector<std::int64_t> sizes_;
    std::vector<std::int64_t> steps_;
};

} // namespace

Kernel prepare(Preparation &preparation, const GatherNd &gather)
{
    const Shape &in = preparation.input(0).shape;
    const Shape &indices = preparation.input(1).shape;
    const std::int64_t bytes = movedBytes(preparation);
    preparation.require(
        gather.batchDims >= 0 && static_cast<std::size_t>(gather.batchDims) < std::max<std::size_t>(1, indices.rank()),
        "its batch dimensions are out of range");
    const auto batchDims = static_cast<std::size_t>(gather.batchDims);
    preparation.require(batchDims <= in.rank(), "its batch dimensions are out of range");
    std::int64_t batches = 1;
    std::int64_t perBatch = 1;
    for (std::size_t d = 0; d < in.rank(); ++d) {
        preparation.require(d >= batchDims || in[d] == indices[d], "its batch dimensions do not agree");
        (d < batchDims ? batches : perBatch) *= in[d];
    }
    const IndexRows rows(preparation, 1, in, batchDims);
    preparation.require(elementsOf(preparation.output()) == rows.rows() * rows.slice(),
        "the output's shape does not agree with the indices");
    const std::int64_t rowsPerBatch = batches > 0 ? rows.rows() / batches : 0;
    return [=](const Arguments &arguments) {
        const auto size = static_cast<std::size_t>(rows.slice() * bytes);
        std::byte *target = arguments.outputs[0];
        for (std::int64_t row = 0; row < rows.rows() && size > 0; ++row) {
            const std::int64_t from = row / rowsPerBatch * perBatch + rows.start(arguments, row);
            std::memcpy(target, arguments.inputs[0] + from * bytes, size);
            target += size;
        }
    };
}

Kernel prepare(Preparation &preparation, const ScatterIntoZeros &)
{
    const Tensor &updates = preparation.input(1);
    const Tensor &output = preparation.output();
    preparation.require(updates.type == output.type, "updates and output are of different types");
    const IndexRows rows(preparation, 0, output.shape, 0);
    preparation.require(
        elementsOf(updates) == rows.rows() * rows.slice(), "the updates' shape does not agree with the indices");
    const std::int64_t count = elementsOf(output);
    const ElementType type = output.type == ElementType::Bool ? ElementType::UInt8 : output.type;
    const bool logical = output.type == ElementType::Bool;
    return withNumberType(preparation, type, [&](auto zero) -> Kernel {
        using T = decltype(zero);
        return [=](const Arguments &arguments) {
            T *out = arguments.out<T>();
            std::fill(out, out + count, T(0));
            const T *values = arguments.in<T>(1);
            for (std::int64_t row = 0; row < rows.rows(); ++row) {
                T *target = out + rows.start(arguments, row);
                for (std::int64_t i = 0; i < rows.slice(); ++i) {
                    if constexpr (std::is_floating_point_v<T>) {
                        target[i] += values[row * rows.slice() + i];
                    } else {
                        const auto sum = static_cast<std::uint64_t>(target[i])
                            + static_cast<std::uint64_t>(values[row * rows.slice() + i]);
                        target[i] = logical ? static_cast<T>(sum != 0) : static_cast<T>(sum);
                    }
                }
            }
        };
    });
}

Kernel prepare(Preparation &preparation, const DynamicUpdateSlice &)
{
    const Tensor &input = preparation.input(0);
    const Tensor &update = preparation.input(1);
    const Shape &shape = input.shape;
    const std::int64_t bytes = movedBytes(preparation);
    preparation.require(update.type == input.type && update.shape.rank() == shape.rank(),
        "the update differs from the input in type or rank");
    preparation.require(preparation.output().shape == shape, "input and output differ in shape");
    const IntegersOf starts(preparation, 2);
    preparation.require(
        starts.count() == static_cast<std::int64_t>(shape.rank()), "it does not have one start per dimension");
    const auto steps = stepsOf(shape);
    const auto updateSteps = stepsOf(update.shape);
    std::vector<WalkAxis> axes;
    for (std::size_t d = 0; d < shape.rank(); ++d) {
        preparation.require(update.shape[d] <= shape[d], "the update is larger than the input");
        axes.push_back({update.shape[d], steps[d], updateSteps[d]});
    }
    const Movement movement(bytes, axes);
    return [=, sizes = shape.dims, parts = update.shape.dims,
               whole = static_cast<std::size_t>(elementsOf(input) * bytes)](const Arguments &arguments) {
        if (whole == 0) {
            return;
        }
        std::memcpy(arguments.outputs[0], arguments.inputs[0], whole);
        std::int64_t position = 0;
        for (std::size_t d = 0; d < sizes.size(); ++d) {
            const std::int64_t start = starts.at(arguments, static_cast<std::int64_t>(d));
            position += std::clamp<std::int64_t>(start, 0, sizes[d] - parts[d]) * steps[d];
        }
        movement.run(arguments.inputs[1], arguments.outputs[0] + position * bytes);
    };
}

/// An index outside 0 .. depth-1 sets nothing, as TFLite says.
Kernel prepare(Preparation &preparation, const OneHot &oneHot)
{
    const Shape &indices = preparation.input(0).shape;
    const Tensor &values = preparation.input(1);
    const Tensor &output = preparation.output();
    preparation.require(
        values.type == output.type && elementsOf(values) == 2, "it does not have an off and an on value");
    preparation.require(bitsOf(output.type) >= 8, "its elements cannot be moved one by one");
    const std::size_t axis = preparation.axis(oneHot.axis, indices.rank() + 1);
    std::int64_t outer = 1;
    std::int64_t inner = 1;
    for (std::size_t d = 0; d < indices.rank(); ++d) {
        (d < axis ? outer : inner) *= indices[d];
    }
    const std::int64_t depth = oneHot.depth;
    preparation.require(depth >= 0 && output.shape.rank() == indices.rank() + 1 && output.shape[axis] == depth
            && elementsOf(output) == outer * depth * inner,
        "the output does not have its depth along the axis");
    // ONNX allows any number as an index.
    const ElementType indexType = preparation.input(0).type;
    const bool real = indexType == ElementType::Float32;
    const IntegersOf integers = real ? IntegersOf() : IntegersOf(preparation, 0);
    return withElementBytes(preparation, bitsOf(output.type) / 8, [&](auto zero) -> Kernel {
        using T = decltype(zero);
        return [=](const Arguments &arguments) {
            const T off = arguments.in<T>(1)[0];
            const T on = arguments.in<T>(1)[1];
            T *out = arguments.out<T>();
            std::fill(out, out + outer * depth * inner, off);
            for (std::int64_t o = 0; o < outer; ++o) {
                for (std::int64_t i = 0; i < inner; ++i) {
                    const std::int64_t at = o * inner + i;
                    std::int64_t index = -1;
                    if (!real) {
                        index = integers.at(arguments, at);
                    } else if (const float value = arguments.in<float>(0)[at]; value > -1 && value < 1e9F) {
                        index = static_cast<std::int64_t>(value);
                    }
                    if (index >= 0 && index < depth) {
                        out[(o * depth + index) * inner + i] = on;
                    }
                }
            }
        };
    });
}

} // namespace tinsmith

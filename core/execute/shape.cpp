// SPDX-License-Identifier: Apache-2.0
#include "core/execute/kernel.h"
#include "core/execute/movement.h"
#include "core/execute/quantized_parameters.h"
#include "core/graph/geometry.h"

#include <algorithm>

namespace tinsmith {

std::int64_t movedBytes(const Preparation &preparation)
{
    const ElementType type = preparation.input(0).type;
    preparation.require(type == preparation.output().type, "input and output are of different types");
    preparation.require(bitsOf(type) % 8 == 0 && bitsOf(type) > 0, "its elements cannot be moved one by one");
    return bitsOf(type) / 8;
}

namespace {

/// An operator whose output has the input's bytes.
Kernel sameBytes(const Preparation &preparation)
{
    const auto bytes = preparation.output().bytes();
    preparation.require(bytes && preparation.input(0).bytes() == bytes, "input and output differ in size");
    return [size = static_cast<std::size_t>(*bytes)](const Arguments &arguments) {
        if (size > 0) {
            std::memcpy(arguments.outputs[0], arguments.inputs[0], size);
        }
    };
}

Kernel movementKernel(const Movement &movement)
{
    return [movement](const Arguments &arguments) { movement.run(arguments.inputs[0], arguments.outputs[0]); };
}

/// Several inputs or outputs with one movement each.
Kernel movementsKernel(std::vector<Movement> movements, bool perOutput)
{
    return [movements = std::move(movements), perOutput](const Arguments &arguments) {
        for (std::size_t i = 0; i < movements.size(); ++i) {
            movements[i].run(arguments.inputs[perOutput ? 0 : i], arguments.outputs[perOutput ? i : 0]);
        }
    };
}

/// TFLite's int8 kernels move stored values, so all parts must mean the same by them.
void requireEqualScales(const Preparation &preparation, const Tensor &part)
{
    const Tensor &output = preparation.output();
    if (output.type == ElementType::Int8 && part.quantization && output.quantization) {
        preparation.require(scaleAndZero(preparation.op(), part) == scaleAndZero(preparation.op(), output),
            "int8 inputs and output must have the same scale and zero point");
    }
}

} // namespace

Kernel prepare(Preparation &preparation, const Reshape &)
{
    return sameBytes(preparation);
}

Kernel prepare(Preparation &preparation, const Squeeze &)
{
    return sameBytes(preparation);
}

Kernel prepare(Preparation &preparation, const ExpandDims &)
{
    return sameBytes(preparation);
}

Kernel prepare(Preparation &preparation, const Identity &)
{
    return sameBytes(preparation);
}

Kernel prepare(Preparation &preparation, const Transpose &transpose)
{
    const Shape &in = preparation.input(0).shape;
    const Shape &out = preparation.output().shape;
    preparation.require(
        transpose.permutation.size() == in.rank() && out.rank() == in.rank(), "the permutation does not fit the input");
    const auto inSteps = stepsOf(in);
    const auto outSteps = stepsOf(out);
    std::vector<WalkAxis> axes;
    std::vector<bool> used(in.rank());
    for (std::size_t i = 0; i < in.rank(); ++i) {
        const std::size_t from = preparation.axis(transpose.permutation[i], in.rank());
        preparation.require(!used[from] && out[i] == in[from], "the permutation does not fit the output");
        used[from] = true;
        axes.push_back({out[i], outSteps[i], inSteps[from]});
    }
    return movementKernel(Movement(movedBytes(preparation), axes));
}

Kernel prepare(Preparation &preparation, const Concatenation &concatenation)
{
    const Shape &out = preparation.output().shape;
    preparation.require(concatenation.activation == FusedActivation::None, "a fused activation has no kernel here");
    const std::int64_t bytes = movedBytes(preparation);
    const std::size_t axis = preparation.axis(concatenation.axis, out.rank());
    const auto outSteps = stepsOf(out);
    std::vector<Movement> movements;
    std::int64_t position = 0;
    for (std::size_t i = 0; i < preparation.op().inputs.size(); ++i) {
        const Tensor &part = preparation.input(i);
        preparation.require(part.type == preparation.output().type, "its inputs are of different types");
        preparation.require(part.shape.rank() == out.rank(), "its inputs differ in rank");
        requireEqualScales(preparation, part);
        const auto inSteps = stepsOf(part.shape);
        std::vector<WalkAxis> axes;
        for (std::size_t d = 0; d < out.rank(); ++d) {
            preparation.require(d == axis || part.shape[d] == out[d], "the shapes of its inputs do not agree");
            axes.push_back({part.shape[d], outSteps[d], inSteps[d]});
        }
        movements.emplace_back(bytes, axes, position * outSteps[axis], 0);
        position += part.shape[axis];
    }
    preparation.require(position == out[axis], "the output does not have the length of all inputs together");
    return movementsKernel(std::move(movements), false);
}

Kernel prepare(Preparation &preparation, const Split &split)
{
    const Shape &in = preparation.input(0).shape;
    const std::int64_t bytes = movedBytes(preparation);
    const std::size_t axis = preparation.axis(split.axis, in.rank());
    const auto inSteps = stepsOf(in);
    std::vector<Movement> movements;
    std::int64_t position = 0;
    for (std::size_t i = 0; i < preparation.op().outputs.size(); ++i) {
        const Tensor &part = preparation.output(i);
        preparation.require(part.type == preparation.input(0).type && part.shape.rank() == in.rank(),
            "input and output are of different types or ranks");
        const auto outSteps = stepsOf(part.shape);
        std::vector<WalkAxis> axes;
        for (std::size_t d = 0; d < in.rank(); ++d) {
            preparation.require(d == axis || part.shape[d] == in[d], "the shapes of its outputs do not agree");
            axes.push_back({part.shape[d], outSteps[d], inSteps[d]});
        }
        movements.emplace_back(bytes, axes, 0, position * inSteps[axis]);
        position += part.shape[axis];
    }
    preparation.require(position <= in[axis], "the outputs are longer than the input");
    return movementsKernel(std::move(movements), true);
}

Kernel prepare(Preparation &preparation, const Pack &pack)
{
    const Shape &out = preparation.output().shape;
    const std::int64_t bytes = movedBytes(preparation);
    const std::size_t axis = preparation.axis(pack.axis, out.rank());
    const auto outSteps = stepsOf(out);
    const std::size_t count = preparation.op().inputs.size();
    preparation.require(out[axis] == static_cast<std::int64_t>(count), "the output does not have one slice per input");
    std::vector<Movement> movements;
    for (std::size_t i = 0; i < count; ++i) {
        const Tensor &part = preparation.input(i);
        preparation.require(part.type == preparation.output().type && part.shape.rank() + 1 == out.rank(),
            "its inputs differ in type or rank");
        requireEqualScales(preparation, part);
        const auto inSteps = stepsOf(part.shape);
        std::vector<WalkAxis> axes;
        for (std::size_t d = 0; d < part.shape.rank(); ++d) {
            const std::size_t to = d < axis ? d : d + 1;
            preparation.require(part.shape[d] == out[to], "the shapes of its inputs do not agree");
            axes.push_back({part.shape[d], outSteps[to], inSteps[d]});
        }
        movements.emplace_back(bytes, axes, static_cast<std::int64_t>(i) * outSteps[axis], 0);
    }
    return movementsKernel(std::move(movements), false);
}

Kernel prepare(Preparation &preparation, const Unpack &unpack)
{
    const Shape &in = preparation.input(0).shape;
    const std::int64_t bytes = movedBytes(preparation);
    const std::size_t axis = preparation.axis(unpack.axis, in.rank());
    const auto inSteps = stepsOf(in);
    const std::size_t count = preparation.op().outputs.size();
    preparation.require(in[axis] >= static_cast<std::int64_t>(count), "the input does not have one slice per output");
    std::vector<Movement> movements;
    for (std::size_t i = 0; i < count; ++i) {
        const Tensor &part = preparation.output(i);
        preparation.require(part.type == preparation.input(0).type && part.shape.rank() + 1 == in.rank(),
            "its outputs differ in type or rank");
        const auto outSteps = stepsOf(part.shape);
        std::vector<WalkAxis> axes;
        for (std::size_t d = 0; d < part.shape.rank(); ++d) {
            const std::size_t from = d < axis ? d : d + 1;
            preparation.require(part.shape[d] == in[from], "the shapes of its outputs do not agree");
            axes.push_back({part.shape[d], outSteps[d], inSteps[from]});
        }
        movements.emplace_back(bytes, axes, 0, static_cast<std::int64_t>(i) * inSteps[axis]);
    }
    return movementsKernel(std::move(movements), true);
}

Kernel prepare(Preparation &preparation, const StridedSlice &slice)
{
    const Shape &in = preparation.input(0).shape;
    const std::size_t rank = in.rank();
    preparation.require(slice.begin.size() == rank && slice.end.size() == rank && slice.stride.size() == rank,
        "its parameters do not fit the input");
    const auto inSteps = stepsOf(in);
    std::vector<WalkAxis> axes(rank);
    std::int64_t start = 0;
    std::int64_t step = 1;
    for (std::size_t d = rank; d-- > 0;) {
        const std::int64_t begin = slice.begin[d];
        const std::int64_t end = slice.end[d];
        const std::int64_t stride = slice.stride[d];
        preparation.require(
            stride != 0 && stride >= -largestExtent && stride <= largestExtent, "a stride is out of range");
        const std::int64_t distance = stride > 0 ? end - begin : begin - end;
        const std::int64_t size = stride > 0 ? stride : -stride;
        const std::int64_t count = distance <= 0 ? 0 : (distance + size - 1) / size;
        const bool inside = begin >= 0 && begin <= in[d] && end >= -1 && end <= in[d]
            && (count == 0
                || (begin < in[d] && begin + (count - 1) * stride >= 0 && begin + (count - 1) * stride < in[d]));
        preparation.require(inside, "it reaches outside the input");
        // A stride beyond the dimension is never walked.
        axes[d] = {count, step, count > 1 ? inSteps[d] * stride : 0};
        start += begin * inSteps[d];
        step *= count;
    }
    preparation.require(step == elementsOf(preparation.output()), "the output's size is not that of the slice");
    return movementKernel(Movement(movedBytes(preparation), axes, 0, start));
}

Kernel prepare(Preparation &preparation, const Tile &tile)
{
    const Shape &in = preparation.input(0).shape;
    const Shape &out = preparation.output().shape;
    preparation.require(
        tile.multiples.size() == in.rank() && out.rank() == in.rank(), "its multiples do not fit the input");
    const auto inSteps = stepsOf(in);
    const auto outSteps = stepsOf(out);
    std::vector<WalkAxis> axes;
    for (std::size_t d = 0; d < in.rank(); ++d) {
        const bool fits = tile.multiples[d] >= 0 && tile.multiples[d] <= (std::int64_t{1} << 31)
            && out[d] == in[d] * tile.multiples[d];
        preparation.require(fits, "the output does not have the multiples of the input's shape");
        axes.push_back({tile.multiples[d], outSteps[d] * in[d], 0});
        axes.push_back({in[d], outSteps[d], inSteps[d]});
    }
    return movementKernel(Movement(movedBytes(preparation), axes));
}

Kernel prepare(Preparation &preparation, const BroadcastTo &)
{
    const Shape &out = preparation.output().shape;
    const auto from = Broadcast::to(preparation, out, preparation.input(0).shape).steps();
    const auto outSteps = stepsOf(out);
    std::vector<WalkAxis> axes;
    for (std::size_t d = 0; d < out.rank(); ++d) {
        axes.push_back({out[d], outSteps[d], from[d]});
    }
    return movementKernel(Movement(movedBytes(preparation), axes));
}

namespace {

/// Steps of an image tensor's dimensions, whatever the layout.
struct ImageSteps {
    std::int64_t n, h, w, c;
    std::int64_t batch, height, width, channels;
};

ImageSteps imageSteps(const Preparation &preparation, const Shape &shape, Layout layout)
{
    preparation.require(shape.rank() == 4, "its tensors are not images");
    const auto steps = stepsOf(shape);
    if (layout == Layout::ChannelsLast) {
        return {steps[0], steps[1], steps[2], steps[3], shape[0], shape[1], shape[2], shape[3]};
    }
    return {steps[0], steps[2], steps[3], steps[1], shape[0], shape[2], shape[3], shape[1]};
}

/// Both directions are the same movement between a deep image and a wide one with blocks.
std::vector<WalkAxis> blockAxes(const Preparation &preparation, const ImageSteps &deep, const ImageSteps &wide,
    std::int64_t block, bool columnMajor, bool towardsWide)
{
    preparation.require(block >= 1 && block <= (1 << 20), "its block is out of range");
    preparation.require(deep.batch == wide.batch && deep.height * block == wide.height
            && deep.width * block == wide.width && deep.channels == wide.channels * block * block,
        "its shapes do not agree with the block");
    const std::int64_t blockStep = columnMajor ? deep.c : deep.c * wide.channels;
    const std::int64_t channelStep = columnMajor ? deep.c * block * block : deep.c;
    std::vector<WalkAxis> axes
        = {{wide.batch, wide.n, deep.n}, {deep.height, wide.h * block, deep.h}, {block, wide.h, blockStep * block},
            {deep.width, wide.w * block, deep.w}, {block, wide.w, blockStep}, {wide.channels, wide.c, channelStep}};
    if (!towardsWide) {
        for (WalkAxis &axis : axes) {
            std::swap(axis.first, axis.second);
        }
    }
    return axes;
}

} // namespace

Kernel prepare(Preparation &preparation, const DepthToSpace &rearrange)
{
    const ImageSteps deep = imageSteps(preparation, preparation.input(0).shape, rearrange.layout);
    const ImageSteps wide = imageSteps(preparation, preparation.output().shape, rearrange.layout);
    return movementKernel(Movement(
        movedBytes(preparation), blockAxes(preparation, deep, wide, rearrange.block, rearrange.columnMajor, true)));
}

Kernel prepare(Preparation &preparation, const SpaceToDepth &rearrange)
{
    const ImageSteps wide = imageSteps(preparation, preparation.input(0).shape, rearrange.layout);
    const ImageSteps deep = imageSteps(preparation, preparation.output().shape, rearrange.layout);
    return movementKernel(
        Movement(movedBytes(preparation), blockAxes(preparation, deep, wide, rearrange.block, false, false)));
}

} // namespace tinsmith

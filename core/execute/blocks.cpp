// SPDX-License-Identifier: Apache-2.0
#include "core/execute/kernel.h"
#include "core/execute/movement.h"
#include "core/execute/quantized_parameters.h"

#include <algorithm>
#include <cstring>

namespace tinsmith {
namespace {

/// The movement between an image and its blocks as batches, block by block: block b of batch n is batch b * N + n.
struct BlockMoves {
    std::int64_t bytes = 1;
    /// One movement per block offset, in order.
    std::vector<Movement> moves;
};

/// `image` is padded (or was cropped) by `before`; positions outside of it move nowhere. Output first where
/// `towardsBatches`.
BlockMoves blockMoves(const Preparation &preparation, const Shape &image, const Shape &batches,
    const std::vector<std::int64_t> &block, const std::vector<std::int64_t> &before, bool towardsBatches)
{
    const std::size_t spatial = block.size();
    const std::size_t rank = image.rank();
    preparation.require(spatial >= 1 && before.size() == spatial && rank > spatial && batches.rank() == rank,
        "its blocks do not fit the input");
    std::int64_t blocks = 1;
    for (const std::int64_t size : block) {
        preparation.require(size >= 1 && size <= (1 << 20) && blocks <= (1 << 20), "its block is out of range");
        blocks *= size;
    }
    preparation.require(
        blocks <= (1 << 20) && batches[0] == image[0] * blocks, "its shapes do not agree with the block");
    const auto imageSteps = stepsOf(image);
    const auto batchSteps = stepsOf(batches);
    BlockMoves result;
    result.bytes = movedBytes(preparation);
    for (std::int64_t index = 0; index < blocks; ++index) {
        std::vector<WalkAxis> axes = {{image[0], imageSteps[0], batchSteps[0]}};
        std::int64_t imageStart = 0;
        std::int64_t batchStart = index * image[0] * batchSteps[0];
        std::int64_t rest = index;
        std::vector<std::int64_t> offset(spatial);
        for (std::size_t d = spatial; d-- > 0;) {
            offset[d] = rest % block[d];
            rest /= block[d];
        }
        bool empty = false;
        for (std::size_t d = 0; d < spatial; ++d) {
            // Block position p shows image position p * block + offset - before.
            const std::int64_t size = image[d + 1];
            const std::int64_t lead = before[d] - offset[d];
            const std::int64_t first = lead > 0 ? (lead + block[d] - 1) / block[d] : 0;
            const std::int64_t room = size - 1 + lead;
            const std::int64_t last = room < 0 ? -1 : std::min(room / block[d], batches[d + 1] - 1);
            const std::int64_t count = last - first + 1;
            empty = empty || count <= 0;
            axes.push_back({count, imageSteps[d + 1] * block[d], batchSteps[d + 1]});
            imageStart += (first * block[d] - lead) * imageSteps[d + 1];
            batchStart += first * batchSteps[d + 1];
        }
        for (std::size_t d = spatial + 1; d < rank; ++d) {
            preparation.require(image[d] == batches[d], "its shapes do not agree");
            axes.push_back({image[d], imageSteps[d], batchSteps[d]});
        }
        if (empty) {
            continue;
        }
        if (towardsBatches) {
            for (WalkAxis &axis : axes) {
                std::swap(axis.first, axis.second);
            }
            result.moves.emplace_back(result.bytes, axes, batchStart, imageStart);
        } else {
            result.moves.emplace_back(result.bytes, axes, imageStart, batchStart);
        }
    }
    return result;
}

/// The stored value of real 0 where the tensor is quantized, else 0.
std::int32_t storedZero(const Tensor &tensor)
{
    return isInteger(tensor.type) && tensor.quantization ? quantizedValue(0, tensor) : 0;
}

} // namespace

Kernel prepare(Preparation &preparation, const SpaceToBatch &rearrange)
{
    const Tensor &input = preparation.input(0);
    const Tensor &output = preparation.output();
    const BlockMoves blocks
        = blockMoves(preparation, input.shape, output.shape, rearrange.block, rearrange.before, true);
    for (std::size_t d = 0; d < rearrange.block.size(); ++d) {
        const bool sane = rearrange.after.size() == rearrange.block.size() && rearrange.before[d] >= 0
            && rearrange.after[d] >= 0 && rearrange.before[d] <= (1 << 30) && rearrange.after[d] <= (1 << 30);
        preparation.require(sane
                && input.shape[d + 1] + rearrange.before[d] + rearrange.after[d]
                    == output.shape[d + 1] * rearrange.block[d],
            "its shapes do not agree with the block");
    }
    const std::int32_t zero = storedZero(output);
    return [=, count = elementsOf(output)](const Arguments &arguments) {
        if (count == 0) {
            return;
        }
        // Two's complement: the low bytes of the stored zero are the element.
        for (std::int64_t i = 0; i < count && zero != 0; ++i) {
            std::memcpy(arguments.outputs[0] + i * blocks.bytes, &zero,
                static_cast<std::size_t>(std::min<std::int64_t>(blocks.bytes, 4)));
        }
        if (zero == 0) {
            std::memset(arguments.outputs[0], 0, static_cast<std::size_t>(count * blocks.bytes));
        }
        for (const Movement &move : blocks.moves) {
            move.run(arguments.inputs[0], arguments.outputs[0]);
        }
    };
}

Kernel prepare(Preparation &preparation, const BatchToSpace &rearrange)
{
    const Tensor &input = preparation.input(0);
    const Tensor &output = preparation.output();
    const BlockMoves blocks
        = blockMoves(preparation, output.shape, input.shape, rearrange.block, rearrange.cropBefore, false);
    for (std::size_t d = 0; d < rearrange.block.size(); ++d) {
        const bool sane = rearrange.cropAfter.size() == rearrange.block.size() && rearrange.cropBefore[d] >= 0
            && rearrange.cropAfter[d] >= 0 && rearrange.cropBefore[d] <= (1 << 30)
            && rearrange.cropAfter[d] <= (1 << 30);
        preparation.require(sane
                && output.shape[d + 1] + rearrange.cropBefore[d] + rearrange.cropAfter[d]
                    == input.shape[d + 1] * rearrange.block[d],
            "its shapes do not agree with the block");
    }
    return [=](const Arguments &arguments) {
        for (const Movement &move : blocks.moves) {
            move.run(arguments.inputs[0], arguments.outputs[0]);
        }
    };
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "core/graph/pool_borders.h"

#include "core/graph/geometry.h"
#include "core/graph/shape_inference.h"

namespace tinsmith {
namespace {

struct Spatial {
    std::size_t h = 1;
    std::size_t w = 2;
};

Spatial axesOf(Layout layout)
{
    return layout == Layout::ChannelsLast ? Spatial{1, 2} : Spatial{2, 3};
}

/// The pool's padding with that of the Pad before it added.
Padding combined(const Pool2D &pool, const Pad &pad, const Shape &padded)
{
    const auto [h, w] = axesOf(pool.layout);
    Padding padding = resolvePadding(pool.padding, padded[h], padded[w], (pool.kernelH - 1) * pool.dilationH + 1,
        (pool.kernelW - 1) * pool.dilationW + 1, pool.strideH, pool.strideW);
    padding.mode = PaddingMode::Explicit;
    padding.top += pad.before[h];
    padding.bottom += pad.after[h];
    padding.left += pad.before[w];
    padding.right += pad.after[w];
    return padding;
}

/// Whether every window along one axis holds an element.
bool holdsElements(std::int64_t input, std::int64_t output, std::int64_t kernel, std::int64_t stride,
    std::int64_t dilation, std::int64_t before)
{
    constexpr std::int64_t mostSteps = 1 << 20;
    if (output > mostSteps || kernel > mostSteps) {
        return false;
    }
    for (std::int64_t y = 0; y < output; ++y) {
        const std::int64_t origin = y * stride - before;
        // The first tap that is not before the image.
        const std::int64_t tap = origin >= 0 ? 0 : (-origin + dilation - 1) / dilation;
        if (tap >= kernel || origin + tap * dilation >= input) {
            return false;
        }
    }
    return true;
}

bool padsImageOnly(const Pad &pad, const Shape &image, const Spatial &axes)
{
    if (pad.mode != PadMode::Constant || pad.before.size() != image.rank() || pad.after.size() != image.rank()) {
        return false;
    }
    for (std::size_t axis = 0; axis < image.rank(); ++axis) {
        const bool spatial = axis == axes.h || axis == axes.w;
        const bool sane = pad.before[axis] >= 0 && pad.after[axis] >= 0 && pad.before[axis] < largestExtent
            && pad.after[axis] < largestExtent;
        if (!sane || (!spatial && (pad.before[axis] != 0 || pad.after[axis] != 0))) {
            return false;
        }
    }
    return true;
}

} // namespace

OperatorId borderOf(const GraphBuilder &builder, OperatorId id, const BuilderUses &uses)
{
    const Operator &op = builder.op(id);
    const auto *pool = op.as<Pool2D>();
    if (pool == nullptr || pool->function != PoolFunction::Max || op.outputs.size() != 1 || !op.input(0).valid()) {
        return OperatorId::none();
    }
    const OperatorId before = uses.producer(op.inputs[0]);
    const auto *pad = before.valid() ? builder.op(before).as<Pad>() : nullptr;
    if (pad == nullptr || !builder.op(before).input(0).valid()) {
        return OperatorId::none();
    }
    const Tensor &image = builder.tensor(builder.op(before).inputs[0]);
    const Shape &padded = builder.tensor(op.inputs[0]).shape;
    const Shape &output = builder.tensor(op.outputs[0]).shape;
    const Spatial axes = axesOf(pool->layout);
    if (!image.shape.known() || !padded.known() || !output.known() || image.shape.rank() != 4 || output.rank() != 4
        || image.constant() || !padsImageOnly(*pad, image.shape, axes)) {
        return OperatorId::none();
    }
    const Padding padding = combined(*pool, *pad, padded);
    const bool all
        = holdsElements(image.shape[axes.h], output[axes.h], pool->kernelH, pool->strideH, pool->dilationH, padding.top)
        && holdsElements(
            image.shape[axes.w], output[axes.w], pool->kernelW, pool->strideW, pool->dilationW, padding.left);
    if (!all) {
        return OperatorId::none();
    }
    // Rounding sizes up counts a border of the image's own otherwise than the pool's padding.
    Operator changed = op;
    Pool2D kind = *pool;
    kind.padding = padding;
    changed.kind = kind;
    changed.inputs[0] = builder.op(before).inputs[0];
    const auto shapes = inferShapes(changed, [&](TensorId tensor) -> const Tensor & { return builder.tensor(tensor); });
    return shapes.size() == 1 && shapes[0] == output ? before : OperatorId::none();
}

void foldBorder(GraphBuilder &builder, OperatorId id, OperatorId border, BuilderUses &uses)
{
    auto &pool = std::get<Pool2D>(builder.op(id).kind);
    const TensorId padded = builder.op(id).inputs[0];
    pool.padding = combined(pool, std::get<Pad>(builder.op(border).kind), builder.tensor(padded).shape);
    builder.op(id).inputs[0] = builder.op(border).inputs[0];
    uses.moveReader(padded, builder.op(border).inputs[0]);
    if (uses.readers(padded) == 0) {
        uses.dropReader(builder.op(border).inputs[0]);
        builder.removeOperator(border);
    }
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/spatial.h"

#include <numeric>

namespace tinsmith::onnxio {
namespace {

/// Positions that count down the columns, from those that count along the rows, of images of this height and width.
void emitColumnMajor(NodeContext &context, TensorId rows, std::int64_t height, std::int64_t width)
{
    const auto number
        = [&](const char *name, std::int64_t value) { return context.integer(name, ElementType::Int64, value); };
    const auto step = [&](BinaryFunction function, TensorId a, TensorId b, const char *name) {
        return context.step(Binary{function, FusedActivation::None}, {a, b}, name);
    };
    const TensorId wide = number("width", width);
    const TensorId pixel = step(BinaryFunction::FloorMod, rows, number("pixels", height * width), "pixel");
    const TensorId plane = step(BinaryFunction::Sub, rows, pixel, "plane");
    const TensorId x = step(BinaryFunction::FloorMod, pixel, wide, "x");
    const TensorId y = step(BinaryFunction::Div, pixel, wide, "y");
    const TensorId column = step(BinaryFunction::Mul, x, number("height", height), "column");
    const TensorId inside = step(BinaryFunction::Add, column, y, "inside");
    context.emit(Binary{BinaryFunction::Add, FusedActivation::None}, {plane, inside}, {context.out(1)}, "positions");
}

/// A second output says where in the flattened input each largest value stands.
void emitWithPositions(NodeContext &context, const Pool2D &pool, TensorId image, TensorId output)
{
    if (context.node.integer("storage_order", 0) == 0) {
        context.setType(context.out(1), ElementType::Int64);
        context.emit(pool, {image}, {output, context.out(1)});
        return;
    }
    const Shape shape = context.tensor(image).shape;
    if (shape[2] >= (std::int64_t{1} << 26) || shape[3] >= (std::int64_t{1} << 26)) {
        throw Untyped{"its input is too large"};
    }
    const TensorId rows = context.temporary("rows");
    context.setType(rows, ElementType::Int64);
    context.emit(pool, {image}, {output, rows});
    emitColumnMajor(context, rows, shape[2], shape[3]);
}

/// A window of one element chooses that element whatever the values are, so the positions are known. False where the
/// windows are others, or the positions would take much memory.
bool settlePositions(NodeContext &context, const Pool2D &pool)
{
    constexpr std::int64_t mostPositions = std::int64_t{1} << 17;
    const Padding &padding = pool.padding;
    const bool one = pool.kernelH == 1 && pool.kernelW == 1 && padding.mode != PaddingMode::Same && padding.top == 0
        && padding.left == 0 && padding.bottom == 0 && padding.right == 0;
    const Shape input = context.shape(0);
    const auto count = [](std::int64_t size, std::int64_t stride) { return (size + stride - 1) / stride; };
    const Shape output = {input[0], input[1], count(input[2], pool.strideH), count(input[3], pool.strideW)};
    const auto elements = output.elements();
    if (!one || !elements || *elements > mostPositions) {
        return false;
    }
    const bool columnMajor = context.node.integer("storage_order", 0) != 0;
    std::vector<std::int64_t> positions;
    for (std::int64_t plane = 0; plane < output[0] * output[1]; ++plane) {
        for (std::int64_t y = 0; y < output[2]; ++y) {
            for (std::int64_t x = 0; x < output[3]; ++x) {
                const std::int64_t row = y * pool.strideH;
                const std::int64_t column = x * pool.strideW;
                const std::int64_t inside = columnMajor ? column * input[2] + row : row * input[3] + column;
                positions.push_back(plane * input[2] * input[3] + inside);
            }
        }
    }
    context.settle(1, ElementType::Int64, output, Bytes::of(positions));
    return true;
}

void readPool(NodeContext &context)
{
    const Node &node = context.node;
    const bool max = node.type == "MaxPool";
    const std::size_t rank = context.rank(0);
    const auto kernel = node.integers("kernel_shape");
    if ((rank != 3 && rank != 4) || kernel.size() != rank - 2) {
        throw Untyped{"its input has " + std::to_string(rank) + " dimensions; 3 and 4 are supported"};
    }
    const Shape input = context.shape(0);
    const auto spatial = spatialAttributes(node, kernel, {input.dims.begin() + 2, input.dims.end()});
    const bool positions = context.needs(1);
    if (positions && (rank != 4 || !max || !input.known())) {
        throw Untyped{"its output of indices is supported for images of known size only"};
    }
    asImage(context, [&](TensorId image, TensorId output, bool) {
        Pool2D pool;
        pool.function = max ? PoolFunction::Max : PoolFunction::Average;
        pool.layout = Layout::ChannelsFirst;
        pool.kernelH = spatial.kernelH;
        pool.kernelW = spatial.kernelW;
        pool.strideH = spatial.strideH;
        pool.strideW = spatial.strideW;
        pool.dilationH = spatial.dilationH;
        pool.dilationW = spatial.dilationW;
        pool.padding = spatial.padding;
        pool.ceilMode = node.integer("ceil_mode", 0) != 0;
        pool.countIncludesPadding = !max && node.integer("count_include_pad", 0) != 0;
        if (positions && !settlePositions(context, pool)) {
            emitWithPositions(context, pool, image, output);
        } else {
            context.emit(pool, {image}, {output});
        }
    });
}

void readGlobalPool(NodeContext &context)
{
    const bool max = context.node.type == "GlobalMaxPool";
    const std::size_t rank = context.rank(0);
    if (rank == 4) {
        context.emit(
            GlobalPool{max ? PoolFunction::Max : PoolFunction::Average, Layout::ChannelsFirst}, {context.in(0)});
        return;
    }
    if (rank < 3) {
        throw Untyped{"its input has no spatial dimension"};
    }
    Reduce reduce;
    reduce.function = max ? ReduceFunction::Max : ReduceFunction::Mean;
    reduce.keepDims = true;
    reduce.axes.resize(rank - 2);
    std::iota(reduce.axes.begin(), reduce.axes.end(), std::int64_t{2});
    context.emit(reduce, {context.in(0)});
}

} // namespace

void addPoolingReaders(NodeReaders &readers)
{
    readers["MaxPool"] = readPool;
    readers["AveragePool"] = readPool;
    readers["GlobalAveragePool"] = readGlobalPool;
    readers["GlobalMaxPool"] = readGlobalPool;
}

} // namespace tinsmith::onnxio

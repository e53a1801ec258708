// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/spatial.h"

#include <numeric>

namespace tinsmith::onnxio {
namespace {

void readPool(NodeContext &context)
{
    const Node &node = context.node;
    const bool max = node.type == "MaxPool";
    if (context.needs(1)) {
        throw Untyped{"its output of indices is not supported"};
    }
    if (node.integer("storage_order", 0) != 0) {
        throw Untyped{"column-major storage order is not supported"};
    }
    const std::size_t rank = context.rank(0);
    const auto kernel = node.integers("kernel_shape");
    if ((rank != 3 && rank != 4) || kernel.size() != rank - 2) {
        throw Untyped{"its input has " + std::to_string(rank) + " dimensions; 3 and 4 are supported"};
    }
    const Shape input = context.shape(0);
    const auto spatial = spatialAttributes(node, kernel, {input.dims.begin() + 2, input.dims.end()});
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
        context.emit(pool, {image}, {output});
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

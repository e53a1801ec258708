// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/spatial.h"
#include "core/graph/geometry.h"

#include <algorithm>

namespace tinsmith::onnxio {
namespace {

/// The sizes of a constant's or activation's trailing dimensions.
std::vector<std::int64_t> spatialSizes(const Shape &shape)
{
    return shape.rank() < 2 ? std::vector<std::int64_t>()
                            : std::vector<std::int64_t>(shape.dims.begin() + 2, shape.dims.end());
}

std::vector<std::int64_t> kernelOf(NodeContext &context, std::size_t rank)
{
    const Shape weights = context.shape(1);
    if (!weights.ranked || weights.rank() != rank) {
        throw Untyped{"its weights do not have as many dimensions as its input"};
    }
    auto kernel = spatialSizes(weights);
    const auto stated = context.node.integers("kernel_shape");
    if (!stated.empty() && stated != kernel) {
        throw Untyped{"its kernel_shape does not agree with its weights"};
    }
    return kernel;
}

void readConv(NodeContext &context)
{
    const std::size_t rank = context.rank(0);
    if (rank != 3 && rank != 4) {
        throw Untyped{"its input has " + std::to_string(rank) + " dimensions; 3 and 4 are supported"};
    }
    const auto spatial = spatialAttributes(context.node, kernelOf(context, rank), spatialSizes(context.shape(0)));
    asImage(context, [&](TensorId input, TensorId output, bool lifted) {
        Conv2D conv;
        conv.layout = Layout::ChannelsFirst;
        conv.strideH = spatial.strideH;
        conv.strideW = spatial.strideW;
        conv.dilationH = spatial.dilationH;
        conv.dilationW = spatial.dilationW;
        conv.padding = spatial.padding;
        conv.groups = context.node.integer("group", 1);
        const TensorId weights = lifted ? liftedWeights(context, context.in(1)) : context.in(1);
        context.emit(conv, {input, weights, context.optional(2)}, {output});
    });
}

/// One axis of a transposed convolution: ONNX's output size and the padding that belongs to it.
struct TransposedAxis {
    std::int64_t output = -1;
    std::int64_t before = 0;
    std::int64_t after = 0;
};

TransposedAxis transposedAxis(const Node &node, std::size_t axis, std::size_t axes, std::int64_t input,
    std::int64_t kernel, std::int64_t stride, std::int64_t dilation, std::int64_t padBefore, std::int64_t padAfter)
{
    const auto outputPadding = node.integers("output_padding");
    const auto outputShape = node.integers("output_shape");
    const std::int64_t extra = outputPadding.size() == axes ? outputPadding[axis] : 0;
    const std::int64_t wanted = outputShape.empty() ? 0
        : outputShape.size() == axes                ? outputShape[axis]
                                                    : outputShape.at(axis + outputShape.size() - axes);
    for (const std::int64_t number : {input, kernel, stride, dilation, padBefore, padAfter, extra, wanted}) {
        if (number > largestExtent || number < -largestExtent) {
            throw Untyped{"its sizes are out of range"};
        }
    }
    const std::int64_t full = stride * (input - 1) + extra + (kernel - 1) * dilation + 1;
    const std::string autoPad = node.string("auto_pad", "NOTSET");
    const bool same = autoPad == "SAME_UPPER" || autoPad == "SAME_LOWER";
    if (extra < 0 || extra > std::max(stride, dilation)) {
        throw Untyped{"its output_padding is out of range"};
    }
    if (!outputShape.empty() || same) {
        // The specification of ConvTranspose: the padding is what brings the full size to the wanted one.
        TransposedAxis result;
        result.output = outputShape.empty() ? input * stride : wanted;
        // Where it is larger than the full size, nothing reaches the end.
        const std::int64_t total = std::max<std::int64_t>(full - result.output, 0);
        result.before = autoPad == "SAME_UPPER" ? total / 2 : total - total / 2;
        result.after = total - result.before;
        if (result.output > full + std::max(stride, dilation)) {
            throw Untyped{"its output_shape is larger than its full size"};
        }
        return result;
    }
    return {full - padBefore - padAfter, padBefore, padAfter};
}

void readConvTranspose(NodeContext &context)
{
    const std::size_t rank = context.rank(0);
    const Shape input = context.shape(0);
    if (rank != 3 && rank != 4) {
        throw Untyped{"its input has " + std::to_string(rank) + " dimensions; 3 and 4 are supported"};
    }
    const auto sizes = spatialSizes(input);
    if (std::any_of(
            sizes.begin(), sizes.end(), [](std::int64_t size) { return size < 1 || size > (std::int64_t{1} << 30); })) {
        throw Untyped{"the size of its input is not known"};
    }
    const std::size_t axes = sizes.size();
    const auto outputShape = context.node.integers("output_shape");
    if (!outputShape.empty() && outputShape.size() < axes) {
        throw Untyped{"its output_shape has too few dimensions"};
    }
    SpatialAttributes spatial = spatialAttributes(context.node, kernelOf(context, rank), sizes);
    const TransposedAxis w = transposedAxis(context.node, axes - 1, axes, sizes[axes - 1], spatial.kernelW,
        spatial.strideW, spatial.dilationW, spatial.padding.left, spatial.padding.right);
    const TransposedAxis h = axes == 1
        ? TransposedAxis{1, 0, 0}
        : transposedAxis(context.node, 0, axes, sizes[0], spatial.kernelH, spatial.strideH, spatial.dilationH,
            spatial.padding.top, spatial.padding.bottom);
    if (w.output < 1 || h.output < 1) {
        throw Untyped{"its output would be empty"};
    }
    asImage(context, [&](TensorId image, TensorId output, bool lifted) {
        TransposeConv2D conv;
        conv.layout = Layout::ChannelsFirst;
        conv.strideH = spatial.strideH;
        conv.strideW = spatial.strideW;
        conv.dilationH = spatial.dilationH;
        conv.dilationW = spatial.dilationW;
        conv.padding = {PaddingMode::Explicit, h.before, h.after, w.before, w.after};
        conv.groups = context.node.integer("group", 1);
        conv.outputH = h.output;
        conv.outputW = w.output;
        const TensorId weights = lifted ? liftedWeights(context, context.in(1)) : context.in(1);
        context.emit(conv, {image, weights, context.optional(2)}, {output});
    });
}

void readBatchNormalization(NodeContext &context)
{
    if (context.node.integer("training_mode", 0) != 0 || context.node.integer("spatial", 1) == 0) {
        throw Untyped{"batch normalisation in training mode or per element is not supported"};
    }
    if (context.node.opset < 7 && context.node.opset > 0 && context.node.integer("is_test", 0) == 0) {
        throw Untyped{"batch normalisation in training mode is not supported"};
    }
    for (std::size_t output = 1; output < context.node.outputs.size(); ++output) {
        if (context.needs(output)) {
            throw Untyped{"its outputs for training are not supported"};
        }
    }
    BatchNormalization kind;
    kind.layout = Layout::ChannelsFirst;
    kind.epsilon = context.node.real("epsilon", 1e-5F);
    context.emit(kind, {context.in(0), context.in(1), context.in(2), context.in(3), context.in(4)});
}

} // namespace

void addConvolutionReaders(NodeReaders &readers)
{
    readers["Conv"] = readConv;
    readers["ConvTranspose"] = readConvTranspose;
    readers["BatchNormalization"] = readBatchNormalization;
}

} // namespace tinsmith::onnxio

// SPDX-License-Identifier: Apache-2.0
#include "core/graph/geometry.h"

#include "core/graph/counts.h"
#include "core/graph/error.h"

#include <algorithm>
#include <limits>

namespace tinsmith {
namespace {

const Tensor *tensorAt(const Graph &graph, const Operator &op, std::size_t input)
{
    const TensorId id = op.input(input);
    return id.valid() ? &graph.tensor(id) : nullptr;
}

struct Image {
    std::int64_t batch, height, width, channels;
};

std::optional<Image> imageOf(const Tensor *tensor, Layout layout)
{
    if (tensor == nullptr || !tensor->shape.known() || tensor->shape.rank() != 4) {
        return std::nullopt;
    }
    const auto &dims = tensor->shape.dims;
    return layout == Layout::ChannelsLast ? Image{dims[0], dims[1], dims[2], dims[3]}
                                          : Image{dims[0], dims[2], dims[3], dims[1]};
}

template <typename Kind>
SpatialGeometry geometryOf(
    const Kind &kind, const Image &input, const Image &output, std::int64_t kernelH, std::int64_t kernelW)
{
    SpatialGeometry geometry;
    geometry.batch = output.batch;
    geometry.inputChannels = input.channels;
    geometry.outputChannels = output.channels;
    geometry.h = {input.height, output.height, kernelH, kind.strideH, kind.dilationH, 0, 0};
    geometry.w = {input.width, output.width, kernelW, kind.strideW, kind.dilationW, 0, 0};
    const Padding padding = resolvePadding(kind.padding, input.height, input.width, geometry.h.effectiveKernel(),
        geometry.w.effectiveKernel(), kind.strideH, kind.strideW);
    geometry.h.padBefore = padding.top;
    geometry.h.padAfter = padding.bottom;
    geometry.w.padBefore = padding.left;
    geometry.w.padAfter = padding.right;
    return geometry;
}

std::optional<SpatialGeometry> geometryOf(const Graph &graph, const Operator &op, const Conv2D &conv)
{
    const auto input = imageOf(tensorAt(graph, op, 0), conv.layout);
    const auto weights = imageOf(tensorAt(graph, op, 1), conv.layout);
    const auto output = imageOf(&graph.tensor(op.outputs.front()), conv.layout);
    if (!input || !weights || !output) {
        return std::nullopt;
    }
    auto geometry = geometryOf(conv, *input, *output, weights->height, weights->width);
    geometry.groups = conv.groups;
    return geometry;
}

std::optional<SpatialGeometry> geometryOf(const Graph &graph, const Operator &op, const DepthwiseConv2D &conv)
{
    const auto input = imageOf(tensorAt(graph, op, 0), Layout::ChannelsLast);
    const auto weights = imageOf(tensorAt(graph, op, 1), Layout::ChannelsLast);
    const auto output = imageOf(&graph.tensor(op.outputs.front()), Layout::ChannelsLast);
    if (!input || !weights || !output) {
        return std::nullopt;
    }
    auto geometry = geometryOf(conv, *input, *output, weights->height, weights->width);
    geometry.groups = input->channels;
    return geometry;
}

std::optional<SpatialGeometry> geometryOf(const Graph &graph, const Operator &op, const TransposeConv2D &conv)
{
    const auto input = imageOf(tensorAt(graph, op, 0), conv.layout);
    const auto weights = imageOf(tensorAt(graph, op, 1), conv.layout);
    const auto output = imageOf(&graph.tensor(op.outputs.front()), conv.layout);
    if (!input || !weights || !output) {
        return std::nullopt;
    }
    auto geometry = geometryOf(conv, *input, *output, weights->height, weights->width);
    // The padding is that of the forward convolution, whose input is this output.
    const Padding padding = resolvePadding(conv.padding, output->height, output->width, geometry.h.effectiveKernel(),
        geometry.w.effectiveKernel(), conv.strideH, conv.strideW);
    geometry.h.padBefore = padding.top;
    geometry.h.padAfter = padding.bottom;
    geometry.w.padBefore = padding.left;
    geometry.w.padAfter = padding.right;
    geometry.groups = conv.groups;
    return geometry;
}

std::optional<SpatialGeometry> geometryOf(const Graph &graph, const Operator &op, const Pool2D &pool)
{
    const auto input = imageOf(tensorAt(graph, op, 0), pool.layout);
    const auto output = imageOf(&graph.tensor(op.outputs.front()), pool.layout);
    if (!input || !output) {
        return std::nullopt;
    }
    auto geometry = geometryOf(pool, *input, *output, pool.kernelH, pool.kernelW);
    geometry.groups = input->channels;
    return geometry;
}

std::int64_t product(const Shape &shape)
{
    return shape.elements().value_or(0);
}

void checkExtent(const Operator &op, const char *what, std::int64_t value)
{
    if (value > largestExtent || value < -largestExtent) {
        throw GraphError({}, op.name, std::string("its ") + what + " of " + std::to_string(value) + " is too large");
    }
}

void checkWindow(const Operator &op, std::int64_t kernel, std::int64_t dilation)
{
    checkExtent(op, "dilation", dilation);
    checkExtent(op, "kernel", kernel);
    checkExtent(op, "dilated kernel", (kernel - 1) * dilation + 1);
}

} // namespace

PadPair samePadding(std::int64_t input, std::int64_t effectiveKernel, std::int64_t stride)
{
    if (stride <= 0) {
        return {};
    }
    const std::int64_t output = (input + stride - 1) / stride;
    const std::int64_t total = std::max<std::int64_t>((output - 1) * stride + effectiveKernel - input, 0);
    return {total / 2, total - total / 2};
}

Padding resolvePadding(const Padding &padding, std::int64_t inputH, std::int64_t inputW, std::int64_t effectiveKernelH,
    std::int64_t effectiveKernelW, std::int64_t strideH, std::int64_t strideW)
{
    if (padding.mode == PaddingMode::Explicit) {
        return padding;
    }
    Padding resolved;
    resolved.mode = padding.mode;
    if (padding.mode == PaddingMode::Same) {
        const PadPair vertical = samePadding(inputH, effectiveKernelH, strideH);
        const PadPair horizontal = samePadding(inputW, effectiveKernelW, strideW);
        resolved.top = vertical.before;
        resolved.bottom = vertical.after;
        resolved.left = horizontal.before;
        resolved.right = horizontal.after;
    }
    return resolved;
}

std::optional<SpatialGeometry> spatialGeometry(const Graph &graph, const Operator &op)
{
    if (op.outputs.empty() || !op.outputs.front().valid()) {
        return std::nullopt;
    }
    if (const auto *conv = op.as<Conv2D>()) {
        return geometryOf(graph, op, *conv);
    }
    if (const auto *depthwise = op.as<DepthwiseConv2D>()) {
        return geometryOf(graph, op, *depthwise);
    }
    if (const auto *transposed = op.as<TransposeConv2D>()) {
        return geometryOf(graph, op, *transposed);
    }
    if (const auto *integer = op.as<IntegerConv2D>()) {
        return geometryOf(graph, op, integer->form);
    }
    if (const auto *pool = op.as<Pool2D>()) {
        return geometryOf(graph, op, *pool);
    }
    return std::nullopt;
}

void checkSpatialLimits(const Operator &op, const std::function<const Tensor &(TensorId)> &tensor)
{
    const auto checkImage = [&](TensorId id) {
        if (id.valid()) {
            for (const std::int64_t dim : tensor(id).shape.dims) {
                checkExtent(op, "dimension", dim);
            }
        }
    };
    const auto check = [&](const auto &kind, std::int64_t kernelH, std::int64_t kernelW) {
        checkImage(op.input(0));
        checkImage(op.outputs.empty() ? TensorId::none() : op.outputs.front());
        for (const std::int64_t stride : {kind.strideH, kind.strideW}) {
            checkExtent(op, "stride", stride);
        }
        const Padding &padding = kind.padding;
        for (const std::int64_t rows : {padding.top, padding.bottom, padding.left, padding.right}) {
            checkExtent(op, "padding", rows);
        }
        checkWindow(op, kernelH, kind.dilationH);
        checkWindow(op, kernelW, kind.dilationW);
    };
    const auto checkWeighted = [&](const auto &kind, Layout layout) {
        checkImage(op.input(1));
        const auto weights = op.input(1).valid() ? imageOf(&tensor(op.input(1)), layout) : std::nullopt;
        check(kind, weights ? weights->height : 1, weights ? weights->width : 1);
    };
    const auto *integer = op.as<IntegerConv2D>();
    if (const auto *conv = integer != nullptr ? &integer->form : op.as<Conv2D>()) {
        checkExtent(op, "number of groups", conv->groups);
        checkWeighted(*conv, conv->layout);
    } else if (const auto *depthwise = op.as<DepthwiseConv2D>()) {
        checkExtent(op, "multiplier", depthwise->multiplier);
        checkWeighted(*depthwise, Layout::ChannelsLast);
    } else if (const auto *transposed = op.as<TransposeConv2D>()) {
        checkExtent(op, "number of groups", transposed->groups);
        checkExtent(op, "output height", transposed->outputH);
        checkExtent(op, "output width", transposed->outputW);
        checkWeighted(*transposed, transposed->layout);
    } else if (const auto *pool = op.as<Pool2D>()) {
        check(*pool, pool->kernelH, pool->kernelW);
    }
}

std::int64_t macsOf(const Graph &graph, const Operator &op)
{
    if (op.outputs.empty() || !op.outputs.front().valid()) {
        return 0;
    }
    const std::int64_t outputs = product(graph.tensor(op.outputs.front()).shape);
    if (op.is<Conv2D>() || op.is<IntegerConv2D>() || op.is<DepthwiseConv2D>() || op.is<TransposeConv2D>()) {
        const auto geometry = spatialGeometry(graph, op);
        if (!geometry) {
            return 0;
        }
        const std::int64_t taps = saturatingProduct(geometry->h.kernel, geometry->w.kernel);
        if (op.is<TransposeConv2D>()) {
            const std::int64_t inputs = product(graph.tensor(op.inputs.front()).shape);
            return saturatingProduct(saturatingProduct(inputs, taps), geometry->outputChannels)
                / std::max<std::int64_t>(geometry->groups, 1);
        }
        return saturatingProduct(saturatingProduct(outputs, taps), geometry->inputChannels)
            / std::max<std::int64_t>(geometry->groups, 1);
    }
    if (op.is<FullyConnected>()) {
        const Tensor *weights = tensorAt(graph, op, 1);
        return weights != nullptr && weights->shape.known() && weights->shape.rank() == 2
            ? saturatingProduct(outputs, weights->shape[1])
            : 0;
    }
    const auto inner = [&](bool transposed) -> std::int64_t {
        const Tensor *left = tensorAt(graph, op, 0);
        if (left == nullptr || !left->shape.known() || left->shape.rank() == 0) {
            return 0;
        }
        const std::size_t rank = left->shape.rank();
        return transposed && rank >= 2 ? left->shape[rank - 2] : left->shape[rank - 1];
    };
    if (const auto *gemm = op.as<Gemm>()) {
        return saturatingProduct(outputs, inner(gemm->transposeA));
    }
    if (const auto *matMul = op.as<MatMul>()) {
        return saturatingProduct(outputs, inner(matMul->transposeA));
    }
    if (op.is<IntegerMatMul>()) {
        return saturatingProduct(outputs, inner(false));
    }
    return 0;
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/operator_reader.h"
#include "core/graph/geometry.h"

namespace tinsmith::tflite {
namespace {

using Code = tfl::BuiltinOperator;

/// An image or filter tensor: rank 4 with known, positive sizes.
const Shape &fourDimensions(const OperatorReader &reader, const Tensor &tensor, const char *what)
{
    if (reader.rankOf(tensor) != 4 || !tensor.shape.known()) {
        throw reader.error(
            "has " + std::string(what) + " of shape " + tensor.shape.text() + ", not of four dimensions");
    }
    return tensor.shape;
}

struct Window {
    std::int64_t height, width, strideH, strideW, dilationH, dilationW;
};

Padding paddingFor(const OperatorReader &reader, tfl::Padding mode, const Shape &image, const Window &window)
{
    Padding padding;
    padding.mode = reader.paddingMode(mode);
    return resolvePadding(padding, image[1], image[2], (window.height - 1) * window.dilationH + 1,
        (window.width - 1) * window.dilationW + 1, window.strideH, window.strideW);
}

OperatorKind readConvolution(OperatorReader &reader)
{
    const auto &options = reader.options(reader.raw().builtin_options_as_Conv2DOptions());
    const Shape &image = fourDimensions(reader, reader.requireInput(0), "an input");
    const Shape &filter = fourDimensions(reader, reader.requireInput(1), "weights");
    if (filter[3] < 1 || image[3] % filter[3] != 0) {
        throw reader.error("has weights of shape " + filter.text() + ", which do not divide the channels of its input, "
            + image.text());
    }
    Conv2D conv;
    conv.strideH = reader.positive(options.stride_h(), "stride");
    conv.strideW = reader.positive(options.stride_w(), "stride");
    conv.dilationH = reader.positive(options.dilation_h_factor(), "dilation");
    conv.dilationW = reader.positive(options.dilation_w_factor(), "dilation");
    conv.groups = image[3] / filter[3];
    conv.activation = reader.activation(options.fused_activation_function());
    conv.padding = paddingFor(reader, options.padding(), image,
        {filter[1], filter[2], conv.strideH, conv.strideW, conv.dilationH, conv.dilationW});
    reader.keepInputs({0, 1, 2});
    return conv;
}

OperatorKind readDepthwise(OperatorReader &reader)
{
    const auto &options = reader.options(reader.raw().builtin_options_as_DepthwiseConv2DOptions());
    const Shape &image = fourDimensions(reader, reader.requireInput(0), "an input");
    const Shape &filter = fourDimensions(reader, reader.requireInput(1), "weights");
    if (image[3] < 1 || filter[3] % image[3] != 0) {
        throw reader.error(
            "has weights of shape " + filter.text() + ", not a multiple of the channels of its input, " + image.text());
    }
    DepthwiseConv2D conv;
    conv.strideH = reader.positive(options.stride_h(), "stride");
    conv.strideW = reader.positive(options.stride_w(), "stride");
    conv.dilationH = reader.positive(options.dilation_h_factor(), "dilation");
    conv.dilationW = reader.positive(options.dilation_w_factor(), "dilation");
    conv.multiplier = filter[3] / image[3];
    conv.activation = reader.activation(options.fused_activation_function());
    conv.padding = paddingFor(reader, options.padding(), image,
        {filter[1], filter[2], conv.strideH, conv.strideW, conv.dilationH, conv.dilationW});
    reader.keepInputs({0, 1, 2});
    return conv;
}

/// The output's shape comes first among the inputs, then weights, then data.
OperatorKind readTransposeConvolution(OperatorReader &reader)
{
    const auto &options = reader.options(reader.raw().builtin_options_as_TransposeConvOptions());
    fourDimensions(reader, reader.requireInput(2), "an input");
    const Shape &filter = fourDimensions(reader, reader.requireInput(1), "weights");
    reader.requireInput(0);
    reader.requireOutput();
    std::vector<std::int64_t> outputShape;
    if (reader.isSettled(0)) {
        outputShape = reader.constantIntegers(0, "output shape");
    } else {
        outputShape = {1, reader.sizeInFile(1, "output shape"), reader.sizeInFile(2, "output shape"), 1};
    }
    if (outputShape.size() != 4) {
        throw reader.error("has an output shape of " + std::to_string(outputShape.size()) + " dimensions, not four");
    }
    TransposeConv2D conv;
    conv.strideH = reader.positive(options.stride_h(), "stride");
    conv.strideW = reader.positive(options.stride_w(), "stride");
    conv.outputH = reader.positive(outputShape[1], "output height");
    conv.outputW = reader.positive(outputShape[2], "output width");
    conv.activation = reader.activation(options.fused_activation_function());
    conv.padding = paddingFor(
        reader, options.padding(), Shape(outputShape), {filter[1], filter[2], conv.strideH, conv.strideW, 1, 1});
    reader.keepInputs({2, 1, 3});
    return conv;
}

OperatorKind readPool(OperatorReader &reader, PoolFunction function)
{
    const auto &options = reader.options(reader.raw().builtin_options_as_Pool2DOptions());
    const Shape &image = fourDimensions(reader, reader.requireInput(0), "an input");
    Pool2D pool;
    pool.function = function;
    pool.kernelH = reader.positive(options.filter_height(), "window height");
    pool.kernelW = reader.positive(options.filter_width(), "window width");
    pool.strideH = reader.positive(options.stride_h(), "stride");
    pool.strideW = reader.positive(options.stride_w(), "stride");
    pool.activation = reader.activation(options.fused_activation_function());
    pool.padding
        = paddingFor(reader, options.padding(), image, {pool.kernelH, pool.kernelW, pool.strideH, pool.strideW, 1, 1});
    reader.keepInputs({0});
    return pool;
}

} // namespace

std::optional<OperatorKind> readSpatial(OperatorReader &reader)
{
    switch (reader.code()) {
    case Code::CONV_2D:
        return readConvolution(reader);
    case Code::DEPTHWISE_CONV_2D:
        return readDepthwise(reader);
    case Code::TRANSPOSE_CONV:
        return readTransposeConvolution(reader);
    case Code::MAX_POOL_2D:
        return readPool(reader, PoolFunction::Max);
    case Code::AVERAGE_POOL_2D:
        return readPool(reader, PoolFunction::Average);
    case Code::L2_POOL_2D:
        return readPool(reader, PoolFunction::L2);
    default:
        return std::nullopt;
    }
}

} // namespace tinsmith::tflite

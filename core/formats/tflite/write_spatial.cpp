// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/operator_writer.h"
#include "core/graph/geometry.h"

namespace tinsmith::tflite {
namespace {

using Code = tfl::BuiltinOperator;
using Options = tfl::BuiltinOptions;

void requireChannelsLast(const OperatorWriter &writer, Layout layout)
{
    if (layout != Layout::ChannelsLast) {
        throw writer.error("it is channels-first; bring the graph into channels-last form first");
    }
}

/// What TFLite calls this padding of an image of inputH x inputW that gives outputH x outputW; nothing where it has no
/// name for it.
std::optional<tfl::Padding> named(const Padding &padding, const Shape &image, const Shape &result, std::int64_t kernelH,
    std::int64_t kernelW, std::int64_t strideH, std::int64_t strideW)
{
    if (padding.mode == PaddingMode::Same) {
        return tfl::Padding::SAME;
    }
    if (padding.mode == PaddingMode::Valid) {
        return tfl::Padding::VALID;
    }
    const PadPair rows = samePadding(image[1], kernelH, strideH);
    const PadPair columns = samePadding(image[2], kernelW, strideW);
    const bool sameSize
        = result[1] == (image[1] + strideH - 1) / strideH && result[2] == (image[2] + strideW - 1) / strideW;
    if (sameSize && padding.top == rows.before && padding.bottom == rows.after && padding.left == columns.before
        && padding.right == columns.after) {
        return tfl::Padding::SAME;
    }
    if (padding.top == 0 && padding.bottom == 0 && padding.left == 0 && padding.right == 0
        && result[1] == (image[1] - kernelH) / strideH + 1 && result[2] == (image[2] - kernelW) / strideW + 1) {
        return tfl::Padding::VALID;
    }
    return std::nullopt;
}

void requireImages(const OperatorWriter &writer, const Tensor &input, const Tensor &output)
{
    if (input.shape.rank() != 4 || output.shape.rank() != 4 || !input.shape.known() || !output.shape.known()) {
        throw writer.error("its input or output is not an image of known size");
    }
}

struct Padded {
    std::int32_t input;
    tfl::Padding mode;
};

/// The input to read and the padding to name. Paddings that TFLite has no name for become a PAD of their own.
Padded padInput(OperatorWriter &writer, const Padding &padding, std::int64_t kernelH, std::int64_t kernelW,
    std::int64_t strideH, std::int64_t strideW)
{
    const Tensor &input = writer.input(0);
    requireImages(writer, input, writer.output());
    const auto mode = named(padding, input.shape, writer.output().shape, kernelH, kernelW, strideH, strideW);
    if (mode) {
        return {writer.inputs().front(), *mode};
    }
    if (padding.top < 0 || padding.bottom < 0 || padding.left < 0 || padding.right < 0) {
        throw writer.error("it crops its input");
    }
    const std::vector<std::int64_t> amounts = {0, 0, padding.top, padding.bottom, padding.left, padding.right, 0, 0};
    std::vector<std::int32_t> narrowed;
    for (const std::int64_t amount : amounts) {
        narrowed.push_back(writer.narrow(amount));
    }
    const std::int32_t paddings
        = writer.constant(ElementType::Int32, Shape{4, 2}, Bytes::of(narrowed), std::nullopt, "paddings");
    Shape shape = input.shape;
    shape.dims[1] += padding.top + padding.bottom;
    shape.dims[2] += padding.left + padding.right;
    const std::int32_t padded = writer.between(input, shape, "padded");
    VersionedUse use;
    use.inputs = {&input};
    writer.emit(Code::PAD, use, {writer.inputs().front(), paddings}, {padded}, Options::PadOptions,
        tfl::CreateNoOptions(writer.builder()));
    return {padded, tfl::Padding::VALID};
}

std::int64_t extent(std::int64_t kernel, std::int64_t dilation)
{
    return (kernel - 1) * dilation + 1;
}

} // namespace

void encode(OperatorWriter &writer, const Conv2D &kind)
{
    requireChannelsLast(writer, kind.layout);
    const Shape &filter = writer.input(1).shape;
    const Padded padded = padInput(writer, kind.padding, extent(filter[1], kind.dilationH),
        extent(filter[2], kind.dilationW), kind.strideH, kind.strideW);
    auto inputs = writer.inputs();
    inputs.front() = padded.input;
    auto use = writer.use();
    use.grouped = kind.groups != 1;
    const auto options = tfl::CreateConv2DOptions(writer.builder(), padded.mode, writer.narrow(kind.strideW),
        writer.narrow(kind.strideH), activationTypeOf(kind.activation), writer.narrow(kind.dilationW),
        writer.narrow(kind.dilationH));
    writer.emit(Code::CONV_2D, use, inputs, writer.outputs(), Options::Conv2DOptions, options);
}

void encode(OperatorWriter &writer, const DepthwiseConv2D &kind)
{
    const Shape &filter = writer.input(1).shape;
    const Padded padded = padInput(writer, kind.padding, extent(filter[1], kind.dilationH),
        extent(filter[2], kind.dilationW), kind.strideH, kind.strideW);
    auto inputs = writer.inputs();
    inputs.front() = padded.input;
    auto use = writer.use();
    use.dilated = kind.dilationH != 1 || kind.dilationW != 1;
    const auto options = tfl::CreateDepthwiseConv2DOptions(writer.builder(), padded.mode, writer.narrow(kind.strideW),
        writer.narrow(kind.strideH), writer.narrow(kind.multiplier), activationTypeOf(kind.activation),
        writer.narrow(kind.dilationW), writer.narrow(kind.dilationH));
    writer.emit(Code::DEPTHWISE_CONV_2D, use, inputs, writer.outputs(), Options::DepthwiseConv2DOptions, options);
}

void encode(OperatorWriter &writer, const TransposeConv2D &kind)
{
    requireChannelsLast(writer, kind.layout);
    if (kind.groups != 1 || kind.dilationH != 1 || kind.dilationW != 1) {
        throw writer.error("a transposed convolution with groups or dilation");
    }
    const Tensor &output = writer.output();
    requireImages(writer, writer.input(0), output);
    const Shape &filter = writer.input(1).shape;
    // The padding is that of the convolution from output to input.
    const auto mode
        = named(kind.padding, output.shape, writer.input(0).shape, filter[1], filter[2], kind.strideH, kind.strideW);
    if (!mode) {
        throw writer.error("its padding is neither SAME nor VALID");
    }
    const auto own = writer.inputs();
    const std::int32_t shape = writer.integers(output.shape.dims, "output_shape");
    std::vector<std::int32_t> inputs = {shape, own[1], own[0]};
    inputs.insert(inputs.end(), own.begin() + 2, own.end());
    auto use = writer.use();
    use.activated = kind.activation != FusedActivation::None;
    const auto options = tfl::CreateTransposeConvOptions(writer.builder(), *mode, writer.narrow(kind.strideW),
        writer.narrow(kind.strideH), activationTypeOf(kind.activation));
    writer.emit(Code::TRANSPOSE_CONV, use, inputs, writer.outputs(), Options::TransposeConvOptions, options);
}

void encode(OperatorWriter &writer, const Pool2D &kind)
{
    requireChannelsLast(writer, kind.layout);
    if (kind.dilationH != 1 || kind.dilationW != 1) {
        throw writer.error("its window is dilated");
    }
    const Tensor &input = writer.input(0);
    requireImages(writer, input, writer.output());
    const auto mode = named(
        kind.padding, input.shape, writer.output().shape, kind.kernelH, kind.kernelW, kind.strideH, kind.strideW);
    const bool padded
        = kind.padding.top != 0 || kind.padding.bottom != 0 || kind.padding.left != 0 || kind.padding.right != 0;
    if (!mode || (padded && kind.countIncludesPadding && kind.function == PoolFunction::Average)) {
        throw writer.error("its padding is neither SAME nor VALID, or counts in the average");
    }
    const Code code = kind.function == PoolFunction::Max ? Code::MAX_POOL_2D
        : kind.function == PoolFunction::Average         ? Code::AVERAGE_POOL_2D
                                                         : Code::L2_POOL_2D;
    const auto options
        = tfl::CreatePool2DOptions(writer.builder(), *mode, writer.narrow(kind.strideW), writer.narrow(kind.strideH),
            writer.narrow(kind.kernelW), writer.narrow(kind.kernelH), activationTypeOf(kind.activation));
    writer.emit(code, writer.use(), writer.inputs(), writer.outputs(), Options::Pool2DOptions, options);
}

void encode(OperatorWriter &writer, const GlobalPool &kind)
{
    requireChannelsLast(writer, kind.layout);
    if (kind.function == PoolFunction::L2) {
        throw writer.error("TFLite has no global L2 pooling");
    }
    std::vector<std::int64_t> axes;
    for (std::size_t axis = 1; axis + 1 < writer.input(0).shape.rank(); ++axis) {
        axes.push_back(static_cast<std::int64_t>(axis));
    }
    const std::int32_t list = writer.integers(axes, "axes");
    const auto options = tfl::CreateReducerOptions(writer.builder(), true);
    writer.emit(kind.function == PoolFunction::Max ? Code::REDUCE_MAX : Code::MEAN, writer.use(),
        {writer.inputs().front(), list}, writer.outputs(), Options::ReducerOptions, options);
}

} // namespace tinsmith::tflite

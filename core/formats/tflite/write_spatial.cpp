// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/operator_writer.h"
#include "core/graph/geometry.h"

#include <algorithm>
#include <limits>

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

Bytes smallestValue(const OperatorWriter &writer, ElementType type)
{
    switch (type) {
    case ElementType::Float32:
        return Bytes::of(std::vector<float>{std::numeric_limits<float>::lowest()});
    case ElementType::Int8:
        return Bytes::of(std::vector<std::int8_t>{std::numeric_limits<std::int8_t>::lowest()});
    case ElementType::Int16:
        return Bytes::of(std::vector<std::int16_t>{std::numeric_limits<std::int16_t>::lowest()});
    case ElementType::UInt8:
        return Bytes::of(std::vector<std::uint8_t>{0});
    default:
        throw writer.error("it pads elements of type " + std::string(nameOf(type)));
    }
}

enum class Filling { Zero, Smallest };

/// Cuts the input where the padding is negative; returns the number and the new shape of what is left.
std::int32_t cropped(OperatorWriter &writer, const Padding &padding, Shape &shape)
{
    const auto cut = [](std::int64_t amount) { return std::max<std::int64_t>(0, -amount); };
    if (padding.top >= 0 && padding.bottom >= 0 && padding.left >= 0 && padding.right >= 0) {
        return writer.inputs().front();
    }
    const Tensor &input = writer.input(0);
    shape[1] -= cut(padding.top) + cut(padding.bottom);
    shape[2] -= cut(padding.left) + cut(padding.right);
    if (shape[1] < 1 || shape[2] < 1) {
        throw writer.error("it crops its whole input away");
    }
    const std::int32_t begin = writer.integers({0, cut(padding.top), cut(padding.left), 0}, "crop_begin");
    const std::int32_t size = writer.integers(shape.dims, "crop_size");
    const std::int32_t output = writer.between(input, shape, "cropped");
    VersionedUse use;
    use.inputs = {&input};
    writer.emit(Code::SLICE, use, {writer.inputs().front(), begin, size}, {output});
    return output;
}

/// The input with an explicit padding carried out by operators of their own.
std::int32_t padded(OperatorWriter &writer, const Padding &padding, Filling filling)
{
    const Tensor &input = writer.input(0);
    Shape shape = input.shape;
    const std::int32_t source = cropped(writer, padding, shape);
    std::vector<std::int32_t> amounts = {0, 0};
    for (const std::int64_t amount : {padding.top, padding.bottom, padding.left, padding.right}) {
        amounts.push_back(writer.narrow(std::max<std::int64_t>(0, amount)));
    }
    amounts.insert(amounts.end(), {0, 0});
    if (std::all_of(amounts.begin(), amounts.end(), [](std::int32_t amount) { return amount == 0; })) {
        return source;
    }
    shape[1] += amounts[2] + amounts[3];
    shape[2] += amounts[4] + amounts[5];
    std::vector<std::int32_t> inputs
        = {source, writer.constant(ElementType::Int32, Shape{4, 2}, Bytes::of(amounts), std::nullopt, "paddings")};
    if (filling == Filling::Smallest) {
        inputs.push_back(
            writer.constant(input.type, Shape{1}, smallestValue(writer, input.type), input.quantization, "smallest"));
    }
    const std::int32_t output = writer.between(input, shape, "padded");
    VersionedUse use;
    use.inputs = {&input};
    writer.emit(filling == Filling::Zero ? Code::PAD : Code::PADV2, use, inputs, {output});
    return output;
}

/// The input to read and the padding to name. Paddings that TFLite has no name for become operators of their own.
Padded padInput(OperatorWriter &writer, const Padding &padding, std::int64_t kernelH, std::int64_t kernelW,
    std::int64_t strideH, std::int64_t strideW)
{
    const Tensor &input = writer.input(0);
    requireImages(writer, input, writer.output());
    const auto mode = named(padding, input.shape, writer.output().shape, kernelH, kernelW, strideH, strideW);
    if (mode) {
        return {writer.inputs().front(), *mode};
    }
    return {padded(writer, padding, Filling::Zero), tfl::Padding::VALID};
}

/// A pool's padding, which TFLite never counts in an average and never takes for a maximum.
Padded padPool(OperatorWriter &writer, const Pool2D &kind)
{
    const Shape &image = writer.input(0).shape;
    const Shape &result = writer.output().shape;
    const auto mode = named(kind.padding, image, result, kind.kernelH, kind.kernelW, kind.strideH, kind.strideW);
    const bool pads
        = kind.padding.top != 0 || kind.padding.bottom != 0 || kind.padding.left != 0 || kind.padding.right != 0;
    const bool counts = pads && kind.countIncludesPadding && kind.function == PoolFunction::Average;
    if (mode && !counts) {
        return {writer.inputs().front(), *mode};
    }
    Padding padding = kind.padding;
    if (kind.function == PoolFunction::Max) {
        // Rounding the size up lets the last window reach past the padding.
        padding.bottom = (result[1] - 1) * kind.strideH + kind.kernelH - image[1] - padding.top;
        padding.right = (result[2] - 1) * kind.strideW + kind.kernelW - image[2] - padding.left;
        return {padded(writer, padding, Filling::Smallest), tfl::Padding::VALID};
    }
    if (!counts || kind.ceilMode) {
        throw writer.error("its padding is neither SAME nor VALID");
    }
    return {padded(writer, padding, Filling::Zero), tfl::Padding::VALID};
}

std::int64_t extent(std::int64_t kernel, std::int64_t dilation)
{
    return (kernel - 1) * dilation + 1;
}

/// TFLite's convolutions want a bias, though its files may leave it out: zeros, where another format had none.
std::vector<std::int32_t> withBias(OperatorWriter &writer, std::size_t channelAxis)
{
    std::vector<std::int32_t> inputs = writer.inputs();
    const Tensor &weights = writer.input(1);
    const bool real = weights.type == ElementType::Float32;
    const bool stored = weights.type == ElementType::Int8 && weights.quantization && writer.input(0).quantization;
    const bool has = inputs.size() > 2 && inputs[2] >= 0;
    if (has || writer.fromTflite() || (!real && !stored) || channelAxis >= weights.shape.rank()
        || weights.shape[channelAxis] < 1) {
        return inputs;
    }
    const std::int64_t channels = weights.shape[channelAxis];
    std::optional<Quantization> quantization;
    if (stored) {
        quantization = Quantization{{}, {0}, 0};
        for (const float scale : weights.quantization->scales) {
            quantization->scales.push_back(writer.input(0).quantization->scale() * scale);
        }
    }
    inputs.resize(3);
    inputs[2] = writer.constant(real ? ElementType::Float32 : ElementType::Int32, {channels},
        Bytes::of(std::vector<std::int32_t>(static_cast<std::size_t>(channels))), quantization, "bias");
    return inputs;
}

} // namespace

void encode(OperatorWriter &writer, const Conv2D &kind)
{
    requireChannelsLast(writer, kind.layout);
    const Shape &filter = writer.input(1).shape;
    const Padded source = padInput(writer, kind.padding, extent(filter[1], kind.dilationH),
        extent(filter[2], kind.dilationW), kind.strideH, kind.strideW);
    auto inputs = withBias(writer, 0);
    inputs.front() = source.input;
    auto use = writer.use();
    use.grouped = kind.groups != 1;
    const auto options = tfl::CreateConv2DOptions(writer.builder(), source.mode, writer.narrow(kind.strideW),
        writer.narrow(kind.strideH), activationTypeOf(kind.activation), writer.narrow(kind.dilationW),
        writer.narrow(kind.dilationH));
    writer.emit(Code::CONV_2D, use, inputs, writer.outputs(), Options::Conv2DOptions, options);
}

void encode(OperatorWriter &writer, const DepthwiseConv2D &kind)
{
    const Shape &filter = writer.input(1).shape;
    const Padded source = padInput(writer, kind.padding, extent(filter[1], kind.dilationH),
        extent(filter[2], kind.dilationW), kind.strideH, kind.strideW);
    auto inputs = withBias(writer, 3);
    inputs.front() = source.input;
    auto use = writer.use();
    use.dilated = kind.dilationH != 1 || kind.dilationW != 1;
    const auto options = tfl::CreateDepthwiseConv2DOptions(writer.builder(), source.mode, writer.narrow(kind.strideW),
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
    // What the operator makes, whatever its output is declared as.
    Shape made = output.shape;
    made[1] = kind.outputH;
    made[2] = kind.outputW;
    // The padding is that of the convolution from output to input.
    const auto mode
        = named(kind.padding, made, writer.input(0).shape, filter[1], filter[2], kind.strideH, kind.strideW);
    if (!mode) {
        throw writer.error("its padding is neither SAME nor VALID");
    }
    const auto own = writer.inputs();
    const std::int32_t shape = writer.integers(made.dims, "output_shape");
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
    requireImages(writer, writer.input(0), writer.output());
    const Padded source = padPool(writer, kind);
    const Code code = kind.function == PoolFunction::Max ? Code::MAX_POOL_2D
        : kind.function == PoolFunction::Average         ? Code::AVERAGE_POOL_2D
                                                         : Code::L2_POOL_2D;
    const auto options = tfl::CreatePool2DOptions(writer.builder(), source.mode, writer.narrow(kind.strideW),
        writer.narrow(kind.strideH), writer.narrow(kind.kernelW), writer.narrow(kind.kernelH),
        activationTypeOf(kind.activation));
    writer.emit(code, writer.use(), {source.input}, writer.outputs(), Options::Pool2DOptions, options);
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

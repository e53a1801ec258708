// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/operator_writer.h"
#include "core/formats/tflite/window_padding.h"
#include "core/graph/geometry.h"

#include <algorithm>

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

/// The geometry of the operator, whose input and output must be images of known size.
SpatialGeometry geometryOf(const OperatorWriter &writer)
{
    requireImages(writer, writer.input(0), writer.output());
    const auto geometry = spatialGeometry(writer.graph(), writer.op());
    if (!geometry) {
        throw writer.error("its weights are not an image of known size");
    }
    return *geometry;
}

/// The input to read and the padding to name. Paddings that TFLite has no name for become operators of their own.
Padded padInput(OperatorWriter &writer, const Padding &padding)
{
    const SpatialGeometry geometry = geometryOf(writer);
    if (const auto mode = paddingNamed(geometry, padding.mode)) {
        return {writer.inputs().front(), *mode};
    }
    return {placedUnderWindows(writer, geometry, Filling::Zero), tfl::Padding::VALID};
}

/// A pool's padding, which TFLite never counts in an average and never takes for a maximum.
Padded padPool(OperatorWriter &writer, const Pool2D &kind)
{
    const SpatialGeometry geometry = geometryOf(writer);
    const auto mode = paddingNamed(geometry, kind.padding.mode);
    if (countsBorder(kind, geometry)) {
        return {placedUnderWindows(writer, geometry, Filling::Zero), tfl::Padding::VALID};
    }
    const bool counts = kind.countIncludesPadding && kind.function == PoolFunction::Average && reachesPast(geometry);
    if (mode && !counts) {
        return {writer.inputs().front(), *mode};
    }
    if (kind.function != PoolFunction::Max) {
        throw writer.error("its padding is neither SAME nor VALID, and an average does not count the border");
    }
    return {placedUnderWindows(writer, geometry, Filling::Smallest), tfl::Padding::VALID};
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
    const Padded source = padInput(writer, kind.padding);
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
    const Padded source = padInput(writer, kind.padding);
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
    // What the operator makes, whatever its output is declared as.
    Shape made = output.shape;
    made[1] = kind.outputH;
    made[2] = kind.outputW;
    SpatialGeometry geometry = geometryOf(writer);
    // The padding is that of the convolution from output to input.
    const Padding padding = resolvePadding(
        kind.padding, kind.outputH, kind.outputW, geometry.h.kernel, geometry.w.kernel, kind.strideH, kind.strideW);
    geometry.h = {kind.outputH, geometry.h.input, geometry.h.kernel, kind.strideH, 1, padding.top, padding.bottom};
    geometry.w = {kind.outputW, geometry.w.input, geometry.w.kernel, kind.strideW, 1, padding.left, padding.right};
    std::vector<std::int32_t> outputs = writer.outputs();
    auto mode = paddingNamed(geometry, kind.padding.mode);
    Shape whole = made;
    if (!mode && geometry.h.padBefore >= 0 && geometry.w.padBefore >= 0) {
        // Everything that the windows reach, from which the padding is cut off again.
        mode = tfl::Padding::VALID;
        whole[1] += geometry.h.padBefore;
        whole[2] += geometry.w.padBefore;
        const auto atLeast = [](std::int64_t &size, const AxisGeometry &axis) {
            size = std::max(size, (axis.output - 1) * axis.stride + axis.kernel);
        };
        atLeast(whole[1], geometry.h);
        atLeast(whole[2], geometry.w);
        outputs = {writer.between(output, whole, "whole")};
    }
    if (!mode) {
        throw writer.error("its padding is negative");
    }
    const auto own = writer.inputs();
    const std::int32_t shape = writer.integers(whole.dims, "output_shape");
    std::vector<std::int32_t> inputs = {shape, own[1], own[0]};
    inputs.insert(inputs.end(), own.begin() + 2, own.end());
    auto use = writer.use();
    use.activated = kind.activation != FusedActivation::None;
    const auto options = tfl::CreateTransposeConvOptions(writer.builder(), *mode, writer.narrow(kind.strideW),
        writer.narrow(kind.strideH), activationTypeOf(kind.activation));
    writer.emit(Code::TRANSPOSE_CONV, use, inputs, outputs, Options::TransposeConvOptions, options);
    if (outputs != writer.outputs()) {
        const std::int32_t begin = writer.integers({0, geometry.h.padBefore, geometry.w.padBefore, 0}, "crop_begin");
        const std::int32_t size = writer.integers(made.dims, "crop_size");
        VersionedUse slice;
        slice.inputs = {&output};
        writer.emit(Code::SLICE, slice, {outputs.front(), begin, size}, writer.outputs());
    }
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

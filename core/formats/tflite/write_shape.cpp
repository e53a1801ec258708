// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/operator_writer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace tinsmith::tflite {
namespace {

using Code = tfl::BuiltinOperator;
using Options = tfl::BuiltinOptions;

void emitReshape(OperatorWriter &writer, const std::vector<std::int64_t> &shape)
{
    std::vector<std::int32_t> narrowed;
    for (const std::int64_t dim : shape) {
        narrowed.push_back(writer.narrow(dim));
    }
    const std::int32_t list = writer.integers(shape, "shape");
    const auto written = writer.builder().CreateVector(narrowed);
    const auto options = tfl::CreateReshapeOptions(writer.builder(), written);
    writer.emit(Code::RESHAPE, writer.use(), {writer.inputs().front(), list}, writer.outputs(), Options::ReshapeOptions,
        options);
}

/// The output's shape, for operators that TFLite has only as a reshape.
const std::vector<std::int64_t> &knownOutput(const OperatorWriter &writer)
{
    if (!writer.output().shape.known()) {
        throw writer.error("the shape of its output is not known");
    }
    return writer.output().shape.dims;
}

void requireChannelsLast(const OperatorWriter &writer, Layout layout)
{
    if (layout != Layout::ChannelsLast) {
        throw writer.error("it is channels-first; bring the graph into channels-last form first");
    }
}

/// `value` as one element of the tensor's own type and quantization.
Bytes storedValue(const OperatorWriter &writer, const Tensor &tensor, double value)
{
    const auto stored = [&tensor, value] {
        return tensor.quantization
            ? std::lround(value / tensor.quantization->scale()) + tensor.quantization->zeroPoint()
            : std::lround(value);
    };
    switch (tensor.type) {
    case ElementType::Float32:
        return Bytes::of(std::vector<float>{static_cast<float>(value)});
    case ElementType::Int8:
        return Bytes::of(std::vector<std::int8_t>{static_cast<std::int8_t>(std::clamp<long>(stored(), -128, 127))});
    case ElementType::UInt8:
        return Bytes::of(std::vector<std::uint8_t>{static_cast<std::uint8_t>(std::clamp<long>(stored(), 0, 255))});
    case ElementType::Int16:
        return Bytes::of(
            std::vector<std::int16_t>{static_cast<std::int16_t>(std::clamp<long>(stored(), -32768, 32767))});
    case ElementType::Int32:
        return Bytes::of(std::vector<std::int32_t>{static_cast<std::int32_t>(stored())});
    case ElementType::Int64:
        return Bytes::of(std::vector<std::int64_t>{stored()});
    default:
        throw writer.error("it pads a tensor of type " + std::string(nameOf(tensor.type)) + " with a value");
    }
}

void emitSlice(OperatorWriter &writer, const StridedSlice &kind)
{
    std::vector<std::int64_t> sizes;
    for (std::size_t axis = 0; axis < kind.begin.size(); ++axis) {
        const bool open = kind.end[axis] == std::numeric_limits<std::int64_t>::max();
        sizes.push_back(open ? -1 : kind.end[axis] - kind.begin[axis]);
    }
    const std::int32_t begin = writer.integers(kind.begin, "begin");
    const std::int32_t size = writer.integers(sizes, "size");
    writer.emit(Code::SLICE, writer.use(), {writer.inputs().front(), begin, size}, writer.outputs());
}

} // namespace

void encode(OperatorWriter &writer, const Reshape &kind)
{
    emitReshape(writer, kind.zeroCopies ? knownOutput(writer) : kind.shape);
}

void encode(OperatorWriter &writer, const Squeeze &kind)
{
    std::vector<std::int32_t> axes;
    for (const std::int64_t axis : kind.axes) {
        axes.push_back(writer.narrow(axis));
    }
    const auto written = writer.builder().CreateVector(axes);
    const auto options = tfl::CreateSqueezeOptions(writer.builder(), written);
    writer.emit(Code::SQUEEZE, writer.use(), writer.inputs(), writer.outputs(), Options::SqueezeOptions, options);
}

void encode(OperatorWriter &writer, const ExpandDims &kind)
{
    if (kind.axes.size() != 1) {
        emitReshape(writer, knownOutput(writer));
        return;
    }
    const std::int32_t axis = writer.integers(kind.axes, "axis", true);
    writer.emit(Code::EXPAND_DIMS, writer.use(), {writer.inputs().front(), axis}, writer.outputs());
}

void encode(OperatorWriter &writer, const Identity &)
{
    emitReshape(writer, knownOutput(writer));
}

void encode(OperatorWriter &writer, const Transpose &kind)
{
    const Shape &input = writer.input(0).shape;
    if (!input.ranked || input.rank() != kind.permutation.size()) {
        throw writer.error("it does not name each dimension of its input once");
    }
    const std::int32_t permutation = writer.integers(kind.permutation, "permutation");
    writer.emit(Code::TRANSPOSE, writer.use(), {writer.inputs().front(), permutation}, writer.outputs());
}

void encode(OperatorWriter &writer, const Pad &kind)
{
    if (kind.mode == PadMode::Edge) {
        throw writer.error("TFLite does not repeat the edge");
    }
    std::vector<std::int32_t> amounts;
    for (std::size_t axis = 0; axis < kind.before.size(); ++axis) {
        if (kind.before[axis] < 0 || kind.after[axis] < 0) {
            throw writer.error("it crops");
        }
        amounts.push_back(writer.narrow(kind.before[axis]));
        amounts.push_back(writer.narrow(kind.after[axis]));
    }
    const std::int32_t paddings = writer.constant(ElementType::Int32,
        Shape{static_cast<std::int64_t>(kind.before.size()), 2}, Bytes::of(amounts), std::nullopt, "paddings");
    std::vector<std::int32_t> inputs = {writer.inputs().front(), paddings};
    if (kind.mode != PadMode::Constant) {
        const auto mode = kind.mode == PadMode::Reflect ? tfl::MirrorPadMode::REFLECT : tfl::MirrorPadMode::SYMMETRIC;
        const auto options = tfl::CreateMirrorPadOptions(writer.builder(), mode);
        writer.emit(Code::MIRROR_PAD, writer.use(), inputs, writer.outputs(), Options::MirrorPadOptions, options);
        return;
    }
    if (kind.value == 0 && !kind.statesZero) {
        writer.emit(Code::PAD, writer.use(), inputs, writer.outputs());
        return;
    }
    const Tensor &input = writer.input(0);
    inputs.push_back(writer.constant(
        input.type, Shape{1}, storedValue(writer, input, kind.value), input.quantization, "padding_value"));
    writer.emit(Code::PADV2, writer.use(), inputs, writer.outputs());
}

void encode(OperatorWriter &writer, const Concatenation &kind)
{
    const auto options
        = tfl::CreateConcatenationOptions(writer.builder(), kind.axis, activationTypeOf(kind.activation));
    writer.emit(
        Code::CONCATENATION, writer.use(), writer.inputs(), writer.outputs(), Options::ConcatenationOptions, options);
}

void encode(OperatorWriter &writer, const Split &kind)
{
    const std::int32_t parts = writer.narrow(static_cast<std::int64_t>(kind.sizes.size()));
    const std::int32_t axis = writer.integers({kind.axis}, "axis", true);
    const bool equal = std::all_of(
        kind.sizes.begin(), kind.sizes.end(), [&kind](std::int64_t size) { return size == kind.sizes.front(); });
    if (equal && !kind.statesSizes) {
        const auto options = tfl::CreateSplitOptions(writer.builder(), parts);
        writer.emit(Code::SPLIT, writer.use(), {axis, writer.inputs().front()}, writer.outputs(), Options::SplitOptions,
            options);
        return;
    }
    const std::int32_t sizes = writer.integers(kind.sizes, "sizes");
    const auto options = tfl::CreateSplitVOptions(writer.builder(), parts);
    writer.emit(Code::SPLIT_V, writer.use(), {writer.inputs().front(), sizes, axis}, writer.outputs(),
        Options::SplitVOptions, options);
}

void encode(OperatorWriter &writer, const Pack &kind)
{
    const auto options
        = tfl::CreatePackOptions(writer.builder(), static_cast<std::int32_t>(writer.inputs().size()), kind.axis);
    writer.emit(Code::PACK, writer.use(), writer.inputs(), writer.outputs(), Options::PackOptions, options);
}

void encode(OperatorWriter &writer, const Unpack &kind)
{
    const auto options
        = tfl::CreateUnpackOptions(writer.builder(), static_cast<std::int32_t>(writer.outputs().size()), kind.axis);
    writer.emit(Code::UNPACK, writer.use(), writer.inputs(), writer.outputs(), Options::UnpackOptions, options);
}

void encode(OperatorWriter &writer, const StridedSlice &kind)
{
    const bool whole = kind.droppedAxes.empty()
        && std::all_of(kind.stride.begin(), kind.stride.end(), [](std::int64_t stride) { return stride == 1; });
    // TFLite Micro takes five dimensions in SLICE, but four in STRIDED_SLICE.
    if (whole && (kind.plainSlice || (kind.begin.size() > 4 && !writer.fromTflite()))) {
        emitSlice(writer, kind);
        return;
    }
    std::uint32_t endMask = 0;
    std::uint32_t dropMask = 0;
    auto end = kind.end;
    auto stride = kind.stride;
    for (const std::int64_t axis : kind.droppedAxes) {
        const auto at = static_cast<std::size_t>(axis);
        dropMask |= 1U << at;
        // One element, forwards: TFLite's rules for the end of others depend on its version.
        end.at(at) = kind.begin.at(at) + 1;
        stride.at(at) = 1;
    }
    for (std::size_t axis = 0; axis < end.size() && axis < 32; ++axis) {
        // Backwards to the very start cannot be said as a number: -1 would mean the last element.
        if (stride[axis] < 0 && end[axis] < 0) {
            endMask |= 1U << axis;
            end[axis] = 0;
        }
    }
    const std::int32_t begins = writer.integers(kind.begin, "begin");
    const std::int32_t ends = writer.integers(end, "end");
    const std::int32_t strides = writer.integers(stride, "strides");
    const auto options = tfl::CreateStridedSliceOptions(
        writer.builder(), 0, static_cast<std::int32_t>(endMask), 0, 0, static_cast<std::int32_t>(dropMask));
    writer.emit(Code::STRIDED_SLICE, writer.use(), {writer.inputs().front(), begins, ends, strides}, writer.outputs(),
        Options::StridedSliceOptions, options);
}

void encode(OperatorWriter &writer, const Gather &kind)
{
    auto use = writer.use();
    use.batchDims = kind.batchDims != 0;
    const auto options = tfl::CreateGatherOptions(writer.builder(), kind.axis, kind.batchDims);
    writer.emit(Code::GATHER, use, writer.inputs(), writer.outputs(), Options::GatherOptions, options);
}

void encode(OperatorWriter &writer, const Resize &kind)
{
    requireChannelsLast(writer, kind.layout);
    const Shape &image = writer.input(0).shape;
    const bool aligned = kind.coordinates == ResizeCoordinates::AlignCorners;
    const bool half = kind.coordinates == ResizeCoordinates::HalfPixel;
    const auto scaled = [](float scale, std::int64_t from, std::int64_t to) {
        return scale == 0 || scale * static_cast<float>(from) == static_cast<float>(to);
    };
    if (kind.mode == ResizeMode::Cubic || kind.coordinates == ResizeCoordinates::PytorchHalfPixel || image.rank() != 4
        || !scaled(kind.scaleH, image[1], kind.outputH) || !scaled(kind.scaleW, image[2], kind.outputW)) {
        throw writer.error("TFLite has no such interpolation");
    }
    const auto rounding = aligned || half ? ResizeRounding::RoundPreferCeil : ResizeRounding::Floor;
    if (kind.mode == ResizeMode::Nearest && kind.rounding != rounding) {
        throw writer.error("TFLite rounds the nearest position differently");
    }
    const std::int32_t size = writer.integers({kind.outputH, kind.outputW}, "size");
    auto use = writer.use();
    const std::vector<std::int32_t> inputs = {writer.inputs().front(), size};
    if (kind.mode == ResizeMode::Bilinear) {
        use.alignedOrHalfPixel = half;
        const auto options = tfl::CreateResizeBilinearOptions(writer.builder(), 0, 0, aligned, half);
        writer.emit(Code::RESIZE_BILINEAR, use, inputs, writer.outputs(), Options::ResizeBilinearOptions, options);
        return;
    }
    use.alignedOrHalfPixel = aligned || half;
    const auto options = tfl::CreateResizeNearestNeighborOptions(writer.builder(), aligned, half);
    writer.emit(
        Code::RESIZE_NEAREST_NEIGHBOR, use, inputs, writer.outputs(), Options::ResizeNearestNeighborOptions, options);
}

void encode(OperatorWriter &writer, const DepthToSpace &kind)
{
    requireChannelsLast(writer, kind.layout);
    if (kind.columnMajor) {
        throw writer.error("TFLite has only the depth-column-row order");
    }
    const auto options = tfl::CreateDepthToSpaceOptions(writer.builder(), writer.narrow(kind.block));
    writer.emit(
        Code::DEPTH_TO_SPACE, writer.use(), writer.inputs(), writer.outputs(), Options::DepthToSpaceOptions, options);
}

void encode(OperatorWriter &writer, const SpaceToDepth &kind)
{
    requireChannelsLast(writer, kind.layout);
    const auto options = tfl::CreateSpaceToDepthOptions(writer.builder(), writer.narrow(kind.block));
    writer.emit(
        Code::SPACE_TO_DEPTH, writer.use(), writer.inputs(), writer.outputs(), Options::SpaceToDepthOptions, options);
}

void encode(OperatorWriter &writer, const Tile &kind)
{
    const std::int32_t multiples = writer.integers(kind.multiples, "multiples");
    writer.emit(Code::TILE, writer.use(), {writer.inputs().front(), multiples}, writer.outputs());
}

void encode(OperatorWriter &writer, const BroadcastTo &kind)
{
    const std::int32_t shape = writer.integers(kind.shape, "shape");
    writer.emit(Code::BROADCAST_TO, writer.use(), {writer.inputs().front(), shape}, writer.outputs());
}

void encode(OperatorWriter &writer, const Cast &kind)
{
    const auto from = tensorTypeOf(writer.input(0).type);
    const auto to = tensorTypeOf(kind.to);
    if (!from || !to) {
        throw writer.error("TFLite lacks one of its element types");
    }
    const auto options = tfl::CreateCastOptions(writer.builder(), *from, *to);
    writer.emit(Code::CAST, writer.use(), writer.inputs(), writer.outputs(), Options::CastOptions, options);
}

} // namespace tinsmith::tflite

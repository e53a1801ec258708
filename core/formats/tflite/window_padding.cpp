// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/window_padding.h"

#include "core/formats/tflite/operator_writer.h"

#include <algorithm>
#include <limits>

namespace tinsmith::tflite {
namespace {

using Code = tfl::BuiltinOperator;

/// How far the last window reaches past the image.
std::int64_t reachBehind(const AxisGeometry &axis)
{
    return (axis.output - 1) * axis.stride + axis.effectiveKernel() - axis.input - axis.padBefore;
}

bool isSame(const AxisGeometry &axis)
{
    const PadPair same = samePadding(axis.input, axis.effectiveKernel(), axis.stride);
    return axis.padBefore == same.before && axis.output == (axis.input + axis.stride - 1) / axis.stride;
}

bool isValid(const AxisGeometry &axis)
{
    return axis.padBefore == 0 && axis.input >= axis.effectiveKernel()
        && axis.output == (axis.input - axis.effectiveKernel()) / axis.stride + 1;
}

/// What to take off the image and to put around it so that VALID windows begin where they should and are as many.
struct Change {
    std::int64_t cropBefore = 0;
    std::int64_t cropAfter = 0;
    std::int64_t padBefore = 0;
    std::int64_t padAfter = 0;

    explicit Change(const AxisGeometry &axis)
        : cropBefore(std::max<std::int64_t>(0, -axis.padBefore)), padBefore(std::max<std::int64_t>(0, axis.padBefore))
    {
        const std::int64_t reach = reachBehind(axis);
        padAfter = std::max<std::int64_t>(0, reach);
        // Rows that no window reads may stay where there are too few of them for another window.
        const std::int64_t count = (axis.input + axis.padBefore - axis.effectiveKernel()) / axis.stride + 1;
        cropAfter = reach < 0 && count != axis.output ? -reach : 0;
    }
    bool crops() const { return cropBefore > 0 || cropAfter > 0; }
    bool pads() const { return padBefore > 0 || padAfter > 0; }
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

} // namespace

std::optional<tfl::Padding> paddingNamed(const SpatialGeometry &geometry, PaddingMode preferred)
{
    const bool valid = isValid(geometry.h) && isValid(geometry.w);
    const bool same = isSame(geometry.h) && isSame(geometry.w);
    if (valid && (preferred == PaddingMode::Valid || !same)) {
        return tfl::Padding::VALID;
    }
    return same ? std::optional(tfl::Padding::SAME) : std::nullopt;
}

bool reachesPast(const SpatialGeometry &geometry)
{
    return geometry.h.padBefore > 0 || geometry.w.padBefore > 0 || reachBehind(geometry.h) > 0
        || reachBehind(geometry.w) > 0;
}

bool countsBorder(const Pool2D &kind, const SpatialGeometry &geometry)
{
    return kind.function == PoolFunction::Average && kind.countIncludesPadding && reachesPast(geometry)
        && reachBehind(geometry.h) <= geometry.h.padAfter && reachBehind(geometry.w) <= geometry.w.padAfter;
}

std::int32_t placedUnderWindows(OperatorWriter &writer, const SpatialGeometry &geometry, Filling filling)
{
    const Tensor &input = writer.input(0);
    const Change h(geometry.h);
    const Change w(geometry.w);
    std::int32_t source = writer.inputs().front();
    Shape shape = input.shape;
    VersionedUse use;
    use.inputs = {&input};
    if (h.crops() || w.crops()) {
        shape[1] -= h.cropBefore + h.cropAfter;
        shape[2] -= w.cropBefore + w.cropAfter;
        if (shape[1] < 1 || shape[2] < 1) {
            throw writer.error("it crops its whole input away");
        }
        const std::int32_t begin = writer.integers({0, h.cropBefore, w.cropBefore, 0}, "crop_begin");
        const std::int32_t size = writer.integers(shape.dims, "crop_size");
        const std::int32_t output = writer.between(input, shape, "cropped");
        writer.emit(Code::SLICE, use, {source, begin, size}, {output});
        source = output;
    }
    if (h.pads() || w.pads()) {
        std::vector<std::int32_t> amounts = {0, 0};
        for (const std::int64_t amount : {h.padBefore, h.padAfter, w.padBefore, w.padAfter}) {
            amounts.push_back(writer.narrow(amount));
        }
        amounts.insert(amounts.end(), {0, 0});
        shape[1] += h.padBefore + h.padAfter;
        shape[2] += w.padBefore + w.padAfter;
        std::vector<std::int32_t> inputs
            = {source, writer.constant(ElementType::Int32, Shape{4, 2}, Bytes::of(amounts), std::nullopt, "paddings")};
        if (filling == Filling::Smallest) {
            inputs.push_back(writer.constant(
                input.type, Shape{1}, smallestValue(writer, input.type), input.quantization, "smallest"));
        }
        const std::int32_t output = writer.between(input, shape, "padded");
        writer.emit(filling == Filling::Zero ? Code::PAD : Code::PADV2, use, inputs, {output});
        source = output;
    }
    return source;
}

} // namespace tinsmith::tflite

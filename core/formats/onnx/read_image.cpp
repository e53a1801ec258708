// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/node_context.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tinsmith::onnxio {
namespace {

/// Modes are "bilinear" and "bicubic" in operator set 16, "linear" and "cubic" since 20.
void readGridSample(NodeContext &context)
{
    GridSample kind;
    const std::string mode = context.node.string("mode", "bilinear");
    const std::string padding = context.node.string("padding_mode", "zeros");
    if (mode == "bilinear" || mode == "linear") {
        kind.mode = ResizeMode::Bilinear;
    } else if (mode == "bicubic" || mode == "cubic") {
        kind.mode = ResizeMode::Cubic;
    } else if (mode == "nearest") {
        kind.mode = ResizeMode::Nearest;
    } else {
        throw Untyped{"sampling mode " + mode + " is not known"};
    }
    if (padding == "zeros") {
        kind.padding = GridPadding::Zeros;
    } else if (padding == "border") {
        kind.padding = GridPadding::Border;
    } else if (padding == "reflection") {
        kind.padding = GridPadding::Reflection;
    } else {
        throw Untyped{"padding mode " + padding + " is not known"};
    }
    kind.alignCorners = context.node.integer("align_corners", 0) != 0;
    if (context.rank(0) != 4 || context.rank(1) != 4) {
        throw Untyped{"only images of two spatial dimensions are supported"};
    }
    context.emit(kind, {context.in(0), context.in(1)});
}

/// Before operator set 16 coordinates were not shifted by half a pixel.
void readRoiAlign(NodeContext &context)
{
    const Node &node = context.node;
    RoiAlign kind;
    const std::string mode = node.string("mode", "avg");
    if (mode != "avg" && mode != "max") {
        throw Untyped{"pooling mode " + mode + " is not known"};
    }
    kind.maximum = mode == "max";
    const char *usual = node.opset < 16 && node.opset > 0 ? "output_half_pixel" : "half_pixel";
    kind.halfPixel = node.string("coordinate_transformation_mode", usual) == "half_pixel";
    kind.outputH = node.integer("output_height", 1);
    kind.outputW = node.integer("output_width", 1);
    kind.samplingRatio = node.integer("sampling_ratio", 0);
    kind.spatialScale = node.real("spatial_scale", 1);
    constexpr std::int64_t most = std::int64_t{1} << 20;
    const auto sane = [](std::int64_t value, std::int64_t least) { return value >= least && value <= most; };
    if (!sane(kind.outputH, 1) || !sane(kind.outputW, 1) || !sane(kind.samplingRatio, 0) || context.rank(0) != 4
        || context.rank(1) != 2) {
        throw Untyped{"its sizes are out of range"};
    }
    context.emit(kind, {context.in(0), context.in(1), context.in(2)});
}

std::vector<std::int64_t> listOf(const Node &node, const char *name, std::size_t size, std::int64_t otherwise)
{
    auto values = node.integers(name);
    if (values.empty()) {
        values.assign(size, otherwise);
    }
    constexpr std::int64_t most = std::int64_t{1} << 30;
    const bool sane
        = std::all_of(values.begin(), values.end(), [](std::int64_t value) { return value >= 0 && value <= most; });
    if (values.size() != size || !sane) {
        throw Untyped{std::string("its ") + name + " are out of range"};
    }
    return values;
}

/// Indices count in the image that the attributes say; a larger output_shape adds zeros behind.
void readMaxUnpool(NodeContext &context)
{
    const Shape input = context.shape(0);
    const std::size_t rank = context.rank(0);
    if (rank < 3 || !input.known()) {
        throw Untyped{"the size of its input is not known"};
    }
    const std::size_t axes = rank - 2;
    const auto kernel = listOf(context.node, "kernel_shape", axes, 0);
    const auto strides = listOf(context.node, "strides", axes, 1);
    const auto pads = listOf(context.node, "pads", 2 * axes, 0);
    MaxUnpool kind{{input[0], input[1]}};
    for (std::size_t axis = 0; axis < axes; ++axis) {
        const std::int64_t size = input[axis + 2];
        if (size > (std::int64_t{1} << 30)) {
            throw Untyped{"its input is too large"};
        }
        kind.shape.push_back((size - 1) * strides[axis] - pads[axis] - pads[axis + axes] + kernel[axis]);
        if (kind.shape.back() < 1) {
            throw Untyped{"its output would be empty"};
        }
    }
    const auto wanted = context.has(2) ? context.integers(2, "output_shape") : kind.shape;
    if (wanted == kind.shape) {
        context.emit(std::move(kind), {context.in(0), context.in(1)});
        return;
    }
    Pad pad;
    pad.before.assign(rank, 0);
    for (std::size_t axis = 0; axis < rank; ++axis) {
        pad.after.push_back(wanted.size() == rank ? wanted[axis] - kind.shape[axis] : -1);
        if (pad.after.back() < 0 || pad.after.back() > (std::int64_t{1} << 30)) {
            throw Untyped{"its output_shape is smaller than what its attributes say"};
        }
    }
    const TensorId unpooled = context.step(std::move(kind), {context.in(0), context.in(1)}, "unpooled");
    context.emit(std::move(pad), {unpooled});
}

/// How many boxes it selects depends on their values.
void readNonMaxSuppression(NodeContext &context)
{
    const auto number = [&](std::size_t input, const char *what, double otherwise) {
        if (!context.has(input)) {
            return otherwise;
        }
        const auto values = context.reals(input, what);
        if (values.size() != 1) {
            throw Untyped{std::string("its ") + what + " is not one number"};
        }
        return values.front();
    };
    NonMaxSuppression kind;
    kind.centreAndSize = context.node.integer("center_point_box", 0) != 0;
    const double most = number(2, "number of boxes", 0);
    if (std::isnan(most)) {
        throw Untyped{"its number of boxes is not a number"};
    }
    kind.mostPerClass = static_cast<std::int64_t>(std::clamp(most, 0.0, 1e15));
    kind.overlapThreshold = static_cast<float>(number(3, "overlap threshold", 0));
    kind.scoreThreshold
        = static_cast<float>(number(4, "score threshold", static_cast<double>(std::numeric_limits<float>::lowest())));
    context.setType(context.out(), ElementType::Int64);
    context.change(context.out()).shape = Shape{-1, 3};
    context.emit(kind, {context.in(0), context.in(1)});
}

} // namespace

void addImageReaders(NodeReaders &readers)
{
    readers["GridSample"] = readGridSample;
    readers["RoiAlign"] = readRoiAlign;
    readers["MaxUnpool"] = readMaxUnpool;
    readers["NonMaxSuppression"] = readNonMaxSuppression;
}

} // namespace tinsmith::onnxio

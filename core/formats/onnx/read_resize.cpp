// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/resize_matrix.h"

#include <cmath>

namespace tinsmith::onnxio {
namespace {

ResizeCoordinates coordinatesOf(const std::string &name)
{
    if (name == "asymmetric") {
        return ResizeCoordinates::Asymmetric;
    }
    if (name == "half_pixel") {
        return ResizeCoordinates::HalfPixel;
    }
    if (name == "pytorch_half_pixel") {
        return ResizeCoordinates::PytorchHalfPixel;
    }
    if (name == "align_corners") {
        return ResizeCoordinates::AlignCorners;
    }
    throw Untyped{"coordinate transformation " + name + " is not supported"};
}

ResizeRounding roundingOf(const std::string &name)
{
    if (name == "floor") {
        return ResizeRounding::Floor;
    }
    if (name == "ceil") {
        return ResizeRounding::Ceil;
    }
    if (name == "round_prefer_floor") {
        return ResizeRounding::RoundPreferFloor;
    }
    if (name == "round_prefer_ceil") {
        return ResizeRounding::RoundPreferCeil;
    }
    throw Untyped{"rounding " + name + " is not supported"};
}

ResizeMode modeOf(const std::string &name)
{
    if (name == "nearest") {
        return ResizeMode::Nearest;
    }
    if (name == "linear" || name == "bilinear") {
        return ResizeMode::Bilinear;
    }
    if (name == "cubic") {
        return ResizeMode::Cubic;
    }
    throw Untyped{"resize mode " + name + " is not supported"};
}

/// Sets the output's height and width from scales or sizes of all four dimensions; only two neighbours may change.
void setSize(
    Resize &kind, const Shape &input, const std::vector<double> &scales, const std::vector<std::int64_t> &sizes)
{
    const auto keeps
        = [&](std::size_t axis) { return sizes.empty() ? scales[axis] == 1.0 : sizes[axis] == input[axis]; };
    if (keeps(0) && keeps(1)) {
        kind.layout = Layout::ChannelsFirst;
    } else if (keeps(0) && keeps(3)) {
        kind.layout = Layout::ChannelsLast;
    } else {
        throw Untyped{"it resizes more than height and width"};
    }
    const std::size_t h = kind.layout == Layout::ChannelsFirst ? 2 : 1;
    const auto outputOf = [&](std::size_t axis) -> std::int64_t {
        if (!sizes.empty()) {
            return sizes[axis];
        }
        if (input[axis] < 0) {
            return -1;
        }
        const double size = std::floor(static_cast<double>(input[axis]) * scales[axis]);
        if (!(size >= 0 && size < 1e9)) {
            throw Untyped{"its scales are out of range"};
        }
        return static_cast<std::int64_t>(size);
    };
    kind.outputH = outputOf(h);
    kind.outputW = outputOf(h + 1);
    if (sizes.empty()) {
        kind.scaleH = static_cast<float>(scales[h]);
        kind.scaleW = static_cast<float>(scales[h + 1]);
    }
    constexpr std::int64_t most = std::int64_t{1} << 30;
    if (kind.outputH > most || kind.outputW > most || kind.outputH == 0 || kind.outputW == 0) {
        throw Untyped{"its output size is out of range"};
    }
}

/// Whether a scale makes no whole number of elements: aligned corners then lie between elements.
bool fractionalLength(const Shape &input, const std::vector<double> &scales, std::size_t axis)
{
    const double length = static_cast<double>(input[axis]) * scales[axis];
    return input[axis] > 0 && std::abs(length - std::round(length)) > 1e-4;
}

/// Each output row is a weighted sum of input rows, and so for columns: two products with constant matrices.
void readResizeAsProducts(
    NodeContext &context, const Resize &kind, const std::vector<double> &scales, const std::vector<std::int64_t> &sizes)
{
    const Node &node = context.node;
    const Shape input = context.shape(0);
    if (kind.layout != Layout::ChannelsFirst || !input.known()
        || context.tensor(context.in(0)).type != ElementType::Float32) {
        throw Untyped{"this form of it needs a float32 image of known size, channels first"};
    }
    const std::string coordinates = node.string("coordinate_transformation_mode", "half_pixel");
    std::vector<double> roi;
    if (coordinates == "tf_crop_and_resize") {
        roi = context.reals(1, "region of interest");
    }
    const auto axisOf = [&](std::size_t axis) {
        ResizeAxis made;
        made.input = input[axis];
        made.output = axis == 2 ? kind.outputH : kind.outputW;
        made.scale = sizes.empty() ? scales[axis] : static_cast<double>(sizes[axis]) / static_cast<double>(input[axis]);
        made.mode = kind.mode;
        made.rounding = kind.rounding;
        made.coordinates = coordinates;
        made.cubicCoefficient = static_cast<double>(node.real("cubic_coeff_a", -0.75F));
        made.antialias = node.integer("antialias", 0) != 0;
        made.excludesOutside = node.integer("exclude_outside", 0) != 0;
        if (!roi.empty()) {
            if (roi.size() != 8 || !std::isfinite(roi[axis]) || !std::isfinite(roi[axis + 4])) {
                throw Untyped{"its region of interest does not fit its input"};
            }
            made.start = roi[axis];
            made.end = roi[axis + 4];
        }
        return resizeMatrix(made);
    };
    emitResizeProducts(context, axisOf(2), axisOf(3), node.real("extrapolation_value", 0));
}

/// Scales of an attribute or input, spread over the axes that `axes` names.
template <typename T>
std::vector<T> spread(NodeContext &context, const std::vector<T> &given, std::vector<T> all)
{
    if (!context.node.has("axes")) {
        return given;
    }
    const auto axes = context.node.integers("axes");
    if (axes.size() != given.size()) {
        throw Untyped{"its axes do not fit its scales or sizes"};
    }
    for (std::size_t position = 0; position < axes.size(); ++position) {
        all[context.axis(axes[position], all.size())] = given[position];
    }
    return all;
}

/// One scale for all resized axes, the smallest or the largest that the sizes ask for (operator set 18); the sizes are
/// changed to what it makes of the input. 0 where each axis has its own.
double commonScale(NodeContext &context, const Shape &input, std::vector<std::int64_t> &sizes)
{
    const std::string policy = context.node.string("keep_aspect_ratio_policy", "stretch");
    if (policy == "stretch") {
        return 0;
    }
    if (policy != "not_larger" && policy != "not_smaller") {
        throw Untyped{"keep_aspect_ratio_policy " + policy + " is not known"};
    }
    std::vector<std::int64_t> axes = context.node.integers("axes");
    if (!context.node.has("axes")) {
        axes = {0, 1, 2, 3};
    }
    double scale = 0;
    for (const std::int64_t given : axes) {
        const std::size_t axis = context.axis(given, sizes.size());
        if (input[axis] < 1 || sizes[axis] < 1) {
            throw Untyped{"keep_aspect_ratio_policy needs a known size"};
        }
        const double own = static_cast<double>(sizes[axis]) / static_cast<double>(input[axis]);
        const bool better = policy == "not_larger" ? own < scale : own > scale;
        scale = scale == 0 || better ? own : scale;
    }
    for (const std::int64_t given : axes) {
        const std::size_t axis = context.axis(given, sizes.size());
        const double size = std::floor(scale * static_cast<double>(input[axis]) + 0.5);
        if (!(size >= 1 && size < 1e9)) {
            throw Untyped{"its sizes are out of range"};
        }
        sizes[axis] = static_cast<std::int64_t>(size);
    }
    return scale;
}

void readResize(NodeContext &context)
{
    const Node &node = context.node;
    const bool upsample = node.type == "Upsample";
    const bool early = upsample || node.opset == 10;
    const Shape input = context.shape(0);
    if (context.rank(0) != 4) {
        throw Untyped{"its input has " + std::to_string(input.rank()) + " dimensions; 4 are supported"};
    }
    Resize kind;
    kind.mode = modeOf(node.string("mode", "nearest"));
    const std::string coordinates = node.string("coordinate_transformation_mode", "half_pixel");
    const bool unusual = coordinates == "tf_half_pixel_for_nn" || coordinates == "tf_crop_and_resize"
        || coordinates == "half_pixel_symmetric"
        || (node.integer("antialias", 0) != 0 && kind.mode != ResizeMode::Nearest)
        || node.integer("exclude_outside", 0) != 0
        || (kind.mode == ResizeMode::Cubic && std::abs(node.real("cubic_coeff_a", -0.75F) + 0.75F) > 1e-6F);
    // Before operator set 11 coordinates were scaled without offset and rounded down.
    kind.coordinates = early || unusual ? ResizeCoordinates::Asymmetric : coordinatesOf(coordinates);
    kind.rounding = early ? ResizeRounding::Floor : roundingOf(node.string("nearest_mode", "round_prefer_floor"));
    std::vector<double> scales;
    std::vector<std::int64_t> sizes;
    const std::size_t scalesAt = early ? 1 : 2;
    if (node.has("scales")) {
        const auto given = node.reals("scales");
        scales.assign(given.begin(), given.end());
    } else if (node.has("height_scale") && node.has("width_scale")) {
        scales = {1, 1, node.real("height_scale", 1), node.real("width_scale", 1)};
    } else if (context.has(3) && !early) {
        sizes = spread(context, context.integers(3, "sizes"), input.dims);
    } else {
        scales = spread(context, context.reals(scalesAt, "scales"), std::vector<double>(4, 1.0));
    }
    if ((sizes.empty() ? scales.size() : sizes.size()) != 4) {
        throw Untyped{"its scales or sizes do not fit its input"};
    }
    const double scale = sizes.empty() ? 0 : commonScale(context, input, sizes);
    setSize(kind, input, scales, sizes);
    const bool fractional = kind.coordinates == ResizeCoordinates::AlignCorners && sizes.empty()
        && (fractionalLength(input, scales, 2) || fractionalLength(input, scales, 3));
    if (scale > 0) {
        kind.scaleH = kind.scaleW = static_cast<float>(scale);
    }
    if (unusual || fractional) {
        readResizeAsProducts(context, kind, scale > 0 ? std::vector<double>{1, 1, scale, scale} : scales,
            scale > 0 ? std::vector<std::int64_t>() : sizes);
        return;
    }
    if (kind.mode != ResizeMode::Nearest) {
        kind.rounding = ResizeRounding::Floor;
    }
    context.emit(kind, {context.in(0)});
}

} // namespace

void addResizeReaders(NodeReaders &readers)
{
    readers["Resize"] = readResize;
    readers["Upsample"] = readResize;
}

} // namespace tinsmith::onnxio

// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/resize_matrix.h"

#include <algorithm>
#include <cmath>

namespace tinsmith::onnxio {
namespace {

/// Enough for 512 to 256; more would let a small file take much memory.
constexpr std::int64_t mostWeights = std::int64_t{1} << 17;

/// Where an output element lies in the input, by ONNX's formulas.
double originOf(const ResizeAxis &axis, std::int64_t output)
{
    const auto x = static_cast<double>(output);
    const auto in = static_cast<double>(axis.input);
    const double length = axis.scale * in;
    if (axis.coordinates == "half_pixel") {
        return (x + 0.5) / axis.scale - 0.5;
    }
    if (axis.coordinates == "half_pixel_symmetric") {
        // Moved so that a length cut to a whole number keeps its centre.
        const double kept = static_cast<double>(axis.output) / length;
        return in / 2 * (1 - kept) + (x + 0.5) / axis.scale - 0.5;
    }
    if (axis.coordinates == "pytorch_half_pixel") {
        return length <= 1 ? 0.0 : (x + 0.5) / axis.scale - 0.5;
    }
    if (axis.coordinates == "tf_half_pixel_for_nn") {
        return (x + 0.5) / axis.scale;
    }
    if (axis.coordinates == "asymmetric") {
        return x / axis.scale;
    }
    if (axis.coordinates == "align_corners") {
        return length == 1 ? 0.0 : x * (in - 1) / (length - 1);
    }
    if (axis.coordinates == "tf_crop_and_resize") {
        const double part = axis.end - axis.start;
        const double inside
            = axis.output == 1 ? part * (in - 1) / 2 : x * part * (in - 1) / static_cast<double>(axis.output - 1);
        return axis.start * (in - 1) + inside;
    }
    throw Untyped{"coordinate transformation " + axis.coordinates + " is not supported"};
}

double rounded(ResizeRounding rounding, double x)
{
    switch (rounding) {
    case ResizeRounding::Floor:
        return std::floor(x);
    case ResizeRounding::Ceil:
        return std::ceil(x);
    case ResizeRounding::RoundPreferFloor:
        return std::ceil(x - 0.5);
    case ResizeRounding::RoundPreferCeil:
        break;
    }
    return std::floor(x + 0.5);
}

struct Tap {
    double position = 0;
    double weight = 0;
};

double cubicWeight(double distance, double a)
{
    const double d = std::abs(distance);
    return d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

std::vector<Tap> tapsOf(const ResizeAxis &axis, double x)
{
    if (axis.mode == ResizeMode::Nearest) {
        return {{rounded(axis.rounding, x), 1}};
    }
    const bool cubic = axis.mode == ResizeMode::Cubic;
    // Against aliasing a filter is as wide as what one output element stands for.
    const double shrink = axis.antialias ? std::min(axis.scale, 1.0) : 1.0;
    const double reach = std::ceil((cubic ? 2 : 1) / shrink);
    if (!(reach <= 2.0 * static_cast<double>(axis.input) + 2.0)) {
        throw Untyped{"its scales are out of range"};
    }
    std::vector<Tap> taps;
    double sum = 0;
    const double whole = std::floor(x);
    for (double position = whole - reach + 1; position <= whole + reach; position += 1) {
        const double distance = (position - x) * shrink;
        const double weight
            = cubic ? cubicWeight(distance, axis.cubicCoefficient) : std::max(0.0, 1 - std::abs(distance));
        taps.push_back({position, weight});
        sum += weight;
    }
    for (Tap &tap : taps) {
        tap.weight /= axis.antialias && sum != 0 ? sum : 1;
    }
    return taps;
}

} // namespace

ResizeMatrix resizeMatrix(const ResizeAxis &axis)
{
    if (axis.input < 1 || axis.output < 1 || axis.input > mostWeights / axis.output) {
        throw Untyped{"it is too large for this form of it"};
    }
    ResizeMatrix matrix{axis.input, axis.output, {}, {}};
    matrix.weights.assign(static_cast<std::size_t>(axis.input * axis.output), 0);
    const auto last = static_cast<double>(axis.input - 1);
    for (std::int64_t output = 0; output < axis.output; ++output) {
        const double x = originOf(axis, output);
        if (!std::isfinite(x)) {
            throw Untyped{"its scales are out of range"};
        }
        matrix.outside.push_back(axis.coordinates == "tf_crop_and_resize" && (x < 0 || x > last));
        if (matrix.outside.back()) {
            continue;
        }
        auto taps = tapsOf(axis, x);
        if (axis.excludesOutside) {
            double sum = 0;
            for (Tap &tap : taps) {
                tap.weight = tap.position < 0 || tap.position > last ? 0 : tap.weight;
                sum += tap.weight;
            }
            for (Tap &tap : taps) {
                tap.weight /= sum != 0 ? sum : 1;
            }
        }
        for (const Tap &tap : taps) {
            const auto at = static_cast<std::int64_t>(std::clamp(tap.position, 0.0, last));
            matrix.weights[static_cast<std::size_t>(output * axis.input + at)] += static_cast<float>(tap.weight);
        }
    }
    return matrix;
}

void emitResizeProducts(NodeContext &context, const ResizeMatrix &rows, const ResizeMatrix &columns, float outsideValue)
{
    std::vector<float> turned(columns.weights.size());
    for (std::int64_t y = 0; y < columns.output; ++y) {
        for (std::int64_t x = 0; x < columns.input; ++x) {
            turned[static_cast<std::size_t>(x * columns.output + y)]
                = columns.weights[static_cast<std::size_t>(y * columns.input + x)];
        }
    }
    const TensorId left
        = context.constant("rows", ElementType::Float32, Shape{rows.output, rows.input}, Bytes::of(rows.weights));
    const TensorId right
        = context.constant("columns", ElementType::Float32, Shape{columns.input, columns.output}, Bytes::of(turned));
    const TensorId high = context.step(MatMul{}, {left, context.in(0)}, "high");
    const auto isOut = [](bool outside) { return outside; };
    const bool adds = outsideValue != 0
        && (std::any_of(rows.outside.begin(), rows.outside.end(), isOut)
            || std::any_of(columns.outside.begin(), columns.outside.end(), isOut));
    if (!adds) {
        context.emit(MatMul{}, {high, right});
        return;
    }
    std::vector<float> border;
    for (const bool outsideRow : rows.outside) {
        for (const bool outsideColumn : columns.outside) {
            border.push_back(outsideRow || outsideColumn ? outsideValue : 0.0F);
        }
    }
    const TensorId inside = context.step(MatMul{}, {high, right}, "wide");
    const TensorId added
        = context.constant("border", ElementType::Float32, Shape{rows.output, columns.output}, Bytes::of(border));
    context.emit(Binary{BinaryFunction::Add, FusedActivation::None}, {inside, added});
}

} // namespace tinsmith::onnxio

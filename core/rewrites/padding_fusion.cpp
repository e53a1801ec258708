// SPDX-License-Identifier: Apache-2.0
#include "core/rewrites/padding_fusion.h"

#include "core/execute/quantized_parameters.h"

#include <algorithm>
#include <variant>
#include <vector>

namespace tinsmith {
namespace {

/// What an operator adds to each dimension, negative where it takes away.
struct Border {
    std::vector<std::int64_t> before;
    std::vector<std::int64_t> after;
    bool isZero = false;
};

bool isQuantized(const Tensor &tensor)
{
    return isInteger(tensor.type) && tensor.quantization && tensor.quantization->scales.size() == 1;
}

std::optional<Border> borderOf(const Pad &pad, const Tensor &x)
{
    if (pad.mode != PadMode::Constant) {
        return std::nullopt;
    }
    Border border{pad.before, pad.after};
    border.isZero
        = x.type == ElementType::Float32 ? pad.value == 0 : quantizedValue(pad.value, x) == x.quantization->zeroPoint();
    return border;
}

std::optional<Border> borderOf(const StridedSlice &slice, const Tensor &x)
{
    if (!slice.droppedAxes.empty() || !x.shape.known() || slice.begin.size() != x.shape.rank()
        || std::any_of(slice.stride.begin(), slice.stride.end(), [](std::int64_t stride) { return stride != 1; })) {
        return std::nullopt;
    }
    Border border;
    for (std::size_t axis = 0; axis < slice.begin.size(); ++axis) {
        border.before.push_back(-slice.begin[axis]);
        border.after.push_back(slice.end[axis] - x.shape[axis]);
    }
    border.isZero = true;
    return border;
}

/// Own padding and the other operator's on one side of the image; nothing where the sum means something else.
std::optional<std::int64_t> together(std::int64_t own, std::int64_t other, std::int64_t window)
{
    const std::int64_t sum = own + other;
    // What was cut off cannot be replaced by padding, which would show it again.
    if ((other < 0 && own > 0) || sum >= window) {
        return std::nullopt;
    }
    return sum;
}

std::optional<Padding> paddingWith(const Border &border, const SpatialGeometry &geometry, std::size_t h)
{
    if (border.before.size() != 4 || border.after.size() != 4) {
        return std::nullopt;
    }
    for (std::size_t axis = 0; axis < 4; ++axis) {
        const bool spatial = axis == h || axis == h + 1;
        if (!spatial && (border.before[axis] != 0 || border.after[axis] != 0)) {
            return std::nullopt;
        }
    }
    const std::int64_t height = geometry.h.effectiveKernel();
    const std::int64_t width = geometry.w.effectiveKernel();
    const auto top = together(geometry.h.padBefore, border.before[h], height);
    const auto bottom = together(geometry.h.padAfter, border.after[h], height);
    const auto left = together(geometry.w.padBefore, border.before[h + 1], width);
    const auto right = together(geometry.w.padAfter, border.after[h + 1], width);
    return top && bottom && left && right ? std::optional(Padding{PaddingMode::Explicit, *top, *bottom, *left, *right})
                                          : std::nullopt;
}

} // namespace

std::optional<OperatorKind> withBorderOf(
    const Operator &before, const Operator &op, const SpatialGeometry &geometry, const Tensor &x, const Tensor &between)
{
    const bool same = x.type == between.type && x.quantization == between.quantization;
    if (!same || (x.type != ElementType::Float32 && !isQuantized(x))) {
        return std::nullopt;
    }
    const auto *pad = before.as<Pad>();
    const auto *slice = before.as<StridedSlice>();
    const auto border = pad != nullptr ? borderOf(*pad, x) : slice != nullptr ? borderOf(*slice, x) : std::nullopt;
    if (!border) {
        return std::nullopt;
    }
    const auto changed = [&](auto kind, Layout layout) -> std::optional<OperatorKind> {
        const auto padding = paddingWith(*border, geometry, layout == Layout::ChannelsFirst ? 2 : 1);
        if (!padding) {
            return std::nullopt;
        }
        kind.padding = *padding;
        return kind;
    };
    if (const auto *conv = op.as<Conv2D>(); conv != nullptr && border->isZero) {
        return changed(*conv, conv->layout);
    }
    if (const auto *conv = op.as<DepthwiseConv2D>(); conv != nullptr && border->isZero) {
        return changed(*conv, Layout::ChannelsLast);
    }
    return std::nullopt;
}

} // namespace tinsmith

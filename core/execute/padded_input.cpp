// SPDX-License-Identifier: Apache-2.0
#include "core/execute/padded_input.h"

#include "core/graph/counts.h"
#include "core/graph/settle_shapes.h"

#include <algorithm>
#include <cstring>

namespace tinsmith {
namespace {

constexpr std::int64_t mostAxis = std::int64_t{1} << 24;

bool sane(const AxisGeometry &axis)
{
    const auto positive = [](std::int64_t value) { return value >= 1 && value <= mostAxis; };
    return positive(axis.input) && positive(axis.output) && positive(axis.kernel) && positive(axis.stride)
        && positive(axis.dilation) && axis.padBefore >= -mostAxis && axis.padBefore <= mostAxis
        && axis.kernel * axis.dilation <= mostAxis && axis.output * axis.stride <= 2 * mostAxis;
}

/// Strides and paddings of millions would make a border of gigabytes around a small image.
std::int64_t mostBordered(const Preparation &preparation)
{
    constexpr std::int64_t usual = std::int64_t{1} << 24;
    constexpr std::int64_t most = std::int64_t{1} << 30;
    constexpr std::int64_t times = 64;
    const auto elementsOf = [](const Tensor &tensor) { return tensor.shape.elements().value_or(0); };
    const std::int64_t images = saturatingSum(elementsOf(preparation.input(0)), elementsOf(preparation.output()));
    return std::clamp(saturatingProduct(times, images), usual, most);
}

/// Bordered rows or columns that the windows of all outputs together cover.
std::int64_t covered(const AxisGeometry &axis)
{
    return (axis.output - 1) * axis.stride + axis.effectiveKernel();
}

} // namespace

SpatialGeometry checkedGeometry(const Preparation &preparation)
{
    const auto geometry = spatialGeometry(preparation.graph(), preparation.op());
    preparation.require(geometry.has_value(), "its geometry is not known");
    preparation.require(sane(geometry->h) && sane(geometry->w), "its geometry is not sane");
    preparation.require(geometry->batch >= 1 && geometry->inputChannels >= 1 && geometry->outputChannels >= 1
            && geometry->groups >= 1 && geometry->inputChannels % geometry->groups == 0
            && geometry->outputChannels % geometry->groups == 0,
        "its channels and groups do not agree");
    const auto agrees = [&](const Tensor &tensor, std::int64_t h, std::int64_t w, std::int64_t channels) {
        return tensor.shape.rank() == 4
            && tensor.shape.elements() == Shape({geometry->batch, h, w, channels}).elements();
    };
    preparation.require(agrees(preparation.input(0), geometry->h.input, geometry->w.input, geometry->inputChannels),
        "the input's shape does not agree with the geometry");
    preparation.require(agrees(preparation.output(), geometry->h.output, geometry->w.output, geometry->outputChannels),
        "the output's shape does not agree with the geometry");
    const std::string differs = whyWindowsDisagree(
        preparation.op(), [&](TensorId id) -> const Tensor & { return preparation.graph().tensor(id); });
    if (!differs.empty()) {
        preparation.refuse(differs);
    }
    return *geometry;
}

PaddedInput::PaddedInput(Preparation &preparation, const SpatialGeometry &geometry, Layout layout, std::int64_t repeats,
    std::int64_t channelUnit)
    : layout_(layout), type_(preparation.input(0).type), geometry_(geometry), repeats_(repeats),
      height_(covered(geometry.h)), width_(covered(geometry.w))
{
    channels_ = (geometry.inputChannels * repeats + channelUnit - 1) / channelUnit * channelUnit;
    direct_ = layout == Layout::ChannelsLast && type_ == ElementType::Float32 && channels_ == geometry.inputChannels
        && height_ <= geometry.h.input && width_ == geometry.w.input && geometry.h.padBefore == 0
        && geometry.w.padBefore == 0;
    if (!direct_) {
        const auto elements = Shape({height_, width_, channels_}).elements();
        preparation.require(elements.has_value() && *elements <= mostBordered(preparation),
            "its bordered input is out of proportion to its input and output");
        scratch_ = preparation.reserve(*elements * static_cast<std::int64_t>(sizeof(float)));
    }
}

template <typename T>
void PaddedInput::copy(const T *image, float *target, std::int32_t zeroPoint) const
{
    const std::int64_t h = geometry_.h.input;
    const std::int64_t w = geometry_.w.input;
    const std::int64_t c = geometry_.inputChannels;
    const std::int64_t pixelStep = layout_ == Layout::ChannelsLast ? c : 1;
    const std::int64_t channelStep = layout_ == Layout::ChannelsLast ? 1 : h * w;
    const auto zero = static_cast<T>(zeroPoint);
    // Pixels that no window covers are left out; pixels outside the image are 0.
    const std::int64_t firstX = std::max<std::int64_t>(0, -geometry_.w.padBefore);
    const std::int64_t endX = std::min(w, width_ - geometry_.w.padBefore);
    for (std::int64_t row = 0; row < height_; ++row) {
        float *out = target + row * rowFloats();
        const std::int64_t y = row - geometry_.h.padBefore;
        if (y < 0 || y >= h || firstX >= endX) {
            std::fill(out, out + rowFloats(), 0.0F);
            continue;
        }
        float *begin = out + (firstX + geometry_.w.padBefore) * channels_;
        float *end = out + (endX + geometry_.w.padBefore) * channels_;
        std::fill(out, begin, 0.0F);
        std::fill(end, out + rowFloats(), 0.0F);
        const T *line = image + y * w * pixelStep;
        if (channelStep == 1 && channels_ == c) {
            const T *source = line + firstX * c;
            for (std::int64_t i = 0; i < end - begin; ++i) {
                begin[i] = static_cast<float>(source[i] - zero);
            }
            continue;
        }
        for (std::int64_t x = firstX; x < endX; ++x) {
            float *pixel = begin + (x - firstX) * channels_;
            const T *source = line + x * pixelStep;
            float *at = pixel;
            for (std::int64_t channel = 0; channel < c; ++channel) {
                const auto value = static_cast<float>(source[channel * channelStep] - zero);
                for (std::int64_t r = 0; r < repeats_; ++r) {
                    *at++ = value;
                }
            }
            std::fill(at, pixel + channels_, 0.0F);
        }
    }
}

const float *PaddedInput::fill(const Arguments &arguments, std::int64_t batch, std::int32_t zeroPoint) const
{
    const std::int64_t image = geometry_.h.input * geometry_.w.input * geometry_.inputChannels * batch;
    if (direct_) {
        return arguments.in<float>(0) + image;
    }
    auto *target = arguments.scratchAt<float>(scratch_);
    if (type_ == ElementType::Float32) {
        copy(arguments.in<float>(0) + image, target, 0);
    } else {
        copy(arguments.in<std::int8_t>(0) + image, target, zeroPoint);
    }
    return target;
}

} // namespace tinsmith

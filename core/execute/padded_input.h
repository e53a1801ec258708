// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/kernel.h"
#include "core/graph/geometry.h"

#include <cstddef>
#include <cstdint>

namespace tinsmith {

/// The geometry of a spatial operator whose numbers are checked: positive, small enough that no product overflows, and
/// in agreement with the element counts of input and output.
SpatialGeometry checkedGeometry(const Preparation &preparation);

/// One image as floats, channels last, with its border: what the inner loops of convolutions read without asking where
/// the image ends. Integers come less their zero point, so that the border is 0 in both cases.
class PaddedInput {
public:
    PaddedInput() = default;
    /// Every input channel stands `repeats` times; channels are filled up to a multiple of `channelUnit`.
    PaddedInput(Preparation &preparation, const SpatialGeometry &geometry, Layout layout, std::int64_t repeats = 1,
        std::int64_t channelUnit = 1);

    std::int64_t channels() const { return channels_; }
    std::int64_t rowFloats() const { return width_ * channels_; }
    /// The offset of the float at row y, column x of the bordered image.
    std::int64_t at(std::int64_t y, std::int64_t x) const { return (y * width_ + x) * channels_; }

    /// The bordered image of batch entry `batch`: the input itself where it already has this form.
    const float *fill(const Arguments &arguments, std::int64_t batch, std::int32_t zeroPoint) const;

private:
    template <typename T>
    void copy(const T *image, float *target, std::int32_t zeroPoint) const;

    Layout layout_ = Layout::ChannelsLast;
    ElementType type_ = ElementType::Float32;
    SpatialGeometry geometry_;
    std::int64_t repeats_ = 1;
    std::int64_t height_ = 0;
    std::int64_t width_ = 0;
    std::int64_t channels_ = 0;
    bool direct_ = false;
    std::size_t scratch_ = 0;
};

} // namespace tinsmith

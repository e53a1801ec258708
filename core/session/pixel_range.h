// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/tensor.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tinsmith {

/// What the pixel values 0..255 mean to a model: a range that they are spread over, or mean and standard deviation that
/// they are normalised with, for all channels or per channel.
class PixelRange {
public:
    /// 0..1
    PixelRange() = default;
    static PixelRange unit() { return between(0, 1); }
    static PixelRange byte() { return between(0, 255); }
    static PixelRange signedUnit() { return between(-1, 1); }
    static PixelRange between(float low, float high);
    /// (pixel - mean) / deviation, with one of each or one of each per channel; where all numbers are at most 1 and the
    /// deviations below 1, they are of pixels scaled to 0..1: (pixel / 255 - mean) / deviation. Throws Error for lists
    /// of different lengths and deviations that are not positive.
    static PixelRange normalised(std::vector<float> means, std::vector<float> deviations);
    /// Reads "0..255", "-1..1", "127.5,127.5" (mean, deviation) or "123.7,116.3,103.5/58.4,57.1,57.4" (means and
    /// deviations per channel). Throws Error that says what is wrong.
    static PixelRange parse(const std::string &text);

    /// The text that parse() reads.
    std::string text() const;
    /// How many channels have a meaning of their own; 1: all mean the same.
    std::size_t channels() const { return means_.empty() ? 1 : means_.size(); }
    /// The real value of a pixel value 0..255.
    float real(double pixel, std::size_t channel = 0) const;
    friend bool operator==(const PixelRange &, const PixelRange &) = default;

private:
    float low_ = 0;
    float high_ = 1;
    /// Empty: spread over low_..high_.
    std::vector<float> means_;
    std::vector<float> deviations_;
    /// Mean and deviation are of pixels scaled to 0..1.
    bool scaled_ = false;
};

/// The range that the 256 codes of a quantized 8-bit input stand for.
struct GuessedRange {
    PixelRange range;
    /// The pixel values are the input's codes themselves (shifted by 128 for int8).
    bool codes = false;
};
/// What pixels mean to a quantized input, by its scale and zero point: 0..1, 0..255 or -1..1 where its codes reach over
/// about that, else the range that they do reach over. Nothing for an input that is not quantized.
std::optional<GuessedRange> guessedRange(const Tensor &input);

/// The axis of an image's channels, [H,W,C] or [C,H,W] (a leading batch of 1 may stand before it): the last, unless
/// only the first has 1, 3 or 4 channels. Nothing for a shape that is not an image.
std::optional<std::size_t> channelAxis(const Shape &shape);

} // namespace tinsmith

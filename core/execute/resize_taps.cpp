// SPDX-License-Identifier: Apache-2.0
#include "core/execute/resize_taps.h"

#include <algorithm>
#include <cmath>

namespace tinsmith {
namespace {

/// Input distance per output distance.
float ratioOf(const Resize &resize, std::int64_t input, std::int64_t output, float scale)
{
    if (resize.coordinates == ResizeCoordinates::AlignCorners && output > 1) {
        return static_cast<float>(input - 1) / static_cast<float>(output - 1);
    }
    return scale > 0 ? 1 / scale : static_cast<float>(input) / static_cast<float>(output);
}

bool halfPixel(const Resize &resize, std::int64_t output)
{
    return resize.coordinates == ResizeCoordinates::HalfPixel
        || (resize.coordinates == ResizeCoordinates::PytorchHalfPixel && output > 1);
}

float coordinateOf(const Resize &resize, std::int64_t position, std::int64_t output, float ratio)
{
    if (resize.coordinates == ResizeCoordinates::PytorchHalfPixel && output <= 1) {
        return 0;
    }
    const auto at = static_cast<float>(position);
    return halfPixel(resize, output) ? (at + 0.5F) * ratio - 0.5F : at * ratio;
}

std::int64_t nearestOf(
    const Resize &resize, std::int64_t position, std::int64_t input, std::int64_t output, float ratio)
{
    float rounded = 0;
    if (halfPixel(resize, output) && resize.rounding == ResizeRounding::RoundPreferCeil) {
        // The half pixel and the rounding cancel; taking both would cost a digit (TFLite's form).
        rounded = std::floor((static_cast<float>(position) + 0.5F) * ratio);
    } else {
        const float at = coordinateOf(resize, position, output, ratio);
        switch (resize.rounding) {
        case ResizeRounding::Floor:
            rounded = std::floor(at);
            break;
        case ResizeRounding::Ceil:
            rounded = std::ceil(at);
            break;
        case ResizeRounding::RoundPreferFloor:
            rounded = std::ceil(at - 0.5F);
            break;
        case ResizeRounding::RoundPreferCeil:
            rounded = std::floor(at + 0.5F);
            break;
        }
    }
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(rounded), 0, input - 1);
}

} // namespace

std::vector<std::int64_t> nearestTaps(const Resize &resize, std::int64_t input, std::int64_t output, float scale)
{
    const float ratio = ratioOf(resize, input, output, scale);
    std::vector<std::int64_t> taps;
    for (std::int64_t i = 0; i < output; ++i) {
        taps.push_back(nearestOf(resize, i, input, output, ratio));
    }
    return taps;
}

std::vector<ResizeTaps> resizeTaps(const Resize &resize, std::int64_t input, std::int64_t output, float scale)
{
    const float ratio = ratioOf(resize, input, output, scale);
    std::vector<ResizeTaps> taps;
    for (std::int64_t i = 0; i < output; ++i) {
        const float at = coordinateOf(resize, i, output, ratio);
        const float floor = std::floor(at);
        const float part = at - floor;
        const auto base = static_cast<std::int64_t>(floor);
        ResizeTaps tap;
        if (resize.mode == ResizeMode::Bilinear) {
            tap.at = {base, base + 1, base, base};
            tap.weight = {1 - part, part, 0, 0};
        } else {
            // Cubic convolution with a = -0.75, ONNX's default.
            constexpr float a = -0.75F;
            const auto near = [](float x) { return ((a + 2) * x - (a + 3)) * x * x + 1; };
            const auto far = [](float x) { return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a; };
            tap.at = {base - 1, base, base + 1, base + 2};
            tap.weight = {far(part + 1), near(part), near(1 - part), far(2 - part)};
        }
        for (auto &neighbour : tap.at) {
            neighbour = std::clamp<std::int64_t>(neighbour, 0, input - 1);
        }
        taps.push_back(tap);
    }
    return taps;
}

std::vector<FineResizeTap> fineResizeTaps(const Resize &resize, std::int64_t input, std::int64_t output, float given)
{
    std::int64_t scale = (1024 * input + output / 2) / output;
    if (given > 0) {
        // No further than the whole input, however small the scale: the positions below must stay countable.
        scale = static_cast<std::int64_t>(
            std::min(std::round(1024 / static_cast<double>(given)), 1024.0 * static_cast<double>(input)));
    }
    if (resize.coordinates == ResizeCoordinates::AlignCorners && output > 1) {
        scale = (1024 * (input - 1) + (output - 1) / 2) / (output - 1);
    }
    std::vector<FineResizeTap> taps;
    for (std::int64_t i = 0; i < output; ++i) {
        const std::int64_t at = halfPixel(resize, output) ? i * scale + scale / 2 - 512 : i * scale;
        const std::int64_t low = std::max<std::int64_t>(at / 1024, 0);
        const std::int64_t high = std::min((at + 1023) / 1024, input - 1);
        taps.push_back({std::min(low, input - 1), std::max<std::int64_t>(high, 0), at - 1024 * low});
    }
    return taps;
}

} // namespace tinsmith

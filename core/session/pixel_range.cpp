// SPDX-License-Identifier: Apache-2.0
#include "core/session/pixel_range.h"

#include "core/graph/error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace tinsmith {
namespace {

constexpr float largestPixel = 255;

/// The shortest text that reads back as the same number.
std::string numberText(float value)
{
    std::array<char, 32> text{};
    const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), result.ptr};
}

std::string listText(const std::vector<float> &values)
{
    std::string text;
    for (const float value : values) {
        text += (text.empty() ? "" : ",") + numberText(value);
    }
    return text;
}

std::optional<float> numberFrom(const std::string &text)
{
    float value = 0;
    const char *end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    const bool number = result.ec == std::errc() && result.ptr == end && std::isfinite(value);
    return number ? std::optional(value) : std::nullopt;
}

std::vector<float> listFrom(const std::string &text, const std::string &whole)
{
    std::vector<float> values;
    std::size_t start = 0;
    for (;;) {
        const auto comma = text.find(',', start);
        const auto value = numberFrom(text.substr(start, comma - start));
        if (!value) {
            throw Error("\"" + whole
                + "\" does not say what pixels mean: give a range, as 0..255, 0..1 or -1..1, or mean and deviation, as "
                  "127.5,127.5 or 123.7,116.3,103.5/58.4,57.1,57.4");
        }
        values.push_back(*value);
        if (comma == std::string::npos) {
            return values;
        }
        start = comma + 1;
    }
}

bool few(std::int64_t channels)
{
    return channels == 1 || channels == 3 || channels == 4;
}

} // namespace

PixelRange PixelRange::between(float low, float high)
{
    PixelRange range;
    range.low_ = low;
    range.high_ = high;
    return range;
}

PixelRange PixelRange::normalised(std::vector<float> means, std::vector<float> deviations)
{
    if (means.size() != deviations.size() || means.empty()) {
        throw Error("pixels have " + std::to_string(means.size()) + " means and " + std::to_string(deviations.size())
            + " standard deviations: give one of each, or one of each per channel");
    }
    PixelRange range;
    range.scaled_ = true;
    for (std::size_t channel = 0; channel < means.size(); ++channel) {
        if (!(deviations[channel] > 0)) {
            throw Error(
                "the standard deviation of pixels is " + numberText(deviations[channel]) + ": it must be positive");
        }
        range.scaled_ = range.scaled_ && deviations[channel] < 1 && means[channel] <= 1;
    }
    range.means_ = std::move(means);
    range.deviations_ = std::move(deviations);
    return range;
}

PixelRange PixelRange::parse(const std::string &text)
{
    if (const auto dots = text.find(".."); dots != std::string::npos) {
        const auto low = numberFrom(text.substr(0, dots));
        const auto high = numberFrom(text.substr(dots + 2));
        if (!low || !high || !(*low < *high)) {
            throw Error("\"" + text + "\" is not a range of pixels: give two numbers, the lower one first, as 0..255");
        }
        return between(*low, *high);
    }
    if (const auto slash = text.find('/'); slash != std::string::npos) {
        return normalised(listFrom(text.substr(0, slash), text), listFrom(text.substr(slash + 1), text));
    }
    const std::vector<float> both = listFrom(text, text);
    if (both.size() != 2) {
        throw Error("\"" + text
            + "\" is not a mean and a standard deviation; per channel, a slash separates them: "
              "123.7,116.3,103.5/58.4,57.1,57.4");
    }
    return normalised({both[0]}, {both[1]});
}

std::string PixelRange::text() const
{
    if (means_.empty()) {
        return numberText(low_) + ".." + numberText(high_);
    }
    return listText(means_) + (means_.size() == 1 ? "," : "/") + listText(deviations_);
}

float PixelRange::real(double pixel, std::size_t channel) const
{
    const auto value = static_cast<float>(pixel);
    if (means_.empty()) {
        return low_ + value * (high_ - low_) / largestPixel;
    }
    const std::size_t at = means_.size() == 1 ? 0 : channel;
    return ((scaled_ ? value / largestPixel : value) - means_.at(at)) / deviations_.at(at);
}

std::optional<GuessedRange> guessedRange(const Tensor &input)
{
    if (!input.quantization || input.quantization->scales.empty()
        || (input.type != ElementType::Int8 && input.type != ElementType::UInt8 && input.type != ElementType::Int16)) {
        return std::nullopt;
    }
    const float scale = input.quantization->scale();
    const auto zero = static_cast<float>(input.quantization->zeroPoint());
    const bool wide = input.type == ElementType::Int16;
    const float least = wide ? -32768.0F : input.type == ElementType::Int8 ? -128.0F : 0.0F;
    const float steps = wide ? 65535.0F : 255.0F;
    const float low = scale * (least - zero);
    const float high = scale * (least + steps - zero);
    if (wide) {
        // Symmetric, whatever the data are: only the positive end says how far they reach.
        return GuessedRange{high > 100 ? PixelRange::byte() : PixelRange::unit(), false};
    }
    std::optional<GuessedRange> nearest;
    // Calibration seldom sees both ends; a quarter of the range may be missing.
    constexpr float tolerance = 0.25F;
    float best = tolerance;
    for (const auto &[from, to] : {std::pair(0.0F, 1.0F), std::pair(0.0F, 255.0F), std::pair(-1.0F, 1.0F)}) {
        const float off = std::max(std::fabs(low - from), std::fabs(high - to));
        if (off / (to - from) < best) {
            best = off / (to - from);
            constexpr float stepsOff = 1.6F;
            nearest = GuessedRange{PixelRange::between(from, to), off <= stepsOff * scale};
        }
    }
    return nearest ? nearest : GuessedRange{PixelRange::between(low, high), true};
}

std::optional<std::size_t> channelAxis(const Shape &shape)
{
    const std::size_t batch = shape.rank() == 4 && (shape[0] == 1 || shape[0] < 0) ? 1 : 0;
    if (shape.rank() != batch + 3) {
        return std::nullopt;
    }
    const bool first = few(shape[batch]) && !few(shape[batch + 2]);
    return first ? batch : batch + 2;
}

} // namespace tinsmith

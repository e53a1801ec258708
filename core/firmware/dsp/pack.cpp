// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/dsp/pack.h"

#include "core/graph/error.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace tinsmith {

namespace {

/// What a channel adds to the stream: the accumulator's start and the constants behind the weights.
struct Requantized {
    std::uint32_t start = 0;
    std::vector<std::uint32_t> constants;
};

std::uint32_t word(std::int64_t value)
{
    return static_cast<std::uint32_t>(value);
}

/// The packed values of one layer in one form. Constant channels have no weights and no bias; their constants say all.
class Values {
public:
    Values(const Int8Layer &layer, const DspLayer &how, DspForm form)
        : layer_(layer), how_(how), form_(form), smallest_(layer.smallestRightShift())
    {
    }

    std::int32_t shiftA() const { return form_ == DspForm::General ? 0 : scaledShift(smallest_); }
    std::int32_t shiftB() const { return form_ == DspForm::General ? 0 : plainShift(smallest_); }

    std::int32_t weight(std::int64_t channel, std::int64_t tap) const
    {
        if (tap < 0 || layer_.constant(channel)) {
            return 0;
        }
        const auto stored = [&](std::int64_t at) {
            return std::int32_t{layer_.weights[static_cast<std::size_t>(channel * layer_.taps + at)]};
        };
        if (tap >= layer_.taps) {
            return stored(how_.repeated[static_cast<std::size_t>(tap - layer_.taps)]) == -128 ? -1 : 0;
        }
        const std::int32_t weight = stored(tap);
        return weight == -128 && std::binary_search(how_.repeated.begin(), how_.repeated.end(), tap) ? -127 : weight;
    }

    /// Of a channel that is scaled by 256, or not; nothing where it has no constants of this form.
    std::optional<Requantized> requantized(std::int64_t channel, bool scaled) const
    {
        if (form_ == DspForm::General) {
            return general(channel, scaled ? 256 : 1);
        }
        const ChannelFunction function = layer_.function(channel);
        if (form_ == DspForm::Addend) {
            const auto found = findAddend(function, layer_.bias[static_cast<std::size_t>(channel)], shiftA());
            return found
                ? std::optional(Requantized{word(found->offset), {word(found->multiplier), word(found->addend)}})
                : std::nullopt;
        }
        if (scaled) {
            const auto found = findScaled(function, shiftA());
            return found
                ? std::optional(Requantized{word(256 * bias(channel) + found->offset), {word(found->multiplier)}})
                : std::nullopt;
        }
        const auto found = findPlain(function, shiftB());
        return found ? std::optional(
                   Requantized{word(bias(channel) + found->offset), {word(found->multiplier), word(found->addend)}})
                     : std::nullopt;
    }

private:
    std::int64_t bias(std::int64_t channel) const
    {
        return layer_.constant(channel) ? 0 : layer_.bias[static_cast<std::size_t>(channel)];
    }

    Requantized general(std::int64_t channel, std::int64_t scale) const
    {
        const ChannelFunction function = layer_.function(channel);
        if (layer_.constant(channel)) {
            constexpr std::int32_t shift = 8;
            return {0, {0, word(function(function.first) * (1 << shift)), word(shift)}};
        }
        const std::int32_t shift = -function.multiplier.shift;
        const std::int64_t offset = std::int64_t{function.zeroPoint} * (1 << shift) + (1 << (shift - 1));
        return {word(scale * bias(channel)), {word(function.multiplier.multiplier), word(offset), word(shift)}};
    }

    const Int8Layer &layer_;
    const DspLayer &how_;
    DspForm form_;
    std::int32_t smallest_;
};

using Words = std::vector<std::uint32_t>;

/// Two taps of each pair of channels of the block that starts at `first`.
void packTaps(
    const Values &values, std::int64_t first, std::int64_t block, std::int64_t low, std::int64_t high, Words &words)
{
    for (std::int64_t channel = first; channel < first + block; channel += 2) {
        const auto pair = [&](std::int64_t tap) {
            return word(256 * values.weight(channel, tap) + values.weight(channel + 1, tap));
        };
        words.push_back((pair(low) & 0xFFFFU) | pair(high) << 16);
    }
}

bool packBlock(
    const Values &values, std::int64_t first, std::int64_t block, const std::vector<std::int64_t> &taps, Words &words)
{
    Words constants;
    for (std::int64_t channel = first; channel < first + block; channel += 2) {
        const auto a = values.requantized(channel, true);
        const auto b = values.requantized(channel + 1, false);
        if (!a || !b) {
            return false;
        }
        words.push_back(a->start + b->start);
        words.push_back(b->start);
        constants.insert(constants.end(), a->constants.begin(), a->constants.end());
        constants.insert(constants.end(), b->constants.begin(), b->constants.end());
    }
    for (std::size_t tap = 0; tap < taps.size(); tap += 4) {
        packTaps(values, first, block, taps[tap], taps[tap + 2], words);
        packTaps(values, first, block, taps[tap + 1], taps[tap + 3], words);
    }
    words.insert(words.end(), constants.begin(), constants.end());
    return true;
}

std::optional<Words> packProduct(const Int8Layer &layer, const DspLayer &how, const Values &values)
{
    const std::vector<std::int64_t> taps = dspTapOrder(layer, how);
    Words words;
    for (const std::int64_t first : dspBlockStarts(layer.channels(), how.block)) {
        if (!packBlock(values, first, how.block, taps, words)) {
            return std::nullopt;
        }
    }
    return words;
}

std::optional<Words> packPlanes(const Int8Layer &layer, const Values &values)
{
    Words words;
    for (std::int64_t channel = 0; channel < layer.channels(); ++channel) {
        const auto found = values.requantized(channel, true);
        if (!found) {
            return std::nullopt;
        }
        for (std::int64_t row = 0; row < 3; ++row) {
            const auto byte
                = [&](std::int64_t column) { return word(values.weight(channel, 3 * row + column)) & 0xFFU; };
            words.push_back(byte(0) | byte(1) << 8 | byte(1) << 16 | byte(2) << 24);
        }
        words.push_back(found->start);
        words.insert(words.end(), found->constants.begin(), found->constants.end());
    }
    return words;
}

std::optional<DspStream> packAs(const Int8Layer &layer, const DspLayer &how, DspForm form)
{
    const Values values(layer, how, form);
    auto words = how.kernel == DspKernel::Planes ? packPlanes(layer, values) : packProduct(layer, how, values);
    return words ? std::optional(DspStream{std::move(*words), form, values.shiftA(), values.shiftB()}) : std::nullopt;
}

} // namespace

std::vector<std::int16_t> repeatedPlaces(const Int8Layer &layer, const DspLayer &how)
{
    const std::vector<std::int64_t> order = dspTapOrder(layer, how);
    std::vector<std::int16_t> places;
    for (const std::int64_t tap : how.repeated) {
        places.push_back(static_cast<std::int16_t>(std::find(order.begin(), order.end(), tap) - order.begin()));
    }
    return places;
}

DspStream packDsp(const Int8Layer &layer, const DspLayer &how)
{
    std::optional<DspStream> stream;
    if (how.fast) {
        stream = packAs(layer, how, how.addend ? DspForm::Addend : DspForm::Fast);
    }
    if (!stream && !how.addend) {
        stream = packAs(layer, how, DspForm::General);
    }
    if (!stream) {
        throw UnsupportedError({}, {}, "a layer has no requantization constants that were promised");
    }
    return std::move(*stream);
}

} // namespace tinsmith

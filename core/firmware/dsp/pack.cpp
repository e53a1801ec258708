// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/dsp/pack.h"

#include "core/firmware/dsp/requantization.h"

#include <algorithm>
#include <optional>

namespace tinsmith {

namespace {

ChannelFunction functionOf(const Int8Layer &layer, std::int64_t channel)
{
    const auto at = static_cast<std::size_t>(channel);
    const AccumulatorParameters &p = layer.parameters;
    return {
        p.multiplier(at), p.outputZeroPoint, p.bounds.min, p.bounds.max, layer.ranges[at].first, layer.ranges[at].last};
}

/// What a channel adds to the stream: the accumulator's start and the constants behind the weights.
struct Requantized {
    std::uint32_t start = 0;
    std::vector<std::uint32_t> constants;
};

std::uint32_t word(std::int64_t value)
{
    return static_cast<std::uint32_t>(value);
}

/// Packs one layer in one of the two forms.
class Packer {
public:
    Packer(const Int8Layer &layer, const DspLayer &how, bool fast)
        : layer_(layer), how_(how), fast_(fast), order_(dspTapOrder(layer, how))
    {
        std::int32_t smallest = 31;
        for (std::int64_t channel = 0; channel < layer.channels(); ++channel) {
            if (!layer.constant(channel)) {
                smallest = std::min(smallest, -layer.parameters.multiplier(static_cast<std::size_t>(channel)).shift);
            }
        }
        smallest_ = smallest == 31 ? 1 : smallest;
    }

    std::int32_t smallestShift() const { return smallest_; }

    /// Nothing where a channel has no short form.
    std::optional<std::vector<std::uint32_t>> pack()
    {
        std::vector<std::uint32_t> words;
        for (const std::int64_t start : dspBlockStarts(layer_.channels(), how_.block)) {
            if (!packBlock(start, words)) {
                return std::nullopt;
            }
        }
        return words;
    }

private:
    bool packBlock(std::int64_t first, std::vector<std::uint32_t> &words)
    {
        std::vector<std::uint32_t> constants;
        for (std::int64_t channel = first; channel < first + how_.block; channel += 2) {
            const auto a = fast_ ? scaled(channel) : general(channel, 256);
            const auto b = fast_ ? plain(channel + 1) : general(channel + 1, 1);
            if (!a || !b) {
                return false;
            }
            words.push_back(a->start + b->start);
            words.push_back(b->start);
            constants.insert(constants.end(), a->constants.begin(), a->constants.end());
            constants.insert(constants.end(), b->constants.begin(), b->constants.end());
        }
        for (std::size_t tap = 0; tap < order_.size(); tap += 4) {
            packTaps(first, order_[tap], order_[tap + 2], words);
            packTaps(first, order_[tap + 1], order_[tap + 3], words);
        }
        words.insert(words.end(), constants.begin(), constants.end());
        return true;
    }

    void packTaps(std::int64_t first, std::int64_t low, std::int64_t high, std::vector<std::uint32_t> &words) const
    {
        for (std::int64_t channel = first; channel < first + how_.block; channel += 2) {
            words.push_back((word(pairOf(channel, low)) & 0xFFFFU) | word(pairOf(channel, high)) << 16);
        }
    }

    std::int32_t pairOf(std::int64_t channel, std::int64_t tap) const
    {
        return 256 * weight(channel, tap) + weight(channel + 1, tap);
    }

    std::int32_t weight(std::int64_t channel, std::int64_t tap) const
    {
        return tap < 0 || layer_.constant(channel)
            ? 0
            : layer_.weights[static_cast<std::size_t>(channel * layer_.taps + tap)];
    }

    std::int64_t biasOf(std::int64_t channel) const
    {
        return layer_.constant(channel) ? 0 : layer_.bias[static_cast<std::size_t>(channel)];
    }

    std::optional<Requantized> scaled(std::int64_t channel)
    {
        const auto found = findScaled(functionOf(layer_, channel), scaledShift(smallest_));
        if (!found) {
            return std::nullopt;
        }
        return Requantized{word(256 * biasOf(channel) + found->offset), {word(found->multiplier)}};
    }

    std::optional<Requantized> plain(std::int64_t channel)
    {
        const auto found = findPlain(functionOf(layer_, channel), plainShift(smallest_));
        if (!found) {
            return std::nullopt;
        }
        return Requantized{word(biasOf(channel) + found->offset), {word(found->multiplier), word(found->addend)}};
    }

    std::optional<Requantized> general(std::int64_t channel, std::int64_t scale) const
    {
        if (layer_.constant(channel)) {
            constexpr std::int32_t shift = 8;
            const std::int32_t value = layer_.output(channel, layer_.ranges[static_cast<std::size_t>(channel)].first);
            return Requantized{0, {0, word(value * (1 << shift)), word(shift)}};
        }
        const QuantizedMultiplier factor = layer_.parameters.multiplier(static_cast<std::size_t>(channel));
        const std::int32_t shift = -factor.shift;
        const std::int64_t offset = std::int64_t{layer_.parameters.outputZeroPoint} * (1 << shift) + (1 << (shift - 1));
        return Requantized{word(scale * biasOf(channel)), {word(factor.multiplier), word(offset), word(shift)}};
    }

    const Int8Layer &layer_;
    const DspLayer &how_;
    bool fast_;
    std::vector<std::int64_t> order_;
    std::int32_t smallest_ = 1;
};

} // namespace

DspStream packProduct(const Int8Layer &layer, const DspLayer &how)
{
    if (how.fast) {
        Packer packer(layer, how, true);
        if (auto words = packer.pack()) {
            return {std::move(*words), true, scaledShift(packer.smallestShift()), plainShift(packer.smallestShift())};
        }
    }
    return {*Packer(layer, how, false).pack(), false, 0, 0};
}

} // namespace tinsmith

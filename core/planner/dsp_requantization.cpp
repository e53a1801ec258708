// SPDX-License-Identifier: Apache-2.0
#include "core/planner/dsp_requantization.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace tinsmith {

namespace {

/// At accumulator x the output must have reached y, or must not have.
struct Condition {
    std::int64_t x = 0;
    std::int32_t y = 0;
    bool reached = false;
};

/// The smallest x of the channel's range with an output of y or more; the function reaches y within the range.
std::int64_t thresholdOf(const ChannelFunction &channel, std::int32_t y)
{
    std::int64_t below = channel.first - 1;
    std::int64_t at = channel.last;
    while (at - below > 1) {
        const std::int64_t middle = below + (at - below) / 2;
        (channel(middle) >= y ? at : below) = middle;
    }
    return at;
}

/// What a form must fulfil to equal the function everywhere, the tightest conditions first.
std::vector<Condition> conditionsOf(const ChannelFunction &channel)
{
    const std::int32_t lowest = channel(channel.first);
    const std::int32_t highest = channel(channel.last);
    std::vector<Condition> conditions;
    if (lowest > -128) {
        conditions.push_back({channel.first, lowest, true});
    }
    if (highest < 127) {
        conditions.push_back({channel.last, highest + 1, false});
    }
    std::vector<Condition> inner;
    for (std::int32_t y = lowest + 1; y <= highest; ++y) {
        const std::int64_t threshold = thresholdOf(channel, y);
        inner.push_back({threshold, y, true});
        if (threshold > channel.first) {
            inner.push_back({threshold - 1, y, false});
        }
    }
    // From both ends inwards: far thresholds pin the slope down, so that most wrong offsets fail at once.
    for (std::size_t i = 0; i < inner.size(); ++i) {
        conditions.push_back(inner[i % 2 == 0 ? i / 2 : inner.size() - 1 - i / 2]);
    }
    return conditions;
}

std::int64_t floorDivide(std::int64_t a, std::int64_t b)
{
    const std::int64_t quotient = a / b;
    return quotient * b != a && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

/// The multipliers q of 0 .. 2^31 - 1 with (scale * x + offset) * q >= or < (y * 2^shift - addend) * 2^32 as every
/// condition wants it: the smallest one, or nothing.
std::optional<std::int32_t> multiplierFor(const std::vector<Condition> &conditions, std::int64_t scale,
    std::int64_t offset, std::int64_t addend, std::int32_t shift)
{
    std::int64_t low = 0;
    std::int64_t high = INT32_MAX;
    for (const Condition &condition : conditions) {
        const std::int64_t factor = condition.x * scale + offset;
        if (factor <= INT32_MIN || factor > INT32_MAX) {
            return std::nullopt;
        }
        const std::int64_t wanted = ((std::int64_t{condition.y} << shift) - addend) * (std::int64_t{1} << 32);
        // factor * q >= wanted, or factor * q <= wanted - 1.
        const std::int64_t bound = condition.reached ? wanted : wanted - 1;
        if (factor == 0) {
            if (condition.reached ? bound > 0 : bound < 0) {
                return std::nullopt;
            }
        } else if (condition.reached == (factor > 0)) {
            low = std::max(low, -floorDivide(-bound, factor));
        } else {
            high = std::min(high, floorDivide(bound, factor));
        }
        if (low > high) {
            return std::nullopt;
        }
    }
    return static_cast<std::int32_t>(low);
}

bool tryable(const ChannelFunction &channel, std::int32_t shift)
{
    return channel.min == -128 && channel.max == 127 && channel.multiplier.multiplier > 0
        && channel.multiplier.shift <= 0 && shift >= 0 && shift <= scaledShift(largestRightShift)
        && channel.first >= INT32_MIN / 2 && channel.last <= INT32_MAX / 2;
}

bool fits(std::int64_t value)
{
    return value > INT32_MIN && value <= INT32_MAX;
}

/// What rounding, double where it is, and the zero point add to x * multiplier, as a number of 2^32 * 2^shift-ths of an
/// output step, for results whose ties do not matter: one floor of (x * q + this) / 2^(31 + n).
double nominalAddition(const ChannelFunction &channel)
{
    const int n = -channel.multiplier.shift;
    const double first = channel.multiplier.rounding == Rounding::Twice ? std::ldexp(1.0, 30) : 0;
    return first + std::ldexp(1.0, 30 + n) + channel.zeroPoint * std::ldexp(1.0, 31 + n);
}

/// (((scale * (x - base) + offset) * multiplier >> 32) + addend) >> shift
std::optional<PlainRequantization> findWithAddend(
    const ChannelFunction &channel, std::int64_t scale, std::int64_t base, std::int32_t shift)
{
    if (channel.constant()) {
        return PlainRequantization{0, 0, channel(channel.first) * (1 << shift)};
    }
    if (!tryable(channel, shift)) {
        return std::nullopt;
    }
    std::vector<Condition> conditions = conditionsOf(channel);
    for (Condition &condition : conditions) {
        condition.x -= base;
    }
    // x * q + addition, in units of 2^(31 + n), is scale * (x - base) * q' + addition' in units of 2^(32 + shift).
    const int n = -channel.multiplier.shift;
    const long double multiplier = std::ldexp(static_cast<long double>(channel.multiplier.multiplier), shift + 1 - n)
        / static_cast<double>(scale);
    const long double addition = std::ldexp(static_cast<long double>(nominalAddition(channel))
            + static_cast<long double>(base) * channel.multiplier.multiplier,
        shift + 1 - n);
    constexpr std::int64_t reach = 50000;
    for (std::int64_t step = 0; step <= 2 * reach; ++step) {
        const std::int64_t offset = step % 2 == 0 ? step / 2 : -(step + 1) / 2;
        const auto nominal = static_cast<std::int64_t>(
            std::floor(std::ldexp(addition - static_cast<long double>(offset) * multiplier, -32)));
        for (const std::int64_t addend : {nominal, nominal + 1}) {
            if (!fits(addend) || !fits((channel.first - base) * scale + offset)
                || !fits((channel.last - base) * scale + offset)) {
                continue;
            }
            if (const auto found = multiplierFor(conditions, scale, offset, addend, shift)) {
                return PlainRequantization{
                    static_cast<std::int32_t>(offset), *found, static_cast<std::int32_t>(addend)};
            }
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<ScaledRequantization> findScaled(const ChannelFunction &channel, std::int32_t shift)
{
    if (channel.constant()) {
        // 256 * x + offset is the offset: the caller takes the weights away.
        const std::int32_t value = channel(channel.first);
        return ScaledRequantization{(value * 2 + 1) * (1 << (shift + 1)), 1 << 30};
    }
    if (!tryable(channel, shift)) {
        return std::nullopt;
    }
    const std::vector<Condition> conditions = conditionsOf(channel);
    const auto nominal
        = static_cast<std::int64_t>(std::floor(nominalAddition(channel) * 256.0 / channel.multiplier.multiplier));
    constexpr std::int64_t reach = 8192;
    for (std::int64_t step = 0; step <= 2 * reach; ++step) {
        const std::int64_t offset = nominal + (step % 2 == 0 ? step / 2 : -(step + 1) / 2);
        if (!fits(offset) || !fits(channel.first * 256 + offset) || !fits(channel.last * 256 + offset)) {
            continue;
        }
        if (const auto multiplier = multiplierFor(conditions, 256, offset, 0, shift)) {
            return ScaledRequantization{static_cast<std::int32_t>(offset), *multiplier};
        }
    }
    return std::nullopt;
}

std::optional<PlainRequantization> findPlain(const ChannelFunction &channel, std::int32_t shift)
{
    return findWithAddend(channel, 1, 0, shift);
}

std::optional<AddendRequantization> findAddend(const ChannelFunction &channel, std::int64_t base, std::int32_t shift)
{
    return findWithAddend(channel, 256, base, shift);
}

} // namespace tinsmith

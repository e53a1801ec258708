// SPDX-License-Identifier: Apache-2.0
#include "core/session/input_value.h"

#include "core/execute/numeric_types.h"
#include "core/graph/error.h"
#include "core/session/stored_numbers.h"

namespace tinsmith {
namespace {

/// uint8 codes as int8 ones and the reverse: 128 apart.
std::vector<std::byte> shifted(std::span<const std::byte> codes)
{
    std::vector<std::byte> result(codes.begin(), codes.end());
    for (std::byte &code : result) {
        code ^= std::byte{0x80};
    }
    return result;
}

/// Pixels as reals, by their channel where the range has several.
void toReals(
    std::vector<double> &pixels, const PixelRange &range, const Tensor &input, const std::optional<std::size_t> &axis)
{
    const auto channels = static_cast<std::int64_t>(range.channels());
    std::int64_t inner = 1;
    if (channels > 1) {
        if (!axis || input.shape[*axis] != channels) {
            throw UnsupportedError("pixels are given " + std::to_string(channels)
                + " means and deviations, which are not the channels of the input " + input.shape.text());
        }
        for (std::size_t behind = *axis + 1; behind < input.shape.rank(); ++behind) {
            inner *= input.shape[behind];
        }
    }
    for (std::size_t at = 0; at < pixels.size(); ++at) {
        const auto channel = static_cast<std::size_t>(static_cast<std::int64_t>(at) / inner % channels);
        pixels[at] = static_cast<double>(range.real(pixels[at], channel));
    }
}

} // namespace

std::vector<std::byte> inputValue(
    ElementType type, std::span<const std::byte> values, const Tensor &input, const InputMeaning &meaning)
{
    if (type == input.type && !(meaning.pixels && meaning.chosen)) {
        return {values.begin(), values.end()};
    }
    const bool quantized = isQuantized(input);
    std::optional<PixelRange> range = meaning.pixels;
    if (range && !meaning.chosen) {
        const auto guess = guessedRange(input);
        if (guess && guess->codes && type == ElementType::UInt8) {
            return shifted(values);
        }
        if (guess) {
            range = guess->range;
        } else if (!isFloat(input.type)) {
            range.reset();
        }
    }
    if (type == ElementType::Int8 && input.type == ElementType::UInt8 && quantized) {
        return shifted(values);
    }
    std::vector<double> numbers = numbersOf(type, values);
    if (range) {
        toReals(numbers, *range, input, meaning.channelAxis);
    } else if (type == ElementType::Int8 && meaning.codes) {
        for (double &number : numbers) {
            number = static_cast<double>(meaning.codes->scale())
                * (number - static_cast<double>(meaning.codes->zeroPoint()));
        }
    }
    return quantized ? quantizedAs(input, numbers) : storedAs(input.type, numbers);
}

} // namespace tinsmith

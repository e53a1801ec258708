// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/tensor.h"
#include "core/session/pixel_range.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace tinsmith {

/// What stored values are to an input, beside numbers.
struct InputMeaning {
    /// They are pixels 0..255 of this range. An input that is quantized says itself what its pixels are
    /// (guessedRange()), and one of integers takes them as they are, unless the range was chosen by a person.
    std::optional<PixelRange> pixels;
    bool chosen = false;
    /// The input's axis of channels, for ranges per channel.
    std::optional<std::size_t> channelAxis;
    /// int8 values are codes of this quantization.
    std::optional<Quantization> codes;
};

/// Values, in the order of the input's shape, as the bytes that the input takes: the same type as it is, int8 and uint8
/// codes of 8-bit quantized inputs shifted, real numbers quantized or rounded to the input's float type, whole numbers
/// for integers. Throws UnsupportedError where a value or type cannot become the input's.
std::vector<std::byte> inputValue(
    ElementType type, std::span<const std::byte> values, const Tensor &input, const InputMeaning &meaning);

} // namespace tinsmith

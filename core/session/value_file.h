// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/session/pixel_range.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tinsmith {

/// The value of one tensor, read from a file, and what was done to make it that.
struct FileValue {
    std::vector<std::byte> bytes;
    /// Sentences without the file's name: "the values are 1×4×6×3, transposed to 3×4×6 (channels first)".
    std::vector<std::string> notes;
    /// Whether it was made of pixels.
    bool pixels = false;
};

/// What the pixels of a picture mean to an input, and why.
struct PixelMeaning {
    /// Chosen by a person.
    std::optional<PixelRange> chosen;
    /// Of the model, for a float input; see guessBehind().
    std::optional<PixelRange> guess;
};

/// Reads the value of an input from a .npy file, a picture (.png, .jpg, .bmp, ..., scaled to the input) or a raw
/// little-endian file, by extension. An array is transposed where only its channels are elsewhere (layoutBetween()).
/// Numbers of another type are taken where the input holds each of them exactly, floats also by rounding to the input's
/// float type or by its quantization; integers 0..255 as pixels where a range was chosen. Throws FormatError naming the
/// file and both shapes or types, SystemError.
FileValue readInputFile(const std::filesystem::path &file, const Tensor &input, const PixelMeaning &pixels = {});

/// The same for a value that outputs are compared with: no pictures, and nothing is quantized.
FileValue readOutputFile(const std::filesystem::path &file, const Tensor &output);

} // namespace tinsmith

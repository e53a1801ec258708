// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace tinsmith {

struct ImageSize {
    std::int64_t height = 0;
    std::int64_t width = 0;
    std::int64_t channels = 3;
};

/// Ends in .png, .jpg, .jpeg, .bmp, .ppm, .pgm or .gif.
bool isImageName(const std::filesystem::path &file);

/// The picture as uint8 pixels [H,W,C], or [C,H,W] where `channelsFirst`, scaled (bilinear, half-pixel centres) to the
/// size; grey becomes RGB and the other way round. Throws FormatError naming the file.
std::vector<std::byte> readImage(const std::filesystem::path &file, const ImageSize &size, bool channelsFirst);

} // namespace tinsmith

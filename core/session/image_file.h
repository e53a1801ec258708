// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/tensor.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace tinsmith {

struct ImageSize {
    std::int64_t height = 0;
    std::int64_t width = 0;
    std::int64_t channels = 3;
};

/// The image that a tensor holds.
struct ImageForm {
    ImageSize size;
    bool channelsFirst = false;
};
/// Of [H,W,C], [C,H,W] or [H,W] of several rows, with or without a leading 1; nothing for a shape that is not an image
/// or not known.
std::optional<ImageForm> imageForm(const Shape &shape);

/// Ends in .png, .jpg, .jpeg, .bmp, .ppm, .pgm or .gif.
bool isImageName(const std::filesystem::path &file);

/// The picture as uint8 pixels [H,W,C], or [C,H,W] where `channelsFirst`, scaled (bilinear, half-pixel centres) to the
/// size; grey becomes RGB and the other way round. Throws FormatError naming the file.
std::vector<std::byte> readImage(const std::filesystem::path &file, const ImageSize &size, bool channelsFirst);

} // namespace tinsmith

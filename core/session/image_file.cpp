// SPDX-License-Identifier: Apache-2.0
#include "core/session/image_file.h"

#include "core/graph/bytes.h"
#include "core/graph/error.h"
#include "core/session/pixel_range.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_NO_HDR
#define STBI_NO_LINEAR
#define STBI_MAX_DIMENSIONS 16384
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
#include <stb_image.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

namespace tinsmith {

std::optional<ImageForm> imageForm(const Shape &shape)
{
    if (!shape.known()) {
        return std::nullopt;
    }
    if (shape.rank() == 2 && shape[0] > 1) {
        return ImageForm{{shape[0], shape[1], 1}, false};
    }
    const auto axis = channelAxis(shape);
    if (!axis) {
        return std::nullopt;
    }
    const std::size_t start = shape.rank() - 3;
    return *axis == start ? ImageForm{{shape[start + 1], shape[start + 2], shape[start]}, true}
                          : ImageForm{{shape[start], shape[start + 1], shape[start + 2]}, false};
}

bool isImageName(const std::filesystem::path &file)
{
    std::string extension = file.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
        [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    constexpr std::array<const char *, 7> known = {".png", ".jpg", ".jpeg", ".bmp", ".ppm", ".pgm", ".gif"};
    return std::find(known.begin(), known.end(), extension) != known.end();
}

std::vector<std::byte> readImage(const std::filesystem::path &file, const ImageSize &size, bool channelsFirst)
{
    if (size.channels != 1 && size.channels != 3 && size.channels != 4) {
        throw FormatError(file.string(), {},
            "the model takes " + std::to_string(size.channels) + " channels, pictures have 1, 3 or 4");
    }
    const Bytes content = Bytes::map(file);
    int width = 0;
    int height = 0;
    int channels = 0;
    const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> pixels(
        stbi_load_from_memory(reinterpret_cast<const stbi_uc *>(content.data()), static_cast<int>(content.size()),
            &width, &height, &channels, static_cast<int>(size.channels)),
        &stbi_image_free);
    if (pixels == nullptr || width <= 0 || height <= 0) {
        throw FormatError(file.string(), {}, std::string("cannot be read as a picture: ") + stbi_failure_reason());
    }
    const auto source = [&](std::int64_t y, std::int64_t x, std::int64_t c) {
        return static_cast<float>(pixels.get()[(y * width + x) * size.channels + c]);
    };
    std::vector<std::byte> result(static_cast<std::size_t>(size.height * size.width * size.channels));
    for (std::int64_t y = 0; y < size.height; ++y) {
        const float sourceY = std::clamp(
            (static_cast<float>(y) + 0.5F) * static_cast<float>(height) / static_cast<float>(size.height) - 0.5F, 0.0F,
            static_cast<float>(height - 1));
        const auto top = static_cast<std::int64_t>(sourceY);
        const std::int64_t bottom = std::min<std::int64_t>(top + 1, height - 1);
        const float down = sourceY - static_cast<float>(top);
        for (std::int64_t x = 0; x < size.width; ++x) {
            const float sourceX = std::clamp(
                (static_cast<float>(x) + 0.5F) * static_cast<float>(width) / static_cast<float>(size.width) - 0.5F,
                0.0F, static_cast<float>(width - 1));
            const auto left = static_cast<std::int64_t>(sourceX);
            const std::int64_t right = std::min<std::int64_t>(left + 1, width - 1);
            const float across = sourceX - static_cast<float>(left);
            for (std::int64_t c = 0; c < size.channels; ++c) {
                const float upper = source(top, left, c) * (1 - across) + source(top, right, c) * across;
                const float lower = source(bottom, left, c) * (1 - across) + source(bottom, right, c) * across;
                const auto value = static_cast<int>(std::lround(upper * (1 - down) + lower * down));
                const std::int64_t at
                    = channelsFirst ? (c * size.height + y) * size.width + x : (y * size.width + x) * size.channels + c;
                result[static_cast<std::size_t>(at)] = static_cast<std::byte>(value);
            }
        }
    }
    return result;
}

} // namespace tinsmith

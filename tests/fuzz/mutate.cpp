// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/mutate.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace tinsmith::fuzz {
namespace {

constexpr std::array<std::uint64_t, 24> extremes
    = {0, 1, 2, 3, 4, 7, 8, 16, 64, 127, 128, 255, 256, 32767, 65535, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE,
        0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFFFFF, 0x100000000, 0x7F800000};

std::size_t below(std::mt19937 &random, std::size_t limit)
{
    return limit == 0 ? 0 : random() % limit;
}

void changeNumber(File &file, std::mt19937 &random)
{
    const std::size_t width = std::size_t{1} << below(random, 4);
    if (file.size() < width) {
        return;
    }
    const std::size_t at = below(random, file.size() - width + 1) / width * width;
    std::uint64_t value = 0;
    std::memcpy(&value, file.data() + at, width);
    switch (below(random, 5)) {
    case 0:
        value = extremes[below(random, extremes.size())];
        break;
    case 1:
        value += below(random, 17) - 8;
        break;
    case 2:
        value ^= std::uint64_t{1} << below(random, width * 8);
        break;
    case 3:
        std::memcpy(&value, file.data() + below(random, file.size() - width + 1) / width * width, width);
        break;
    default:
        value = random();
        break;
    }
    std::memcpy(file.data() + at, &value, width);
}

void changeLength(File &file, std::mt19937 &random)
{
    if (file.empty()) {
        file.push_back(static_cast<std::byte>(random()));
        return;
    }
    const std::size_t at = below(random, file.size());
    const std::size_t count = std::min(file.size() - at, std::size_t{1} << below(random, 8));
    const auto from = file.begin() + static_cast<std::ptrdiff_t>(at);
    if (below(random, 2) == 0) {
        file.erase(from, from + static_cast<std::ptrdiff_t>(count));
    } else {
        const File piece(from, from + static_cast<std::ptrdiff_t>(count));
        const auto to = file.begin() + static_cast<std::ptrdiff_t>(below(random, file.size()));
        file.insert(to, piece.begin(), piece.end());
    }
}

/// Whole words of a project, in the place of other words.
void changeWord(File &text, std::mt19937 &random)
{
    static constexpr std::array<std::string_view, 24> words = {"\"steps\"", "\"rewrite\"", "\"parameters\"",
        "\"enabled\"", "\"at\"", "\"quantize\"", "\"fold-constants\"", "\"fold-batch-norm\"",
        "\"remove-dead-channels\"", "\"pool-to-stride\"", "\"model.onnx\"", "\"model.tflite\"", "\"\"", "[", "]", "{",
        "}", "null", "true", "1e999", "-1", "\"\\ud800\"", "\"nothing\"", ","};
    const std::string_view word = words[below(random, words.size())];
    const auto *const letters = reinterpret_cast<const std::byte *>(word.data());
    const std::size_t at = below(random, text.size());
    const auto from = text.begin() + static_cast<std::ptrdiff_t>(at);
    const auto quote = [](std::byte letter) { return letter == std::byte{'"'}; };
    if (below(random, 2) == 0) {
        text.insert(from, letters, letters + word.size());
        return;
    }
    const auto open = std::find_if(from, text.end(), quote);
    if (open != text.end()) {
        const auto close = std::find_if(open + 1, text.end(), quote);
        const auto place = text.erase(open, close == text.end() ? close : close + 1);
        text.insert(place, letters, letters + word.size());
    }
}

} // namespace

void mutateBytes(File &file, std::mt19937 &random)
{
    if (below(random, 20) == 0) {
        changeLength(file, random);
    }
    for (std::size_t left = 1 + below(random, 4); left > 0; --left) {
        changeNumber(file, random);
    }
}

void mutateProject(File &file, std::mt19937 &random)
{
    constexpr std::size_t start = 11 + 8;
    std::uint64_t length = 0;
    if (file.size() > start) {
        std::memcpy(&length, file.data() + start - 8, 8);
    }
    if (file.size() <= start || length > file.size() - start || below(random, 16) == 0) {
        mutateBytes(file, random);
        return;
    }
    const auto middle = file.begin() + static_cast<std::ptrdiff_t>(start + length);
    File text(file.begin() + static_cast<std::ptrdiff_t>(start), middle);
    File model(middle, file.end());
    const std::size_t choice = below(random, 4);
    if (choice == 0) {
        mutateBytes(text, random);
    } else if (choice == 1) {
        changeWord(text, random);
    } else if (model.size() > 8 && std::memcmp(model.data() + 4, "TFL3", 4) == 0) {
        mutateBytes(model, random);
    } else {
        mutateOnnx(model, random);
    }
    length = text.size();
    file.resize(start);
    std::memcpy(file.data() + start - 8, &length, 8);
    file.insert(file.end(), text.begin(), text.end());
    file.insert(file.end(), model.begin(), model.end());
}

} // namespace tinsmith::fuzz

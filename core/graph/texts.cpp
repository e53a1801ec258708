// SPDX-License-Identifier: Apache-2.0
#include "core/graph/texts.h"

#include "core/graph/error.h"

#include <cstring>
#include <limits>

namespace tinsmith {
namespace {

constexpr std::size_t wordBytes = sizeof(std::uint32_t);

void putWord(std::vector<std::byte> &packed, std::size_t at, std::size_t value)
{
    const auto word = static_cast<std::uint32_t>(value);
    std::memcpy(packed.data() + at * wordBytes, &word, wordBytes);
}

} // namespace

Bytes packTexts(std::span<const std::string_view> texts)
{
    const std::size_t begin = wordBytes * (texts.size() + 2);
    std::size_t end = begin;
    for (const std::string_view text : texts) {
        end += text.size();
    }
    if (end > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
        throw GraphError({}, {}, std::to_string(texts.size()) + " texts take more than 2 GiB");
    }
    std::vector<std::byte> packed(end);
    putWord(packed, 0, texts.size());
    std::size_t at = begin;
    for (std::size_t index = 0; index < texts.size(); ++index) {
        putWord(packed, index + 1, at);
        if (!texts[index].empty()) {
            std::memcpy(packed.data() + at, texts[index].data(), texts[index].size());
        }
        at += texts[index].size();
    }
    putWord(packed, texts.size() + 1, end);
    return Bytes(std::move(packed));
}

std::optional<std::vector<std::string_view>> textsIn(const Bytes &bytes)
{
    const std::size_t words = bytes.size() / wordBytes;
    const auto word = [&bytes](std::size_t at) {
        std::uint32_t value = 0;
        std::memcpy(&value, bytes.data() + at * wordBytes, wordBytes);
        return std::size_t{value};
    };
    if (words < 2 || word(0) > words - 2 || word(1) != wordBytes * (word(0) + 2)) {
        return std::nullopt;
    }
    std::vector<std::string_view> texts;
    texts.reserve(word(0));
    for (std::size_t at = 1; at <= word(0); ++at) {
        if (word(at) > word(at + 1) || word(at + 1) > bytes.size()) {
            return std::nullopt;
        }
        texts.emplace_back(reinterpret_cast<const char *>(bytes.data()) + word(at), word(at + 1) - word(at));
    }
    return texts;
}

} // namespace tinsmith

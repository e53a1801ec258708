// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/signature_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>

namespace tinsmith::tflite {
namespace {

constexpr std::string_view keyPrefix = "Signature ";
constexpr std::string_view subgraphPrefix = "subgraph ";
constexpr std::string_view arrow = " -> ";
constexpr std::string_view encodedPrefix = "base64 ";
constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Names stand as they are, or in quotes where they could be taken for something else.
std::string quoted(const std::string &name)
{
    const bool plain
        = !name.empty() && name.find_first_of(std::string_view(" \"\\,=>\t\n\r\0", 10)) == std::string::npos;
    if (plain) {
        return name;
    }
    std::string text = "\"";
    for (const char letter : name) {
        if (letter == '"' || letter == '\\') {
            text += '\\';
        }
        text += letter;
    }
    return text + "\"";
}

std::string listed(const std::vector<std::pair<std::string, std::string>> &names)
{
    std::string text;
    for (const auto &[name, tensor] : names) {
        text += (text.empty() ? "" : ", ") + quoted(name) + " = " + quoted(tensor);
    }
    return text;
}

/// Takes a signature's text apart from the front.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) { }

    bool done() const { return rest_.empty(); }
    bool take(std::string_view expected)
    {
        if (rest_.substr(0, expected.size()) != expected) {
            return false;
        }
        rest_.remove_prefix(expected.size());
        return true;
    }
    bool takeNumber(std::size_t &number)
    {
        const auto [end, problem] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
        if (problem != std::errc()) {
            return false;
        }
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return true;
    }
    bool takeName(std::string &name)
    {
        if (!take("\"")) {
            const std::size_t end = std::min(rest_.find_first_of(" ,"), rest_.size());
            name = rest_.substr(0, end);
            rest_.remove_prefix(end);
            return !name.empty();
        }
        for (std::size_t at = 0; at < rest_.size(); ++at) {
            if (rest_[at] == '"') {
                rest_.remove_prefix(at + 1);
                return true;
            }
            at += rest_[at] == '\\' ? 1 : 0;
            name += at < rest_.size() ? rest_[at] : '\\';
        }
        return false;
    }
    /// Names up to the arrow or the end.
    bool takeList(std::vector<std::pair<std::string, std::string>> &names)
    {
        while (!done() && rest_.substr(0, arrow.size()) != arrow) {
            std::pair<std::string, std::string> entry;
            if ((!names.empty() && !take(", ")) || !takeName(entry.first) || !take(" = ") || !takeName(entry.second)) {
                return false;
            }
            names.push_back(std::move(entry));
        }
        return true;
    }

private:
    std::string_view rest_;
};

std::string encoded(const std::string &content)
{
    std::string text(encodedPrefix);
    text.reserve(text.size() + (content.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < content.size(); at += 3) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            bits = bits << 8 | (at + i < content.size() ? static_cast<unsigned char>(content[at + i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            text += at + i > content.size() ? '=' : digits[bits >> (18 - 6 * i) & 63U];
        }
    }
    return text;
}

} // namespace

std::pair<std::string, std::string> asMetadata(const Signature &signature)
{
    std::string text
        = signature.subgraph == 0 ? "" : std::string(subgraphPrefix) + std::to_string(signature.subgraph) + ": ";
    text += listed(signature.inputs) + std::string(arrow) + listed(signature.outputs);
    return {std::string(keyPrefix) + signature.key, text};
}

std::optional<Signature> signatureFrom(const std::pair<std::string, std::string> &entry)
{
    if (entry.first.rfind(keyPrefix, 0) != 0) {
        return std::nullopt;
    }
    Signature signature;
    signature.key = entry.first.substr(keyPrefix.size());
    Reader reader(entry.second);
    if (reader.take(subgraphPrefix) && (!reader.takeNumber(signature.subgraph) || !reader.take(": "))) {
        return std::nullopt;
    }
    const bool sound = reader.takeList(signature.inputs) && reader.take(arrow) && reader.takeList(signature.outputs)
        && reader.done();
    return sound ? std::optional(std::move(signature)) : std::nullopt;
}

std::string namePairsText(const std::vector<std::pair<std::string, std::string>> &pairs)
{
    return listed(pairs);
}

std::optional<std::vector<std::pair<std::string, std::string>>> namePairsFrom(const std::string &text)
{
    std::vector<std::pair<std::string, std::string>> pairs;
    Reader reader(text);
    return reader.takeList(pairs) && reader.done() ? std::optional(std::move(pairs)) : std::nullopt;
}

std::string metadataText(const std::string &content)
{
    const std::string text = content.substr(0, content.find_last_not_of('\0') + 1);
    constexpr std::size_t longestLine = 4096;
    const bool line = text.size() <= longestLine && text.rfind(encodedPrefix, 0) != 0
        && std::all_of(text.begin(), text.end(), [](char letter) { return letter >= ' ' && letter <= '~'; });
    return line ? text : encoded(content);
}

std::string metadataContent(const std::string &text)
{
    if (text.rfind(encodedPrefix, 0) != 0) {
        return text;
    }
    std::array<std::int8_t, 256> values = {};
    values.fill(-1);
    for (std::size_t i = 0; i < digits.size(); ++i) {
        values[static_cast<unsigned char>(digits[i])] = static_cast<std::int8_t>(i);
    }
    std::string content;
    std::uint32_t bits = 0;
    int count = 0;
    for (std::size_t at = encodedPrefix.size(); at < text.size() && text[at] != '='; ++at) {
        const int value = values[static_cast<unsigned char>(text[at])];
        if (value < 0) {
            return text;
        }
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        count += 6;
        if (count >= 8) {
            count -= 8;
            content += static_cast<char>(bits >> count & 255U);
        }
    }
    return content;
}

} // namespace tinsmith::tflite

// SPDX-License-Identifier: Apache-2.0
#include "core/session/class_names.h"

#include "core/graph/error.h"
#include "core/session/archive.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace tinsmith {
namespace {

constexpr std::size_t largestLabelFile = std::size_t{4} << 20;

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
        [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return text;
}

/// The names of {0: 'cat', 1: "dog"} or ['cat', "dog"], as Python writes them; empty for anything else.
std::vector<std::string> namesFromLiteral(std::string_view text)
{
    text = trimmed(text);
    const bool object = text.size() >= 2 && text.front() == '{' && text.back() == '}';
    const bool list = text.size() >= 2 && text.front() == '[' && text.back() == ']';
    if (!object && !list) {
        return {};
    }
    text = text.substr(1, text.size() - 2);
    std::vector<std::string> names;
    for (;;) {
        text = trimmed(text);
        if (text.empty()) {
            return names;
        }
        if (object) {
            // Keys must be the classes in order, quoted (JSON) or not.
            const std::string key = std::to_string(names.size());
            const auto colon = text.find(':');
            const std::string_view given = trimmed(text.substr(0, colon));
            if (colon == std::string_view::npos
                || (given != key && given != "\"" + key + "\"" && given != "'" + key + "'")) {
                return {};
            }
            text = trimmed(text.substr(colon + 1));
        }
        if (text.empty() || (text.front() != '\'' && text.front() != '"')) {
            return {};
        }
        const char quote = text.front();
        std::string name;
        std::size_t at = 1;
        for (; at < text.size() && text[at] != quote; ++at) {
            at += text[at] == '\\' && at + 1 < text.size() ? 1 : 0;
            name += text[at];
        }
        if (at >= text.size()) {
            return {};
        }
        names.push_back(std::move(name));
        text = trimmed(text.substr(at + 1));
        if (!text.empty() && text.front() != ',') {
            return {};
        }
        text = text.empty() ? text : text.substr(1);
    }
}

std::vector<std::string> namesFromMetadata(const Graph &graph)
{
    for (const char *key : {"names", "labels", "classes", "class_names"}) {
        for (const auto &[name, value] : graph.info().metadata) {
            if (lower(name) == key) {
                std::vector<std::string> names = namesFromLiteral(value);
                if (names.empty() && value.find('\n') != std::string::npos) {
                    names = classNamesFromLines(value);
                }
                if (!names.empty()) {
                    return names;
                }
            }
        }
    }
    return {};
}

bool endsInZip(const Bytes &file)
{
    // The end record of a zip: its signature, 18 bytes, and a comment of up to 65,535.
    constexpr std::array<std::byte, 4> signature = {std::byte{'P'}, std::byte{'K'}, std::byte{5}, std::byte{6}};
    constexpr std::size_t farthest = 22 + 65535;
    const auto tail = file.view().last(std::min(file.size(), farthest));
    return std::search(tail.begin(), tail.end(), signature.begin(), signature.end()) != tail.end();
}

std::vector<std::string> namesFromZip(const Bytes &file)
{
    if (!endsInZip(file)) {
        return {};
    }
    std::vector<std::string> any;
    try {
        for (const auto &[name, content] : readZip(file, "labels", largestLabelFile)) {
            const std::string path = lower(name);
            if (!path.ends_with(".txt")) {
                continue;
            }
            auto names = classNamesFromLines({reinterpret_cast<const char *>(content.data()), content.size()});
            if (path.find("label") != std::string::npos) {
                return names;
            }
            any = any.empty() ? std::move(names) : any;
        }
    } catch (const FormatError &) {
        // What is behind the model is none of the model's business: it opens without labels.
        return {};
    }
    return any;
}

} // namespace

std::vector<std::string> classNamesOf(const Graph &graph, const Bytes &file)
{
    std::vector<std::string> names = namesFromMetadata(graph);
    return names.empty() ? namesFromZip(file) : names;
}

std::vector<std::string> classNamesFromLines(std::string_view text)
{
    std::vector<std::string> names;
    while (!text.empty()) {
        const auto end = text.find('\n');
        names.emplace_back(trimmed(text.substr(0, end)));
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    while (!names.empty() && names.back().empty()) {
        names.pop_back();
    }
    const auto numbered = [&](std::size_t index) {
        const std::string number = std::to_string(index) + " ";
        return names[index].rfind(number, 0) == 0 ? number.size() : 0;
    };
    std::size_t count = 0;
    while (count < names.size() && numbered(count) > 0) {
        ++count;
    }
    for (std::size_t index = 0; count == names.size() && index < names.size(); ++index) {
        names[index] = trimmed(names[index]).substr(numbered(index));
    }
    return names;
}

std::vector<std::string> loadClassNames(const std::filesystem::path &file)
{
    const Bytes bytes = Bytes::map(file);
    const std::string_view text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    if (bytes.size() > largestLabelFile || text.find('\0') != std::string_view::npos) {
        throw FormatError(file.string(), {}, "is not a text file with one class name per line");
    }
    std::vector<std::string> names = classNamesFromLines(text);
    if (names.empty()) {
        throw FormatError(file.string(), {}, "names no class; it should have one name per line");
    }
    return names;
}

} // namespace tinsmith

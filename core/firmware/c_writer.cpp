// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/c_writer.h"

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

namespace tinsmith {
namespace {

constexpr std::size_t indentWidth = 4;
constexpr std::size_t lastColumn = 100;

} // namespace

void CWriter::line(std::string_view text)
{
    if (!text.empty()) {
        text_.append(depth_ * indentWidth, ' ');
        text_.append(text);
    }
    text_ += '\n';
}

void CWriter::comment(std::string_view text)
{
    // A name from a model must not end the comment, nor begin another.
    std::string safe;
    for (const char c : text) {
        const bool printable = static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
        const bool delimiter = !safe.empty() && ((safe.back() == '*' && c == '/') || (safe.back() == '/' && c == '*'));
        safe += !printable ? ' ' : delimiter ? '_' : c == '\\' ? '/' : c;
    }
    line("/* " + safe + " */");
}

void CWriter::open(std::string_view head)
{
    line(std::string(head) + " {");
    ++depth_;
}

void CWriter::openFunction(std::string_view head)
{
    line(head);
    line("{");
    ++depth_;
}

void CWriter::close(std::string_view behind)
{
    --depth_;
    line("}" + std::string(behind));
}

void CWriter::list(std::string_view head, std::span<const std::string> items, std::string_view tail)
{
    std::string current = std::string(depth_ * indentWidth, ' ') + std::string(head);
    for (std::size_t i = 0; i < items.size(); ++i) {
        const std::string item = items[i] + (i + 1 < items.size() ? "," : std::string(tail));
        const bool first = i == 0;
        if (current.size() + 1 + item.size() > lastColumn && current.find_first_not_of(' ') != std::string::npos) {
            text_ += current + '\n';
            current = std::string((depth_ + 1) * indentWidth, ' ') + item;
        } else {
            current += (first ? "" : " ") + item;
        }
    }
    if (items.empty()) {
        current += tail;
    }
    text_ += current + '\n';
}

void CWriter::call(std::string_view function, std::span<const CArgument> arguments)
{
    std::vector<std::string> items;
    items.reserve(arguments.size());
    for (const CArgument &argument : arguments) {
        items.push_back(argument.label.empty() ? argument.value : "/*" + argument.label + "*/ " + argument.value);
    }
    list(std::string(function) + "(", items, ");");
}

void CWriter::call(std::string_view function, std::initializer_list<CArgument> arguments)
{
    call(function, std::span<const CArgument>(arguments.begin(), arguments.size()));
}

void CWriter::array(std::string_view declaration, std::span<const std::string> values)
{
    line(std::string(declaration) + " = {");
    ++depth_;
    std::string current;
    for (const std::string &value : values) {
        if (!current.empty() && depth_ * indentWidth + current.size() + value.size() + 2 > lastColumn) {
            line(current);
            current.clear();
        }
        current += (current.empty() ? "" : " ") + value + ",";
    }
    line(current);
    --depth_;
    line("};");
}

std::string floatLiteral(float value)
{
    if (std::isnan(value)) {
        return "NAN";
    }
    if (std::isinf(value)) {
        return value > 0 ? "INFINITY" : "-INFINITY";
    }
    std::array<char, 32> buffer = {};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    std::string text(buffer.data(), end);
    if (text.find_first_of(".e") == std::string::npos) {
        text += ".0";
    }
    return text + "F";
}

std::string stringLiteral(std::string_view text)
{
    std::string literal = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\' || c == '?') {
            literal += '\\';
            literal += c;
        } else if (byte >= 0x20 && byte < 0x7F) {
            literal += c;
        } else {
            // Three digits, so that a digit behind it is not taken for one of them.
            literal += '\\';
            for (const int shift : {6, 3, 0}) {
                literal += static_cast<char>('0' + (byte >> shift & 7));
            }
        }
    }
    return literal + '"';
}

std::string identifier(std::string_view text, std::size_t longest)
{
    std::string name;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool word = byte < 0x80 && std::isalnum(byte) != 0;
        if (word) {
            name += static_cast<char>(std::tolower(byte));
        } else if (!name.empty() && name.back() != '_') {
            name += '_';
        }
        if (name.size() == longest) {
            break;
        }
    }
    while (!name.empty() && name.back() == '_') {
        name.pop_back();
    }
    if (name.empty()) {
        return "model";
    }
    return std::isdigit(static_cast<unsigned char>(name.front())) != 0 ? "m" + name : name;
}

} // namespace tinsmith

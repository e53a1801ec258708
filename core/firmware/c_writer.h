// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tinsmith {

/// One argument of an emitted call; the label, where there is one, says in a comment what a literal means.
struct CArgument {
    std::string value;
    std::string label;

    CArgument(std::string text) : value(std::move(text)) { }
    CArgument(const char *text) : value(text) { }
    CArgument(std::string name, std::int64_t literal) : value(std::to_string(literal)), label(std::move(name)) { }
    CArgument(std::string name, std::string text) : value(std::move(text)), label(std::move(name)) { }
};

/// Writes C: lines at the right depth, blocks, calls and arrays broken at the right column.
class CWriter {
public:
    explicit CWriter(std::size_t depth = 0) : depth_(depth) { }

    void line(std::string_view text = {});
    void comment(std::string_view text);
    /// "head {" and one level deeper; a function's brace stands on a line of its own.
    void open(std::string_view head);
    void openFunction(std::string_view head);
    void close(std::string_view behind = {});
    void call(std::string_view function, std::span<const CArgument> arguments);
    void call(std::string_view function, std::initializer_list<CArgument> arguments);
    /// Items between head and tail, separated by commas, broken before column 100.
    void list(std::string_view head, std::span<const std::string> items, std::string_view tail);
    /// "declaration = {values};"
    void array(std::string_view declaration, std::span<const std::string> values);

    const std::string &text() const { return text_; }

private:
    std::string text_;
    std::size_t depth_;
};

/// A float as a C literal that gives back exactly this value ("0.1F", "-INFINITY").
std::string floatLiteral(float value);
/// `text` as a C string literal, quotes included: any byte that is not printable ASCII as an octal escape, no
/// trigraphs.
std::string stringLiteral(std::string_view text);
/// `text` as a valid lower-case C identifier without leading digit or underscore; "model" where nothing is left.
std::string identifier(std::string_view text, std::size_t longest = 48);

} // namespace tinsmith

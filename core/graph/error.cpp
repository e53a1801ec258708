// SPDX-License-Identifier: Apache-2.0
#include "core/graph/error.h"

#include <utility>

namespace tinsmith {
namespace {

std::string joined(const std::string &file, const std::string &place, const std::string &cause)
{
    // A place is a name out of the file, cut off behind a whole character of UTF-8.
    constexpr std::size_t longestPlace = 300;
    std::string named = place;
    if (named.size() > longestPlace) {
        std::size_t end = longestPlace;
        while (end > 0 && (static_cast<unsigned char>(named[end]) & 0xC0U) == 0x80U) {
            --end;
        }
        named = named.substr(0, end) + "…";
    }
    std::string text;
    for (const std::string *part : {&file, &std::as_const(named), &cause}) {
        if (!part->empty()) {
            text += (text.empty() ? "" : ": ") + *part;
        }
    }
    // Names in a file may hold anything: a zero would end the message, an escape sequence would command the terminal.
    for (char &letter : text) {
        const auto code = static_cast<unsigned char>(letter);
        if ((code < 32 && letter != '\n' && letter != '\t') || code == 127) {
            letter = '?';
        }
    }
    return text;
}

} // namespace

Error::Error(std::string file, std::string place, std::string cause)
    : std::runtime_error(joined(file, place, cause)), file_(std::move(file)), place_(std::move(place)),
      cause_(std::move(cause))
{
}

} // namespace tinsmith

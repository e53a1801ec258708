// SPDX-License-Identifier: Apache-2.0
#include "core/session/json_text.h"

#include "core/graph/error.h"

namespace tinsmith {

nlohmann::json parseUntrustedJson(std::string_view text, const std::string &file)
{
    constexpr std::size_t longest = std::size_t{16} << 20;
    constexpr int deepest = 32;
    if (text.size() > longest) {
        throw FormatError(file, {}, "has a description of more than 16 MB");
    }
    const auto bounded = [&file](int depth, nlohmann::json::parse_event_t, const nlohmann::json &) {
        if (depth > deepest) {
            throw FormatError(file, {}, "has a description with lists in lists more than 32 deep");
        }
        return true;
    };
    return nlohmann::json::parse(text.begin(), text.end(), bounded, false);
}

} // namespace tinsmith

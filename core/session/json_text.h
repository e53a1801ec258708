// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace tinsmith {

/// JSON of a file that may come from anyone: nothing where the text is no JSON. Throws FormatError naming `file` where
/// it is longer than 16 MB or lists stand in lists more than 32 deep, which nothing of ours writes and which would cost
/// memory and stack out of proportion.
nlohmann::json parseUntrustedJson(std::string_view text, const std::string &file);

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/manifest_seal.h"

#include "core/graph/sha256.h"

namespace tinsmith {
namespace {

constexpr std::string_view mark = "\"manifest_sha256\": \"";
constexpr std::size_t digits = 64;

/// Where the hash is in the text; npos where there is none.
std::size_t placeOfSeal(std::string_view text)
{
    // The last: a name in the model may hold the same words.
    const std::size_t at = text.rfind(mark);
    return at == std::string_view::npos || at + mark.size() + digits > text.size() ? std::string_view::npos
                                                                                   : at + mark.size();
}

} // namespace

std::string sealedManifest(std::string text)
{
    const std::size_t at = placeOfSeal(text);
    return at == std::string::npos ? text : text.replace(at, digits, sha256(text));
}

bool sealHolds(std::string_view text)
{
    const std::size_t at = placeOfSeal(text);
    if (at == std::string_view::npos) {
        return false;
    }
    std::string blank(text);
    blank.replace(at, digits, digits, '0');
    return sealedManifest(blank) == text;
}

} // namespace tinsmith

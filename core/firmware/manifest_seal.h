// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tinsmith {

// A manifest lists the SHA-256 of every file of its package, and in "manifest_sha256" its own: that of its text with 64
// zeros in this place. So an edit of any file is noticed, one of the manifest too.

/// The text with its own hash in the place of the zeros.
std::string sealedManifest(std::string text);
/// Whether the text is as sealedManifest() made it.
bool sealHolds(std::string_view text);

} // namespace tinsmith

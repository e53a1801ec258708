// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace tinsmith {

/// Writes `content` to a temporary file beside `file`, syncs it and renames it into place: `file` is there whole, as it
/// was, or not at all. Throws SystemError naming the file.
void writeFileAtomically(const std::filesystem::path &file, std::span<const std::byte> content);

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace tinsmith {

/// Writes `content` to a temporary file beside the file `name`, syncs it and renames it into place: it is there whole,
/// as it was, or not at all. Where it is a symbolic link, the file that it refers to is replaced; where it is a device
/// or a pipe, the content is written into it. Throws SystemError naming the file.
void writeFileAtomically(const std::filesystem::path &name, std::span<const std::byte> content);

} // namespace tinsmith

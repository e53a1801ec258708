// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/bytes.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace tinsmith {

/// The members of a zip archive (.npz) by name, in the order of the archive. Throws FormatError naming the file;
/// refuses archives that unpack to more than `limit` bytes.
std::vector<std::pair<std::string, Bytes>> readZip(
    const std::filesystem::path &file, std::size_t limit = std::size_t{4} << 30);

/// The same of an archive in memory, which may have other content before it; `name` is for messages.
std::vector<std::pair<std::string, Bytes>> readZip(const Bytes &content, const std::string &name, std::size_t limit);

/// The file's content, unpacked where it is gzip; a plain file is mapped.
Bytes readMaybeGzip(const std::filesystem::path &file, std::size_t limit = std::size_t{4} << 30);

} // namespace tinsmith

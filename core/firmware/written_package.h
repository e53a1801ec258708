// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace tinsmith {

/// What an earlier export left in a folder, by its manifest.json.
struct WrittenPackage {
    /// SHA-256 of each file as it was written, by its path within the folder; empty where the manifest has none.
    std::map<std::string, std::string> files;
    /// Whether manifest.json itself is as it was written.
    bool manifestIntact = false;
};

/// Nothing where the folder holds no package. Throws FormatError where its manifest lists a path outside of the folder.
std::optional<WrittenPackage> readWrittenPackage(const std::filesystem::path &folder);

/// Whether `path` is relative and stays within the folder that it starts from.
bool staysInside(const std::filesystem::path &path);

/// The whole content. Throws SystemError.
std::string contentOf(const std::filesystem::path &file);

} // namespace tinsmith

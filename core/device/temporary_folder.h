// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace tinsmith {

/// A new folder below the system's temporary one, removed with all in it at the end of its life.
class TemporaryFolder {
public:
    /// Throws SystemError.
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder &) = delete;
    TemporaryFolder &operator=(const TemporaryFolder &) = delete;

    const std::filesystem::path &path() const { return path_; }

private:
    std::filesystem::path path_;
};

} // namespace tinsmith

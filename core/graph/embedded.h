// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace tinsmith {

/// A text file compiled into the library by tinsmith_embed() of packaging/cmake/EmbedFiles.cmake.
struct EmbeddedFile {
    /// Relative to the embedded folder, with forward slashes.
    std::string_view path;
    std::string_view text;
};

} // namespace tinsmith

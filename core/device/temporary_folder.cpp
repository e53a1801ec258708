// SPDX-License-Identifier: Apache-2.0
#include "core/device/temporary_folder.h"

#include "core/graph/error.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

namespace tinsmith {

TemporaryFolder::TemporaryFolder()
{
    std::error_code failure;
    const auto parent = std::filesystem::temp_directory_path(failure);
    if (failure) {
        throw SystemError("no folder for temporary files: " + failure.message());
    }
    std::string pattern = (parent / "tinsmith-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw SystemError(parent.string(), {}, std::string("no folder can be made here: ") + std::strerror(errno));
    }
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_data.h"

#include <cstdlib>

namespace tinsmith::test {

std::optional<std::filesystem::path> sharedData(const std::filesystem::path &relative)
{
    const char *named = std::getenv("TINSMITH_TEST_DATA");
    const auto root = named != nullptr && *named != '\0' ? std::filesystem::path(named)
                                                         : std::filesystem::path(TINSMITH_SOURCE_DIR) / ".." / "shared";
    std::error_code ignored;
    auto path = root / relative;
    if (!std::filesystem::exists(path, ignored)) {
        return std::nullopt;
    }
    return path;
}

} // namespace tinsmith::test

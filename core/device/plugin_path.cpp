// SPDX-License-Identifier: Apache-2.0
#include "core/device/plugin_path.h"

#include "core/graph/error.h"

#include <string>
#include <vector>

namespace tinsmith {

namespace {

std::filesystem::path helper(const std::string &file, const std::string &cause)
{
    namespace fs = std::filesystem;
    std::vector<fs::path> folders;
    std::error_code failure;
    const fs::path program = fs::read_symlink("/proc/self/exe", failure);
    if (!failure) {
        const fs::path prefix = program.parent_path().parent_path();
        // A Debian installation keeps libraries one level deeper, by architecture.
        for (const char *lib : {"lib", "lib64", "lib/x86_64-linux-gnu", "lib/aarch64-linux-gnu"}) {
            folders.push_back(prefix / lib / "tinsmith");
        }
    }
    folders.emplace_back(TINSMITH_INSTALLED_PLUGINS);
    std::string tried;
    for (const fs::path &folder : folders) {
        fs::path path = folder / file;
        if (fs::is_regular_file(path, failure)) {
            return path;
        }
        tried += (tried.empty() ? "" : ", ") + folder.string();
    }
    throw SystemError(file, {}, cause + " is in none of: " + tried);
}

} // namespace

std::filesystem::path counterPlugin()
{
    return helper("tinsmith-counter.so", "the instruction counter");
}

std::filesystem::path simavrRunner()
{
    return helper(
        "tinsmith-simavr", "the simulator of AVRs, which is built where the package libsimavr-dev is installed,");
}

} // namespace tinsmith

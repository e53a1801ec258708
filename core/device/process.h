// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace tinsmith {

struct ProcessResult {
    /// Exit code, or 128 + the signal's number.
    int exitCode = 0;
    /// What it wrote to its standard output and error, the first 64 KB.
    std::string output;
};

/// Runs a program (looked for on PATH) in `folder`, without a shell. `tick` is called some times a second while it runs
/// and may throw (to cancel). The program and its children are ended when `limit` is over or `tick` throws. Its
/// standard output goes to the file `outputTo` of the folder where that is not empty. Throws SystemError when the
/// program is not there (naming `package`, the Debian package that has it) or its time is over.
ProcessResult runProcess(const std::vector<std::string> &command, const std::filesystem::path &folder,
    std::chrono::milliseconds limit, const std::string &package, const std::function<void()> &tick = {},
    const std::string &outputTo = {});

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/progress.h"
#include "core/targets/target.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tinsmith {

/// What the emulator saw of a package.
struct Measurement {
    /// Per inference, one value per graph output each.
    std::vector<std::vector<std::vector<std::byte>>> outputs;
    /// Instructions of one inference, the mean over the inputs given.
    double instructions = 0;
    /// Instructions by function and by mnemonic, of all inferences together.
    std::map<std::string, std::int64_t> byFunction;
    std::map<std::string, std::int64_t> byMnemonic;
    /// Deepest stack of one inference.
    std::int64_t stackBytes = 0;
    std::int64_t arenaBytes = 0;
    /// Static data besides the arena.
    std::int64_t staticBytes = 0;
    /// Arena, stack and static data.
    std::int64_t ramBytes = 0;
    /// Machine code, and weights and constants, of the model without the test's own runner and startup.
    std::int64_t codeBytes = 0;
    std::int64_t weightsBytes = 0;
    std::int64_t flashBytes = 0;
    /// The machine that ran it: "QEMU mps2-an386 (Cortex-M4F)".
    std::string machine;
};

/// Cross-compiles the package in `folder` for the target's core, runs it under emulation on every input (one value per
/// graph input each) and measures. Needs the cross compiler and QEMU; throws SystemError that says what is missing, or
/// shows what the compiler said. The target's own RAM and flash are the linker's limits where `enforceLimits`.
Measurement measure(const std::filesystem::path &folder, const Target &target,
    const std::vector<std::vector<std::vector<std::byte>>> &inputs, const Progress &progress = {},
    bool enforceLimits = false);

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/error.h"
#include "core/graph/progress.h"
#include "core/targets/target.h"

#include <chrono>
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
    /// Instructions by the function of the operator that was running (its name in the package's manifest), with all
    /// that it calls, of all inferences together. The few between operators count for the one before.
    std::map<std::string, std::int64_t> byLayer;
    /// Cycles of one inference, modelled from the instructions (core/device/cycle_model.h), as QEMU knows no time;
    /// those of simavr are simulated.
    double modelledCycles = 0;
    /// The emulator knows the time of each instruction.
    bool cyclesAreSimulated = false;
    /// The same by function, of all inferences together.
    std::map<std::string, double> cyclesByFunction;
    /// Deepest stack of one inference.
    std::int64_t stackBytes = 0;
    std::int64_t arenaBytes = 0;
    /// Static data besides the arena; with the constants where the core has them in RAM.
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

/// The package needs more flash or RAM than the target has; the message names the bytes.
class DoesNotFitError : public Error {
public:
    using Error::Error;
};

struct MeasureOptions {
    /// Make the target's own RAM and flash the linker's limits, and count the stack against the RAM.
    bool enforceLimits = false;
    /// Of the C compiler: "-O2", "-O3", "-Os".
    std::string optimization = "-O2";
    /// Further options of the C compiler. With "-mno-unaligned-access" the emulated core traps such accesses.
    std::vector<std::string> compilerOptions;
    /// A program that runs for longer is ended: the compiler (each file), the emulator (in all; 0: by the number of
    /// inputs).
    std::chrono::seconds compileLimit{600};
    std::chrono::seconds runLimit{0};
};

/// Cross-compiles the package in `folder` for the target's core, runs it under emulation on every input (one value per
/// graph input each) and measures. Every inference starts from NAME_init, so that none depends on those before.
///
/// What is whose: instructions are those executed from the call of NAME_invoke until it returned, in the package's
/// functions and in library functions that it calls. The image is linked with sections collected (--gc-sections); the
/// runner and the start-up, which use no library, lie in sections of their own and count nowhere. Code is .text of all
/// else, weights and constants are .rodata, static data is .data and .bss (and .rodata, where constants are in RAM);
/// flash adds the initial values of .data.
/// Tables of jumps and literal pools are code. The stack is what painting found changed below the caller's frame.
///
/// Throws SystemError when the cross compiler or QEMU is missing, fails (with what it said) or takes too long;
/// UnsupportedError for a core that has no compiler or no emulated board; DoesNotFitError; FormatError for a broken
/// package; Error when the package misbehaves: faults, writes outside of its arena, returns a failure.
Measurement measure(const std::filesystem::path &folder, const Target &target,
    const std::vector<std::vector<std::vector<std::byte>>> &inputs, const Progress &progress,
    const MeasureOptions &options);

/// The same with other options as they are by default.
Measurement measure(const std::filesystem::path &folder, const Target &target,
    const std::vector<std::vector<std::vector<std::byte>>> &inputs, const Progress &progress = {},
    bool enforceLimits = false);

} // namespace tinsmith

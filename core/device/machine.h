// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/targets/platform.h"

#include <string>
#include <vector>

namespace tinsmith {

/// An emulated board that runs code of a target's core, and what makes that code.
struct Machine {
    const Board &board;
    const Toolchain &toolchain;
    InstructionSet instructions;
    /// For people: "QEMU mps2-an386 (Cortex-M4F)".
    std::string name;
    /// Compiler options that make code for the core.
    std::vector<std::string> flags;

    /// "arm-none-eabi-gcc" for "gcc".
    std::string tool(const std::string &program) const { return std::string(toolchain.prefix) + program; }
};

/// Throws UnsupportedError where there is no compiler for the core or no emulated board that has one.
///
/// Where no board has the core, its code runs on one whose instruction set holds the core's and the name says so:
/// Cortex-M0 and M0+ on the Cortex-M3 board, Cortex-M23 on the Cortex-M33 board, Cortex-M85 on the Cortex-M55 board,
/// all AVRs on one of two with more memory.
Machine machineFor(const Target &target);

} // namespace tinsmith

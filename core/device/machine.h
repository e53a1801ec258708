// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/targets/target.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tinsmith {

/// An emulated board that runs code of a target's core.
struct Machine {
    struct Region {
        std::uint32_t origin = 0;
        std::uint32_t bytes = 0;
    };

    /// QEMU's name: "mps2-an386".
    std::string board;
    /// For people: "QEMU mps2-an386 (Cortex-M4F)".
    std::string name;
    /// Compiler options that make code for the core.
    std::vector<std::string> flags;
    std::uint32_t vectors = 0;
    Region flash;
    Region ram;
    Region runnerFlash;
    Region runnerRam;
};

/// Throws UnsupportedError where no emulated board has such a core.
///
/// Code for Cortex-M0 and M0+ runs on the Cortex-M3 board, whose instruction set holds theirs (the only Cortex-M0 board
/// has too little RAM); Cortex-M23 on the Cortex-M33 board and Cortex-M85 on the Cortex-M55 board for the same reason.
Machine machineFor(const Target &target);

} // namespace tinsmith

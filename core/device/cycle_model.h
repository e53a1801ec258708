// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/targets/platform.h"

#include <cstdint>
#include <map>
#include <string>

namespace tinsmith {

/// An instruction as the disassembler shows it.
struct Instruction {
    /// Less the width (".w", ".n").
    std::string mnemonic;
    std::string operands;
};

/// Cycles of instructions executed `counts` times, both by address, from the platform's costs. Whether a conditional
/// branch was taken follows from how often the instruction after it was executed.
std::map<std::uint32_t, double> modelCycles(const std::map<std::uint32_t, Instruction> &instructions,
    const std::map<std::uint32_t, std::int64_t> &counts, const Platform &platform);

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/targets/target.h"

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

/// Cycles per execution that the instructions of a core are taken to need, from instructions counted by an emulator
/// that has no notion of time. Memory without wait states is assumed: flash accelerators, caches or code in RAM.
struct CycleCosts {
    /// A load, and one right after another load (the pipelines of Armv7-M overlap their address phases).
    double load = 2;
    double nextLoad = 1;
    double store = 1;
    /// LDM, STM, LDRD, PUSH and the like: this much and one per register.
    double multiple = 1;
    double multiplyAccumulate = 1;
    double longMultiply = 1;
    double divide = 7;
    double takenBranch = 3;
    double call = 4;
    /// A vector operation and a vector load or store of 128 bits.
    double vector = 2;
    double vectorMemory = 2;
    double floatDivide = 14;
    /// Cores that issue two instructions at a time: factor for the whole.
    double pairing = 1;
};

/// Sources: Arm DDI 0432C 3.3 (M0), DDI 0484C 3.3 (M0+), DDI 0337I 3.3 (M3), 100166_0001 3.3 (M4). M23 as M0+ with a
/// divider, M33 as M4. M7 and M85 have no published table: M4's and M55's with branch prediction, and pairing by the
/// ratio of their CoreMark figures per MHz to the model's. M55: vector operations take two beats pairs of 64 bits each.
CycleCosts cycleCostsOf(Core core);

/// Cycles of instructions executed `counts` times, both by address. Whether a conditional branch was taken follows from
/// how often the instruction after it was executed.
std::map<std::uint32_t, double> modelCycles(const std::map<std::uint32_t, Instruction> &instructions,
    const std::map<std::uint32_t, std::int64_t> &counts, const CycleCosts &costs);

} // namespace tinsmith

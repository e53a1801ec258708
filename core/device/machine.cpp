// SPDX-License-Identifier: Apache-2.0
#include "core/device/machine.h"

#include "core/graph/error.h"

namespace tinsmith {

Machine machineFor(const Target &target)
{
    const Platform &platform = platformOf(target.core);
    const Board *board = boardFor(target);
    if (platform.toolchain == nullptr || board == nullptr) {
        const std::string missing = platform.toolchain != nullptr ? "no emulator"
            : board != nullptr                                    ? "no compiler"
                                                                  : "no compiler and no emulator";
        throw UnsupportedError(target.id, {},
            "packages for " + std::string(platform.name) + " cannot be verified: there is " + missing + " for it here");
    }
    std::string core(platform.emulates.empty() ? platform.name : platform.emulates);
    if (platform.instructions == InstructionSet::Avr) {
        core = "code for " + target.name;
    }
    return {*board, *platform.toolchain, platform.instructions, std::string(board->name) + " (" + core + ")",
        compilerFlags(target)};
}

} // namespace tinsmith

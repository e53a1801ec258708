// SPDX-License-Identifier: Apache-2.0
#include "core/device/disassembly.h"

#include "core/device/process.h"
#include "core/graph/error.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string_view>

namespace tinsmith {
namespace {

std::string withoutWidth(std::string mnemonic)
{
    if (mnemonic.size() > 2 && (mnemonic.ends_with(".w") || mnemonic.ends_with(".n"))) {
        mnemonic.resize(mnemonic.size() - 2);
    }
    return mnemonic;
}

} // namespace

std::map<std::uint32_t, Instruction> readInstructions(const std::filesystem::path &image, Core core)
{
    const auto folder = image.parent_path();
    const std::string listing = "listing.txt";
    const Toolchain &toolchain = *platformOf(core).toolchain;
    const std::string program = std::string(toolchain.prefix) + "objdump";
    std::vector<std::string> command{program, "-d"};
    if (core == Core::CortexM55 || core == Core::CortexM85) {
        // Left to itself, objdump takes Helium for coprocessor instructions.
        command.insert(command.end(), {"-m", "armv8.1-m.main"});
    }
    command.push_back(image.filename().string());
    const ProcessResult result
        = runProcess(command, folder, std::chrono::minutes(2), std::string(toolchain.binutilsPackage), {}, listing);
    if (result.exitCode != 0) {
        throw SystemError(program, {}, "failed:\n" + result.output);
    }
    // Of Arm's immediates, "#" is a part.
    const char *const comments = platformOf(core).instructions == InstructionSet::Arm ? "@;" : "#;";
    std::map<std::uint32_t, Instruction> instructions;
    std::ifstream in(folder / listing);
    // "   10000:	4b10      	ldr	r3, [pc, #64]"
    for (std::string line; std::getline(in, line);) {
        const auto colon = line.find(":\t");
        const auto second = colon == std::string::npos ? colon : line.find('\t', colon + 2);
        if (second == std::string::npos || second + 1 >= line.size()) {
            continue;
        }
        const auto end = std::min(line.find_first_of("\t ", second + 1), line.size());
        const auto comment = std::min(line.find_first_of(comments, end), line.size());
        instructions[static_cast<std::uint32_t>(std::strtoul(line.c_str(), nullptr, 16))]
            = {withoutWidth(line.substr(second + 1, end - second - 1)), line.substr(end, comment - end)};
    }
    return instructions;
}

} // namespace tinsmith

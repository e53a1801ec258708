// SPDX-License-Identifier: Apache-2.0
#include "core/device/mnemonics.h"

#include "core/device/process.h"
#include "core/graph/error.h"

#include <cstdlib>
#include <fstream>
#include <string_view>

namespace tinsmith {
namespace {

/// objdump does not know every Helium instruction: those show as coprocessor instructions, of which our code has none.
bool isMisreadVector(std::string_view mnemonic)
{
    for (const std::string_view prefix : {"ldc", "stc", "cdp", "mcr", "mrc"}) {
        if (mnemonic.substr(0, prefix.size()) == prefix) {
            return true;
        }
    }
    return false;
}

std::string withoutWidth(std::string mnemonic)
{
    if (mnemonic.size() > 2 && (mnemonic.ends_with(".w") || mnemonic.ends_with(".n"))) {
        mnemonic.resize(mnemonic.size() - 2);
    }
    return isMisreadVector(mnemonic) ? "mve" : mnemonic;
}

} // namespace

std::map<std::uint32_t, std::string> readMnemonics(const std::filesystem::path &image)
{
    const auto folder = image.parent_path();
    const std::string listing = "listing.txt";
    const ProcessResult result = runProcess({"arm-none-eabi-objdump", "-d", image.filename().string()}, folder,
        std::chrono::minutes(2), "binutils-arm-none-eabi", {}, listing);
    if (result.exitCode != 0) {
        throw SystemError("arm-none-eabi-objdump", {}, "failed:\n" + result.output);
    }
    std::map<std::uint32_t, std::string> mnemonics;
    std::ifstream in(folder / listing);
    // "   10000:	4b10      	ldr	r3, [pc, #64]"
    for (std::string line; std::getline(in, line);) {
        const auto colon = line.find(":\t");
        const auto second = colon == std::string::npos ? colon : line.find('\t', colon + 2);
        if (second == std::string::npos) {
            continue;
        }
        const auto end = line.find_first_of("\t ", second + 1);
        const std::string mnemonic = line.substr(second + 1, end == std::string::npos ? end : end - second - 1);
        mnemonics[static_cast<std::uint32_t>(std::strtoul(line.c_str(), nullptr, 16))] = withoutWidth(mnemonic);
    }
    return mnemonics;
}

} // namespace tinsmith

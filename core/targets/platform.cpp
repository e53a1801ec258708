// SPDX-License-Identifier: Apache-2.0
#include "core/targets/platform.h"

#include <sstream>

namespace tinsmith {
namespace {

std::string text(std::string_view view)
{
    return std::string(view);
}

} // namespace

std::vector<std::string> compilerFlags(const Target &target)
{
    const Platform &platform = platformOf(target.core);
    std::vector<std::string> flags;
    const std::string cpu = text(platform.cpu);
    switch (platform.instructions) {
    case InstructionSet::Arm:
        flags.push_back("-mcpu=" + cpu + text(target.dsp ? "" : platform.withoutDsp)
            + text(target.helium ? "" : platform.withoutHelium));
        break;
    case InstructionSet::Avr:
        flags.push_back("-mmcu=" + (cpu.empty() ? target.id : cpu));
        break;
    case InstructionSet::RiscV:
        flags.push_back("-march=" + cpu);
        break;
    case InstructionSet::Xtensa:
        break;
    }
    if (platform.toolchain != nullptr) {
        std::istringstream options(text(platform.toolchain->options));
        for (std::string option; options >> option;) {
            flags.push_back(option);
        }
    }
    if (platform.instructions == InstructionSet::Arm) {
        if ((target.fpu || target.helium) && !platform.fpu.empty()) {
            flags.emplace_back("-mfloat-abi=hard");
            if (platform.fpu != "auto") {
                flags.push_back("-mfpu=" + text(platform.fpu));
            }
        } else {
            flags.emplace_back("-mfloat-abi=soft");
        }
    }
    return flags;
}

bool isProved(const Target &target)
{
    return platformOf(target.core).toolchain != nullptr && boardFor(target) != nullptr;
}

std::vector<std::string> unprovedFacts(const Target &target)
{
    const Platform &platform = platformOf(target.core);
    const std::string name = text(platform.name);
    std::vector<std::string> facts;
    if (!isProved(target)) {
        facts.push_back("Packages are not proved on " + name
            + ": there is no compiler and no emulator for it here. Run the package's self-test on the chip before you "
              "rely on it.");
        facts.push_back("RAM for the stack and flash for code are guesses on " + name + ".");
    }
    if (!platform.measuredAs) {
        facts.push_back("Instructions, cycles and latency are guesses on " + name + ": no kernels were measured there"
            + (isProved(target) ? "; tinsmith verify counts them." : "."));
    }
    return facts;
}

} // namespace tinsmith

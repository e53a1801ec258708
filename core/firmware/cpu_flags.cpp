// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/package.h"

namespace tinsmith {

std::vector<std::string> cpuFlags(const Target &target)
{
    const auto arm = [&](const std::string &cpu, const std::string &fpu) {
        std::vector<std::string> flags = {"-mcpu=" + cpu, "-mthumb"};
        if (target.fpu && !fpu.empty()) {
            flags.insert(flags.end(), {"-mfloat-abi=hard", "-mfpu=" + fpu});
        } else {
            flags.emplace_back("-mfloat-abi=soft");
        }
        return flags;
    };
    switch (target.core) {
    case Core::CortexM0:
        return arm("cortex-m0", {});
    case Core::CortexM0Plus:
        return arm("cortex-m0plus", {});
    case Core::CortexM3:
        return arm("cortex-m3", {});
    case Core::CortexM4:
    case Core::CortexM4F:
        return arm("cortex-m4", "fpv4-sp-d16");
    case Core::CortexM7:
        return arm("cortex-m7", "fpv5-sp-d16");
    case Core::CortexM23:
        return arm("cortex-m23", {});
    case Core::CortexM33:
        return arm(target.dsp ? "cortex-m33" : "cortex-m33+nodsp", "fpv5-sp-d16");
    case Core::CortexM55:
    case Core::CortexM85: {
        // GCC 12 does not know the M85; it runs code for the M55.
        const std::string cpu = target.helium ? "cortex-m55" : "cortex-m55+nomve";
        return {"-mcpu=" + cpu, "-mthumb", "-mfloat-abi=hard"};
    }
    case Core::Avr:
        return {"-mmcu=" + target.id};
    case Core::RiscV32:
        return {"-march=rv32imac", "-mabi=ilp32"};
    }
    return {};
}

} // namespace tinsmith

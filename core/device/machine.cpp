// SPDX-License-Identifier: Apache-2.0
#include "core/device/machine.h"

#include "core/graph/error.h"

namespace tinsmith {
namespace {

constexpr std::uint32_t mb = 1u << 20;
constexpr std::uint32_t runnerBytes = 64u << 10;

/// Arm's MPS2 images with 4 MB of code memory at 0, 4 MB of data memory at 0x20000000 and 16 MB of PSRAM (Arm DAI 0385,
/// 0386, 0500).
Machine mps2(const std::string &board, std::uint32_t psram)
{
    Machine machine;
    machine.board = board;
    machine.vectors = 0;
    machine.flash = {64, 4 * mb - runnerBytes - 64};
    machine.runnerFlash = {4 * mb - runnerBytes, runnerBytes};
    machine.ram = {0x20000000u, 4 * mb};
    machine.runnerRam = {psram, mb};
    return machine;
}

/// MPS2 with the SSE-200 of Cortex-M33 (Arm DAI 0505), addressed as secure.
Machine an505()
{
    Machine machine;
    machine.board = "mps2-an505";
    machine.vectors = 0x10000000u;
    machine.flash = {0x10000040u, 4 * mb - runnerBytes - 64};
    machine.runnerFlash = {0x10000000u + 4 * mb - runnerBytes, runnerBytes};
    machine.ram = {0x38000000u, 3 * mb};
    machine.runnerRam = {0x38000000u + 3 * mb, mb};
    return machine;
}

/// MPS3 with the SSE-300 of Cortex-M55 (Arm DAI 0547): vectors in tightly coupled memory, the rest in DRAM, as secure.
Machine an547()
{
    Machine machine;
    machine.board = "mps3-an547";
    machine.vectors = 0;
    machine.flash = {0x70000000u, 64 * mb};
    machine.runnerFlash = {0x74000000u, mb};
    machine.ram = {0x75000000u, 64 * mb};
    machine.runnerRam = {0x7a000000u, mb};
    return machine;
}

} // namespace

Machine machineFor(const Target &target)
{
    Machine machine;
    std::string emulated;
    switch (target.core) {
    case Core::CortexM0:
    case Core::CortexM0Plus:
        machine = mps2("mps2-an385", 0x21000000u);
        machine.flags = {target.core == Core::CortexM0 ? "-mcpu=cortex-m0" : "-mcpu=cortex-m0plus", "-mfloat-abi=soft"};
        emulated = "Cortex-M3, code for " + std::string(nameOf(target.core));
        break;
    case Core::CortexM3:
        machine = mps2("mps2-an385", 0x21000000u);
        machine.flags = {"-mcpu=cortex-m3", "-mfloat-abi=soft"};
        break;
    case Core::CortexM4:
        machine = mps2("mps2-an386", 0x21000000u);
        machine.flags = {"-mcpu=cortex-m4", "-mfloat-abi=soft"};
        emulated = "Cortex-M4F, code for Cortex-M4";
        break;
    case Core::CortexM4F:
        machine = mps2("mps2-an386", 0x21000000u);
        machine.flags = {"-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard"};
        break;
    case Core::CortexM7:
        machine = mps2("mps2-an500", 0x60000000u);
        machine.flags = target.fpu
            ? std::vector<std::string>{"-mcpu=cortex-m7", "-mfpu=fpv5-sp-d16", "-mfloat-abi=hard"}
            : std::vector<std::string>{"-mcpu=cortex-m7", "-mfloat-abi=soft"};
        break;
    case Core::CortexM23:
        machine = an505();
        machine.flags = {"-mcpu=cortex-m23", "-mfloat-abi=soft"};
        emulated = "Cortex-M33, code for Cortex-M23";
        break;
    case Core::CortexM33:
        machine = an505();
        machine.flags = {target.dsp ? "-mcpu=cortex-m33" : "-mcpu=cortex-m33+nodsp"};
        if (target.fpu) {
            machine.flags.insert(machine.flags.end(), {"-mfpu=fpv5-sp-d16", "-mfloat-abi=hard"});
        } else {
            machine.flags.emplace_back("-mfloat-abi=soft");
        }
        break;
    case Core::CortexM55:
    case Core::CortexM85:
        machine = an547();
        machine.flags = {target.helium ? "-mcpu=cortex-m55" : "-mcpu=cortex-m55+nomve",
            target.fpu || target.helium ? "-mfloat-abi=hard" : "-mfloat-abi=soft"};
        emulated = target.core == Core::CortexM85 ? "Cortex-M55, code for both" : "";
        break;
    case Core::Avr:
    case Core::RiscV32:
        throw UnsupportedError(target.id, {},
            "code for " + std::string(nameOf(target.core)) + " cannot be run under emulation here; only Cortex-M can");
    }
    machine.flags.emplace_back("-mthumb");
    machine.name
        = "QEMU " + machine.board + " (" + (emulated.empty() ? std::string(nameOf(target.core)) : emulated) + ")";
    return machine;
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "core/targets/platform.h"

#include <array>

namespace tinsmith {
namespace {

constexpr std::uint32_t kb = 1u << 10;
constexpr std::uint32_t mb = 1u << 20;
constexpr std::uint32_t runnerBytes = 64 * kb;
/// Deep enough for any package of ours; the deepest use is found by painting, and its end is watched.
constexpr std::uint32_t deepStack = 128 * kb;

constexpr Toolchain arm{.prefix = "arm-none-eabi-",
    .compilerPackage = "gcc-arm-none-eabi",
    .binutilsPackage = "binutils-arm-none-eabi",
    .libraryPackage = "libnewlib-arm-none-eabi",
    .options = "-mthumb",
    .libraryOptions = {},
    .linkOptions = "-Wl,--no-warn-rwx-segments",
    .startup = "startup_arm.c",
    .linkerScript = "link.ld.in"};
constexpr Toolchain avr{.prefix = "avr-",
    .compilerPackage = "gcc-avr",
    .binutilsPackage = "binutils-avr",
    .libraryPackage = "avr-libc",
    .options = {},
    .libraryOptions = {},
    .startup = "startup_avr.c",
    .linkerScript = "link_avr.ld.in"};
constexpr Toolchain riscv{.prefix = "riscv64-unknown-elf-",
    .compilerPackage = "gcc-riscv64-unknown-elf",
    .binutilsPackage = "binutils-riscv64-unknown-elf",
    .libraryPackage = "picolibc-riscv64-unknown-elf",
    .options = "-mabi=ilp32",
    .libraryOptions = "--specs=picolibc.specs",
    .linkOptions = "-Wl,--no-warn-rwx-segments",
    .startup = "startup_riscv.c",
    .linkerScript = "link.ld.in"};

/// Arm's MPS2 images with 4 MB of code memory at 0, 4 MB of data memory at 0x20000000 and 16 MB of PSRAM (Arm DAI 0385,
/// 0386, 0500).
constexpr Board mps2(std::string_view model, std::string_view name, std::uint32_t psram)
{
    Board board;
    board.model = model;
    board.name = name;
    board.program = "qemu-system-arm";
    board.package = "qemu-system-arm";
    board.vectors = 0;
    board.flash = {64, 4 * mb - runnerBytes - 64};
    board.runnerFlash = {4 * mb - runnerBytes, runnerBytes};
    board.ram = {0x20000000u, 4 * mb};
    board.runnerRam = {psram, mb};
    board.stackBytes = deepStack;
    return board;
}
constexpr Board an385 = mps2("mps2-an385", "QEMU mps2-an385", 0x21000000u);
constexpr Board an386 = mps2("mps2-an386", "QEMU mps2-an386", 0x21000000u);
constexpr Board an500 = mps2("mps2-an500", "QEMU mps2-an500", 0x60000000u);

/// MPS2 with the SSE-200 of Cortex-M33 (Arm DAI 0505), addressed as secure.
constexpr Board an505{.emulator = Emulator::Qemu,
    .model = "mps2-an505",
    .name = "QEMU mps2-an505",
    .program = "qemu-system-arm",
    .package = "qemu-system-arm",
    .options = {},
    .vectors = 0x10000000u,
    .flash = {0x10000040u, 4 * mb - runnerBytes - 64},
    .ram = {0x38000000u, 3 * mb},
    .runnerFlash = {0x10000000u + 4 * mb - runnerBytes, runnerBytes},
    .runnerRam = {0x38000000u + 3 * mb, mb},
    .stackBytes = deepStack};

/// MPS3 with the SSE-300 of Cortex-M55 (Arm DAI 0547): vectors in tightly coupled memory, the rest in DRAM, as secure.
constexpr Board an547{.emulator = Emulator::Qemu,
    .model = "mps3-an547",
    .name = "QEMU mps3-an547",
    .program = "qemu-system-arm",
    .package = "qemu-system-arm",
    .options = {},
    .vectors = 0,
    .flash = {0x70000000u, 64 * mb},
    .ram = {0x75000000u, 64 * mb},
    .runnerFlash = {0x74000000u, mb},
    .runnerRam = {0x7a000000u, mb},
    .stackBytes = deepStack};

/// QEMU's generic RISC-V board: 128 MB of memory at 0x80000000, where it starts.
constexpr Board virt{.emulator = Emulator::Qemu,
    .model = "virt",
    .name = "QEMU virt",
    .program = "qemu-system-riscv32",
    .package = "qemu-system-misc",
    .options = "-bios none",
    .vectors = 0x80000000u,
    .flash = {0x80000040u, 32 * mb},
    .ram = {0x83000000u, 32 * mb},
    .runnerFlash = {0x82800000u, mb},
    .runnerRam = {0x86000000u, mb},
    .stackBytes = deepStack};

/// Simulated AVRs whose data memory is extended to the 64 KB that their addresses reach. In the ELF file data memory is
/// at 0x800000; RAM begins behind the registers.
constexpr Board simulatedAvr(std::string_view model, std::string_view name)
{
    Board board;
    board.emulator = Emulator::Simavr;
    board.model = model;
    board.name = name;
    board.program = "tinsmith-simavr";
    board.package = "libsimavr-dev";
    board.vectors = 0;
    board.flash = {64, 112 * kb - 64};
    board.runnerFlash = {112 * kb, 16 * kb};
    board.ram = {0x800200u, 56 * kb - 0x200};
    board.runnerRam = {0x800000u + 56 * kb, 8 * kb};
    board.stackBytes = 6 * kb;
    return board;
}
constexpr Board atmega1284p = simulatedAvr("atmega1284p", "simavr atmega1284p with 64 KB of data memory");
constexpr Board atmega2560 = simulatedAvr("atmega2560", "simavr atmega2560 with 64 KB of data memory");

/// Sources of the cycles: Arm DDI 0432C 3.3 (M0), DDI 0484C 3.3 (M0+), DDI 0337I 3.3 (M3), 100166_0001 3.3 (M4). M23 as
/// M0+ with a divider, M33 as M4. M7 and M85 have no published table: M4's and M55's with branch prediction, and
/// pairing by the ratio of their CoreMark figures per MHz to the model's. M55: vector operations take two beats of 64
/// bits each. RISC-V: in-order pipelines of four to five stages as in SiFive's E31 Core Complex Manual (v2p0, 3.3):
/// loads and multiplications have a latency of two cycles, divisions retire one bit per cycle. AVR is simulated with
/// its cycles.
constexpr std::array<Platform, 13> rows{{
    {.core = Core::CortexM0,
        .name = "Cortex-M0",
        .instructions = InstructionSet::Arm,
        .cpu = "cortex-m0",
        .toolchain = &arm,
        .board = &an385,
        .emulates = "Cortex-M3, code for Cortex-M0",
        .cycles = {.nextLoad = 2, .store = 2},
        .measuredAs = Core::CortexM0Plus},
    {.core = Core::CortexM0Plus,
        .name = "Cortex-M0+",
        .instructions = InstructionSet::Arm,
        .cpu = "cortex-m0plus",
        .toolchain = &arm,
        // The only board with a Cortex-M0 has too little RAM.
        .board = &an385,
        .emulates = "Cortex-M3, code for Cortex-M0+",
        .cycles = {.nextLoad = 2, .store = 2, .divide = 17, .takenBranch = 2, .call = 3},
        .measuredAs = Core::CortexM0Plus},
    {.core = Core::CortexM3,
        .name = "Cortex-M3",
        .instructions = InstructionSet::Arm,
        .cpu = "cortex-m3",
        .toolchain = &arm,
        .board = &an385,
        .cycles = {.multiplyAccumulate = 2, .longMultiply = 4},
        .measuredAs = Core::CortexM3},
    {.core = Core::CortexM4,
        .name = "Cortex-M4",
        .instructions = InstructionSet::Arm,
        .cpu = "cortex-m4",
        .toolchain = &arm,
        .board = &an386,
        .emulates = "Cortex-M4F, code for Cortex-M4",
        .measuredAs = Core::CortexM4F},
    {.core = Core::CortexM4F,
        .name = "Cortex-M4F",
        .instructions = InstructionSet::Arm,
        .cpu = "cortex-m4",
        .fpu = "fpv4-sp-d16",
        .toolchain = &arm,
        .board = &an386,
        .measuredAs = Core::CortexM4F},
    {.core = Core::CortexM7,
        .name = "Cortex-M7",
        .instructions = InstructionSet::Arm,
        .cpu = "cortex-m7",
        .fpu = "fpv5-sp-d16",
        .toolchain = &arm,
        .board = &an500,
        .cycles = {.load = 1, .takenBranch = 1.5, .call = 2, .pairing = 0.8},
        .measuredAs = Core::CortexM7},
    {.core = Core::CortexM23,
        .name = "Cortex-M23",
        .instructions = InstructionSet::Arm,
        .cpu = "cortex-m23",
        .toolchain = &arm,
        .board = &an505,
        .emulates = "Cortex-M33, code for Cortex-M23",
        .cycles = {.nextLoad = 2, .store = 2, .divide = 17, .takenBranch = 2, .call = 3},
        .measuredAs = Core::CortexM0Plus},
    {.core = Core::CortexM33,
        .name = "Cortex-M33",
        .instructions = InstructionSet::Arm,
        .cpu = "cortex-m33",
        .withoutDsp = "+nodsp",
        .fpu = "fpv5-sp-d16",
        .toolchain = &arm,
        .board = &an505,
        .measuredAs = Core::CortexM33},
    {.core = Core::CortexM55,
        .name = "Cortex-M55",
        .instructions = InstructionSet::Arm,
        .cpu = "cortex-m55",
        .withoutHelium = "+nomve",
        .fpu = "auto",
        .toolchain = &arm,
        .board = &an547,
        .cycles = {.load = 1, .takenBranch = 2, .call = 3},
        .measuredAs = Core::CortexM55},
    {.core = Core::CortexM85,
        .name = "Cortex-M85",
        .instructions = InstructionSet::Arm,
        // GCC 12 does not know the M85; it runs code for the M55.
        .cpu = "cortex-m55",
        .withoutHelium = "+nomve",
        .fpu = "auto",
        .toolchain = &arm,
        .board = &an547,
        .emulates = "Cortex-M55, code for both",
        .cycles = {.load = 1, .takenBranch = 1.5, .call = 2, .pairing = 0.75},
        .measuredAs = Core::CortexM85},
    {.core = Core::Avr,
        .name = "AVR",
        .instructions = InstructionSet::Avr,
        .cpu = {},
        .toolchain = &avr,
        .board = &atmega1284p,
        .constantsInRam = true},
    {.core = Core::RiscV32,
        .name = "RISC-V 32",
        .instructions = InstructionSet::RiscV,
        // Of all RISC-V targets: some lack the atomic instructions.
        .cpu = "rv32imc",
        .toolchain = &riscv,
        .board = &virt,
        .emulates = "RV32IMC",
        .cycles = {.load = 2, .nextLoad = 1, .longMultiply = 2, .divide = 34, .takenBranch = 3, .call = 2}},
    {.core = Core::Xtensa, .name = "Xtensa", .instructions = InstructionSet::Xtensa, .cpu = {}},
}};

constexpr bool rowsAreInOrder()
{
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].core != static_cast<Core>(i)) {
            return false;
        }
    }
    return true;
}
static_assert(rowsAreInOrder());
static_assert(rows.size() == coreCount);

} // namespace

std::span<const Platform> platforms()
{
    return rows;
}

const Platform &platformOf(Core core)
{
    return rows.at(static_cast<std::size_t>(core));
}

const Board *boardFor(const Target &target)
{
    constexpr std::int64_t narrowProgramCounter = 128 * kb;
    const Platform &platform = platformOf(target.core);
    const bool wide = platform.instructions == InstructionSet::Avr && target.flashBytes > narrowProgramCounter;
    return wide ? &atmega2560 : platform.board;
}

} // namespace tinsmith

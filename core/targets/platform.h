// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/targets/target.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tinsmith {

enum class InstructionSet { Arm, Avr, RiscV, Xtensa };

/// GCC for one instruction set. Programs are called `prefix` + "gcc", "objdump".
struct Toolchain {
    std::string_view prefix = {};
    /// The Debian packages that have the compiler, the binutils, and a C library with its headers.
    std::string_view compilerPackage = {};
    std::string_view binutilsPackage = {};
    std::string_view libraryPackage = {};
    /// Options for all code ("-mthumb"), separated by spaces.
    std::string_view options = {};
    /// Options with which a bare program without operating system finds its C library, and of the linker.
    std::string_view libraryOptions = {};
    std::string_view linkOptions = {};
    /// Files of resources/device: what runs before the C of the runner, and the linker script.
    std::string_view startup = {};
    std::string_view linkerScript = {};
};

enum class Emulator { Qemu, Simavr };

/// An emulated board: a program that runs it, and where its memories are.
struct Board {
    struct Region {
        std::uint32_t origin = 0;
        std::uint32_t bytes = 0;
    };

    Emulator emulator = Emulator::Qemu;
    /// Its name for the emulator ("mps2-an386") and for people ("QEMU mps2-an386").
    std::string_view model = {};
    std::string_view name = {};
    /// The program and the Debian package that has it.
    std::string_view program = {};
    std::string_view package = {};
    /// Further options of the program, separated by spaces.
    std::string_view options = {};
    std::uint32_t vectors = 0;
    Region flash;
    Region ram;
    /// Apart from the model's, so that sizes are those of the model alone.
    Region runnerFlash;
    Region runnerRam;
    std::uint32_t stackBytes = 0;
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

/// What is known of a core, in one row (core/targets/platforms.cpp).
struct Platform {
    Core core = Core::CortexM0;
    /// "Cortex-M4F"
    std::string_view name = {};
    InstructionSet instructions = InstructionSet::Arm;
    /// GCC's name for the core (of -mcpu=, -march= or -mmcu=; empty: the target's id), what is added to it where the
    /// target lacks the DSP or Helium instructions that the core may have, and the name of its floating point unit.
    std::string_view cpu = {};
    std::string_view withoutDsp = {};
    std::string_view withoutHelium = {};
    std::string_view fpu = {};
    /// Null where Debian has no compiler that makes code for the core.
    const Toolchain *toolchain = nullptr;
    /// The emulated board that runs its code; null where there is none. `emulates` says what it is instead, where it is
    /// another core whose instruction set holds this one's.
    const Board *board = nullptr;
    std::string_view emulates = {};
    CycleCosts cycles = {};
    /// The core whose kernels were measured and stand for this one's in the cost model; none: instructions and cycles
    /// are guesses.
    std::optional<Core> measuredAs = std::nullopt;
    /// Constants are copied to RAM at start-up, since loads cannot read flash (classic AVR).
    bool constantsInRam = false;
};

const Platform &platformOf(Core core);
std::span<const Platform> platforms();

/// The compiler options that make code for the target's core: "-mcpu=cortex-m4", "-mthumb", ... (GCC and clang).
std::vector<std::string> compilerFlags(const Target &target);

/// The emulated board for the target; null where there is none. Classic AVR with more than 128 KB of flash has a wider
/// program counter than the others and a board of its own.
const Board *boardFor(const Target &target);

/// Whether packages for the target's core can be compiled and run here, so that their outputs are compared bit for bit.
bool isProved(const Target &target);

/// What about a package for this target rests on no measurement, as sentences for people; empty where nothing does.
std::vector<std::string> unprovedFacts(const Target &target);

} // namespace tinsmith

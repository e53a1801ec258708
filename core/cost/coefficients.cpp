// SPDX-License-Identifier: Apache-2.0
#include "core/cost/coefficients.h"

#include <array>
#include <cmath>

namespace tinsmith {
namespace {

using Table = std::array<InstructionCoefficients, kernelKinds>;

// In the order of KernelKind: first convolution, convolution, pointwise, depthwise, dense, pool, add, map,
// transcendental, move, reduce, nothing.
constexpr Table portableV7M{{
    {60, 60, 14, 0, 3.4},
    {60, 60, 14, 0, 2.9},
    {60, 60, 14, 0, 3.1},
    {60, 60, 14, 0, 8.5},
    {60, 0, 14, 0, 3.0},
    {60, 40, 12, 3.5, 0},
    {60, 0, 40, 0, 0},
    {40, 0, 5, 0, 0},
    {200, 0, 110, 0, 0},
    {40, 0, 3, 0, 0},
    {80, 0, 20, 3.5, 0},
    {0, 0, 0, 0, 0},
}};
constexpr Table dsp{{
    {80, 40, 5, 0, 1.1},
    {80, 40, 5, 0.5, 0.82},
    {80, 40, 5, 0.5, 0.76},
    {80, 40, 6, 1, 1.05},
    {80, 0, 6, 1, 0.9},
    {60, 40, 12, 3.5, 0},
    {60, 0, 8.25, 0, 0},
    {40, 0, 5, 0, 0},
    {200, 0, 110, 0, 0},
    {40, 0, 1.5, 0, 0},
    {80, 0, 20, 3.5, 0},
    {0, 0, 0, 0, 0},
}};
constexpr Table helium{{
    {80, 30, 1.2, 0.2, 0.2},
    {80, 30, 1.2, 0.2, 0.125},
    {80, 30, 1.5, 0, 0.12},
    {80, 40, 1.5, 0.5, 0.45},
    {80, 0, 2, 0.2, 0.135},
    {60, 40, 12, 3.5, 0},
    {60, 0, 3.75, 0, 0},
    {40, 0, 5, 0, 0},
    {200, 0, 110, 0, 0},
    {40, 0, 0.5, 0, 0},
    {80, 0, 20, 3.5, 0},
    {0, 0, 0, 0, 0},
}};

/// How many times the portable kernels' instructions of Armv7-M other cores take.
double portableFactor(CoreClass core)
{
    switch (core) {
    case CoreClass::ArmV6M:
        return 2.1;
    case CoreClass::Avr:
        return 6;
    case CoreClass::RiscV:
        return 1.25;
    case CoreClass::ArmV7M:
    case CoreClass::Helium:
        break;
    }
    return 1;
}

/// One float multiply-accumulate takes about a load pair and two instructions in hardware, a library call without.
InstructionCoefficients floating(InstructionCoefficients base, bool hardware, CoreClass core)
{
    const double library = core == CoreClass::Avr ? 350 : core == CoreClass::ArmV6M ? 160 : 70;
    const double perMac = hardware ? 3.5 : library;
    const double perElement = hardware ? 1 : library / 4;
    return {
        base.fixed, base.perRow, base.perOutput * perElement, base.perInput * perElement, base.perMac > 0 ? perMac : 0};
}

} // namespace

CoreClass classOf(Core core)
{
    switch (core) {
    case Core::CortexM0:
    case Core::CortexM0Plus:
    case Core::CortexM23:
        return CoreClass::ArmV6M;
    case Core::CortexM55:
    case Core::CortexM85:
        return CoreClass::Helium;
    case Core::Avr:
        return CoreClass::Avr;
    case Core::RiscV32:
        return CoreClass::RiscV;
    case Core::CortexM3:
    case Core::CortexM4:
    case Core::CortexM4F:
    case Core::CortexM7:
    case Core::CortexM33:
        break;
    }
    return CoreClass::ArmV7M;
}

InstructionCoefficients coefficientsOf(const Work &work, KernelVariant variant, const Target &target)
{
    const auto kind = static_cast<std::size_t>(work.kind);
    const CoreClass core = classOf(target.core);
    if (variant == KernelVariant::Dsp && !work.floating) {
        return dsp[kind];
    }
    if (variant == KernelVariant::Mve && !work.floating) {
        return helium[kind];
    }
    if (work.floating) {
        return floating(portableV7M[kind], target.fpu, core);
    }
    const double factor = portableFactor(core);
    const InstructionCoefficients &base = portableV7M[kind];
    return {base.fixed * factor, base.perRow * factor, base.perOutput * factor, base.perInput * factor,
        base.perMac * factor};
}

double cyclesPerInstruction(Core core)
{
    switch (core) {
    case Core::CortexM0:
        return 1.6;
    case Core::CortexM0Plus:
    case Core::CortexM23:
        return 1.45;
    case Core::CortexM3:
        return 1.45;
    case Core::CortexM4:
    case Core::CortexM4F:
        return 1.4;
    case Core::CortexM33:
        return 1.25;
    case Core::CortexM7:
        return 0.85;
    case Core::CortexM55:
        return 1.6;
    case Core::CortexM85:
        return 1.1;
    case Core::Avr:
        return 1.4;
    case Core::RiscV32:
        return 1.2;
    }
    return 1.4;
}

std::int64_t codeBytesOf(KernelKind kind, KernelVariant variant, const Target &target)
{
    constexpr std::array<std::int64_t, kernelKinds> portable{900, 900, 620, 560, 460, 320, 260, 80, 700, 90, 300, 0};
    constexpr std::array<std::int64_t, kernelKinds> unrolled{
        1500, 1900, 1300, 1600, 1100, 320, 300, 80, 700, 90, 300, 0};
    const bool own = variant != KernelVariant::Portable;
    const double factor = classOf(target.core) == CoreClass::Avr ? 2.5 : 1;
    return std::llround(static_cast<double>((own ? unrolled : portable)[static_cast<std::size_t>(kind)]) * factor);
}

} // namespace tinsmith

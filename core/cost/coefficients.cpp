// SPDX-License-Identifier: Apache-2.0
#include "core/cost/coefficients.h"

#include "core/targets/platform.h"

#include <algorithm>
#include <cmath>

namespace tinsmith {
namespace {

/// For what no emulator has counted, in the order of KernelKind: first convolution, convolution, pointwise, depthwise,
/// dense, pool, average pool, add, map, transcendental, move, reduce, nothing. By portable kernels on Armv7-M.
constexpr std::array<InstructionCoefficients, kernelKinds> guesses{{
    {60, 60, 0, 14, 0, 0, 0, 3.4},
    {60, 60, 0, 14, 0, 0, 0, 2.9},
    {60, 60, 0, 14, 0, 0, 0, 3.1},
    {60, 60, 0, 14, 0, 0, 0, 8.5},
    {60, 0, 0, 14, 0, 0, 0, 3.0},
    {60, 40, 0, 12, 0, 3.5, 0, 0},
    {60, 40, 0, 16, 0, 3.5, 0, 0},
    {60, 0, 0, 40, 0, 0, 0, 0},
    {40, 0, 0, 5, 0, 0, 0, 0},
    {200, 0, 0, 110, 0, 0, 0, 0},
    {40, 0, 0, 3, 0, 0, 0, 0},
    {80, 0, 0, 20, 0, 3.5, 0, 0},
    {0, 0, 0, 0, 0, 0, 0, 0},
}};

/// The same by kernels of our own, from prototypes of their inner loops.
constexpr std::array<InstructionCoefficients, kernelKinds> dspGuesses{{
    {80, 40, 0, 5, 0, 0, 0, 1.1},
    {80, 40, 0, 5, 0, 0.5, 0, 0.82},
    {80, 40, 0, 5, 0, 0.5, 0, 0.76},
    {80, 40, 0, 6, 0, 1, 0, 1.05},
    {80, 0, 0, 6, 0, 1, 0, 0.9},
    {60, 40, 0, 12, 0, 3.5, 0, 0},
    {60, 40, 0, 16, 0, 3.5, 0, 0},
    {60, 0, 0, 8.25, 0, 0, 0, 0},
    {40, 0, 0, 5, 0, 0, 0, 0},
    {200, 0, 0, 110, 0, 0, 0, 0},
    {40, 0, 0, 1.5, 0, 0, 0, 0},
    {80, 0, 0, 20, 0, 3.5, 0, 0},
    {0, 0, 0, 0, 0, 0, 0, 0},
}};
constexpr std::array<InstructionCoefficients, kernelKinds> heliumGuesses{{
    {80, 30, 0, 1.2, 0, 0.2, 0, 0.2},
    {80, 30, 0, 1.2, 0, 0.2, 0, 0.125},
    {80, 30, 0, 1.5, 0, 0, 0, 0.12},
    {80, 40, 0, 1.5, 0, 0.5, 0, 0.45},
    {80, 0, 0, 2, 0, 0.2, 0, 0.135},
    {60, 40, 0, 12, 0, 3.5, 0, 0},
    {60, 40, 0, 16, 0, 3.5, 0, 0},
    {60, 0, 0, 3.75, 0, 0, 0, 0},
    {40, 0, 0, 5, 0, 0, 0, 0},
    {200, 0, 0, 110, 0, 0, 0, 0},
    {40, 0, 0, 0.5, 0, 0, 0, 0},
    {80, 0, 0, 20, 0, 3.5, 0, 0},
    {0, 0, 0, 0, 0, 0, 0, 0},
}};

InstructionCoefficients scaled(InstructionCoefficients c, double factor)
{
    for (double *value : {&c.fixed, &c.perRow, &c.perPixel, &c.perOutput, &c.perWindowRow, &c.perInput,
             &c.perWindowElement, &c.perMac}) {
        *value *= factor;
    }
    return c;
}

/// Instructions of 8-bit and of 32-bit cores without Thumb against those of Armv7-M, and of a library's floats against
/// integers.
InstructionCoefficients guess(const Work &work, KernelVariant variant, Core core)
{
    const auto kind = static_cast<std::size_t>(work.kind);
    if (variant != KernelVariant::Portable) {
        InstructionCoefficients c = (variant == KernelVariant::Dsp ? dspGuesses : heliumGuesses)[kind];
        c.cyclesPerInstruction = variant == KernelVariant::Dsp ? 1.4 : 1.6;
        return c;
    }
    const bool avr = core == Core::Avr;
    const double wider = avr ? 14.5 : 1.25;
    const double library = avr ? 35 : 25;
    InstructionCoefficients c = scaled(guesses[kind], work.floating ? library : wider);
    c.cyclesPerInstruction = avr ? 1.6 : 1.2;
    return c;
}

const FittedKernel *fitted(Core core, KernelVariant variant, bool floating, KernelKind kind)
{
    const auto table = fittedKernels();
    const auto found = std::find_if(table.begin(), table.end(), [&](const FittedKernel &f) {
        return f.core == core && f.variant == variant && f.floating == floating && f.kind == kind;
    });
    return found != table.end() ? &*found : nullptr;
}

/// Code of the core's portable kernels against Armv7-M's, from packages of single families. AVR computes int8 sums in
/// four registers each, and floats in the library.
double codeFactor(const Work &work, Core core)
{
    const bool products = work.kind <= KernelKind::Dense;
    switch (platformOf(core).instructions) {
    case InstructionSet::Avr:
        return !products ? 2.5 : work.floating ? 1.2 : 3.9;
    case InstructionSet::RiscV:
        return products ? 1.4 : 1;
    default:
        return 1;
    }
}

} // namespace

std::array<double, workMeasures> measuresOf(const Work &work)
{
    const auto real = [](std::int64_t value) { return static_cast<double>(value); };
    return {1, real(work.rows), real(work.pixels), real(work.outputs), real(work.windowRows), real(work.inputs),
        real(work.windowElements), real(work.macs)};
}

double instructionsOf(const InstructionCoefficients &c, const Work &work)
{
    const auto measures = measuresOf(work);
    const std::array<double, workMeasures> factors{
        c.fixed, c.perRow, c.perPixel, c.perOutput, c.perWindowRow, c.perInput, c.perWindowElement, c.perMac};
    double sum = 0;
    for (int i = 0; i < workMeasures; ++i) {
        sum += factors[i] * measures[i];
    }
    return sum;
}

std::optional<Core> measuredCore(Core core)
{
    return platformOf(core).measuredAs;
}

InstructionCoefficients coefficientsOf(const Work &work, KernelVariant variant, const Target &target)
{
    std::optional<Core> core = measuredCore(target.core);
    if (core && work.floating && !target.fpu && *core != Core::CortexM0Plus) {
        // Floats without a unit for them: the library's, as Cortex-M3 has it.
        core = Core::CortexM3;
    }
    if (core) {
        if (const FittedKernel *found = fitted(*core, variant, work.floating, work.kind)) {
            return found->coefficients;
        }
        // The DSP kernels are assembly: other cores execute the same instructions, each in its own time.
        if (const FittedKernel *found = fitted(Core::CortexM4F, variant, work.floating, work.kind)) {
            InstructionCoefficients borrowed = found->coefficients;
            const FittedKernel *here = fitted(*core, KernelVariant::Portable, false, work.kind);
            const FittedKernel *there = fitted(Core::CortexM4F, KernelVariant::Portable, false, work.kind);
            if (here != nullptr && there != nullptr) {
                borrowed.cyclesPerInstruction
                    *= here->coefficients.cyclesPerInstruction / there->coefficients.cyclesPerInstruction;
            }
            return borrowed;
        }
    }
    return work.kind == KernelKind::Nothing ? InstructionCoefficients{} : guess(work, variant, target.core);
}

std::int64_t codeBytesOf(const Work &work, KernelVariant variant, const Target &target)
{
    constexpr std::array<std::int64_t, kernelKinds> portable{
        900, 900, 620, 560, 460, 320, 320, 260, 80, 700, 90, 300, 0};
    constexpr std::array<std::int64_t, kernelKinds> unrolled{
        1500, 1900, 1300, 1600, 1100, 320, 320, 300, 80, 700, 90, 300, 0};
    const bool own = variant != KernelVariant::Portable;
    const std::int64_t bytes = (own ? unrolled : portable)[static_cast<std::size_t>(work.kind)];
    return std::llround(static_cast<double>(bytes) * codeFactor(work, target.core));
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/cost/work.h"
#include "core/planner/plan.h"
#include "core/targets/target.h"

#include <array>
#include <optional>
#include <span>

namespace tinsmith {

/// Instructions of one operator: a sum of products, one factor for each measure of its work.
struct InstructionCoefficients {
    double fixed = 0;
    double perRow = 0;
    double perPixel = 0;
    double perOutput = 0;
    double perWindowRow = 0;
    double perInput = 0;
    double perWindowElement = 0;
    double perMac = 0;
    /// Modelled cycles of these instructions, code and weights read without wait states.
    double cyclesPerInstruction = 1;
};

/// What the coefficients before cyclesPerInstruction are multiplied by, in their order.
inline constexpr int workMeasures = 8;
std::array<double, workMeasures> measuresOf(const Work &work);

double instructionsOf(const InstructionCoefficients &coefficients, const Work &work);

/// One line of the fitted table (core/cost/fitted_coefficients.cpp, made by tests/bench/cost_fit).
struct FittedKernel {
    Core core;
    KernelVariant variant;
    bool floating;
    KernelKind kind;
    InstructionCoefficients coefficients;
    /// Layers that were measured, and how far off the fit is for them, in percent.
    int layers = 0;
    double medianError = 0;
    double largestError = 0;
};
std::span<const FittedKernel> fittedKernels();

/// The core whose measured kernels stand for those of `core`: itself where it was measured, a sibling otherwise. AVR,
/// RISC-V and Xtensa have none.
std::optional<Core> measuredCore(Core core);

/// The coefficients of a kernel on a target: fitted to the emulator where measuredCore() has one; scaled guesses
/// otherwise.
InstructionCoefficients coefficientsOf(const Work &work, KernelVariant variant, const Target &target);

/// Bytes of code that a kernel for this work takes, specialised for one geometry.
std::int64_t codeBytesOf(const Work &work, KernelVariant variant, const Target &target);

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/cost/work.h"
#include "core/planner/plan.h"
#include "core/targets/target.h"

namespace tinsmith {

/// Instructions of one operator: fixed + perRow * rows + perOutput * outputs + perInput * inputs + perMac * macs.
struct InstructionCoefficients {
    double fixed = 0;
    double perRow = 0;
    double perOutput = 0;
    double perInput = 0;
    double perMac = 0;
};

/// Cores whose instruction counts are alike.
enum class CoreClass { ArmV6M, ArmV7M, Helium, Avr, RiscV };
CoreClass classOf(Core core);

/// The coefficients of a kernel.
InstructionCoefficients coefficientsOf(const Work &work, KernelVariant variant, const Target &target);

/// Clock cycles per instruction of a core, averaged over our kernels, code and weights read without wait states.
double cyclesPerInstruction(Core core);

/// Bytes of code that a kernel of this kind takes, specialised for one geometry.
std::int64_t codeBytesOf(KernelKind kind, KernelVariant variant, const Target &target);

} // namespace tinsmith

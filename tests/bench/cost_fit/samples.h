// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/cost/work.h"
#include "core/device/verify.h"
#include "core/planner/plan.h"

#include <string>
#include <vector>

namespace tinsmith::bench {

/// One operator that the emulator has run.
struct Sample {
    std::string name;
    KernelVariant variant = KernelVariant::Portable;
    Work work;
    double instructions = 0;
    double cycles = 0;
};

/// Runs the graph once on the target, on random inputs. One sample per operator that has a function; operators that
/// share one each get their part of it by the work that they have.
std::vector<Sample> measureOperators(
    const Graph &graph, const Target &target, bool portableOnly, const Progress &progress);

} // namespace tinsmith::bench

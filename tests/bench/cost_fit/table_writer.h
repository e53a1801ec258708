// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/cost/coefficients.h"

#include <filesystem>
#include <string>
#include <vector>

namespace tinsmith::bench {

struct FittedLine {
    FittedKernel kernel;
    /// For the reader of the table.
    int samples = 0;
    double medianError = 0;
    double largestError = 0;
};

/// Writes core/cost/fitted_coefficients.cpp.
void writeTable(const std::vector<FittedLine> &lines, const std::filesystem::path &path);

const char *nameOf(KernelKind kind);

} // namespace tinsmith::bench

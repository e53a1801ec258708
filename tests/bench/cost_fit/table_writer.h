// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/cost/coefficients.h"

#include <filesystem>
#include <string>
#include <vector>

namespace tinsmith::bench {

/// Writes core/cost/fitted_coefficients.cpp.
void writeTable(const std::vector<FittedKernel> &lines, const std::filesystem::path &path);

const char *nameOf(KernelKind kind);

} // namespace tinsmith::bench

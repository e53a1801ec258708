// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/firmware/package.h"

#include <vector>

namespace tinsmith::firmware {

/// A few inferences on noise, run on the host: for self-tests of packages that were given no vectors. None where the
/// host cannot run the graph or its inputs are very large.
std::vector<PackageOptions::Vector> recordVectors(const Graph &graph);

} // namespace tinsmith::firmware

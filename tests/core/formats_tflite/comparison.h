// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <string>

namespace tinsmith::test {

/// The first thing in which two graphs differ (operators, attributes, tensors, data, ends, subgraphs); empty where they
/// are equal.
std::string firstDifference(const Graph &a, const Graph &b);

} // namespace tinsmith::test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/core/random_graphs/graph_parts.h"

#include <map>
#include <string>

namespace tinsmith::test {

/// How many steps of the output's scale an int8 operator may be off what the float operator makes of the same values:
/// half a step where it rounds once, none where it moves values, one where TFLite's integer arithmetic rounds twice,
/// two for hard swish with its 16-bit factors. A bilinear resize also carries TFLite's coordinates of 10 bits, which
/// are half of 1/1024 off per output row and column, times the largest difference of two int8 values.
double stepsAllowed(const Graph &int8, const Operator &op);

/// Bounds, by tensor name, of how far an int8 graph's activations may be from those of the float graph that it was made
/// of: for each operator what it makes of its inputs' errors (its Lipschitz constant, or the largest change over the
/// recorded values), of the rounding of its constants, and stepsAllowed(). Infinite behind what jumps. `recording` is
/// of the int8 graph, for inputs within the calibrated ranges.
std::map<std::string, double> errorBounds(const Graph &int8, const Recording &recording);

} // namespace tinsmith::test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tinsmith::test {

/// What comparisons found, to be added up over many graphs.
struct Tally {
    int graphs = 0;
    int operators = 0;
    int int8Graphs = 0;
    int int8Operators = 0;
    int outputsBounded = 0;
    int outputsUnbounded = 0;
    /// Largest errors in steps, by the operator's display name.
    std::vector<double> boundsInSteps;
};

/// The canonical form's operators that have an int8 form.
Graph quantizablePart(const Graph &canonical);

/// Samples for a graph: `count` inferences' inputs, the same for a seed.
std::vector<std::vector<std::vector<std::byte>>> samplesOf(const Graph &graph, std::uint64_t seed, std::size_t count);

/// Runs the float graph and its canonical form. Empty where both run, all values are finite and the outputs are equal
/// to rounding; otherwise says what is wrong.
std::string whyFloatDiffers(const Graph &graph, std::uint64_t seed, Tally &tally);

/// Quantizes what can be quantized, calibrated on the samples that are compared, and runs it: each int8 operator
/// against the float operator on the same values, and all activations that both forms have against the float run,
/// within errorBounds().
std::string whyInt8Differs(const Graph &graph, std::uint64_t seed, Tally &tally);

} // namespace tinsmith::test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/firmware/package.h"
#include "core/graph/graph.h"
#include "core/planner/planner.h"
#include "core/targets/target.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tinsmith::test {

using Values = std::vector<std::vector<std::byte>>;

/// A graph that packages can hold, its package, and what the executor makes of some inputs.
struct ExportedGraph {
    std::uint64_t seed = 0;
    Graph graph;
    Package package;
    /// How many operators run by kernels for the Armv7E-M DSP instructions.
    std::size_t dspOperators = 0;
    /// Of these the pointwise convolutions in place whose channels fill no step of four, and that leave pixels over.
    std::size_t oddInPlace = 0;
    std::vector<Values> inputs;
    std::vector<Values> expected;
};

/// An M4 with room for anything.
Target roomyTarget();

/// Which packages to make of a graph.
struct ExportOptions {
    Target target = roomyTarget();
    /// Of the canonical graph in float32.
    bool float32 = true;
    /// Of its int8 form on the portable kernels.
    bool portable = true;
    /// Of its int8 form on the target's own kernels, where these run some operator.
    bool dsp = false;
};

/// What a random graph's canonical form and its int8 form have that can be exported (operators without kernels are cut
/// out), planned, checked by the planner's checker and emitted. Inputs are recorded ones and, for int8, random bytes.
/// Throws Error, with the checker's finding too.
std::vector<ExportedGraph> exportsOf(const Graph &graph, std::uint64_t seed, const ExportOptions &options);

/// What of the graph's float form and of its int8 form exportsOf() makes packages of.
std::vector<Graph> exportableParts(const Graph &graph, std::uint64_t seed);

/// Empty where the outputs of one inference are the expected ones: bytes, or floats to rounding.
std::string whyOutputsDiffer(const ExportedGraph &exported, std::size_t inference, const Values &got);

} // namespace tinsmith::test

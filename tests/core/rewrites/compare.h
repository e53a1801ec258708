// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/rewrites/rewrite.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace tinsmith::test {

/// The largest difference of any output element over `count` seeded random inputs: stored integers of int8 outputs,
/// reals of float ones. Infinite where the outputs are not even of one size.
double largestDifference(const Graph &a, const Graph &b, int count = 8, unsigned seed = 1);

/// The largest difference of a float model of one input and output from its recorded run 00 in a folder of golden
/// files.
double goldenDifference(const Graph &graph, const std::filesystem::path &golden);

/// The rewrite of this name, which must exist.
const Rewrite &rewriteOf(const char *name);
/// Its result on all sites; the graph itself where it does not apply.
Graph applied(const char *rewrite, const Graph &graph, const RewriteParameters &parameters = {});

std::int64_t macsOfAll(const Graph &graph);
/// Bytes of all constants.
std::int64_t constantBytes(const Graph &graph);

} // namespace tinsmith::test

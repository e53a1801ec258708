// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace tinsmith::test {

/// What is wrong with a graph; empty where nothing is. May throw Error, which is a finding too.
using GraphCheck = std::function<std::string(const Graph &)>;

struct ShrunkGraph {
    Graph graph;
    std::string why;
};

/// The smallest graph found for which the check says the same, names and numbers aside: outputs and operators are
/// removed, operators cut off from what is before them or stepped over, attributes set to their plain values, biases
/// dropped, inputs made smaller, as long as it still fails.
ShrunkGraph shrink(const Graph &graph, const GraphCheck &check);

/// A listing of the graph with every attribute, and the file in `folder` that it was written to (.tflite, or .onnx
/// where that cannot hold it).
std::string reproducer(const ShrunkGraph &shrunk, std::uint64_t seed, const std::filesystem::path &folder);

/// Shrinks what failed and prints it; the files go to the folder TINSMITH_RANDOM_REPRODUCERS, or a temporary one.
void reportFailure(std::uint64_t seed, const GraphCheck &check);

} // namespace tinsmith::test

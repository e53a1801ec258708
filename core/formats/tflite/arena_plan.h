// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tinsmith::tflite {

// TFLite Micro takes places in the arena from an entry of the file's metadata: int32 version, subgraph, count, and one
// offset per tensor of the subgraph, -1 where the interpreter is to choose. They hold for these tensors, numbered in
// this way and alive for as long as they were; otherwise the interpreter refuses the file or overwrites values.

inline constexpr std::string_view arenaPlanName = "OfflineMemoryAllocation";

/// The entry by names: each activation of the graph with its offset, its bytes and the operators between which it is
/// alive. `names` are those of the file's tensors by number. Empty where the content does not fit the graph.
std::string arenaPlanText(const std::string &content, const std::vector<std::string> &names, const GraphBuilder &graph);

/// The entry for a file whose main graph's tensors have these numbers. Empty where the graph's activations, their sizes
/// or their lifetimes are not those of the text.
std::string arenaPlanContent(
    const std::string &text, const std::unordered_map<std::string, std::uint32_t> &numbers, const Graph &graph);

} // namespace tinsmith::tflite

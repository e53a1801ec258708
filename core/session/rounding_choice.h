// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <optional>
#include <string>
#include <string_view>

namespace tinsmith {

/// The graph with its int8 operators rounded by this rule, as an engine computes it that knows no other.
Graph withRounding(const Graph &graph, Rounding rounding);

/// "tflite" or "onnx", the format whose rule it is.
std::optional<Rounding> roundingNamed(std::string_view name);
std::string_view nameOf(Rounding rounding);

/// Whether the graph has int8 operators that the rule matters to.
bool roundsIntegers(const Graph &graph);

} // namespace tinsmith

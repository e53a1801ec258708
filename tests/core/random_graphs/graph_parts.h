// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/execute/executor.h"
#include "core/graph/graph.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tinsmith::test {

/// The values of every activation of one inference, by the tensor's name.
struct Recording {
    std::map<std::string, TensorValue> activations;
    std::vector<TensorValue> outputs;
};
Recording record(Executor &executor, const std::vector<TensorValue> &inputs);
/// What a recording of a larger graph says of this graph's inputs.
std::vector<TensorValue> inputsFrom(const Recording &recording, const Graph &graph);

/// Names of tensors that are, or depend on, what jumps where its input hardly changes (a rounding, a comparison, the
/// position of the largest).
std::map<std::string, bool> jumpingTensors(const Graph &graph);

/// The graph without the operators that are not kept: what they write become inputs, what they read outputs. A graph
/// without operators where none is kept.
Graph partOf(const Graph &graph, const std::function<bool(const Graph &, OperatorId)> &keep);

/// The graph with ONNX's rounding for every third seed, TFLite's for the others.
Graph roundedBySeed(const Graph &int8, std::uint64_t seed);

/// Every operator of an int8 graph for itself, in float32: its constants and inputs are what the int8 values stand for
/// (graph inputs of the activations' names), its outputs have the same names with this behind them.
Graph operatorsAsFloat(const Graph &int8);
inline constexpr const char *ownResult = "/own";
/// First minus second operand of a comparison, behind its output's name.
inline constexpr const char *ownDifference = "/difference";

} // namespace tinsmith::test

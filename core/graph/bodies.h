// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace tinsmith {

/// The bodies that an operator runs, as positions in subgraphs() of the whole model's graph; empty for most operators.
std::vector<std::int32_t> bodiesOf(const OperatorKind &kind);

/// Whether the operator's outputs have the shapes that their reader gave them, and no rule finds them anew: operators
/// with bodies, and those that read and write variables.
bool keepsItsShapes(const OperatorKind &kind);

/// Checks the bodies of a whole model, before anything follows them. Throws GraphError naming the operator: a body that
/// is not there, one that contains itself, bodies nested deeper than 64, or more than 200,000 operators once every
/// body stands where it is used.
void checkBodies(const Graph &graph);

/// Puts the operators of a body into a graph. Body input i is `inputs[i]` there; returns the tensors that the body's
/// outputs are. `prefix` comes before the names of operators and tensors; names that are taken get a number. Constants
/// of the body in `shared` are those tensors of the graph.
std::vector<TensorId> spliceBody(GraphBuilder &builder, const Graph &body, std::span<const TensorId> inputs,
    const std::string &prefix = {}, const std::unordered_map<TensorId, TensorId> &shared = {});

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <unordered_map>

namespace tinsmith {

/// What a Graph points to, private to graph.cpp and graph_builder.cpp.
struct Graph::Data {
    std::string name;
    GraphInfo info;
    std::vector<Tensor> tensors;
    std::vector<Operator> operators;
    std::vector<TensorId> inputs;
    std::vector<TensorId> outputs;
    std::vector<Graph> subgraphs;
    std::vector<OperatorId> producers;
    /// Consumers of tensor t: consumers[consumerStarts[t]] up to consumers[consumerStarts[t + 1]].
    std::vector<std::size_t> consumerStarts;
    std::vector<OperatorId> consumers;
    std::unordered_map<std::string, OperatorId> operatorsByName;
    std::unordered_map<std::string, TensorId> tensorsByName;
};

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tinsmith {

/// A body that an operator runs: its part in it ("then", "condition", "body") and its position in subgraphs() of the
/// whole model.
struct OperatorBody {
    std::string part;
    std::int32_t subgraph = -1;
};

/// The bodies of an operator that `model` has, in order; none for most operators.
std::vector<OperatorBody> bodiesOf(const Graph &model, const OperatorKind &kind);

/// The way from the model's own graph to one of its subgraphs, operator by operator; no steps: the model's own graph.
struct ModelPath {
    struct Step {
        /// The operator that runs the body, and its type as cards show it; both empty where no operator leads there.
        std::string op;
        std::string type;
        std::string part;
        std::int32_t subgraph = -1;
        friend bool operator==(const Step &, const Step &) = default;
    };
    std::vector<Step> steps;

    /// Position in the model's subgraphs(); -1 for the model's own graph.
    std::int32_t subgraph() const { return steps.empty() ? -1 : steps.back().subgraph; }
    friend bool operator==(const ModelPath &, const ModelPath &) = default;
};

/// The subgraph of that position; the model itself where there is none.
const Graph &graphAt(const Graph &model, std::int32_t subgraph);

/// `from`, and one step further into `body` of the operator. A body that is on the way already is gone back to, so that
/// what calls itself makes no endless path.
ModelPath entered(const ModelPath &from, const Operator &op, const OperatorBody &body);

/// The shortest way to each subgraph, by its position. One that no operator leads to has a path of one step without an
/// operator.
std::vector<ModelPath> pathsOf(const Graph &model);

/// What people call a subgraph: its name, without where it is; "Subgraph 2" where it has none.
std::string titleOf(const Graph &model, std::int32_t subgraph);

} // namespace tinsmith

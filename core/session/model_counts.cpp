// SPDX-License-Identifier: Apache-2.0
#include "core/session/model_counts.h"

namespace tinsmith {
namespace {

std::string counted(std::int64_t count, const std::string &noun)
{
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

} // namespace

ModelCounts countsOf(const Graph &model)
{
    ModelCounts counts;
    const auto add = [&counts](const Graph &graph) {
        counts.operators += static_cast<std::int64_t>(graph.operators().size());
        for (const Tensor &tensor : graph.tensors()) {
            if (tensor.constant()) {
                counts.parameters += tensor.shape.elements().value_or(0);
                counts.weightBytes += static_cast<std::int64_t>(tensor.data->size());
            }
        }
    };
    add(model);
    const std::int64_t own = counts.operators;
    for (const Graph &graph : model.subgraphs()) {
        add(graph);
    }
    counts.subgraphs = static_cast<std::int64_t>(model.subgraphs().size());
    counts.operatorsInSubgraphs = counts.operators - own;
    return counts;
}

std::string operatorsText(const ModelCounts &counts)
{
    std::string text = counted(counts.operators, "operator");
    if (counts.subgraphs > 0) {
        text += ", " + std::to_string(counts.operatorsInSubgraphs) + " of them in "
            + counted(counts.subgraphs, "subgraph");
    }
    return text;
}

} // namespace tinsmith

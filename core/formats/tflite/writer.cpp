// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/writer.h"

#include "core/formats/tflite/model_writer.h"
#include "core/formats/tflite/operator_writer.h"
#include "core/formats/tflite/tensor_reader.h"
#include "core/graph/error.h"

#include <algorithm>
#include <variant>

namespace tinsmith {
namespace {

flatbuffers::Offset<tfl::SubGraph> writeSubgraph(tflite::ModelWriter &model, const Graph &graph)
{
    for (const auto &problem : graph.info().problems) {
        if (problem.text.rfind(tflite::unreadQuantization, 0) == 0 && graph.tensorNamed(problem.place).valid()) {
            throw UnsupportedError(
                {}, "tensor " + problem.place, "is quantized in a way that was not read and would be lost");
        }
    }
    tflite::SubgraphWriter subgraph(model, graph);
    for (const Operator &op : graph.operators()) {
        tflite::OperatorWriter writer(subgraph, graph, op);
        std::visit(
            [&](const auto &kind) {
                if constexpr (requires { tflite::encode(writer, kind); }) {
                    tflite::encode(writer, kind);
                } else {
                    throw writer.error("TFLite has no form for " + displayName(op.kind));
                }
            },
            op.kind);
    }
    return subgraph.finish();
}

} // namespace

std::vector<std::byte> writeTflite(const Graph &graph)
{
    return writeTflite(graph, tflite::mostData);
}

std::vector<std::byte> writeTflite(const Graph &graph, std::uint64_t most)
{
    tflite::ModelWriter model(std::min(most, tflite::mostData));
    std::vector<flatbuffers::Offset<tfl::SubGraph>> subgraphs = {writeSubgraph(model, graph)};
    for (const Graph &further : graph.subgraphs()) {
        subgraphs.push_back(writeSubgraph(model, further));
    }
    return model.finish(subgraphs, graph.info());
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/writer.h"

#include "core/formats/tflite/lowering.h"
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

Graph inTypesAndOperatorsOfTflite(const Graph &graph, std::vector<std::string> &notes)
{
    std::size_t changed = 0;
    const Graph real = graph.info().format == "TFLite" ? graph : tflite::withFloat32(graph, changed);
    if (changed > 0) {
        notes.push_back(std::to_string(changed)
            + " tensors of float16, bfloat16 or float64 are written as float32, the only real type of TFLite's "
              "kernels.");
    }
    return tflite::lowered(real);
}

std::vector<std::byte> written(const Graph &graph, std::uint64_t most, std::vector<std::string> &notes)
{
    // Writers of subgraphs refer to these until the file is finished.
    std::vector<Graph> graphs = {inTypesAndOperatorsOfTflite(graph, notes)};
    for (const Graph &further : graph.subgraphs()) {
        graphs.push_back(inTypesAndOperatorsOfTflite(further, notes));
    }
    tflite::ModelWriter model(std::min(most, tflite::mostData));
    std::vector<flatbuffers::Offset<tfl::SubGraph>> subgraphs;
    for (const Graph &each : graphs) {
        subgraphs.push_back(writeSubgraph(model, each));
    }
    return model.finish(subgraphs, graph, notes);
}

} // namespace

std::vector<std::byte> writeTflite(const Graph &graph)
{
    return writeTflite(graph, tflite::mostData);
}

std::vector<std::byte> writeTflite(const Graph &graph, std::uint64_t most)
{
    std::vector<std::string> notes;
    return written(graph, most, notes);
}

std::vector<std::byte> writeTflite(const Graph &graph, std::vector<std::string> &notes)
{
    return written(graph, tflite::mostData, notes);
}

} // namespace tinsmith

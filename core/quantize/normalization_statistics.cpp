// SPDX-License-Identifier: Apache-2.0
#include "core/quantize/normalization_statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace tinsmith {
namespace {

std::optional<NormalizationStatistics> statisticsOf(const Graph &graph, OperatorId id)
{
    const Operator &op = graph.op(id);
    const auto *kind = op.as<BatchNormalization>();
    if (kind == nullptr || op.inputs.size() < 5 || op.outputs.size() != 1) {
        return std::nullopt;
    }
    const Shape &shape = graph.tensor(op.inputs[0]).shape;
    if (!shape.known() || shape.rank() < 2 || (kind->layout != Layout::ChannelsLast && shape.rank() != 2)
        || graph.tensor(op.outputs[0]).type != ElementType::Float32) {
        return std::nullopt;
    }
    NormalizationStatistics statistics{id, {}, {}, {}, {}};
    const std::array<std::vector<float> *, 4> parts
        = {&statistics.gamma, &statistics.beta, &statistics.mean, &statistics.variance};
    for (std::size_t part = 0; part < parts.size(); ++part) {
        const TensorId source = op.inputs[part + 1];
        if (!source.valid() || !graph.tensor(source).constant() || graph.tensor(source).variable
            || graph.tensor(source).type != ElementType::Float32) {
            return std::nullopt;
        }
        *parts[part] = graph.tensor(source).data->copyAs<float>();
        const bool finite
            = std::all_of(parts[part]->begin(), parts[part]->end(), [](float value) { return std::isfinite(value); });
        if (!finite || static_cast<std::int64_t>(parts[part]->size()) != shape.dims.back()) {
            return std::nullopt;
        }
    }
    return statistics;
}

} // namespace

std::vector<NormalizationStatistics> normalizationStatistics(const Graph &graph)
{
    std::vector<NormalizationStatistics> all;
    for (std::size_t index = 0; index < graph.operators().size(); ++index) {
        if (auto statistics = statisticsOf(graph, OperatorId(index)); statistics && !statistics->gamma.empty()) {
            all.push_back(std::move(*statistics));
        }
    }
    return all;
}

Graph withoutNormalizations(const Graph &graph, const std::vector<NormalizationStatistics> &statistics)
{
    GraphBuilder builder(graph);
    std::vector<TensorId> inputs(graph.inputs().begin(), graph.inputs().end());
    std::vector<bool> cut(graph.operators().size());
    for (const NormalizationStatistics &each : statistics) {
        cut[each.op.position()] = true;
        inputs.push_back(graph.op(each.op).outputs[0]);
        builder.removeOperator(each.op);
    }
    std::vector<TensorId> outputs;
    for (std::size_t index = 0; index < graph.operators().size(); ++index) {
        for (const TensorId id : graph.operators()[index].outputs) {
            if (!id.valid() || cut[index]) {
                continue;
            }
            const auto readers = graph.consumers(id);
            const bool read = std::any_of(
                readers.begin(), readers.end(), [&](OperatorId reader) { return !cut[reader.position()]; });
            if (!read || graph.isOutput(id)) {
                outputs.push_back(id);
            }
        }
    }
    builder.setInputs(inputs);
    builder.setOutputs(outputs);
    return builder.build();
}

} // namespace tinsmith

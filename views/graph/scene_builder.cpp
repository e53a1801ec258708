// SPDX-License-Identifier: Apache-2.0
#include "views/graph/scene_builder.h"

#include "core/session/model_path.h"
#include "views/theme/number_text.h"

#include <QStringList>

#include <algorithm>
#include <cmath>

namespace tinsmith {
namespace {

/// The position of each operator in the plan's running order.
std::vector<std::int32_t> runningOrder(const Plan &plan, std::size_t operators)
{
    std::vector<std::int32_t> order(operators, -1);
    std::int32_t position = 0;
    for (const PlanStage &stage : plan.stages) {
        for (const OperatorId op : stage.operators) {
            if (op && op.position() < operators) {
                order[op.position()] = position;
            }
            ++position;
        }
    }
    return order;
}

/// By TensorId: in memory where the arena is fullest.
std::vector<char> liveAtPeak(const Graph &graph, const Plan *plan)
{
    std::vector<char> live(graph.tensors().size(), 0);
    if (plan == nullptr || !plan->peakOperator || plan->peakOperator.position() >= graph.operators().size()) {
        return live;
    }
    const std::int32_t peak = runningOrder(*plan, graph.operators().size())[plan->peakOperator.position()];
    for (const PlanBuffer &buffer : plan->buffers) {
        const bool there = buffer.first <= peak && peak <= buffer.last;
        if (there && buffer.kind != BufferKind::Scratch && buffer.tensor && buffer.tensor.position() < live.size()) {
            live[buffer.tensor.position()] = 1;
        }
    }
    return live;
}

/// Bytes that an activation takes in the plan (a ring less than the whole tensor), or of its whole value.
std::int64_t bytesOf(const Graph &graph, const Plan *plan, TensorId id)
{
    if (plan != nullptr) {
        if (const PlanBuffer *buffer = plan->bufferOf(id); buffer != nullptr) {
            return buffer->bytes;
        }
    }
    return graph.tensor(id).bytes().value_or(0);
}

QString labelOf(const Graph &graph, const Plan *plan, TensorId id, bool peak)
{
    const Tensor &tensor = graph.tensor(id);
    QString text = shapeText(tensor.shape);
    const PlanBuffer *buffer = plan == nullptr ? nullptr : plan->bufferOf(id);
    if (buffer != nullptr && buffer->kind == BufferKind::Ring) {
        text += QStringLiteral(" · %1 rows").arg(buffer->ringRows);
    }
    const std::int64_t bytes = bytesOf(graph, plan, id);
    if (bytes > 0) {
        text += QStringLiteral(" · ") + bytesText(bytes);
    }
    return peak ? text + QStringLiteral(" peak") : text;
}

SceneCard terminalCard(const Graph &graph, CardKind kind, TensorId id)
{
    const Tensor &tensor = graph.tensor(id);
    const auto type = nameOf(tensor.type);
    SceneCard card;
    card.kind = kind;
    card.title = kind == CardKind::Input ? QStringLiteral("Input") : QStringLiteral("Output");
    card.details = shapeText(tensor.shape) + QStringLiteral(" · ")
        + QString::fromUtf8(type.data(), static_cast<qsizetype>(type.size()));
    card.name = QString::fromStdString(tensor.name);
    card.tensor = id;
    return card;
}

QString bodiesText(const Graph &model, const Operator &op)
{
    QStringList parts;
    for (const OperatorBody &body : bodiesOf(model, op.kind)) {
        parts << QString::fromStdString(body.part);
    }
    return parts.join(QStringLiteral(", "));
}

/// The quantity that cards are coloured by; negative where the operator has none.
double quantityOf(
    const Graph &graph, const Plan *plan, const Estimate *estimate, const SceneOptions &options, OperatorId id)
{
    const auto at = id.position();
    const OperatorCost *cost
        = estimate != nullptr && at < estimate->operators.size() ? &estimate->operators[at] : nullptr;
    switch (options.colourBy) {
    case ColourBy::Family:
        break;
    case ColourBy::Ram: {
        std::int64_t sum = 0;
        const Operator &op = graph.op(id);
        for (const auto *ids : {&op.inputs, &op.outputs}) {
            for (const TensorId tensor : *ids) {
                if (tensor && !graph.tensor(tensor).constant()) {
                    sum += bytesOf(graph, plan, tensor);
                }
            }
        }
        return static_cast<double>(sum);
    }
    case ColourBy::Macs:
        return cost == nullptr ? -1 : static_cast<double>(cost->macs);
    case ColourBy::Latency:
        return cost == nullptr ? -1 : static_cast<double>(cost->cycles);
    case ColourBy::WeightBytes:
        return cost == nullptr ? -1 : static_cast<double>(cost->weightBytes);
    case ColourBy::QuantizationError:
        return at < options.sqnrDb.size() ? std::max(0.0, cleanDb - options.sqnrDb[at]) : -1;
    }
    return -1;
}

} // namespace

QString shapeText(const Shape &shape)
{
    if (!shape.ranked) {
        return QStringLiteral("?");
    }
    if (shape.dims.empty()) {
        return QStringLiteral("scalar");
    }
    const std::size_t first = shape.dims.size() > 1 && shape.dims[0] == 1 ? 1 : 0;
    QString text;
    for (std::size_t i = first; i < shape.dims.size(); ++i) {
        text += (i > first ? QStringLiteral("×") : QString())
            + (shape.dims[i] < 0 ? QStringLiteral("?") : QString::number(shape.dims[i]));
    }
    return text;
}

GraphScene sceneOf(const Graph &graph, const Plan *plan, const Estimate *estimate, const SceneOptions &options)
{
    GraphScene scene;
    scene.title = QString::fromStdString(graph.name());
    const auto operators = graph.operators();
    const auto peak = liveAtPeak(graph, plan);
    std::int64_t mostMacs = 0;
    double mostQuantity = 0;
    if (estimate != nullptr) {
        for (const OperatorCost &cost : estimate->operators) {
            mostMacs = std::max(mostMacs, cost.macs);
        }
    }
    for (std::size_t i = 0; i < operators.size(); ++i) {
        mostQuantity = std::max(mostQuantity, quantityOf(graph, plan, estimate, options, OperatorId(i)));
    }

    scene.colourBy = options.colourBy;
    scene.mostQuantity = mostQuantity;

    std::vector<int> inputCard(graph.tensors().size(), -1);
    for (const TensorId id : graph.inputs()) {
        inputCard[id.position()] = static_cast<int>(scene.cards.size());
        scene.cards.push_back(terminalCard(graph, CardKind::Input, id));
    }
    const int firstOperator = static_cast<int>(scene.cards.size());
    for (std::size_t i = 0; i < operators.size(); ++i) {
        const Operator &op = operators[i];
        SceneCard card;
        card.title = QString::fromStdString(displayName(op.kind));
        card.details = detailsOf(graph, op);
        card.name = QString::fromStdString(op.name);
        card.family = familyOf(op.kind);
        card.op = OperatorId(i);
        card.bodies = bodiesText(options.model == nullptr ? graph : *options.model, op);
        if (mostMacs > 0 && i < estimate->operators.size()) {
            card.macBar = static_cast<double>(estimate->operators[i].macs) / static_cast<double>(mostMacs);
        }
        const double quantity = quantityOf(graph, plan, estimate, options, OperatorId(i));
        if (quantity >= 0 && options.colourBy != ColourBy::Family) {
            // The square root shows differences among the many small ones too.
            card.heat = mostQuantity > 0 ? std::sqrt(quantity / mostQuantity) : 0;
        }
        scene.cards.push_back(std::move(card));
    }
    std::vector<std::vector<int>> outputCards(graph.tensors().size());
    for (const TensorId id : graph.outputs()) {
        if (outputCards[id.position()].empty()) {
            outputCards[id.position()].push_back(static_cast<int>(scene.cards.size()));
            scene.cards.push_back(terminalCard(graph, CardKind::Output, id));
        }
    }

    const auto addEdge = [&](TensorId id, int from) {
        SceneEdge edge;
        edge.tensor = id;
        edge.name = QString::fromStdString(graph.tensor(id).name);
        edge.peak = peak[id.position()] != 0;
        edge.bytes = bytesOf(graph, plan, id);
        edge.label = labelOf(graph, plan, id, edge.peak);
        edge.from = from;
        for (const OperatorId reader : graph.consumers(id)) {
            edge.to.push_back(firstOperator + static_cast<int>(reader.position()));
        }
        edge.to.insert(edge.to.end(), outputCards[id.position()].begin(), outputCards[id.position()].end());
        scene.edges.push_back(std::move(edge));
    };
    for (const TensorId id : graph.inputs()) {
        addEdge(id, inputCard[id.position()]);
    }
    for (std::size_t i = 0; i < operators.size(); ++i) {
        for (const TensorId id : operators[i].outputs) {
            if (id) {
                addEdge(id, firstOperator + static_cast<int>(i));
            }
        }
    }
    return scene;
}

} // namespace tinsmith

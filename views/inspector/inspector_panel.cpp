// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/inspector_panel.h"

#include "core/graph/geometry.h"
#include "core/session/model_counts.h"
#include "core/session/model_path.h"
#include "views/theme/number_text.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace tinsmith {
namespace {

QString textOf(const std::string &text)
{
    return QString::fromStdString(text);
}

QString textOf(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// Constants of one operator whose values are summed up at once; the others have buttons.
constexpr int mostSummaries = 3;
constexpr std::size_t mostReaders = 12;

QString constantRole(const Operator &op, std::size_t input)
{
    const bool weighted = op.is<Conv2D>() || op.is<DepthwiseConv2D>() || op.is<TransposeConv2D>()
        || op.is<FullyConnected>() || op.is<Gemm>();
    if (weighted && input == 1) {
        return InspectorPanel::tr("Weights");
    }
    if (weighted && input == 2) {
        return InspectorPanel::tr("Bias");
    }
    return InspectorPanel::tr("Constant, input %1").arg(input + 1);
}

} // namespace

InspectorPanel::InspectorPanel(QWidget *parent) : QScrollArea(parent)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Inspector"));
    // Everything wraps: what would need a second scroll bar would be cut.
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAnalysis(nullptr);
}

void InspectorPanel::setAnalysis(std::shared_ptr<const Analysis> analysis, const Graph &graph, int subgraph)
{
    subgraph_ = subgraph;
    analysis_ = std::move(analysis);
    graph_ = graph;
    showModel();
}

void InspectorPanel::addCosts(OperatorId op)
{
    const Operator &shown = graph_.op(op);
    const std::int64_t macs = macsOf(graph_, shown);
    const OperatorId planned = subgraph_ >= 0 ? OperatorId::none() : analysis_->canonical.operatorNamed(shown.name);
    if (!analysis_->estimate || !planned.valid()) {
        if (macs > 0) {
            addRow(tr("MACs"), countText(macs), exactCountText(macs));
        }
        return;
    }
    const Estimate &estimate = *analysis_->estimate;
    const OperatorCost &cost = estimate.operators[planned.position()];
    if (cost.macs > 0) {
        const double share
            = estimate.macs > 0 ? static_cast<double>(cost.macs) / static_cast<double>(estimate.macs) : 0;
        addRow(tr("MACs"), QStringLiteral("%1 · %2").arg(countText(cost.macs), percentText(share)),
            exactCountText(cost.macs));
    }
    if (!cost.hasKernel) {
        addRow(tr("Kernel"), tr("none for packages"), tr("It cannot be exported; what it takes is not known"));
        return;
    }
    const double milliseconds
        = static_cast<double>(cost.cycles) * 1000 / static_cast<double>(analysis_->target.clockHz);
    addRow(tr("Modelled"), tr("%1 cycles · %2").arg(countText(cost.cycles), millisecondsText(milliseconds)));
    const PlannedOperator &plan = analysis_->plan->operators[planned.position()];
    addRow(tr("Kernel"), textOf(nameOf(plan.variant)));
    if (plan.scratchBytes > 0) {
        addRow(tr("Scratch"), bytesText(plan.scratchBytes), exactBytesText(plan.scratchBytes));
    }
    if (plan.overlaps.valid()) {
        addRow(
            tr("Output"), tr("written over its input %1").arg(textOf(analysis_->canonical.tensor(plan.overlaps).name)));
    }
}

void InspectorPanel::addProblems(const std::string &place)
{
    for (const Problem &problem : analysis_->problems) {
        if (problem.place != place || problem.subgraph != subgraph_) {
            continue;
        }
        addWarning(problem.stage == Problem::Stage::Import ? tr("Not imported")
                : problem.stage == Problem::Stage::Run     ? tr("Does not run")
                : problem.stage == Problem::Stage::Export  ? tr("Cannot be exported")
                : problem.stage == Problem::Stage::Note    ? tr("Note")
                : problem.stage == Problem::Stage::Fit     ? tr("Does not fit")
                                                           : tr("May be inaccurate"),
            textOf(problem.text), blocks(problem.stage));
    }
}

void InspectorPanel::addBodies(OperatorId op)
{
    const auto bodies = bodiesOf(analysis_->graph, graph_.op(op).kind);
    if (bodies.empty()) {
        return;
    }
    addHeading(bodies.size() == 1 ? tr("Body") : tr("Bodies"));
    for (std::size_t position = 0; position < bodies.size(); ++position) {
        const Graph &body = graphAt(analysis_->graph, bodies[position].subgraph);
        auto *row = new QHBoxLayout;
        auto *text = new QLabel(QStringLiteral("%1 · %2").arg(
            textOf(bodies[position].part), operatorsText(static_cast<std::int64_t>(body.operators().size()))));
        auto *open = new QPushButton(tr("Open"));
        open->setAccessibleName(tr("Open %1").arg(textOf(bodies[position].part)));
        open->setToolTip(textOf(titleOf(analysis_->graph, bodies[position].subgraph)));
        row->addWidget(text);
        row->addStretch();
        row->addWidget(open);
        layout_->addLayout(row);
        connect(open, &QPushButton::clicked, this, [this, op, position] { emit bodyWanted(op, position); });
    }
}

void InspectorPanel::showOperator(OperatorId op)
{
    if (!analysis_ || !op.valid() || op.position() >= graph_.operators().size()) {
        showModel();
        return;
    }
    const Graph &graph = graph_;
    const Operator &shown = graph.op(op);
    start(textOf(displayName(shown.kind)), textOf(shown.name));
    addProblems(shown.name);
    if (const auto geometry = spatialGeometry(graph, shown)) {
        addRow(tr("Kernel size"),
            tr("%1 × %2, %3 → %4 channels")
                .arg(geometry->h.kernel)
                .arg(geometry->w.kernel)
                .arg(geometry->inputChannels)
                .arg(geometry->outputChannels));
    }
    for (const AttributeText &attribute : describe(shown.kind)) {
        addRow(textOf(attribute.name), textOf(attribute.value));
    }
    addCosts(op);
    addBodies(op);
    const bool several = std::count_if(shown.inputs.begin(), shown.inputs.end(), [&graph](TensorId id) {
        return id.valid() && !graph.tensor(id).constant();
    }) > 1;
    for (std::size_t at = 0; at < shown.inputs.size(); ++at) {
        const TensorId id = shown.inputs[at];
        if (id.valid() && !graph.tensor(id).constant()) {
            addTensor(id, several ? tr("Input %1").arg(at + 1) : tr("Input"));
        }
    }
    for (std::size_t at = 0; at < shown.outputs.size(); ++at) {
        if (shown.outputs[at].valid()) {
            addTensor(shown.outputs[at], shown.outputs.size() > 1 ? tr("Output %1").arg(at + 1) : tr("Output"));
        }
    }
    int drawn = 0;
    for (std::size_t at = 0; at < shown.inputs.size(); ++at) {
        const TensorId id = shown.inputs[at];
        if (id.valid() && graph.tensor(id).constant()) {
            addTensor(id, constantRole(shown, at));
            addValues(id, drawn++ < mostSummaries);
        }
    }
    finish();
}

void InspectorPanel::showTensor(TensorId tensor)
{
    if (!analysis_ || !tensor.valid() || tensor.position() >= graph_.tensors().size()) {
        showModel();
        return;
    }
    const Graph &graph = graph_;
    const Tensor &shown = graph.tensor(tensor);
    start(tr("Tensor"), textOf(shown.name));
    addProblems(shown.name);
    addTensor(tensor, shown.constant() ? tr("Constant") : tr("Activation"));
    const OperatorId producer = graph.producer(tensor);
    addRow(tr("Made by"),
        producer.valid()            ? textOf(graph.op(producer).name)
            : graph.isInput(tensor) ? tr("the caller")
                                    : tr("nothing"));
    QStringList readers;
    for (const OperatorId id : graph.consumers(tensor)) {
        if (readers.size() == qsizetype(mostReaders)) {
            readers << tr("%1 more").arg(exactCountText(
                static_cast<std::int64_t>(graph.consumers(tensor).size()) - static_cast<std::int64_t>(mostReaders)));
            break;
        }
        readers << textOf(graph.op(id).name);
    }
    if (graph.isOutput(tensor)) {
        readers << tr("the caller");
    }
    addRow(tr("Read by"), readers.isEmpty() ? tr("nothing") : readers.join(QStringLiteral(", ")));
    const TensorId planned = subgraph_ >= 0 ? TensorId::none() : analysis_->canonical.tensorNamed(shown.name);
    const PlanBuffer *buffer = analysis_->plan && planned.valid() ? analysis_->plan->bufferOf(planned) : nullptr;
    if (buffer != nullptr) {
        addRow(tr("In the arena"),
            tr("%1 at offset %2").arg(exactBytesText(buffer->bytes), exactCountText(buffer->offset)));
        addRow(tr("From step to step"), QStringLiteral("%1 – %2").arg(buffer->first + 1).arg(buffer->last + 1));
    }
    if (shown.constant()) {
        addValues(tensor, true);
    }
    finish();
}

void InspectorPanel::showModel()
{
    if (!analysis_) {
        start(tr("Inspector"), tr("Open a model, then select an operator or a tensor."));
        finish();
        return;
    }
    const Graph &graph = graph_;
    if (subgraph_ >= 0) {
        start(textOf(titleOf(analysis_->graph, subgraph_)),
            tr("A subgraph of the model. Select an operator or an edge to see all about it."));
        addRow(tr("Operators"), exactCountText(static_cast<std::int64_t>(graph.operators().size())));
        for (const auto &[role, ids] :
            {std::pair(tr("Input"), graph.inputs()), std::pair(tr("Output"), graph.outputs())}) {
            for (std::size_t at = 0; at < ids.size() && at < mostReaders; ++at) {
                addTensor(ids[at], ids.size() > 1 ? QStringLiteral("%1 %2").arg(role).arg(at + 1) : role);
            }
        }
        finish();
        return;
    }
    start(graph.name().empty() ? tr("Model") : textOf(graph.name()),
        tr("Select an operator or an edge to see all about it."));
    addRow(tr("Format"), textOf(graph.info().format));
    const ModelCounts counts = countsOf(analysis_->graph);
    addRow(tr("Operators"), exactCountText(counts.operators));
    if (counts.subgraphs > 0) {
        addRow(tr("In subgraphs"),
            tr("%1 of them in %2").arg(exactCountText(counts.operatorsInSubgraphs), exactCountText(counts.subgraphs)),
            tr("Bodies of branches and loops, and functions. MACs are those of the model's own graph: how often a body "
               "runs is not known."));
    }
    if (analysis_->estimate) {
        const Estimate &estimate = *analysis_->estimate;
        addRow(tr("MACs"), countText(estimate.macs), exactCountText(estimate.macs));
        addRow(tr("Parameters"), countText(estimate.parameters), exactCountText(estimate.parameters));
        addRow(tr("Arena"), exactBytesText(analysis_->plan->arenaBytes));
        addRow(tr("Whole tensors"), exactBytesText(analysis_->plan->opByOpBytes),
            tr("What whole tensors in source order need, without overlap"));
    } else if (!analysis_->whyNotPlanned.empty()) {
        addRow(tr("No plan"), textOf(analysis_->whyNotPlanned));
    }
    for (const auto &[key, value] : graph.info().metadata) {
        // Content that is no text is long.
        constexpr std::size_t longest = 200;
        addRow(textOf(key), value.size() > longest ? textOf(value.substr(0, longest)) + QChar(0x2026) : textOf(value));
    }
    finish();
}

} // namespace tinsmith

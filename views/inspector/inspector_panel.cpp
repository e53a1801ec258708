// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/inspector_panel.h"

#include "core/firmware/package.h"
#include "core/graph/geometry.h"
#include "core/session/model_path.h"
#include "views/charts/channel_range_plot.h"
#include "views/charts/histogram.h"
#include "views/inspector/tensor_numbers.h"
#include "views/inspector/values_dialog.h"
#include "views/theme/number_text.h"
#include "views/theme/theme.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

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

QString quantizationText(const Quantization &quantization)
{
    if (quantization.scales.empty()) {
        return InspectorPanel::tr("none");
    }
    if (quantization.perChannel()) {
        return InspectorPanel::tr("per channel, %1 scales").arg(quantization.scales.size());
    }
    return QStringLiteral("%1, %2")
        .arg(static_cast<double>(quantization.scale()), 0, 'g', 6)
        .arg(quantization.zeroPoint());
}

} // namespace

InspectorPanel::InspectorPanel(QWidget *parent) : QScrollArea(parent)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Inspector"));
    setAnalysis(nullptr);
}

void InspectorPanel::setAnalysis(std::shared_ptr<const Analysis> analysis, const Graph &graph, bool body)
{
    body_ = body;
    analysis_ = std::move(analysis);
    graph_ = graph;
    showModel();
}

void InspectorPanel::start(const QString &title, const QString &subtitle)
{
    auto *content = new QWidget;
    layout_ = new QVBoxLayout(content);
    layout_->setContentsMargins(12, 10, 12, 12);
    layout_->setSpacing(6);
    auto *heading = new QLabel(title);
    heading->setFont(uiFont(1, true));
    heading->setWordWrap(true);
    heading->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout_->addWidget(heading);
    if (!subtitle.isEmpty()) {
        auto *name = new QLabel(subtitle);
        name->setForegroundRole(QPalette::PlaceholderText);
        name->setWordWrap(true);
        name->setTextInteractionFlags(Qt::TextSelectableByMouse);
        layout_->addWidget(name);
    }
    grid_ = nullptr;
    setWidget(content);
}

void InspectorPanel::addHeading(const QString &text)
{
    auto *label = new QLabel(text);
    label->setFont(uiFont(0, true));
    label->setContentsMargins(0, 8, 0, 0);
    layout_->addWidget(label);
    grid_ = nullptr;
}

void InspectorPanel::addRow(const QString &name, const QString &value, const QString &tip)
{
    if (grid_ == nullptr) {
        grid_ = new QGridLayout;
        grid_->setHorizontalSpacing(12);
        grid_->setVerticalSpacing(5);
        grid_->setColumnStretch(1, 1);
        layout_->addLayout(grid_);
    }
    const int row = grid_->rowCount();
    auto *left = new QLabel(name);
    left->setForegroundRole(QPalette::PlaceholderText);
    auto *right = new QLabel(value);
    right->setAlignment(Qt::AlignRight | Qt::AlignTop);
    right->setWordWrap(true);
    right->setTextInteractionFlags(Qt::TextSelectableByMouse);
    right->setToolTip(tip.isEmpty() ? value : tip);
    // A value that would be squeezed into a column of words gets the width of the panel, below its name.
    constexpr qsizetype longest = 32;
    if (name.size() + value.size() > longest) {
        left->setWordWrap(true);
        right->setAlignment(Qt::AlignLeft | Qt::AlignTop);
        right->setMinimumWidth(1);
        grid_->addWidget(left, row, 0, 1, 2);
        grid_->addWidget(right, row + 1, 0, 1, 2);
        return;
    }
    grid_->addWidget(left, row, 0, Qt::AlignTop);
    grid_->addWidget(right, row, 1);
}

void InspectorPanel::addTensor(TensorId id, const QString &role)
{
    const Tensor &tensor = graph_.tensor(id);
    addHeading(role);
    addRow(tr("Name"), textOf(tensor.name));
    addRow(tr("Shape"), QStringLiteral("%1 %2").arg(textOf(tensor.shape.text()), textOf(nameOf(tensor.type))));
    if (const auto bytes = tensor.bytes()) {
        addRow(tr("Size"), bytesText(*bytes), exactBytesText(*bytes));
    }
    if (tensor.quantization) {
        addRow(tr("Scale, zero point"), quantizationText(*tensor.quantization));
    }
}

void InspectorPanel::addWeights(TensorId id)
{
    const Tensor &tensor = graph_.tensor(id);
    const std::vector<double> numbers = numbersOf(tensor);
    if (numbers.size() < 2) {
        return;
    }
    constexpr int bins = 48;
    auto *histogram = new Histogram;
    histogram->setData(histogramOf(numbers, bins));
    histogram->setMinimumHeight(100);
    layout_->addWidget(histogram);
    const std::size_t axis = tensor.quantization && tensor.quantization->perChannel()
        ? static_cast<std::size_t>(tensor.quantization->axis)
        : 0;
    auto ranges = channelRangesOf(tensor, axis);
    if (ranges.size() > 1 && tensor.shape.rank() > 1) {
        auto *label = new QLabel(tr("Range per channel"));
        label->setForegroundRole(QPalette::PlaceholderText);
        layout_->addWidget(label);
        auto *plot = new ChannelRangePlot;
        plot->setRanges(std::move(ranges));
        layout_->addWidget(plot);
    }
    auto *buttons = new QHBoxLayout;
    auto *table = new QPushButton(tr("Table…"));
    auto *save = new QPushButton(tr("Save .npy…"));
    buttons->addWidget(table);
    buttons->addWidget(save);
    buttons->addStretch();
    layout_->addLayout(buttons);
    connect(table, &QPushButton::clicked, this, [this, tensor] {
        auto *dialog = new ValuesDialog(tensor, this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->show();
    });
    connect(save, &QPushButton::clicked, this, [this, id] { emit saveTensorWanted(id); });
    grid_ = nullptr;
}

void InspectorPanel::addCosts(OperatorId op)
{
    const Operator &shown = graph_.op(op);
    const std::int64_t macs = macsOf(graph_, shown);
    const OperatorId planned = body_ ? OperatorId::none() : analysis_->canonical.operatorNamed(shown.name);
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
    const std::string why = whyNotExportable(analysis_->canonical, planned);
    if (!why.empty()) {
        addRow(tr("Cannot be exported"), textOf(why));
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
        auto *text = new QLabel(tr("%1 · %2 operators")
                                    .arg(textOf(bodies[position].part))
                                    .arg(exactCountText(static_cast<std::int64_t>(body.operators().size()))));
        auto *open = new QPushButton(tr("Open"));
        open->setAccessibleName(tr("Open %1").arg(textOf(bodies[position].part)));
        open->setToolTip(textOf(titleOf(analysis_->graph, bodies[position].subgraph)));
        row->addWidget(text);
        row->addStretch();
        row->addWidget(open);
        layout_->addLayout(row);
        connect(open, &QPushButton::clicked, this, [this, op, position] { emit bodyWanted(op, position); });
    }
    grid_ = nullptr;
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
    const TensorId weights = shown.input(1);
    const bool hasWeights = weights.valid() && graph.tensor(weights).constant();
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
    int number = 0;
    for (const TensorId id : shown.inputs) {
        ++number;
        if (id.valid() && !graph.tensor(id).constant()) {
            addTensor(id, shown.inputs.size() > 1 ? tr("Input %1").arg(number) : tr("Input"));
        }
    }
    for (const TensorId id : shown.outputs) {
        if (id.valid()) {
            addTensor(id, tr("Output"));
        }
    }
    if (hasWeights) {
        addTensor(weights, tr("Weights"));
        addWeights(weights);
    }
    if (shown.input(2).valid() && graph.tensor(shown.input(2)).constant()) {
        addTensor(shown.input(2), tr("Bias"));
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
    addTensor(tensor, shown.constant() ? tr("Constant") : tr("Activation"));
    const OperatorId producer = graph.producer(tensor);
    addRow(tr("Made by"),
        producer.valid()            ? textOf(graph.op(producer).name)
            : graph.isInput(tensor) ? tr("the caller")
                                    : tr("nothing"));
    QStringList readers;
    for (const OperatorId id : graph.consumers(tensor)) {
        readers << textOf(graph.op(id).name);
    }
    if (graph.isOutput(tensor)) {
        readers << tr("the caller");
    }
    addRow(tr("Read by"), readers.mid(0, 12).join(QStringLiteral(", ")));
    const TensorId planned = body_ ? TensorId::none() : analysis_->canonical.tensorNamed(shown.name);
    const PlanBuffer *buffer = analysis_->plan && planned.valid() ? analysis_->plan->bufferOf(planned) : nullptr;
    if (buffer != nullptr) {
        addRow(tr("In the arena"),
            tr("%1 at offset %2").arg(exactBytesText(buffer->bytes), exactCountText(buffer->offset)));
        addRow(tr("From step to step"), QStringLiteral("%1 – %2").arg(buffer->first).arg(buffer->last));
    }
    if (shown.constant()) {
        addWeights(tensor);
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
    start(graph.name().empty() ? tr("Model") : textOf(graph.name()),
        tr("Select an operator or an edge to see all about it."));
    addRow(tr("Format"), textOf(graph.info().format));
    addRow(tr("Operators"), exactCountText(static_cast<std::int64_t>(graph.operators().size())));
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
        addRow(textOf(key), textOf(value));
    }
    finish();
}

void InspectorPanel::finish()
{
    layout_->addStretch();
}

} // namespace tinsmith

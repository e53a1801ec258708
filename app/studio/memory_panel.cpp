// SPDX-License-Identifier: Apache-2.0
#include "app/studio/memory_panel.h"

#include "core/graph/error.h"
#include "core/planner/planner.h"
#include "views/memory/memory_map.h"
#include "views/theme/elided_label.h"
#include "views/theme/number_text.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace tinsmith {

MemoryPanel::MemoryPanel(QWidget *parent)
    : QWidget(parent), map_(new MemoryMap), plan_(new QComboBox), figures_(new ElidedLabel)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 4, 12, 4);
    layout->setSpacing(2);
    auto *bar = new QHBoxLayout;
    plan_->addItem(tr("Plan: as exported"));
    plan_->addItem(tr("Plan: whole tensors"));
    plan_->setAccessibleName(tr("Memory plan"));
    bar->setSpacing(10);
    bar->addStretch();
    bar->addWidget(plan_);
    figures_->setForegroundRole(QPalette::PlaceholderText);
    bar->addWidget(figures_);
    layout->addLayout(bar);
    layout->addWidget(map_, 1);
    connect(plan_, &QComboBox::currentIndexChanged, this, &MemoryPanel::refresh);
}

void MemoryPanel::setAnalysis(std::shared_ptr<const Analysis> analysis)
{
    analysis_ = std::move(analysis);
    refresh();
}

void MemoryPanel::refresh()
{
    if (!analysis_ || !analysis_->plan) {
        const QString why = analysis_ ? QString::fromStdString(analysis_->whyNotPlanned) : QString();
        map_->setScene(std::make_shared<const MemoryScene>(), why.isEmpty() ? why : tr("No plan: %1").arg(why));
        figures_->setFullText({});
        return;
    }
    std::optional<Plan> whole;
    if (plan_->currentIndex() == 1) {
        PlanOptions options;
        options.overlap = false;
        whole = makePlan(analysis_->canonical, analysis_->target, options);
    }
    const Plan &plan = whole ? *whole : *analysis_->plan;
    MemoryScene scene = memoryOf(analysis_->canonical, plan);
    if (analysis_->estimate) {
        limitTo(scene, QString::fromStdString(analysis_->target.name), analysis_->target.ramBytes,
            analysis_->estimate->ramBytes - analysis_->estimate->arenaBytes);
    }
    map_->setScene(std::make_shared<const MemoryScene>(std::move(scene)));
    figures_->setFullText(
        tr("arena %1 · without overlap %2").arg(bytesText(plan.arenaBytes), bytesText(plan.opByOpBytes)));
}

} // namespace tinsmith

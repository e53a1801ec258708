// SPDX-License-Identifier: Apache-2.0
#include "views/budget/budget_bar.h"

#include "views/budget/gauge_widget.h"
#include "views/budget/target_chooser.h"
#include "views/theme/number_text.h"
#include "views/theme/theme.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace tinsmith {

BudgetBar::BudgetBar(QWidget *parent)
    : QWidget(parent), chooser_(new TargetChooser(TargetDatabase::builtIn().targets(), this)), macs_(new QLabel),
      macsBefore_(new QLabel), blocking_(new QToolButton), export_(new QPushButton(tr("Export…")))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(4, 4, 4, 4);
    row->addWidget(chooser_);
    for (std::size_t index = 0; index < gauges_.size(); ++index) {
        // The first two have a limit to show beside their value.
        GaugeWidget *gauge = gauges_[index] = new GaugeWidget;
        row->addWidget(gauge, index < 2 ? 4 : 3);
        connect(gauge, &QAbstractButton::clicked, this, [this, gauge] { showBreakdown(gauge); });
    }
    auto *macs = new QVBoxLayout;
    macs->setSpacing(2);
    macs_->setFont(uiFont(0, true));
    macsBefore_->setFont(uiFont(-1));
    macsBefore_->setForegroundRole(QPalette::PlaceholderText);
    macs->addStretch();
    macs->addWidget(macs_);
    macs->addWidget(macsBefore_);
    macs->addStretch();
    row->addLayout(macs);
    blocking_->setIcon(themedIcon(QStringLiteral("problem-error")));
    blocking_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    blocking_->setIconSize(QSize(14, 14));
    blocking_->setFont(uiFont(-1));
    blocking_->setProperty("note", true);
    connect(blocking_, &QToolButton::clicked, this, &BudgetBar::problemsWanted);
    export_->setDefault(true);
    export_->setProperty("primary", true);
    auto *out = new QVBoxLayout;
    out->setSpacing(1);
    out->addStretch();
    out->addWidget(export_);
    out->addWidget(blocking_, 0, Qt::AlignHCenter);
    out->addStretch();
    row->addLayout(out);
    // Takes the room while there are no gauges.
    row->addStretch();
    connect(export_, &QPushButton::clicked, this, &BudgetBar::exportWanted);
    connect(chooser_, &TargetChooser::targetChosen, this, &BudgetBar::targetChosen);
    refresh();
}

void BudgetBar::resizeEvent(QResizeEvent *event)
{
    constexpr int wide = 1200;
    constexpr int roomy = 22;
    constexpr int dense = 12;
    constexpr int shortChooser = 200;
    layout()->setSpacing(width() >= wide ? roomy : dense);
    // Of a narrow bar the gauges take what they need for their limits; the tool tip has all of the target.
    chooser_->setMaximumWidth(width() >= wide ? QWIDGETSIZE_MAX : shortChooser);
    QWidget::resizeEvent(event);
}

void BudgetBar::setTarget(const Target &target)
{
    chooser_->setTarget(target);
}

void BudgetBar::setState(std::shared_ptr<const SessionState> state)
{
    state_ = std::move(state);
    preview_.reset();
    if (state_) {
        chooser_->setTarget(state_->target);
    }
    refresh();
}

void BudgetBar::setPreview(std::shared_ptr<const Analysis> preview)
{
    preview_ = std::move(preview);
    refresh();
}

void BudgetBar::setBlocking(int problems)
{
    problems_ = problems;
    blocking_->setText(problems == 1 ? tr("1 problem") : tr("%1 problems").arg(exactCountText(problems)));
    const QString text = problems == 1
        ? tr("One problem keeps the model from running on the target")
        : tr("%1 problems keep the model from running on the target").arg(exactCountText(problems));
    blocking_->setToolTip(text + tr("; click to see (Alt+4)"));
    blocking_->setAccessibleName(text);
    refresh();
}

void BudgetBar::refresh()
{
    const bool open = state_ != nullptr;
    export_->setEnabled(open && state_->optimised->plan.has_value());
    blocking_->setVisible(open && problems_ > 0);
    for (GaugeWidget *gauge : gauges_) {
        gauge->setVisible(open);
    }
    macs_->setVisible(open);
    macsBefore_->setVisible(open);
    export_->setVisible(open);
    if (!open) {
        return;
    }
    const auto gauges = gaugesOf(*state_->optimised, *state_->original, preview_.get());
    for (std::size_t index = 0; index < gauges_.size(); ++index) {
        gauges_[index]->setGauge(gauges[index]);
    }
    if (!state_->optimised->estimate) {
        macs_->clear();
        macsBefore_->clear();
        return;
    }
    const std::int64_t now = state_->optimised->estimate->macs;
    const std::int64_t was = state_->original->estimate ? state_->original->estimate->macs : now;
    macs_->setText(tr("MACs %1").arg(countText(now)));
    const QString macs = tr("%1 multiply-accumulates per inference").arg(exactCountText(now));
    macs_->setToolTip(state_->optimised->graph.subgraphs().empty()
            ? macs
            : macs + tr(", without the bodies of branches and loops: how often they run is not known"));
    if (preview_ && preview_->estimate) {
        macsBefore_->setText(tr("would be %1").arg(countText(preview_->estimate->macs)));
    } else {
        macsBefore_->setText(was == now ? QString() : tr("was %1").arg(countText(was)));
    }
}

void BudgetBar::showBreakdown(GaugeWidget *gauge)
{
    if (!state_ || !state_->optimised->estimate) {
        return;
    }
    const auto lines = breakdownOf(gauge->gauge().kind, *state_->optimised->estimate);
    auto *popup = new QWidget(this, Qt::Popup);
    popup->setAttribute(Qt::WA_DeleteOnClose);
    auto *grid = new QGridLayout(popup);
    grid->setContentsMargins(14, 12, 14, 12);
    grid->setHorizontalSpacing(24);
    auto *title = new QLabel(gauge->gauge().name);
    title->setFont(uiFont(0, true));
    grid->addWidget(title, 0, 0);
    int row = 1;
    for (const BreakdownLine &line : lines) {
        grid->addWidget(new QLabel(line.name), row, 0);
        grid->addWidget(new QLabel(bytesText(line.bytes)), row, 1, Qt::AlignRight);
        grid->addWidget(new QLabel(exactBytesText(line.bytes)), row, 2, Qt::AlignRight);
        ++row;
    }
    if (lines.empty()) {
        grid->addWidget(new QLabel(gauge->gauge().exact), row, 0);
    }
    popup->move(gauge->mapToGlobal(QPoint(0, gauge->height() + 4)));
    popup->show();
}

} // namespace tinsmith

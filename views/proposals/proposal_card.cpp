// SPDX-License-Identifier: Apache-2.0
#include "views/proposals/proposal_card.h"

#include "views/proposals/chip.h"
#include "views/theme/number_text.h"
#include "views/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include <cmath>

namespace tinsmith {
namespace {

QString whereText(const std::vector<std::string> &operators)
{
    if (operators.empty()) {
        return ProposalCard::tr("Whole model");
    }
    const auto shortName = [](const std::string &name) {
        const QString text = QString::fromStdString(name);
        const qsizetype slash = text.lastIndexOf(QLatin1Char('/'));
        return text.size() > 28 && slash > 0 ? QStringLiteral("…") + text.mid(slash) : text;
    };
    if (operators.size() == 1) {
        return shortName(operators.front());
    }
    return ProposalCard::tr("%1 and %2 more").arg(shortName(operators.front())).arg(operators.size() - 1);
}

QString riskText(Risk risk)
{
    switch (risk) {
    case Risk::Exact:
        return ProposalCard::tr("exact");
    case Risk::Quantization:
        return ProposalCard::tr("quantized");
    case Risk::NeedsTraining:
        break;
    }
    return ProposalCard::tr("needs training");
}

Chip::Tone toneOf(Risk risk)
{
    return risk == Risk::Exact       ? Chip::Tone::Good
        : risk == Risk::Quantization ? Chip::Tone::Accent
                                     : Chip::Tone::Warning;
}

} // namespace

ProposalCard::ProposalCard(const Proposal &proposal, QWidget *parent)
    : QFrame(parent), preview_(new QPushButton(tr("Preview")))
{
    setFocusPolicy(Qt::TabFocus);
    setAccessibleName(QString::fromStdString(proposal.title));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(11, 9, 11, 10);
    layout->setSpacing(5);

    auto *head = new QHBoxLayout;
    auto *title = new QLabel(QString::fromStdString(proposal.title));
    title->setFont(uiFont(0, true));
    title->setWordWrap(true);
    head->addWidget(title, 1);
    auto *risk = new Chip(riskText(proposal.risk), toneOf(proposal.risk));
    head->addWidget(risk, 0, Qt::AlignTop);
    layout->addLayout(head);

    auto *where = new QLabel(whereText(proposal.operators));
    where->setForegroundRole(QPalette::PlaceholderText);
    QStringList all;
    for (const std::string &name : proposal.operators) {
        all << QString::fromStdString(name);
    }
    where->setToolTip(all.mid(0, 30).join(QLatin1Char('\n')));
    layout->addWidget(where);

    auto *chips = new ChipRow;
    const Delta &delta = proposal.delta;
    const auto add = [chips](const QString &text) { chips->add(new Chip(text, Chip::Tone::Plain)); };
    if (delta.ramBytes != 0) {
        add(tr("%1 RAM").arg(bytesDeltaText(delta.ramBytes)));
    }
    if (delta.flashBytes != 0) {
        add(tr("%1 flash").arg(bytesDeltaText(delta.flashBytes)));
    }
    if (delta.macs != 0) {
        add(tr("%1 MACs").arg(countDeltaText(delta.macs)));
    }
    if (std::abs(delta.latencyMs) >= 0.001) {
        add((delta.latencyMs > 0 ? QStringLiteral("+") : QStringLiteral("−"))
            + millisecondsText(std::abs(delta.latencyMs)));
    }
    if (chips->isEmpty()) {
        add(tr("no change in size"));
    }
    layout->addWidget(chips);

    auto *why = new QLabel(QString::fromStdString(proposal.explanation));
    why->setWordWrap(true);
    why->setFont(uiFont(-1));
    why->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(why);

    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    preview_->setCheckable(true);
    buttons->addWidget(preview_);
    auto *apply = new QPushButton(tr("Apply"));
    apply->setProperty("primary", true);
    buttons->addWidget(apply);
    layout->addLayout(buttons);
    connect(preview_, &QPushButton::toggled, this, &ProposalCard::previewToggled);
    connect(apply, &QPushButton::clicked, this, &ProposalCard::applyWanted);
}

void ProposalCard::setPreviewed(bool previewed)
{
    previewed_ = previewed;
    const QSignalBlocker quiet(preview_);
    preview_->setChecked(previewed);
    update();
}

void ProposalCard::mousePressEvent(QMouseEvent *event)
{
    QFrame::mousePressEvent(event);
    emit showWanted();
}

void ProposalCard::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool marked = previewed_ || hasFocus();
    painter.setPen(QPen(marked ? theme().accent : theme().line, marked ? 2 : 1));
    painter.setBrush(theme().card);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
}

} // namespace tinsmith

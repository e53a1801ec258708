// SPDX-License-Identifier: Apache-2.0
#include "views/proposals/proposal_card.h"

#include "views/proposals/chip.h"
#include "views/theme/elided_label.h"
#include "views/theme/number_text.h"
#include "views/theme/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
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
    const QString first = QString::fromStdString(operators.front());
    return operators.size() == 1 ? first : ProposalCard::tr("%1 and %2 more").arg(first).arg(operators.size() - 1);
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
    // Names within the title may be of any length: Preview and Apply stay in sight.
    constexpr int longestWord = 28;
    const QString whole = QString::fromStdString(proposal.title);
    auto *title = new QLabel(breakable(shortWords(whole, longestWord)));
    title->setTextFormat(Qt::PlainText);
    title->setFont(uiFont(0, true));
    title->setWordWrap(true);
    title->setMinimumWidth(1);
    if (shortWords(whole, longestWord) != whole) {
        title->setToolTip(whole);
    }
    head->addWidget(title, 1);
    auto *risk = new Chip(riskText(proposal.risk), toneOf(proposal.risk));
    // A long title has the whole width, so that the buttons below it stay in sight.
    constexpr qsizetype oneLine = 22;
    const bool beside = whole.size() <= oneLine;
    if (beside) {
        head->addWidget(risk, 0, Qt::AlignTop);
    }
    layout->addLayout(head);

    auto *where = new ElidedLabel(whereText(proposal.operators));
    where->setForegroundRole(QPalette::PlaceholderText);
    QStringList all;
    for (const std::string &name : proposal.operators) {
        all << QString::fromStdString(name);
    }
    where->setTip(all.mid(0, 30).join(QLatin1Char('\n')));
    layout->addWidget(where);

    auto *chips = new ChipRow;
    if (!beside) {
        chips->add(risk);
    }
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
    if (delta.ramBytes == 0 && delta.flashBytes == 0 && delta.macs == 0 && std::abs(delta.latencyMs) < 0.001) {
        add(tr("no change in size"));
    }
    layout->addWidget(chips);

    // Above the explanation, which may be long: the buttons stay in sight.
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    preview_->setCheckable(true);
    buttons->addWidget(preview_);
    auto *apply = new QPushButton(tr("Apply"));
    apply->setProperty("primary", true);
    buttons->addWidget(apply);
    layout->addLayout(buttons);

    const QString explanation = QString::fromStdString(proposal.explanation);
    auto *why = new QLabel(breakable(shortWords(explanation, longestWord)));
    why->setTextFormat(Qt::PlainText);
    why->setWordWrap(true);
    why->setMinimumWidth(1);
    if (shortWords(explanation, longestWord) != explanation) {
        why->setToolTip(explanation);
    }
    why->setFont(uiFont(-1));
    why->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(why);
    if (proposal.risk == Risk::NeedsTraining) {
        auto *untrained = new QLabel(tr("Accuracy is untrained after this step: it drops until the model is trained "
                                        "again."));
        untrained->setObjectName(QStringLiteral("untrained"));
        untrained->setWordWrap(true);
        untrained->setMinimumWidth(1);
        untrained->setFont(uiFont(-1));
        QPalette colours = untrained->palette();
        colours.setColor(QPalette::WindowText, theme().warning);
        untrained->setPalette(colours);
        layout->addWidget(untrained);
    }

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

void ProposalCard::keyPressEvent(QKeyEvent *event)
{
    const int key = event->key();
    if (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Space) {
        preview_->click();
        return;
    }
    QFrame::keyPressEvent(event);
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

// SPDX-License-Identifier: Apache-2.0
#include "views/proposals/obstacle_card.h"

#include "views/proposals/chip.h"
#include "views/theme/elided_label.h"
#include "views/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace tinsmith {
namespace {

QLabel *wrapped(const QString &text)
{
    auto *label = new QLabel(breakable(shortWords(text)));
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setMinimumWidth(1);
    label->setFont(uiFont(-1));
    label->setAccessibleName(text);
    if (shortWords(text) != text) {
        label->setToolTip(text);
    }
    return label;
}

} // namespace

ObstacleCard::ObstacleCard(const Obstacle &obstacle, QWidget *parent) : QFrame(parent)
{
    const QString title = QString::fromStdString(obstacle.title);
    const QString reason = QString::fromStdString(obstacle.reason);
    setAccessibleName(tr("%1 is not possible: %2").arg(title, reason));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(11, 9, 11, 10);
    layout->setSpacing(5);
    auto *head = new QHBoxLayout;
    auto *name = new QLabel(title);
    name->setFont(uiFont(0, true));
    name->setForegroundRole(QPalette::PlaceholderText);
    name->setWordWrap(true);
    name->setMinimumWidth(1);
    head->addWidget(name, 1);
    head->addWidget(new Chip(tr("not possible"), Chip::Tone::Warning), 0, Qt::AlignTop);
    layout->addLayout(head);
    if (!obstacle.place.empty()) {
        const QString place = QString::fromStdString(obstacle.place);
        auto *where
            = new ElidedLabel(obstacle.others == 0 ? place : tr("%1 and %2 more").arg(place).arg(obstacle.others));
        where->setForegroundRole(QPalette::PlaceholderText);
        layout->addWidget(where);
        setCursor(Qt::PointingHandCursor);
    }
    layout->addWidget(wrapped(reason));
    if (!obstacle.remedy.empty()) {
        auto *remedy = wrapped(QString::fromStdString(obstacle.remedy));
        remedy->setForegroundRole(QPalette::PlaceholderText);
        layout->addWidget(remedy);
    }
    if (obstacle.action == Problem::Remedy::BindDimensions) {
        auto *bind = new QPushButton(tr("Bind dimensions…"));
        bind->setProperty("primary", true);
        layout->addWidget(bind, 0, Qt::AlignRight);
        connect(bind, &QPushButton::clicked, this, &ObstacleCard::bindWanted);
    }
}

void ObstacleCard::mousePressEvent(QMouseEvent *event)
{
    QFrame::mousePressEvent(event);
    emit showWanted();
}

void ObstacleCard::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QPen pen(theme().line, 1);
    pen.setDashPattern({4, 3});
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
}

} // namespace tinsmith

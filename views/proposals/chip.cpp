// SPDX-License-Identifier: Apache-2.0
#include "views/proposals/chip.h"

#include "views/theme/theme.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace tinsmith {
namespace {

constexpr int spacing = 5;

} // namespace

Chip::Chip(const QString &text, Tone tone, QWidget *parent) : QWidget(parent), text_(text), tone_(tone)
{
    setAccessibleName(text);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize Chip::sizeHint() const
{
    const QFontMetricsF metrics(uiFont(-1));
    return {static_cast<int>(std::ceil(metrics.horizontalAdvance(text_))) + 16,
        static_cast<int>(std::ceil(metrics.height())) + 5};
}

void Chip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    QColor colour = theme().text;
    if (tone_ == Tone::Plain) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme().field);
        painter.drawRoundedRect(box, 4, 4);
    } else {
        colour = tone_ == Tone::Good ? theme().good : tone_ == Tone::Accent ? theme().accent : theme().warning;
        painter.setPen(QPen(colour, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2);
    }
    painter.setFont(uiFont(-1));
    painter.setPen(colour);
    painter.drawText(rect(), Qt::AlignCenter, text_);
}

ChipRow::ChipRow(QWidget *parent) : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void ChipRow::add(Chip *chip)
{
    chip->setParent(this);
    chips_.push_back(chip);
}

QSize ChipRow::sizeHint() const
{
    constexpr int usualWidth = 260;
    return {usualWidth, arrange(usualWidth, false)};
}

void ChipRow::resizeEvent(QResizeEvent *)
{
    arrange(width(), true);
}

int ChipRow::arrange(int width, bool move) const
{
    int x = 0;
    int y = 0;
    int rowHeight = 0;
    for (Chip *chip : chips_) {
        const QSize size = chip->sizeHint();
        if (x > 0 && x + size.width() > width) {
            x = 0;
            y += rowHeight + spacing;
        }
        if (move) {
            chip->setGeometry(QRect(QPoint(x, y), size));
        }
        x += size.width() + spacing;
        rowHeight = std::max(rowHeight, size.height());
    }
    return y + rowHeight;
}

} // namespace tinsmith

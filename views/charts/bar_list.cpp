// SPDX-License-Identifier: Apache-2.0
#include "views/charts/bar_list.h"

#include "views/theme/theme.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace tinsmith {

BarList::BarList(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Bars"));
}

void BarList::setRows(std::vector<Row> rows)
{
    rows_ = std::move(rows);
    QStringList words;
    for (const Row &row : rows_) {
        words += row.label + QLatin1Char(' ') + row.text;
    }
    setAccessibleDescription(words.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

double BarList::rowHeight() const
{
    return std::ceil(QFontMetricsF(uiFont(-0.5)).height() * 1.9);
}

QSize BarList::sizeHint() const
{
    return {260, static_cast<int>(rowHeight() * static_cast<double>(rows_.size()))};
}

void BarList::mousePressEvent(QMouseEvent *event)
{
    const int row = static_cast<int>(event->position().y() / rowHeight());
    if (row >= 0 && row < static_cast<int>(rows_.size())) {
        emit rowActivated(row);
    }
}

void BarList::paintEvent(QPaintEvent * /*event*/)
{
    const Theme &t = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(uiFont(-0.5));
    const QFontMetricsF metrics(painter.font());
    double largest = 0;
    for (const Row &row : rows_) {
        largest = std::max(largest, std::abs(row.value));
    }
    constexpr double thick = 4;
    const double height = rowHeight();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        const Row &row = rows_[i];
        const double top = static_cast<double>(i) * height;
        const double base = top + metrics.ascent() + 2;
        const double number = metrics.horizontalAdvance(row.text);
        painter.setPen(t.text);
        painter.drawText(QPointF(width() - number, base), row.text);
        painter.setPen(t.mutedText);
        painter.drawText(QPointF(0, base), metrics.elidedText(row.label, Qt::ElideMiddle, width() - number - 12));
        const QRectF track(0, top + height - thick - 5, width(), thick);
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.track);
        painter.drawRoundedRect(track, thick / 2, thick / 2);
        if (largest > 0 && row.value != 0) {
            QRectF bar = track;
            bar.setWidth(std::max(thick, track.width() * std::abs(row.value) / largest));
            painter.setBrush(row.colour.isValid() ? row.colour : t.accent);
            painter.drawRoundedRect(bar, thick / 2, thick / 2);
        }
    }
}

} // namespace tinsmith

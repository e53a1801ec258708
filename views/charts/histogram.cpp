// SPDX-License-Identifier: Apache-2.0
#include "views/charts/histogram.h"

#include "views/theme/number_text.h"
#include "views/theme/theme.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace tinsmith {
namespace {

QString valueText(double value)
{
    return QLocale().toString(value, 'g', 4).replace(QLatin1Char('-'), QStringLiteral("−"));
}

} // namespace

Histogram::Histogram(QWidget *parent) : QWidget(parent)
{
    setMouseTracking(true);
    setAccessibleName(tr("Histogram"));
}

void Histogram::setData(HistogramData histogram)
{
    data_ = std::move(histogram);
    hovered_ = -1;
    setAccessibleDescription(tr("%1 values from %2 to %3, %4 of them 0")
                                 .arg(exactCountText(data_.total), valueText(data_.low), valueText(data_.high),
                                     exactCountText(data_.zeros)));
    update();
}

void Histogram::setLogarithmic(bool logarithmic)
{
    logarithmic_ = logarithmic;
    update();
}

QRectF Histogram::plot() const
{
    const double scale = QFontMetricsF(uiFont(-1)).height() + 4;
    return QRectF(rect()).adjusted(4, 4, -4, -scale);
}

int Histogram::binAt(double x) const
{
    const QRectF area = plot();
    const auto count = static_cast<int>(data_.counts.size());
    if (count == 0 || x < area.left() || x >= area.right()) {
        return -1;
    }
    return std::min(count - 1, static_cast<int>((x - area.left()) / area.width() * count));
}

QString Histogram::describe(int bin) const
{
    const double width = (data_.high - data_.low) / static_cast<double>(data_.counts.size());
    const auto count = data_.counts[static_cast<std::size_t>(bin)];
    return tr("%1 to %2: %3 values")
        .arg(valueText(data_.low + bin * width), valueText(data_.low + (bin + 1) * width), exactCountText(count));
}

bool Histogram::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const int bin = binAt(help->pos().x());
        QToolTip::showText(help->globalPos(), bin < 0 ? QString() : describe(bin), this);
        return true;
    }
    return QWidget::event(event);
}

void Histogram::mouseMoveEvent(QMouseEvent *event)
{
    hovered_ = binAt(event->position().x());
    update();
}

void Histogram::leaveEvent(QEvent *event)
{
    hovered_ = -1;
    update();
    QWidget::leaveEvent(event);
}

void Histogram::paintEvent(QPaintEvent * /*event*/)
{
    const Theme &t = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(uiFont(-1));
    const QRectF area = plot();
    if (data_.counts.empty()) {
        painter.setPen(t.mutedText);
        painter.drawText(rect(), Qt::AlignCenter, tr("No values"));
        return;
    }
    const auto height = [this](std::int64_t count) {
        return logarithmic_ ? std::log1p(static_cast<double>(count)) : static_cast<double>(count);
    };
    const double tallest = std::max(1e-9, height(*std::max_element(data_.counts.begin(), data_.counts.end())));
    const auto count = static_cast<double>(data_.counts.size());
    const double step = area.width() / count;
    const double gap = step > 4 ? 1 : 0;
    for (std::size_t i = 0; i < data_.counts.size(); ++i) {
        if (data_.counts[i] == 0) {
            continue;
        }
        // Even one value in a million shows as a line of a pixel.
        const double tall = std::max(1.0, height(data_.counts[i]) / tallest * area.height());
        const QRectF bar(
            area.left() + static_cast<double>(i) * step, area.bottom() - tall, std::max(1.0, step - gap), tall);
        painter.fillRect(bar, static_cast<int>(i) == hovered_ ? t.accent : t.family(OperatorFamily::Convolution));
    }
    painter.setPen(QPen(t.line, 1));
    painter.drawLine(QPointF(area.left(), area.bottom() + 0.5), QPointF(area.right(), area.bottom() + 0.5));
    painter.setPen(t.mutedText);
    const QRectF scale(area.left(), area.bottom() + 3, area.width(), rect().bottom() - area.bottom());
    const QFontMetricsF metrics(painter.font());
    const QString low = valueText(data_.low);
    const QString high = valueText(data_.high);
    painter.drawText(scale, Qt::AlignLeft | Qt::AlignTop, low);
    painter.drawText(scale, Qt::AlignRight | Qt::AlignTop, high);
    if (data_.low < 0 && data_.high > 0) {
        const double zero = area.left() - data_.low / (data_.high - data_.low) * area.width();
        const double width = metrics.horizontalAdvance(QLatin1Char('0'));
        const bool free = zero - width > area.left() + metrics.horizontalAdvance(low)
            && zero + width < area.right() - metrics.horizontalAdvance(high);
        if (free) {
            painter.drawText(QRectF(zero - 20, scale.top(), 40, scale.height()), Qt::AlignHCenter | Qt::AlignTop,
                QStringLiteral("0"));
        }
    }
}

} // namespace tinsmith

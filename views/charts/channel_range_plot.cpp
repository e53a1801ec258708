// SPDX-License-Identifier: Apache-2.0
#include "views/charts/channel_range_plot.h"

#include "views/theme/number_text.h"
#include "views/theme/theme.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace tinsmith {
namespace {

QString valueText(double value)
{
    return QLocale().toString(value, 'g', 4).replace(QLatin1Char('-'), QStringLiteral("−"));
}

} // namespace

ChannelRangePlot::ChannelRangePlot(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("Range of the weights by channel"));
}

void ChannelRangePlot::setRanges(std::vector<ChannelRange> ranges)
{
    ranges_ = std::move(ranges);
    low_ = 0;
    high_ = 0;
    for (const ChannelRange &range : ranges_) {
        low_ = std::min(low_, range.low);
        high_ = std::max(high_, range.high);
    }
    if (low_ == high_) {
        low_ = -1;
        high_ = 1;
    }
    const auto dead = std::count_if(ranges_.begin(), ranges_.end(), [](const ChannelRange &r) { return r.dead(); });
    setAccessibleDescription(tr("%1 channels, %2 of them zero").arg(ranges_.size()).arg(dead));
    update();
}

QRectF ChannelRangePlot::plot() const
{
    const QFontMetricsF metrics(uiFont(-1));
    const double left
        = std::max(metrics.horizontalAdvance(valueText(low_)), metrics.horizontalAdvance(valueText(high_)));
    return QRectF(rect()).adjusted(left + 10, metrics.height() / 2 + 1, -4, -metrics.height() - 5);
}

int ChannelRangePlot::channelAt(double x) const
{
    const QRectF area = plot();
    if (ranges_.empty() || x < area.left() || x >= area.right()) {
        return -1;
    }
    return static_cast<int>((x - area.left()) / area.width() * static_cast<double>(ranges_.size()));
}

bool ChannelRangePlot::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const int channel = channelAt(help->pos().x());
        QString text;
        if (channel >= 0) {
            const ChannelRange &range = ranges_[static_cast<std::size_t>(channel)];
            text = range.dead()
                ? tr("Channel %1: zero throughout").arg(channel)
                : tr("Channel %1: %2 to %3").arg(QString::number(channel), valueText(range.low), valueText(range.high));
        }
        QToolTip::showText(help->globalPos(), text, this);
        return true;
    }
    return QWidget::event(event);
}

void ChannelRangePlot::mousePressEvent(QMouseEvent *event)
{
    if (const int channel = channelAt(event->position().x()); channel >= 0) {
        emit channelActivated(channel);
    }
}

void ChannelRangePlot::paintEvent(QPaintEvent * /*event*/)
{
    const Theme &t = theme();
    QPainter painter(this);
    painter.setFont(uiFont(-1));
    if (ranges_.empty()) {
        painter.setPen(t.mutedText);
        painter.drawText(rect(), Qt::AlignCenter, tr("No channels"));
        return;
    }
    const QRectF area = plot();
    const auto y = [&](double value) { return area.bottom() - (value - low_) / (high_ - low_) * area.height(); };
    painter.setPen(QPen(t.line, 1));
    painter.drawLine(QPointF(area.left(), y(0)), QPointF(area.right(), y(0)));
    painter.setRenderHint(QPainter::Antialiasing);
    const double step = area.width() / static_cast<double>(ranges_.size());
    const double gap = step > 4 ? 1 : 0;
    for (std::size_t i = 0; i < ranges_.size(); ++i) {
        const double x = area.left() + static_cast<double>(i) * step;
        const double width = std::max(1.0, step - gap);
        if (ranges_[i].dead()) {
            painter.fillRect(QRectF(x, y(0) - 3, width, 6), t.bad);
            continue;
        }
        const double top = y(ranges_[i].high);
        painter.fillRect(
            QRectF(x, top, width, std::max(1.0, y(ranges_[i].low) - top)), t.family(OperatorFamily::Convolution));
    }
    painter.setPen(t.mutedText);
    const double half = QFontMetricsF(painter.font()).height() / 2;
    const auto mark = [&](double value) {
        painter.drawText(
            QRectF(0, y(value) - half, area.left() - 6, 2 * half), Qt::AlignRight | Qt::AlignVCenter, valueText(value));
    };
    mark(high_);
    if (low_ < 0) {
        mark(low_);
    }
    const QRectF scale(area.left(), area.bottom() + 4, area.width(), 2 * half);
    painter.drawText(scale, Qt::AlignLeft, QStringLiteral("0"));
    painter.drawText(scale, Qt::AlignRight, tr("channel %1").arg(ranges_.size() - 1));
}

} // namespace tinsmith

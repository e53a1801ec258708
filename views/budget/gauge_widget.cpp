// SPDX-License-Identifier: Apache-2.0
#include "views/budget/gauge_widget.h"

#include "views/theme/theme.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace tinsmith {
namespace {

constexpr int barHeight = 7;
constexpr int gap = 5;
/// Between name and value.
constexpr int gapInLine = 12;

QColor colourOf(GaugeLevel level)
{
    switch (level) {
    case GaugeLevel::Fits:
        return theme().good;
    case GaugeLevel::Tight:
        return theme().warning;
    case GaugeLevel::Over:
        return theme().bad;
    case GaugeLevel::Unknown:
        break;
    }
    return theme().mutedText;
}

void fillBar(QPainter &painter, const QRectF &bar, const QBrush &brush)
{
    if (bar.width() <= 0) {
        return;
    }
    QPainterPath path;
    path.addRoundedRect(bar, bar.height() / 2, bar.height() / 2);
    painter.fillPath(path, brush);
}

} // namespace

GaugeWidget::GaugeWidget(QWidget *parent) : QAbstractButton(parent)
{
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void GaugeWidget::setGauge(const Gauge &gauge)
{
    gauge_ = gauge;
    setToolTip(gauge.exact + QLatin1Char('\n') + gauge.words);
    setAccessibleName(
        gauge.name + QStringLiteral(": ") + gauge.value + gauge.limit + QStringLiteral(", ") + gauge.words);
    updateGeometry();
    update();
}

QSize GaugeWidget::sizeHint() const
{
    const QFontMetricsF strong(uiFont(0, true));
    const QFontMetricsF small(uiFont(-1));
    const double top = strong.horizontalAdvance(gauge_.name) + gapInLine + strong.horizontalAdvance(gauge_.value)
        + QFontMetricsF(uiFont()).horizontalAdvance(gauge_.limit);
    const double bottom = small.horizontalAdvance(gauge_.words);
    const double height = strong.height() + gap + barHeight + gap + small.height();
    return {static_cast<int>(std::max(top, bottom)) + 4, static_cast<int>(height) + 2};
}

QSize GaugeWidget::minimumSizeHint() const
{
    const QFontMetricsF strong(uiFont(0, true));
    const double top = strong.horizontalAdvance(gauge_.name) + gapInLine + strong.horizontalAdvance(gauge_.value);
    const double bottom = QFontMetricsF(uiFont(-1)).horizontalAdvance(gauge_.brief);
    return {static_cast<int>(std::max(top, bottom)) + 4, sizeHint().height()};
}

void GaugeWidget::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont strong = uiFont(0, true);
    const QFont plain = uiFont();
    const QFont small = uiFont(-1);
    const QFontMetricsF strongMetrics(strong);
    const double lineHeight = strongMetrics.height();
    const auto level = colourOf(gauge_.level);

    painter.setFont(strong);
    painter.setPen(theme().text);
    painter.drawText(QRectF(0, 0, width(), lineHeight), Qt::AlignLeft | Qt::AlignVCenter, gauge_.name);
    // A number is shown whole or not at all: where there is no room for the limit, the tool tip has it.
    const double taken
        = strongMetrics.horizontalAdvance(gauge_.name) + gapInLine + strongMetrics.horizontalAdvance(gauge_.value);
    const double limitRoom = QFontMetricsF(plain).horizontalAdvance(gauge_.limit);
    const bool limitFits = taken + limitRoom <= width() + 1;
    const double limitWidth = limitFits ? limitRoom : 0;
    painter.drawText(QRectF(0, 0, width() - limitWidth, lineHeight), Qt::AlignRight | Qt::AlignVCenter, gauge_.value);
    painter.setFont(plain);
    painter.setPen(theme().mutedText);
    if (limitFits) {
        painter.drawText(QRectF(0, 0, width(), lineHeight), Qt::AlignRight | Qt::AlignVCenter, gauge_.limit);
    }

    const QRectF track(0, lineHeight + gap, width(), barHeight);
    fillBar(painter, track, theme().track);
    const auto piece = [&track](double from, double to) {
        return QRectF(track.left() + track.width() * from, track.top(), track.width() * (to - from), track.height());
    };
    if (gauge_.preview) {
        const double low = std::min(gauge_.share, *gauge_.preview);
        const double high = std::max(gauge_.share, *gauge_.preview);
        fillBar(painter, piece(0, high), QBrush(level, Qt::BDiagPattern));
        fillBar(painter, piece(0, low), level);
    } else {
        // A sliver shows even where the share is tiny, so that a bar is never read as empty.
        const double least = gauge_.share > 0 ? std::max(gauge_.share, barHeight / std::max(track.width(), 1.0)) : 0;
        fillBar(painter, piece(0, least), level);
    }
    if (gauge_.ghost) {
        const double x = track.left() + track.width() * *gauge_.ghost;
        painter.fillRect(QRectF(std::min(x, track.right() - 2), track.top() - 3, 2, track.height() + 6), theme().text);
    }
    painter.setFont(small);
    painter.setPen(level);
    const QFontMetricsF smallMetrics(small);
    const QString words = smallMetrics.horizontalAdvance(gauge_.words) <= width() + 1 ? gauge_.words : gauge_.brief;
    painter.drawText(QRectF(0, track.bottom() + gap, width(), smallMetrics.height()), Qt::AlignLeft | Qt::AlignVCenter,
        smallMetrics.elidedText(words, Qt::ElideRight, width() + 1));
    if (hasFocus()) {
        painter.setPen(QPen(theme().accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    }
}

} // namespace tinsmith

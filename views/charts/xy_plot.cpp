// SPDX-License-Identifier: Apache-2.0
#include "views/charts/xy_plot.h"

#include "views/charts/chart_math.h"
#include "views/theme/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <limits>

namespace tinsmith {
namespace {

QString plainText(double value)
{
    return QLocale().toString(value, 'g', 4).replace(QLatin1Char('-'), QStringLiteral("−"));
}

} // namespace

XyPlot::XyPlot(QWidget *parent)
    : QWidget(parent), xText_(plainText), yText_(plainText), limitX_(std::numeric_limits<double>::quiet_NaN()),
      limitY_(std::numeric_limits<double>::quiet_NaN())
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Chart"));
}

void XyPlot::setAxes(const QString &x, const QString &y)
{
    xName_ = x;
    yName_ = y;
    setAccessibleName(tr("Chart of %1 against %2").arg(y, x));
    update();
}

void XyPlot::setNumberText(std::function<QString(double)> x, std::function<QString(double)> y)
{
    xText_ = x ? std::move(x) : plainText;
    yText_ = y ? std::move(y) : plainText;
    update();
}

void XyPlot::setSeries(std::vector<Series> series)
{
    series_ = std::move(series);
    picked_ = {-1, -1};
    update();
}

void XyPlot::setLimits(double x, double y)
{
    limitX_ = x;
    limitY_ = y;
    update();
}

void XyPlot::setPicked(int series, int point)
{
    picked_ = {series, point};
    update();
}

QPointF XyPlot::Frame::at(QPointF value) const
{
    return {plot.left() + (value.x() - values.left()) / values.width() * plot.width(),
        plot.bottom() - (value.y() - values.top()) / values.height() * plot.height()};
}

QRectF XyPlot::valueBounds() const
{
    double left = std::numeric_limits<double>::infinity();
    double right = -left;
    double low = left;
    double high = -left;
    const auto include = [&](double x, double y) {
        if (std::isfinite(x)) {
            left = std::min(left, x);
            right = std::max(right, x);
        }
        if (std::isfinite(y)) {
            low = std::min(low, y);
            high = std::max(high, y);
        }
    };
    for (const Series &series : series_) {
        for (const QPointF &point : series.points) {
            include(point.x(), point.y());
        }
    }
    include(limitX_, limitY_);
    const auto widen = [](double &from, double &to) {
        if (!(to >= from)) {
            from = 0;
            to = 1;
        }
        const double room = to > from ? (to - from) * 0.06 : std::max(1.0, std::abs(to)) * 0.1;
        // Quantities that are not negative keep zero as their lowest scale.
        from = from >= 0 ? std::max(0.0, from - room) : from - room;
        to += room;
    };
    widen(left, right);
    widen(low, high);
    return {left, low, right - left, high - low};
}

XyPlot::Frame XyPlot::frame() const
{
    const QFontMetricsF metrics(uiFont(-1));
    Frame frame;
    frame.values = valueBounds();
    double label = 0;
    for (const double tick : roundTicks(frame.values.top(), frame.values.bottom(), 4)) {
        label = std::max(label, metrics.horizontalAdvance(yText_(tick)));
    }
    const bool legend = series_.size() > 1;
    const double top = metrics.height() * (legend || !yName_.isEmpty() ? 1.5 : 0.6);
    frame.plot = QRectF(rect()).adjusted(label + 10, top, -10, -metrics.height() * (xName_.isEmpty() ? 1.4 : 2.4));
    return frame;
}

std::pair<int, int> XyPlot::dotAt(QPointF point) const
{
    const Frame f = frame();
    std::pair<int, int> best{-1, -1};
    double least = 9;
    for (std::size_t s = 0; s < series_.size(); ++s) {
        for (std::size_t i = 0; i < series_[s].points.size() && !series_[s].line; ++i) {
            const QPointF away = f.at(series_[s].points[i]) - point;
            const double distance = std::hypot(away.x(), away.y());
            if (distance < least) {
                least = distance;
                best = {static_cast<int>(s), static_cast<int>(i)};
            }
        }
    }
    return best;
}

bool XyPlot::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const auto [series, point] = dotAt(help->pos());
        QString text;
        if (series >= 0) {
            const Series &s = series_[static_cast<std::size_t>(series)];
            const auto at = static_cast<std::size_t>(point);
            const QPointF value = s.points[at];
            text = at < s.texts.size() ? s.texts[at]
                                       : QStringLiteral("%1, %2").arg(xText_(value.x()), yText_(value.y()));
        }
        QToolTip::showText(help->globalPos(), text, this);
        return true;
    }
    return QWidget::event(event);
}

void XyPlot::mousePressEvent(QMouseEvent *event)
{
    const auto found = dotAt(event->position());
    if (found.first >= 0) {
        picked_ = found;
        update();
        emit picked(found.first, found.second);
    }
}

void XyPlot::keyPressEvent(QKeyEvent *event)
{
    const int way = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    const auto dots
        = std::find_if(series_.begin(), series_.end(), [](const Series &s) { return !s.line && !s.points.empty(); });
    if (way == 0 || dots == series_.end()) {
        QWidget::keyPressEvent(event);
        return;
    }
    const int series = picked_.first >= 0 ? picked_.first : static_cast<int>(dots - series_.begin());
    const int count = static_cast<int>(series_[static_cast<std::size_t>(series)].points.size());
    picked_ = {series, std::clamp(picked_.second + way, 0, count - 1)};
    update();
    emit picked(picked_.first, picked_.second);
}

void XyPlot::paintEvent(QPaintEvent * /*event*/)
{
    const Theme &t = theme();
    QPainter painter(this);
    painter.setFont(uiFont(-1));
    const QFontMetricsF metrics(painter.font());
    const Frame f = frame();
    const double half = metrics.height() / 2;
    for (const double tick : roundTicks(f.values.top(), f.values.bottom(), 4)) {
        const double y = f.at({0, tick}).y();
        painter.setPen(QPen(t.line, 1));
        painter.drawLine(QPointF(f.plot.left(), y), QPointF(f.plot.right(), y));
        painter.setPen(t.mutedText);
        painter.drawText(
            QRectF(0, y - half, f.plot.left() - 6, 2 * half), Qt::AlignRight | Qt::AlignVCenter, yText_(tick));
    }
    const int wanted = std::clamp(static_cast<int>(f.plot.width() / 90), 1, 8);
    for (const double tick : roundTicks(f.values.left(), f.values.right(), wanted)) {
        const double x = f.at({tick, 0}).x();
        painter.setPen(t.mutedText);
        painter.drawText(QRectF(x - 60, f.plot.bottom() + 3, 120, 2 * half), Qt::AlignHCenter, xText_(tick));
    }
    painter.drawText(
        QRectF(f.plot.left(), f.plot.bottom() + 3 + 2 * half, f.plot.width(), 2 * half), Qt::AlignHCenter, xName_);
    double legend = f.plot.right();
    double names = metrics.horizontalAdvance(yName_);
    for (const Series &series : series_) {
        names += metrics.horizontalAdvance(series.name) + 30;
    }
    // In a narrow chart the curves' names matter more than the scale's.
    if (series_.size() < 2 || names < width()) {
        painter.setPen(t.mutedText);
        painter.drawText(QPointF(2, metrics.ascent()), yName_);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    QPen limit(t.warning, 1.3);
    limit.setDashPattern({5, 3.5});
    painter.setPen(limit);
    if (std::isfinite(limitX_)) {
        const double x = f.at({limitX_, 0}).x();
        painter.drawLine(QPointF(x, f.plot.top()), QPointF(x, f.plot.bottom()));
    }
    if (std::isfinite(limitY_)) {
        const double y = f.at({0, limitY_}).y();
        painter.drawLine(QPointF(f.plot.left(), y), QPointF(f.plot.right(), y));
    }
    for (std::size_t s = series_.size(); s-- > 0;) {
        const Series &series = series_[s];
        const QColor colour = series.colour.isValid() ? series.colour : t.accent;
        if (series_.size() > 1 && !series.name.isEmpty()) {
            legend -= metrics.horizontalAdvance(series.name);
            painter.setPen(t.mutedText);
            painter.drawText(QPointF(legend, metrics.ascent()), series.name);
            legend -= 13;
            painter.fillRect(QRectF(legend, metrics.ascent() - 7, 8, 8), colour);
            legend -= 14;
        }
        if (series.line) {
            QPolygonF line;
            for (const QPointF &point : series.points) {
                line << f.at(point);
            }
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(colour, 1.8));
            painter.drawPolyline(line);
            continue;
        }
        for (std::size_t i = 0; i < series.points.size(); ++i) {
            const bool chosen = picked_ == std::pair(static_cast<int>(s), static_cast<int>(i));
            painter.setPen(chosen ? QPen(t.text, 2) : QPen(t.window, 1));
            painter.setBrush(colour);
            const double radius = chosen ? 6 : 4.5;
            painter.drawEllipse(f.at(series.points[i]), radius, radius);
        }
    }
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "views/graph/minimap.h"

#include "views/graph/scene_painter.h"
#include "views/theme/theme.h"

#include <QEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace tinsmith {

MinimapFrame minimapFrame(const QRectF &bounds, const QRectF &view, QSizeF size)
{
    MinimapFrame frame;
    if (bounds.isEmpty() || size.isEmpty()) {
        return frame;
    }
    constexpr double leastScale = 1.0 / 24;
    const double whole = std::min(size.width() / bounds.width(), size.height() / bounds.height());
    // Never so small that a card becomes less than a dot, unless the width alone demands it.
    frame.scale = std::max(whole, std::min(leastScale, size.width() / bounds.width()));
    const QSizeF shown = size / frame.scale;
    double x = bounds.center().x() - shown.width() / 2;
    double y = bounds.center().y() - shown.height() / 2;
    if (bounds.height() > shown.height()) {
        const double room = std::max(1.0, bounds.height() - view.height());
        const double share = std::clamp((view.top() - bounds.top()) / room, 0.0, 1.0);
        y = bounds.top() + share * (bounds.height() - shown.height());
    }
    frame.area = QRectF(QPointF(x, y), shown);
    return frame;
}

Minimap::Minimap(QWidget *parent) : QWidget(parent)
{
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::NoFocus);
    setAccessibleName(tr("Overview of the graph"));
    setToolTip(tr("Overview: press or drag to go there"));
}

void Minimap::setScene(std::shared_ptr<const PlacedScene> scene)
{
    scene_ = std::move(scene);
    cache_ = {};
    update();
}

void Minimap::setView(const QRectF &area)
{
    view_ = area;
    update();
}

void Minimap::paintEvent(QPaintEvent * /*event*/)
{
    const Theme &t = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor ground = t.window;
    ground.setAlphaF(0.94F);
    painter.setBrush(ground);
    painter.setPen(QPen(t.line, 1));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    if (scene_ == nullptr) {
        return;
    }
    const QRectF box = inner();
    const MinimapFrame frame = minimapFrame(scene_->bounds(), view_, box.size());
    const qreal ratio = devicePixelRatioF();
    if (cache_.isNull() || cache_.devicePixelRatio() != ratio || frame.area != cached_.area
        || frame.scale != cached_.scale) {
        cache_ = QPixmap((box.size() * ratio).toSize());
        cache_.setDevicePixelRatio(ratio);
        cache_.fill(Qt::transparent);
        cached_ = frame;
        QPainter into(&cache_);
        into.scale(frame.scale, frame.scale);
        into.translate(-frame.area.topLeft());
        paintSceneOverview(into, *scene_, frame.area, frame.scale, t);
    }
    painter.drawPixmap(box.topLeft(), cache_);
    QRectF seen((view_.topLeft() - frame.area.topLeft()) * frame.scale + box.topLeft(), view_.size() * frame.scale);
    seen = seen.intersected(box.adjusted(-1, -1, 1, 1));
    QColor tint = t.accent;
    tint.setAlphaF(0.10F);
    painter.setBrush(tint);
    painter.setPen(QPen(t.accent, 1.2));
    painter.drawRoundedRect(seen, 2, 2);
}

void Minimap::ask(QPointF position)
{
    if (scene_ != nullptr) {
        const MinimapFrame frame = minimapFrame(scene_->bounds(), view_, inner().size());
        emit wanted((position - inner().topLeft()) / frame.scale + frame.area.topLeft());
    }
}

void Minimap::mousePressEvent(QMouseEvent *event)
{
    ask(event->position());
}

void Minimap::mouseMoveEvent(QMouseEvent *event)
{
    ask(event->position());
}

void Minimap::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange) {
        cache_ = {};
    }
    QWidget::changeEvent(event);
}

} // namespace tinsmith

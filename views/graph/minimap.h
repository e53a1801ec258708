// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/graph/placed_scene.h"

#include <QPixmap>
#include <QWidget>

#include <memory>

namespace tinsmith {

/// The part of a scene that a minimap of this size shows, and its scale. Wide or compact scenes are shown whole; of a
/// long thin one a stretch around the view, that moves from its start to its end as the view does.
struct MinimapFrame {
    QRectF area;
    double scale = 1;
};
MinimapFrame minimapFrame(const QRectF &bounds, const QRectF &view, QSizeF size);

/// A small picture of the whole scene with the visible part framed; press or drag to go there.
class Minimap : public QWidget {
    Q_OBJECT
public:
    explicit Minimap(QWidget *parent);
    void setScene(std::shared_ptr<const PlacedScene> scene);
    void setView(const QRectF &area);

signals:
    void wanted(QPointF scenePoint);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    QRectF inner() const { return QRectF(rect()).adjusted(5, 5, -5, -5); }
    void ask(QPointF position);

    std::shared_ptr<const PlacedScene> scene_;
    QRectF view_;
    QPixmap cache_;
    MinimapFrame cached_;
};

} // namespace tinsmith

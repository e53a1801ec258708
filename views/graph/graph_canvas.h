// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/graph/placed_scene.h"
#include "views/graph/scene_painter.h"

#include <QPointer>
#include <QWidget>

#include <memory>
#include <vector>

namespace tinsmith {

class ColourLegend;
class Minimap;

/// Shows a placed scene: zoom with the wheel at the pointer, pan by dragging, walk along edges with the arrow keys.
/// Paints only what is visible. Two canvases can scroll together (side by side).
class GraphCanvas : public QWidget {
    Q_OBJECT
public:
    explicit GraphCanvas(QWidget *parent = nullptr);
    ~GraphCanvas() override;

    /// Shows another scene. `keepView` keeps zoom, place and selection (by name) where that makes sense.
    void setScene(std::shared_ptr<const PlacedScene> scene, bool keepView = false);
    const std::shared_ptr<const PlacedScene> &scene() const { return scene_; }

    double zoom() const { return zoom_; }
    /// The part of the scene that shows.
    QRectF visibleArea() const;
    QPointF toScene(QPointF point) const { return point / zoom_ + origin_; }
    QPointF toView(QPointF point) const { return (point - origin_) * zoom_; }

    int selectedCard() const { return marks_.selectedCard; }
    int selectedEdge() const { return marks_.selectedEdge; }
    void selectCard(int card, bool reveal = true);
    void selectEdge(int edge, bool reveal = true);
    void clearSelection();
    void selectOperator(OperatorId op, bool reveal = true);
    void selectTensor(TensorId tensor, bool reveal = true);
    /// Lights up a tensor's edge as if the pointer were over it; none() ends it. Emits nothing.
    void highlightTensor(TensorId tensor);

    /// Marks what a search found, see searchScene(); showMatch() selects and reveals one of them.
    void setMatches(std::vector<int> cards);
    const std::vector<int> &matches() const { return marks_.matches; }

    /// This canvas and the other one show the same place (cards of one name at one height) from now on; nullptr ends
    /// it.
    void scrollWith(GraphCanvas *other);
    void setMinimapVisible(bool visible);
    void setLegendVisible(bool visible);
    ColourLegend *legend() const { return legend_; }

    QSize sizeHint() const override { return {720, 520}; }
    QSize minimumSizeHint() const override { return {160, 120}; }

public slots:
    void zoomIn();
    void zoomOut();
    void actualSize();
    void fit();
    void goToPeak();
    /// Zooms around a point of the widget.
    void setZoom(double zoom, QPointF around);
    void centreOn(QPointF scenePoint);

signals:
    /// After a person or a call changed the selection.
    void selectionChanged();
    void operatorSelected(tinsmith::OperatorId op);
    void tensorSelected(tinsmith::TensorId tensor);
    /// The pointer is over the tensor's edge, or over the card that makes it; none() when it leaves.
    void tensorHovered(tinsmith::TensorId tensor);
    /// Double click or Enter on a card, or its button was pressed.
    void cardActivated(int card);
    /// Of a card, an edge, or (both -1) the background.
    void contextMenuWanted(int card, int edge, const QPoint &globalPosition);
    /// Zoom or place changed.
    void viewChanged();

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void changeEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void firstView();
    void clampView();
    void viewMoved();
    void follow(const GraphCanvas &leader);
    void reveal(const QRectF &box);
    void setHover(int card, int edge);
    void setHoveredOpener(int card);
    void announceSelection();
    void walk(int key);
    void placeMinimap();
    void placeLegend();
    void paintTitle(QPainter &painter);
    QString toolTipAt(QPointF point) const;
    double leastZoom() const;

    std::shared_ptr<const PlacedScene> scene_;
    double zoom_ = 1;
    /// The scene's point at the widget's top left corner.
    QPointF origin_;
    SceneMarks marks_;
    bool panning_ = false;
    bool moved_ = false;
    bool shown_ = false;
    /// What was shown when a button went down: a double click on what its first half has opened is none.
    const PlacedScene *pressedScene_ = nullptr;
    QPointF pressedAt_;
    QPointF pressedOrigin_;
    QPointer<GraphCanvas> partner_;
    bool following_ = false;
    Minimap *minimap_ = nullptr;
    ColourLegend *legend_ = nullptr;
    bool minimapWanted_ = true;
    bool legendWanted_ = true;
};

} // namespace tinsmith

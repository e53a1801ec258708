// SPDX-License-Identifier: Apache-2.0
#include "views/graph/graph_canvas.h"

#include "views/graph/canvas_accessible.h"
#include "views/graph/colour_legend.h"
#include "views/graph/minimap.h"
#include "views/graph/scroll_map.h"

#include <QAccessible>
#include <QEvent>
#include <QLinearGradient>
#include <QPainter>
#include <QResizeEvent>

#include <algorithm>
#include <cmath>

namespace tinsmith {
namespace {

constexpr double mostZoom = 4;
constexpr double margin = 36;
constexpr double titleHeight = 40;

} // namespace

GraphCanvas::GraphCanvas(QWidget *parent) : QWidget(parent)
{
    installCanvasAccessibility();
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Graph"));
    setAccessibleDescription(tr("The model's operators from top to bottom. Arrow keys walk along the edges."));
    minimap_ = new Minimap(this);
    minimap_->hide();
    legend_ = new ColourLegend(this);
    legend_->hide();
    connect(minimap_, &Minimap::wanted, this, &GraphCanvas::centreOn);
}

GraphCanvas::~GraphCanvas() = default;

void GraphCanvas::setScene(std::shared_ptr<const PlacedScene> scene, bool keepView)
{
    const auto old = std::move(scene_);
    scene_ = std::move(scene);
    const int oldSelected = marks_.selectedCard;
    marks_ = SceneMarks();
    marks_.focus = hasFocus();
    minimap_->setScene(scene_);
    legend_->setScene(scene_);
    placeLegend();
    if (scene_ == nullptr) {
        update();
        return;
    }
    if (keepView && old != nullptr) {
        if (oldSelected >= 0) {
            const SceneCard &card = old->scene().cards[static_cast<std::size_t>(oldSelected)];
            marks_.selectedCard = scene_->cardNamed(card.kind, card.name);
            if (marks_.selectedCard >= 0) {
                // The selected card stays where it was on the screen.
                origin_ += scene_->cardRect(marks_.selectedCard).center() - old->cardRect(oldSelected).center();
            }
        }
        clampView();
    } else {
        firstView();
    }
    viewMoved();
    announceSelection();
}

QRectF GraphCanvas::visibleArea() const
{
    return {origin_, QSizeF(size()) / zoom_};
}

double GraphCanvas::leastZoom() const
{
    constexpr double floor = 0.002;
    if (scene_ == nullptr || scene_->bounds().isEmpty()) {
        return floor;
    }
    const double whole = std::min(width() / scene_->bounds().width(), height() / scene_->bounds().height());
    return std::clamp(whole * 0.7, floor, 0.5);
}

void GraphCanvas::firstView()
{
    // 100 % at the first input, unless the whole graph shows at nearly that.
    constexpr double nearly = 0.75;
    fit();
    if (zoom_ < nearly && scene_ != nullptr && !scene_->cardRects().empty()) {
        zoom_ = 1;
        origin_ = QPointF(scene_->cardRect(0).center().x() - width() / 2.0, -titleHeight);
    }
    clampView();
}

void GraphCanvas::fit()
{
    if (scene_ == nullptr || scene_->bounds().isEmpty()) {
        return;
    }
    const QRectF bounds = scene_->bounds();
    const double across = (width() - 2 * margin) / bounds.width();
    const double along = (height() - titleHeight - margin) / bounds.height();
    zoom_ = std::clamp(std::min(across, along), leastZoom(), 1.0);
    origin_ = bounds.center() - QPointF(width() / 2.0, (height() + titleHeight - margin) / 2.0) / zoom_;
    viewMoved();
}

void GraphCanvas::actualSize()
{
    setZoom(1, rect().center());
}

void GraphCanvas::zoomIn()
{
    setZoom(zoom_ * 1.25, rect().center());
}

void GraphCanvas::zoomOut()
{
    setZoom(zoom_ / 1.25, rect().center());
}

void GraphCanvas::setZoom(double zoom, QPointF around)
{
    const QPointF fixed = toScene(around);
    // Wheel steps that pass 100 % stop there, where text is sharpest.
    constexpr double snap = 0.03;
    zoom = std::abs(zoom - 1) < snap ? 1 : zoom;
    zoom_ = std::clamp(zoom, leastZoom(), mostZoom);
    origin_ = fixed - around / zoom_;
    clampView();
    viewMoved();
}

void GraphCanvas::centreOn(QPointF scenePoint)
{
    origin_ = scenePoint - QPointF(width(), height()) / (2 * zoom_);
    clampView();
    viewMoved();
}

void GraphCanvas::goToPeak()
{
    const int card = scene_ == nullptr ? -1 : scene_->peakCard();
    if (card < 0) {
        return;
    }
    constexpr double readable = 0.75;
    zoom_ = std::max(zoom_, readable);
    selectCard(card, false);
    centreOn(scene_->cardRect(card).center());
}

void GraphCanvas::clampView()
{
    if (scene_ == nullptr) {
        return;
    }
    // The middle of the view stays over the graph, so that it cannot get lost.
    const QRectF bounds = scene_->bounds();
    const QPointF half = QPointF(width(), height()) / (2 * zoom_);
    QPointF middle = origin_ + half;
    middle.setX(std::clamp(middle.x(), bounds.left(), bounds.right()));
    middle.setY(std::clamp(middle.y(), bounds.top(), bounds.bottom()));
    origin_ = middle - half;
}

void GraphCanvas::viewMoved()
{
    placeMinimap();
    minimap_->setView(visibleArea());
    update();
    emit viewChanged();
    if (partner_ != nullptr && !following_) {
        partner_->follow(*this);
    }
}

void GraphCanvas::scrollWith(GraphCanvas *other)
{
    if (partner_ == other) {
        return;
    }
    if (partner_ != nullptr) {
        partner_->partner_ = nullptr;
    }
    partner_ = other;
    if (other != nullptr) {
        other->partner_ = this;
        other->follow(*this);
    }
}

void GraphCanvas::follow(const GraphCanvas &leader)
{
    if (scene_ == nullptr || leader.scene_ == nullptr) {
        return;
    }
    std::vector<HeightPair> pairs;
    const auto &cards = leader.scene_->scene().cards;
    for (std::size_t i = 0; i < cards.size(); ++i) {
        const int mine = scene_->cardNamed(cards[i].kind, cards[i].name);
        if (mine >= 0) {
            pairs.push_back(
                {leader.scene_->cardRect(static_cast<int>(i)).center().y(), scene_->cardRect(mine).center().y()});
        }
    }
    following_ = true;
    zoom_ = leader.zoom_;
    const QPointF middle = leader.visibleArea().center();
    const double aside = middle.x() - leader.scene_->bounds().center().x();
    const QPointF mine(scene_->bounds().center().x() + aside, ScrollMap(std::move(pairs)).toRight(middle.y()));
    origin_ = mine - QPointF(width(), height()) / (2 * zoom_);
    viewMoved();
    following_ = false;
}

void GraphCanvas::reveal(const QRectF &box)
{
    const QRectF inner = visibleArea().adjusted(margin / zoom_, titleHeight / zoom_, -margin / zoom_, -margin / zoom_);
    if (!inner.contains(box)) {
        centreOn(box.center());
    }
}

void GraphCanvas::selectCard(int card, bool show)
{
    if (scene_ == nullptr || card < 0 || static_cast<std::size_t>(card) >= scene_->cardRects().size()) {
        return;
    }
    marks_.selectedCard = card;
    marks_.selectedEdge = -1;
    if (show) {
        reveal(scene_->cardRect(card));
    }
    announceSelection();
}

void GraphCanvas::selectEdge(int edge, bool show)
{
    if (scene_ == nullptr || edge < 0 || static_cast<std::size_t>(edge) >= scene_->scene().edges.size()) {
        return;
    }
    marks_.selectedCard = -1;
    marks_.selectedEdge = edge;
    if (show) {
        const int from = scene_->scene().edges[static_cast<std::size_t>(edge)].from;
        reveal(scene_->cardRect(from).united(scene_->labelRect(edge)));
    }
    announceSelection();
}

void GraphCanvas::clearSelection()
{
    marks_.selectedCard = -1;
    marks_.selectedEdge = -1;
    announceSelection();
}

void GraphCanvas::selectOperator(OperatorId op, bool show)
{
    if (scene_ != nullptr) {
        selectCard(scene_->cardOf(op), show);
    }
}

void GraphCanvas::selectTensor(TensorId tensor, bool show)
{
    if (scene_ != nullptr) {
        selectEdge(scene_->edgeOf(tensor), show);
    }
}

void GraphCanvas::highlightTensor(TensorId tensor)
{
    const int edge = scene_ == nullptr ? -1 : scene_->edgeOf(tensor);
    if (edge != marks_.hoveredEdge) {
        marks_.hoveredEdge = edge;
        update();
    }
}

void GraphCanvas::setMatches(std::vector<int> cards)
{
    marks_.matches = std::move(cards);
    update();
}

void GraphCanvas::announceSelection()
{
    update();
    if (scene_ == nullptr) {
        emit selectionChanged();
        return;
    }
    QString description;
    if (marks_.selectedCard >= 0) {
        const SceneCard &card = scene_->scene().cards[static_cast<std::size_t>(marks_.selectedCard)];
        description = tr("%1, %2, %3").arg(card.title, card.details, card.name);
    } else if (marks_.selectedEdge >= 0) {
        const SceneEdge &edge = scene_->scene().edges[static_cast<std::size_t>(marks_.selectedEdge)];
        description = tr("Tensor %1, %2").arg(edge.name, edge.label);
    }
    setAccessibleDescription(description);
    if (QAccessible::isActive() && marks_.selectedCard >= 0) {
        QAccessibleEvent focus(this, QAccessible::Focus);
        focus.setChild(marks_.selectedCard);
        QAccessible::updateAccessibility(&focus);
    }
    emit selectionChanged();
    if (marks_.selectedCard >= 0) {
        const SceneCard &card = scene_->scene().cards[static_cast<std::size_t>(marks_.selectedCard)];
        if (card.op) {
            emit operatorSelected(card.op);
        } else {
            emit tensorSelected(card.tensor);
        }
    } else if (marks_.selectedEdge >= 0) {
        emit tensorSelected(scene_->scene().edges[static_cast<std::size_t>(marks_.selectedEdge)].tensor);
    }
}

void GraphCanvas::setMinimapVisible(bool visible)
{
    minimapWanted_ = visible;
    placeMinimap();
}

void GraphCanvas::setLegendVisible(bool visible)
{
    legendWanted_ = visible;
    placeLegend();
}

void GraphCanvas::placeLegend()
{
    constexpr int gap = 12;
    const QSize size = legend_->sizeHint();
    legend_->setGeometry(QRect(QPoint(gap, height() - size.height() - gap), size));
    // It takes a corner, not the view.
    const bool roomy = 5 * width() > 14 * size.width() && height() > 2 * size.height() + gap;
    legend_->setVisible(legendWanted_ && scene_ != nullptr && roomy);
}

void GraphCanvas::placeMinimap()
{
    constexpr int across = 108;
    constexpr int along = 118;
    constexpr int gap = 12;
    minimap_->setGeometry(width() - across - gap, height() - along - gap, across, along);
    const bool useful = scene_ != nullptr && !visibleArea().contains(scene_->bounds());
    const bool roomy = width() > 4 * across && height() > 2 * along;
    minimap_->setVisible(minimapWanted_ && useful && roomy);
}

void GraphCanvas::resizeEvent(QResizeEvent *event)
{
    if (!shown_ && scene_ != nullptr) {
        firstView();
    } else if (event->oldSize().isValid()) {
        // What is in the middle stays in the middle.
        const QSize grown = event->size() - event->oldSize();
        origin_ -= QPointF(grown.width(), 0) / (2 * zoom_);
        clampView();
    }
    placeLegend();
    viewMoved();
}

void GraphCanvas::paintEvent(QPaintEvent *event)
{
    shown_ = true;
    const Theme &t = theme();
    QPainter painter(this);
    painter.fillRect(event->rect(), t.canvas);
    if (scene_ == nullptr) {
        return;
    }
    painter.save();
    // Whole device pixels keep text and frames sharp while panning.
    const qreal ratio = devicePixelRatioF();
    const QPointF shift(
        std::round(-origin_.x() * zoom_ * ratio) / ratio, std::round(-origin_.y() * zoom_ * ratio) / ratio);
    painter.translate(shift);
    painter.scale(zoom_, zoom_);
    const QRectF area((QPointF(event->rect().topLeft()) - shift) / zoom_, QSizeF(event->rect().size()) / zoom_);
    marks_.focus = hasFocus();
    paintScene(painter, *scene_, area, zoom_, t, marks_);
    painter.restore();
    paintTitle(painter);
}

void GraphCanvas::paintTitle(QPainter &painter)
{
    const QString &title = scene_->scene().title;
    if (title.isEmpty()) {
        return;
    }
    const Theme &t = theme();
    QLinearGradient veil(0, 0, 0, titleHeight);
    QColor clear = t.canvas;
    clear.setAlpha(0);
    veil.setColorAt(0, t.canvas);
    veil.setColorAt(0.6, t.canvas);
    veil.setColorAt(1, clear);
    painter.fillRect(QRectF(0, 0, width(), titleHeight), veil);
    painter.setFont(uiFont(0, true));
    painter.setPen(t.mutedText);
    const QString fitted = painter.fontMetrics().elidedText(title, Qt::ElideMiddle, width() - 24);
    painter.drawText(QRectF(0, 0, width(), titleHeight - 6), Qt::AlignCenter, fitted);
}

void GraphCanvas::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange) {
        update();
    }
    QWidget::changeEvent(event);
}

} // namespace tinsmith

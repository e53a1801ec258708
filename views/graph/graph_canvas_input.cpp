// SPDX-License-Identifier: Apache-2.0
// What the pointer and the keyboard do on the canvas.
#include "views/graph/graph_canvas.h"
#include "views/theme/elided_label.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace tinsmith {
namespace {

constexpr double edgeReach = 5;

} // namespace

void GraphCanvas::wheelEvent(QWheelEvent *event)
{
    const QPoint angle = event->angleDelta();
    if ((event->modifiers() & Qt::ShiftModifier) != 0) {
        const QPointF delta = QPointF(angle.x(), angle.y()) / 2;
        origin_ -= delta / zoom_;
        clampView();
        viewMoved();
    } else {
        constexpr double perNotch = 1.2;
        constexpr double anglePerNotch = 120;
        setZoom(zoom_ * std::pow(perNotch, angle.y() / anglePerNotch), event->position());
    }
    event->accept();
}

void GraphCanvas::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton || event->button() == Qt::MiddleButton) {
        panning_ = true;
        moved_ = false;
        pressedScene_ = scene_.get();
        pressedAt_ = event->position();
        pressedOrigin_ = origin_;
    }
}

void GraphCanvas::mouseMoveEvent(QMouseEvent *event)
{
    if (scene_ == nullptr) {
        return;
    }
    if (panning_) {
        const QPointF way = event->position() - pressedAt_;
        if (!moved_ && way.manhattanLength() < QApplication::startDragDistance()) {
            return;
        }
        moved_ = true;
        setCursor(Qt::ClosedHandCursor);
        origin_ = pressedOrigin_ - way / zoom_;
        clampView();
        viewMoved();
        return;
    }
    const QPointF at = toScene(event->position());
    const int card = scene_->cardAt(at);
    setHoveredOpener(card >= 0 && scene_->openerRect(card).contains(at) ? card : -1);
    setHover(card, card >= 0 ? -1 : scene_->edgeAt(at, edgeReach / zoom_));
}

void GraphCanvas::mouseReleaseEvent(QMouseEvent *event)
{
    if (!panning_) {
        return;
    }
    panning_ = false;
    unsetCursor();
    if (moved_ || event->button() != Qt::LeftButton || scene_ == nullptr) {
        return;
    }
    const QPointF at = toScene(event->position());
    if (const int card = scene_->cardAt(at); card >= 0) {
        selectCard(card, false);
        if (scene_->openerRect(card).contains(at)) {
            emit cardActivated(card);
        }
    } else if (const int edge = scene_->edgeAt(at, edgeReach / zoom_); edge >= 0) {
        selectEdge(edge, false);
    } else {
        clearSelection();
    }
}

void GraphCanvas::mouseDoubleClickEvent(QMouseEvent *event)
{
    const QPointF at = toScene(event->position());
    const int card = scene_ == nullptr ? -1 : scene_->cardAt(at);
    // The press before has opened what the button leads to.
    if (card >= 0 && pressedScene_ == scene_.get() && !scene_->openerRect(card).contains(at)) {
        emit cardActivated(card);
    }
}

void GraphCanvas::contextMenuEvent(QContextMenuEvent *event)
{
    if (scene_ == nullptr) {
        return;
    }
    int card = marks_.selectedCard;
    int edge = marks_.selectedEdge;
    QPoint position = event->globalPos();
    if (event->reason() == QContextMenuEvent::Keyboard) {
        // Beside what it is about, which may be anywhere but under the pointer.
        const QRectF box = card >= 0 ? scene_->cardRect(card) : edge >= 0 ? scene_->labelRect(edge) : QRectF();
        const QPoint beside = box.isNull() ? rect().center() : toView(box.center()).toPoint();
        position = mapToGlobal(rect().contains(beside) ? beside : rect().center());
    } else {
        const QPointF at = toScene(event->pos());
        card = scene_->cardAt(at);
        edge = card >= 0 ? -1 : scene_->edgeAt(at, edgeReach / zoom_);
        if (card >= 0) {
            selectCard(card, false);
        } else if (edge >= 0) {
            selectEdge(edge, false);
        }
    }
    emit contextMenuWanted(card, edge, position);
}

void GraphCanvas::setHover(int card, int edge)
{
    if (card == marks_.hoveredCard && edge == marks_.hoveredEdge) {
        return;
    }
    marks_.hoveredCard = card;
    marks_.hoveredEdge = edge;
    update();
    TensorId tensor;
    if (edge >= 0) {
        tensor = scene_->scene().edges[static_cast<std::size_t>(edge)].tensor;
    } else if (card >= 0 && !scene_->edgesOutOf(card).empty()) {
        tensor = scene_->scene().edges[static_cast<std::size_t>(scene_->edgesOutOf(card).front())].tensor;
    }
    emit tensorHovered(tensor);
}

void GraphCanvas::setHoveredOpener(int card)
{
    if (card != marks_.hoveredOpener) {
        marks_.hoveredOpener = card;
        if (card >= 0) {
            setCursor(Qt::PointingHandCursor);
        } else {
            unsetCursor();
        }
        update();
    }
}

void GraphCanvas::leaveEvent(QEvent *event)
{
    setHoveredOpener(-1);
    setHover(-1, -1);
    QWidget::leaveEvent(event);
}

void GraphCanvas::focusInEvent(QFocusEvent *event)
{
    update();
    QWidget::focusInEvent(event);
}

void GraphCanvas::focusOutEvent(QFocusEvent *event)
{
    update();
    QWidget::focusOutEvent(event);
}

void GraphCanvas::keyPressEvent(QKeyEvent *event)
{
    if (scene_ == nullptr) {
        QWidget::keyPressEvent(event);
        return;
    }
    const bool plain = (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) == 0;
    switch (plain ? event->key() : 0) {
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Home:
    case Qt::Key_End:
        walk(event->key());
        break;
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
        centreOn(toScene(rect().center())
            + QPointF(0, (event->key() == Qt::Key_PageDown ? 0.85 : -0.85) * height() / zoom_));
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomIn();
        break;
    case Qt::Key_Minus:
        zoomOut();
        break;
    case Qt::Key_0:
    case Qt::Key_1:
        actualSize();
        break;
    case Qt::Key_F:
        fit();
        break;
    case Qt::Key_P:
        goToPeak();
        break;
    case Qt::Key_Escape:
        clearSelection();
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (marks_.selectedCard >= 0) {
            emit cardActivated(marks_.selectedCard);
        }
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

void GraphCanvas::walk(int key)
{
    const auto &cards = scene_->cardRects();
    if (cards.empty()) {
        return;
    }
    const int last = static_cast<int>(cards.size()) - 1;
    if (key == Qt::Key_Home || key == Qt::Key_End) {
        selectCard(key == Qt::Key_Home ? 0 : last);
        return;
    }
    int at = marks_.selectedCard;
    if (at < 0 && marks_.selectedEdge >= 0) {
        at = scene_->scene().edges[static_cast<std::size_t>(marks_.selectedEdge)].from;
    }
    if (at < 0) {
        selectCard(0);
        return;
    }
    const double x = scene_->cardRect(at).center().x();
    int best = -1;
    const auto consider = [&](int card) {
        const auto distance = [&](int c) { return std::abs(scene_->cardRect(c).center().x() - x); };
        if (best < 0 || distance(card) < distance(best)) {
            best = card;
        }
    };
    if (key == Qt::Key_Down) {
        for (const int edge : scene_->edgesOutOf(at)) {
            for (const int to : scene_->scene().edges[static_cast<std::size_t>(edge)].to) {
                consider(to);
            }
        }
    } else if (key == Qt::Key_Up) {
        for (const int edge : scene_->edgesInto(at)) {
            consider(scene_->scene().edges[static_cast<std::size_t>(edge)].from);
        }
    } else {
        const auto &row = scene_->layer(scene_->layerOf(at));
        const auto place = std::find(row.begin(), row.end(), at);
        if (key == Qt::Key_Left && place != row.begin()) {
            best = *(place - 1);
        } else if (key == Qt::Key_Right && place + 1 != row.end()) {
            best = *(place + 1);
        }
    }
    if (best >= 0) {
        selectCard(best);
    }
}

QString GraphCanvas::toolTipAt(QPointF point) const
{
    const QPointF at = toScene(point);
    if (const int index = scene_->cardAt(at); index >= 0) {
        const SceneCard &card = scene_->scene().cards[static_cast<std::size_t>(index)];
        if (scene_->openerRect(index).contains(at)) {
            return tr("Open its bodies: %1").arg(card.bodies.toHtmlEscaped());
        }
        QString text
            = QStringLiteral("<b>%1</b> %2<br>%3")
                  .arg(card.title.toHtmlEscaped(), breakable(card.name).toHtmlEscaped(), card.details.toHtmlEscaped());
        if (!card.folded.empty()) {
            text += QStringLiteral("<br>") + tr("Unfold by double click or Enter");
        }
        return card.problem.isEmpty() ? text : text + QStringLiteral("<br>") + card.problem.toHtmlEscaped();
    }
    if (const int index = scene_->edgeAt(at, edgeReach / zoom_); index >= 0) {
        const SceneEdge &edge = scene_->scene().edges[static_cast<std::size_t>(index)];
        const QString bytes = edge.bytes > 0 ? tr("%1 B").arg(QLocale().toString(static_cast<qlonglong>(edge.bytes)))
                                             : tr("size not known");
        return QStringLiteral("<b>%1</b><br>%2<br>%3")
            .arg(breakable(edge.name).toHtmlEscaped(), edge.label.toHtmlEscaped(), bytes);
    }
    return {};
}

bool GraphCanvas::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip && scene_ != nullptr) {
        const auto *help = static_cast<QHelpEvent *>(event);
        QToolTip::showText(help->globalPos(), toolTipAt(help->pos()), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "views/graph/canvas_accessible.h"

#include "views/graph/graph_canvas.h"

#include <QAccessible>
#include <QAccessibleWidget>

#include <unordered_map>

namespace tinsmith {
namespace {

QString sentenceOf(const PlacedScene &scene, int card)
{
    const SceneCard &c = scene.scene().cards[static_cast<std::size_t>(card)];
    QStringList parts{c.title, c.details, c.name, c.problem};
    parts.removeAll(QString());
    return parts.join(QStringLiteral(", "));
}

QString connectionsOf(const PlacedScene &scene, int card)
{
    const auto &edges = scene.scene().edges;
    QStringList parts;
    for (const int edge : scene.edgesInto(card)) {
        const SceneEdge &e = edges[static_cast<std::size_t>(edge)];
        const SceneCard &from = scene.scene().cards[static_cast<std::size_t>(e.from)];
        parts += GraphCanvas::tr("reads %1 from %2").arg(e.label, from.title);
    }
    for (const int edge : scene.edgesOutOf(card)) {
        const SceneEdge &e = edges[static_cast<std::size_t>(edge)];
        parts += GraphCanvas::tr("writes %1 to %n operators", nullptr, static_cast<int>(e.to.size())).arg(e.label);
    }
    return parts.join(QStringLiteral(", "));
}

class CardAccessible : public QAccessibleInterface {
public:
    CardAccessible(GraphCanvas *canvas, std::shared_ptr<const PlacedScene> scene, int card)
        : canvas_(canvas), scene_(std::move(scene)), card_(card)
    {
    }

    bool isValid() const override { return canvas_ != nullptr && canvas_->scene() == scene_; }
    QObject *object() const override { return nullptr; }
    QAccessibleInterface *childAt(int /*x*/, int /*y*/) const override { return nullptr; }
    QAccessibleInterface *parent() const override { return QAccessible::queryAccessibleInterface(canvas_); }
    QAccessibleInterface *child(int /*index*/) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface * /*child*/) const override { return -1; }
    QAccessible::Role role() const override { return QAccessible::ListItem; }
    void setText(QAccessible::Text /*kind*/, const QString & /*text*/) override { }

    QString text(QAccessible::Text kind) const override
    {
        if (!isValid()) {
            return {};
        }
        return kind == QAccessible::Name       ? sentenceOf(*scene_, card_)
            : kind == QAccessible::Description ? connectionsOf(*scene_, card_)
                                               : QString();
    }

    QRect rect() const override
    {
        if (!isValid()) {
            return {};
        }
        const QRectF box = scene_->cardRect(card_);
        const QRectF shown(canvas_->toView(box.topLeft()), canvas_->toView(box.bottomRight()));
        return {canvas_->mapToGlobal(shown.topLeft().toPoint()), shown.size().toSize()};
    }

    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.selectable = true;
        state.focusable = true;
        if (!isValid()) {
            state.invalid = true;
            return state;
        }
        state.selected = canvas_->selectedCard() == card_;
        state.focused = state.selected && canvas_->hasFocus();
        state.offscreen = !canvas_->visibleArea().intersects(scene_->cardRect(card_));
        return state;
    }

private:
    QPointer<GraphCanvas> canvas_;
    std::shared_ptr<const PlacedScene> scene_;
    int card_;
};

/// Makes the interface of a card when somebody asks for it; most are never asked for.
class CanvasAccessible : public QAccessibleWidget {
public:
    explicit CanvasAccessible(GraphCanvas *canvas) : QAccessibleWidget(canvas, QAccessible::List) { }
    ~CanvasAccessible() override { forget(); }

    int childCount() const override
    {
        return canvas()->scene() == nullptr ? 0 : static_cast<int>(canvas()->scene()->cardRects().size());
    }

    QAccessibleInterface *child(int index) const override
    {
        if (index < 0 || index >= childCount()) {
            return nullptr;
        }
        if (scene_ != canvas()->scene()) {
            forget();
            scene_ = canvas()->scene();
        }
        auto [found, isNew] = ids_.try_emplace(index, 0U);
        if (isNew) {
            found->second = QAccessible::registerAccessibleInterface(new CardAccessible(canvas(), scene_, index));
        }
        return QAccessible::accessibleInterface(found->second);
    }

    int indexOfChild(const QAccessibleInterface *wanted) const override
    {
        for (const auto &[index, id] : ids_) {
            if (QAccessible::accessibleInterface(id) == wanted) {
                return index;
            }
        }
        return -1;
    }

    QAccessibleInterface *childAt(int x, int y) const override
    {
        if (canvas()->scene() == nullptr) {
            return nullptr;
        }
        return child(canvas()->scene()->cardAt(canvas()->toScene(canvas()->mapFromGlobal(QPointF(x, y)))));
    }

    QAccessibleInterface *focusChild() const override { return child(canvas()->selectedCard()); }

private:
    GraphCanvas *canvas() const { return static_cast<GraphCanvas *>(object()); }

    void forget() const
    {
        for (const auto &[index, id] : ids_) {
            QAccessible::deleteAccessibleInterface(id);
        }
        ids_.clear();
    }

    mutable std::shared_ptr<const PlacedScene> scene_;
    mutable std::unordered_map<int, QAccessible::Id> ids_;
};

QAccessibleInterface *makeInterface(const QString & /*className*/, QObject *object)
{
    // Sub-classes come with the parent's name too, hence the cast.
    auto *canvas = qobject_cast<GraphCanvas *>(object);
    return canvas == nullptr ? nullptr : new CanvasAccessible(canvas);
}

} // namespace

void installCanvasAccessibility()
{
    static const bool installed = [] {
        QAccessible::installFactory(makeInterface);
        return true;
    }();
    Q_UNUSED(installed);
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "views/graph/scene_painter.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QLineF>
#include <QPainter>
#include <QPainterPath>
#include <QPolygonF>

#include <algorithm>
#include <array>
#include <cmath>

namespace tinsmith {
namespace {

constexpr double labelsFrom = 0.55;
/// Below it cards have no text and would be blank: coloured boxes and plain lines say more.
constexpr double cardsFrom = 0.4;
/// What is smaller on the screen is left out where others stand in the same place.
constexpr double leastPixels = 0.75;

class ScenePainter {
public:
    ScenePainter(QPainter &painter, const PlacedScene &scene, const QRectF &area, double zoom, const Theme &theme,
        const SceneMarks &marks)
        : painter_(painter), scene_(scene), area_(area), zoom_(zoom), theme_(theme), marks_(marks),
          titleMetrics_(scene.style().titleFont), detailMetrics_(scene.style().detailFont)
    {
        const SceneStyle &style = scene.style();
        stripe_.moveTo(style.stripe, 0);
        stripe_.lineTo(style.radius, 0);
        stripe_.arcTo(0, 0, 2 * style.radius, 2 * style.radius, 90, 90);
        stripe_.lineTo(0, style.cardHeight - style.radius);
        stripe_.arcTo(0, style.cardHeight - 2 * style.radius, 2 * style.radius, 2 * style.radius, 180, 90);
        stripe_.lineTo(style.stripe, style.cardHeight);
        stripe_.closeSubpath();
    }

    void paint()
    {
        const auto visible = scene_.visibleIn(area_);
        if (zoom_ < cardsFrom) {
            painter_.setRenderHint(QPainter::Antialiasing, false);
            paintLines(visible.pieces);
            paintBoxes(visible.cards);
            return;
        }
        painter_.setRenderHint(QPainter::Antialiasing);
        painter_.setRenderHint(QPainter::TextAntialiasing);
        paintRibbons(visible.pieces);
        for (const int card : visible.cards) {
            paintCard(card);
        }
        if (zoom_ >= labelsFrom) {
            paintLabels(visible.labels);
        }
    }

private:
    bool marked(int edge) const
    {
        const auto &e = scene_.scene().edges[static_cast<std::size_t>(edge)];
        const bool ofSelectedCard = marks_.selectedCard >= 0
            && (e.from == marks_.selectedCard
                || std::find(e.to.begin(), e.to.end(), marks_.selectedCard) != e.to.end());
        return edge == marks_.selectedEdge || edge == marks_.hoveredEdge || ofSelectedCard;
    }

    QColor edgeColour(int edge) const
    {
        if (edge == marks_.selectedEdge || edge == marks_.hoveredEdge) {
            return theme_.accent;
        }
        return scene_.scene().edges[static_cast<std::size_t>(edge)].peak ? theme_.peak : theme_.edge;
    }

    /// Edges as hairlines, grouped by colour so that the engine sees few changes of state.
    void paintLines(const std::vector<int> &pieces)
    {
        std::array<std::vector<QLineF>, 3> groups;
        for (const int index : pieces) {
            const ScenePiece &piece = scene_.pieces()[static_cast<std::size_t>(index)];
            const double top = std::max(piece.a.y, area_.top());
            const double bottom = std::min(piece.b.y, area_.bottom());
            const bool lit = piece.edge == marks_.selectedEdge || piece.edge == marks_.hoveredEdge;
            const bool peak = scene_.scene().edges[static_cast<std::size_t>(piece.edge)].peak;
            const std::size_t group = lit ? 2 : peak ? 1 : 0;
            const double length = std::abs(piece.b.x - piece.a.x) + piece.b.y - piece.a.y;
            if (group == 0 && length * zoom_ < leastPixels) {
                continue;
            }
            if (piece.a.x == piece.b.x) {
                if (top < bottom) {
                    groups[group].emplace_back(piece.a.x, top, piece.a.x, bottom);
                }
            } else {
                groups[group].emplace_back(piece.a.x, piece.a.y, piece.b.x, piece.b.y);
            }
        }
        const std::array<QColor, 3> colours{theme_.edge, theme_.peak, theme_.accent};
        for (std::size_t i = 0; i < groups.size(); ++i) {
            if (!groups[i].empty()) {
                QPen pen(colours[i], i == 0 ? 1 : 2);
                pen.setCosmetic(true);
                painter_.setPen(pen);
                painter_.drawLines(groups[i].data(), static_cast<int>(groups[i].size()));
            }
        }
    }

    QColor overviewColour(int index) const
    {
        const SceneCard &card = scene_.scene().cards[static_cast<std::size_t>(index)];
        if (card.heat >= 0) {
            return theme_.heat(card.heat);
        }
        return theme_.familyFill(card.family);
    }

    void paintBoxes(const std::vector<int> &cards)
    {
        const double least = 1 / zoom_;
        QPoint last(-1, -1);
        for (const int index : cards) {
            QRectF box = scene_.cardRect(index);
            if (box.height() * zoom_ < leastPixels) {
                // Of the cards that share a pixel one is enough.
                const QPoint pixel = (box.topLeft() * zoom_).toPoint();
                if (pixel == last) {
                    continue;
                }
                last = pixel;
            }
            box.setWidth(std::max(box.width(), least));
            box.setHeight(std::max(box.height(), least));
            painter_.fillRect(box, overviewColour(index));
        }
        painter_.setBrush(Qt::NoBrush);
        const auto ring = [this](int card, const QColor &colour) {
            if (card >= 0) {
                QPen pen(colour, 2);
                pen.setCosmetic(true);
                painter_.setPen(pen);
                const double out = 2 / zoom_;
                painter_.drawRect(scene_.cardRect(card).adjusted(-out, -out, out, out));
            }
        };
        for (const int match : marks_.matches) {
            if (scene_.cardRect(match).intersects(area_)) {
                ring(match, theme_.warning);
            }
        }
        ring(marks_.selectedCard, theme_.accent);
    }

    void paintRibbons(const std::vector<int> &pieces)
    {
        painter_.setPen(Qt::NoPen);
        // Marked edges come last and lie on top.
        for (const bool top : {false, true}) {
            for (const int index : pieces) {
                const ScenePiece &piece = scene_.pieces()[static_cast<std::size_t>(index)];
                if (marked(piece.edge) == top) {
                    paintRibbon(piece, edgeColour(piece.edge));
                }
            }
        }
        painter_.setPen(QPen(theme_.faintText, 1.5, Qt::DotLine));
        for (const int index : pieces) {
            const int edge = scene_.pieces()[static_cast<std::size_t>(index)].edge;
            for (const auto &cut : scene_.cuts(edge)) {
                painter_.drawLine(QPointF(cut.out.x, cut.out.y), QPointF(cut.out.x, cut.out.y + 6));
                painter_.drawLine(QPointF(cut.in.x, cut.in.y), QPointF(cut.in.x, cut.in.y - 6));
            }
        }
    }

    void paintRibbon(const ScenePiece &piece, const QColor &colour)
    {
        // Never thinner than a pixel on the screen.
        const double width = std::max(scene_.edgeWidth(piece.edge), 1 / zoom_);
        const double half = width / 2;
        if (piece.a.x == piece.b.x) {
            const double top = std::max(piece.a.y, area_.top() - width);
            const double bottom = std::min(piece.b.y, area_.bottom() + width);
            if (top < bottom) {
                // A little longer at either end: bends and straights join without a seam.
                const double more = 0.6 / zoom_;
                painter_.fillRect(QRectF(piece.a.x - half, top - more, width, bottom - top + 2 * more), colour);
            }
            return;
        }
        const double dx = piece.b.x - piece.a.x;
        const double dy = piece.b.y - piece.a.y;
        const int steps = std::clamp(static_cast<int>((std::abs(dx) + dy) * zoom_ / 7), 8, 28);
        // A cubic whose inner control points stand vertically below and above its ends. x only grows (or only falls),
        // so what lies beside the area is one stretch at either end and need not be drawn.
        const auto xAt = [&](int i) {
            const double t = static_cast<double>(i) / steps;
            return piece.a.x + dx * t * t * (3 - 2 * t);
        };
        const auto beside = [&](int i) { return xAt(i) < area_.left() - width || xAt(i) > area_.right() + width; };
        int first = 0;
        int last = steps;
        while (first < steps && beside(first) && beside(first + 1)
            && (xAt(first) < area_.left()) == (xAt(first + 1) < area_.left())) {
            ++first;
        }
        while (last > first && beside(last) && beside(last - 1)
            && (xAt(last) < area_.left()) == (xAt(last - 1) < area_.left())) {
            --last;
        }
        if (first == last) {
            return;
        }
        const int count = last - first;
        QPolygonF ribbon(2 * (count + 1));
        for (int i = 0; i <= count; ++i) {
            const double t = static_cast<double>(first + i) / steps;
            const QPointF at(xAt(first + i), piece.a.y + dy * t * (1.5 - 1.5 * t + t * t));
            const double tx = dx * 6 * t * (1 - t);
            const double ty = dy * (1.5 - 3 * t + 3 * t * t);
            const double length = std::max(1e-9, std::hypot(tx, ty));
            const QPointF normal(-ty / length * half, tx / length * half);
            ribbon[i] = at + normal;
            ribbon[2 * count + 1 - i] = at - normal;
        }
        painter_.setPen(Qt::NoPen);
        painter_.setBrush(colour);
        painter_.drawPolygon(ribbon);
    }

    QPen borderOf(int index, const SceneCard &card) const
    {
        if (index == marks_.selectedCard) {
            return {theme_.accent, marks_.focus ? 2.5 : 2};
        }
        if (std::binary_search(marks_.matches.begin(), marks_.matches.end(), index)) {
            return {theme_.warning, 2};
        }
        switch (card.badge) {
        case CardBadge::Removed: {
            QPen pen(theme_.bad, 1.4);
            pen.setDashPattern({4, 2.6});
            return pen;
        }
        case CardBadge::Added:
            return {theme_.good, 1.4};
        case CardBadge::Changed:
        case CardBadge::None:
            break;
        }
        if (card.peakInside) {
            return {theme_.peak, 1.4};
        }
        if (index == marks_.hoveredCard) {
            return {theme_.faintText, 1};
        }
        return {theme_.line, 1};
    }

    /// Whatever reads better on a colour of the scale.
    static QColor inkOn(const QColor &fill)
    {
        const QColor lightInk(0xFA, 0xFB, 0xFC);
        const QColor darkInk(0x14, 0x18, 0x20);
        return readableOn(contrast(fill, lightInk) > contrast(fill, darkInk) ? lightInk : darkInk, fill);
    }

    void paintCard(int index)
    {
        const SceneCard &card = scene_.scene().cards[static_cast<std::size_t>(index)];
        const SceneStyle &style = scene_.style();
        const QRectF box = scene_.cardRect(index);
        const bool heated = card.heat >= 0;
        const QColor fill = heated        ? theme_.heat(card.heat)
            : index == marks_.hoveredCard ? theme_.cardHover
                                          : theme_.card;
        painter_.setBrush(fill);
        if (!card.folded.empty()) {
            // A pile of cards.
            painter_.setPen(QPen(card.peakInside ? theme_.peak : theme_.line, 1));
            for (const double down : {6.0, 3.0}) {
                painter_.drawRoundedRect(box.adjusted(down, down, -down, down), style.radius, style.radius);
            }
        }
        painter_.setPen(borderOf(index, card));
        painter_.drawRoundedRect(box, style.radius, style.radius);
        painter_.translate(box.topLeft());
        painter_.fillPath(stripe_, theme_.family(card.family));
        painter_.translate(-box.topLeft());
        if (index == marks_.selectedCard || card.badge == CardBadge::Removed) {
            painter_.setBrush(Qt::NoBrush);
            painter_.drawRoundedRect(box, style.radius, style.radius);
        }
        const double left = box.left() + style.stripe + style.padding - 2;
        const QRectF opener = scene_.openerRect(index);
        const double right = opener.isEmpty() ? box.right() - style.padding + 2 : opener.left() - 6;
        if (card.macBar > 0 && !heated) {
            constexpr double hair = 2;
            painter_.fillRect(
                QRectF(left, box.bottom() - hair - 1.5, std::max(1.5, (right - left) * card.macBar), hair),
                theme_.family(card.family));
        }
        const QColor ink = heated ? inkOn(fill) : theme_.text;
        const QColor quiet = heated ? ink : theme_.mutedText;
        double titleRight = right;
        if (card.badge != CardBadge::None && zoom_ >= labelsFrom) {
            titleRight = paintBadge(card.badge, box, right, fill);
        }
        if (!card.problem.isEmpty()) {
            titleRight = paintProblem(card.blocks ? theme_.bad : theme_.warning, fill, box, titleRight);
        }
        if (!opener.isEmpty()) {
            paintOpener(opener, index == marks_.hoveredOpener);
        }
        const double titleBase = box.top() + 4 + titleMetrics_.ascent();
        painter_.setFont(style.titleFont);
        painter_.setPen(ink);
        const bool single = card.details.isEmpty();
        const double titleY
            = single ? box.center().y() + (titleMetrics_.ascent() - titleMetrics_.descent()) / 2 : titleBase;
        painter_.drawText(QPointF(left, titleY), fitted(card.title, titleMetrics_, titleRight - left));
        if (!single && zoom_ >= labelsFrom) {
            painter_.setFont(style.detailFont);
            painter_.setPen(quiet);
            painter_.drawText(QPointF(left, titleBase + titleMetrics_.descent() + detailMetrics_.ascent() + 0.5),
                fitted(card.details, detailMetrics_, right - left));
        }
    }

    /// The button that leads into an operator's bodies: an arrow in a frame.
    void paintOpener(const QRectF &box, bool hovered)
    {
        constexpr double round = 4;
        painter_.setPen(QPen(hovered ? theme_.accent : theme_.track, 1));
        painter_.setBrush(hovered ? theme_.accent : theme_.field);
        painter_.drawRoundedRect(box, round, round);
        QPen pen(hovered ? theme_.onAccent : theme_.text, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
        painter_.setPen(pen);
        const QPointF tip = box.center() + QPointF(2, 0);
        painter_.drawPolyline(QPolygonF{tip + QPointF(-4, -4.5), tip, tip + QPointF(-4, 4.5)});
    }

    /// Cards are as wide as their text up to a limit; only a text beyond it is shortened.
    QString fitted(const QString &text, const QFontMetricsF &metrics, double room) const
    {
        if (scene_.style().widestCard > room + 60) {
            return text;
        }
        return metrics.elidedText(text, Qt::ElideMiddle, room + 1);
    }

    double paintBadge(CardBadge badge, const QRectF &box, double right, const QColor &fill)
    {
        const QString text = badge == CardBadge::Added ? QCoreApplication::translate("GraphCanvas", "added")
            : badge == CardBadge::Removed              ? QCoreApplication::translate("GraphCanvas", "removed")
                                                       : QCoreApplication::translate("GraphCanvas", "changed");
        painter_.setFont(scene_.style().detailFont);
        painter_.setPen(badgeColour(badge, fill, theme_));
        const double width = detailMetrics_.horizontalAdvance(text);
        painter_.drawText(QPointF(right - width, box.top() + 4 + titleMetrics_.ascent()), text);
        return right - width - 8;
    }

    /// A disc with a stroke and a dot; only the disc where it would be too small to read.
    double paintProblem(const QColor &colour, const QColor &fill, const QRectF &box, double right)
    {
        constexpr double radius = 6;
        const QPointF centre(right - radius, box.top() + 4 + titleMetrics_.height() / 2);
        painter_.setPen(Qt::NoPen);
        painter_.setBrush(colour);
        painter_.drawEllipse(centre, radius, radius);
        if (zoom_ >= labelsFrom) {
            painter_.setPen(QPen(fill, 1.7, Qt::SolidLine, Qt::RoundCap));
            painter_.drawLine(centre + QPointF(0, -3), centre + QPointF(0, 0.5));
            painter_.drawPoint(centre + QPointF(0, 3.2));
        }
        return right - 2 * radius - 8;
    }

    void paintLabels(const std::vector<int> &edges)
    {
        painter_.setFont(scene_.style().detailFont);
        for (const int index : edges) {
            const SceneEdge &edge = scene_.scene().edges[static_cast<std::size_t>(index)];
            const QRectF &box = scene_.labelRect(index);
            if (edge.label.isEmpty()) {
                continue;
            }
            painter_.setPen(index == marks_.selectedEdge || index == marks_.hoveredEdge ? theme_.accent
                    : edge.peak                                                         ? theme_.peak
                                                                                        : theme_.mutedText);
            painter_.drawText(QPointF(box.left(), box.top() + detailMetrics_.ascent()), edge.label);
        }
    }

    QPainter &painter_;
    const PlacedScene &scene_;
    QRectF area_;
    double zoom_;
    const Theme &theme_;
    const SceneMarks &marks_;
    QFontMetricsF titleMetrics_;
    QFontMetricsF detailMetrics_;
    QPainterPath stripe_;
};

} // namespace

QColor badgeColour(CardBadge badge, const QColor &fill, const Theme &theme)
{
    return readableOn(badge == CardBadge::Removed ? theme.bad : theme.good, fill);
}

void paintScene(QPainter &painter, const PlacedScene &scene, const QRectF &area, double zoom, const Theme &theme,
    const SceneMarks &marks)
{
    ScenePainter(painter, scene, area, zoom, theme, marks).paint();
}

void paintSceneOverview(
    QPainter &painter, const PlacedScene &scene, const QRectF &area, double zoom, const Theme &theme)
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    const double least = 1 / zoom;
    for (const int index : scene.visibleIn(area).cards) {
        const SceneCard &card = scene.scene().cards[static_cast<std::size_t>(index)];
        QRectF box = scene.cardRect(index);
        box.setWidth(std::max(box.width(), least));
        box.setHeight(std::max(box.height(), least));
        painter.fillRect(box, card.heat >= 0 ? theme.heat(card.heat) : theme.familyFill(card.family));
    }
}

} // namespace tinsmith

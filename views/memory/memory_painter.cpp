// SPDX-License-Identifier: Apache-2.0
#include "views/memory/memory_painter.h"

#include "views/theme/number_text.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <cmath>

namespace tinsmith {
namespace {

void paintScales(
    QPainter &painter, const MemoryScene &scene, const MemoryGeometry &g, const QFont &font, const Theme &theme)
{
    const QFontMetricsF metrics(font);
    QColor grid = theme.line;
    grid.setAlphaF(0.55F);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(grid, 1));
    for (const double x : g.boundaries) {
        painter.drawLine(QPointF(x, g.plot.top()), QPointF(x, g.plot.bottom()));
    }
    for (const auto &tick : g.addresses) {
        painter.setPen(QPen(grid, 1));
        painter.drawLine(QPointF(g.plot.left(), tick.at), QPointF(g.plot.right(), tick.at));
        painter.setPen(theme.mutedText);
        painter.drawText(
            QRectF(0, tick.at - metrics.height() / 2, g.plot.left() - 8, metrics.height()), Qt::AlignRight, tick.label);
    }
    for (const auto &name : g.names) {
        painter.setPen(name.step == scene.peakStep ? theme.peak : theme.mutedText);
        painter.drawText(
            name.box, Qt::AlignCenter, metrics.elidedText(name.text, Qt::ElideMiddle, name.box.width() + 1));
    }
    painter.setRenderHint(QPainter::Antialiasing);
}

double radiusOf(const QRectF &box)
{
    return box.height() > 6 && box.width() > 6 ? 2.5 : 0;
}

void paintFill(QPainter &painter, const MemoryBlock &block, const QRectF &box, const Theme &theme, bool lit)
{
    QColor fill = theme.familyFill(block.family);
    if (lit) {
        fill = fill.lighter(theme.dark ? 118 : 112);
    }
    if (radiusOf(box) == 0) {
        painter.fillRect(box, fill);
        return;
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawRoundedRect(box, radiusOf(box), radiusOf(box));
    if (block.kind != BufferKind::Whole) {
        // Rings and scratch differ by their pattern, not by colour alone.
        painter.setBrush(
            QBrush(QColor(255, 255, 255, 38), block.kind == BufferKind::Ring ? Qt::BDiagPattern : Qt::Dense6Pattern));
        painter.drawRoundedRect(box, radiusOf(box), radiusOf(box));
    }
}

/// Frames come after all fills: where an output lies in place on its dying input, both stay visible.
void paintFrames(
    QPainter &painter, const MemoryScene &scene, const MemoryGeometry &g, const Theme &theme, const MemoryMarks &marks)
{
    painter.setBrush(Qt::NoBrush);
    QColor frame = Qt::white;
    frame.setAlphaF(0.38F);
    for (const auto &place : g.blocks) {
        const MemoryBlock &block = scene.blocks[static_cast<std::size_t>(place.index)];
        const bool selected = block.tensor && block.tensor == marks.selected;
        const bool hovered = block.tensor && block.tensor == marks.hovered;
        if (place.box.width() < 5 || (place.box.height() < 5 && !selected && !hovered)) {
            continue;
        }
        painter.setPen(selected ? QPen(theme.dark ? Qt::white : theme.text, 2)
                : hovered       ? QPen(theme.text, 1.3)
                                : QPen(frame, 1));
        painter.drawRoundedRect(place.box.adjusted(0.5, 0.5, -0.5, -0.5), radiusOf(place.box), radiusOf(place.box));
    }
}

void paintBlocks(QPainter &painter, const MemoryScene &scene, const MemoryGeometry &geometry, const Theme &theme,
    const MemoryMarks &marks)
{
    for (const auto &place : geometry.blocks) {
        const MemoryBlock &block = scene.blocks[static_cast<std::size_t>(place.index)];
        const bool lit = block.tensor && (block.tensor == marks.selected || block.tensor == marks.hovered);
        paintFill(painter, block, place.box, theme, lit);
    }
    paintFrames(painter, scene, geometry, theme, marks);
    painter.setPen(Qt::white);
    for (const auto &place : geometry.blocks) {
        if (!place.label.isEmpty()) {
            painter.drawText(place.labelBox, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, place.label);
        }
    }
}

/// The end of the target's RAM. `arenaText`: width of the text at the right end of the arena's line.
void paintRoom(QPainter &painter, const MemoryScene &scene, const MemoryGeometry &g, const QFontMetricsF &metrics,
    const Theme &theme, double arenaText)
{
    if (scene.roomBytes < 0) {
        return;
    }
    const bool over = scene.arenaBytes > scene.roomBytes;
    const QColor colour = over ? theme.bad : theme.text;
    const double height = metrics.height();
    double top = g.plot.top() - height - 3;
    QString text = scene.roomText;
    if (g.roomY) {
        if (over) {
            QColor veil = theme.bad;
            veil.setAlphaF(0.10F);
            painter.fillRect(QRectF(QPointF(g.plot.left(), g.arenaY), QPointF(g.plot.right(), *g.roomY)), veil);
        }
        painter.setPen(QPen(colour, 1.8));
        painter.drawLine(QPointF(g.plot.left(), *g.roomY), QPointF(g.plot.right(), *g.roomY));
        top = *g.roomY - height - 3;
    } else {
        text = QCoreApplication::translate("MemoryMap", "↑ %1").arg(text);
    }
    // Beside the text of the arena where both are at one height.
    const bool beside = std::abs(top - (g.arenaY - height - 3)) < height;
    const double room = g.plot.width() - 8 - (beside ? arenaText + 16 : 0);
    const QString shown = metrics.elidedText(text, Qt::ElideRight, room);
    const QRectF box(g.plot.left() + 4, top, metrics.horizontalAdvance(shown) + 8, height);
    if (g.roomY && *g.roomY > g.arenaY + height) {
        // Over blocks the text needs a ground of its own.
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.window);
        painter.drawRoundedRect(box, 3, 3);
    }
    painter.setPen(colour);
    painter.drawText(box, Qt::AlignCenter, shown);
}

void paintArenaLine(
    QPainter &painter, const MemoryScene &scene, const MemoryGeometry &g, const QFont &font, const Theme &theme)
{
    QPen pen(theme.peak, 1.4);
    pen.setDashPattern({5, 3.5});
    painter.setPen(pen);
    painter.drawLine(QPointF(g.plot.left(), g.arenaY), QPointF(g.plot.right(), g.arenaY));
    const QFontMetricsF metrics(font);
    // As much of it as the text of the target's RAM leaves room for, whole phrases only.
    QString text = QCoreApplication::translate("MemoryMap", "arena %1").arg(exactBytesText(scene.arenaBytes));
    constexpr double gap = 40;
    const double taken = scene.roomBytes < 0 ? 0 : metrics.horizontalAdvance(scene.roomText) + gap;
    const auto extend = [&](const QString &longer) {
        const bool fits = metrics.horizontalAdvance(longer) <= g.plot.width() - taken;
        text = fits ? longer : text;
        return fits;
    };
    const bool peak = scene.peakStep < 0
        || extend(QCoreApplication::translate("MemoryMap", "%1, fullest at %2")
                      .arg(text, scene.steps[static_cast<std::size_t>(scene.peakStep)].name));
    if (peak && scene.lowerBoundBytes > 0) {
        extend(QCoreApplication::translate("MemoryMap", "%1 — lower bound %2")
                   .arg(text, exactBytesText(scene.lowerBoundBytes)));
    }
    painter.setPen(theme.mutedText);
    painter.drawText(
        QRectF(g.plot.left(), g.arenaY - metrics.height() - 3, g.plot.width(), metrics.height()), Qt::AlignRight, text);
    paintRoom(painter, scene, g, metrics, theme, metrics.horizontalAdvance(text));
}

} // namespace

MemoryText memoryText(const QFont &font)
{
    const QFontMetricsF metrics(font);
    return {[metrics](const QString &text) { return metrics.horizontalAdvance(text); }, metrics.height()};
}

void paintMemoryMarks(QPainter &painter, const MemoryScene &scene, const MemoryGeometry &geometry, const Theme &theme,
    const MemoryMarks &marks)
{
    MemoryGeometry marked = geometry;
    std::erase_if(marked.blocks, [&](const MemoryGeometry::Block &place) {
        const TensorId tensor = scene.blocks[static_cast<std::size_t>(place.index)].tensor;
        return !tensor || (tensor != marks.selected && tensor != marks.hovered);
    });
    painter.setRenderHint(QPainter::Antialiasing);
    // A veil, not a new fill: labels of blocks that lie over a marked one stay readable.
    QColor veil = Qt::white;
    veil.setAlphaF(0.16F);
    for (const auto &place : marked.blocks) {
        painter.fillRect(place.box, veil);
    }
    paintFrames(painter, scene, marked, theme, marks);
}

void paintMemory(QPainter &painter, const MemoryScene &scene, const MemoryGeometry &geometry, const QFont &font,
    const Theme &theme, const MemoryMarks &marks)
{
    painter.setFont(font);
    painter.setRenderHint(QPainter::Antialiasing);
    // Free space within the arena is a surface of its own: gaps between blocks show.
    painter.fillRect(geometry.arena, theme.dark ? theme.field : theme.canvas);
    if (!geometry.peak.isEmpty()) {
        QColor glow = theme.peak;
        glow.setAlphaF(0.10F);
        painter.fillRect(geometry.peak, glow);
    }
    paintScales(painter, scene, geometry, font, theme);
    QFont strong = font;
    strong.setWeight(QFont::DemiBold);
    painter.setFont(strong);
    paintBlocks(painter, scene, geometry, theme, marks);
    painter.setFont(font);
    paintArenaLine(painter, scene, geometry, font, theme);
}

} // namespace tinsmith

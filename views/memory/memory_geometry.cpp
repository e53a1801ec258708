// SPDX-License-Identifier: Apache-2.0
#include "views/memory/memory_geometry.h"

#include "views/theme/number_text.h"

#include <algorithm>
#include <cmath>

namespace tinsmith {
namespace {

constexpr double gap = 8;
/// Blocks' own margin within their place, so that neighbours do not touch.
constexpr double inset = 1;

/// All ticks of a scale have one unit, that of its step and top.
QString tickLabel(double address, double step, double top)
{
    constexpr double kilo = 1024;
    if (top >= kilo * kilo && step >= kilo * 128) {
        return QStringLiteral("%1 MB").arg(address / kilo / kilo);
    }
    if (step >= kilo) {
        return QStringLiteral("%1 KB").arg(address / kilo);
    }
    return QStringLiteral("%1 B").arg(address);
}

void placeAddresses(MemoryGeometry &g, const MemoryText &text)
{
    const int wanted = std::clamp(static_cast<int>(g.plot.height() / (2.4 * text.height)), 1, 8);
    const double step = roundAddressStep(g.topBytes, wanted);
    for (double address = 0; address <= g.topBytes; address += step) {
        g.addresses.push_back({g.yOf(address), tickLabel(address, step, g.topBytes)});
    }
}

void placeNames(MemoryGeometry &g, const MemoryScene &scene, const MemoryText &text)
{
    const double column = g.plot.width() / g.range.length();
    const int first = std::max(0, static_cast<int>(std::floor(g.range.from)));
    const int end = std::min(static_cast<int>(scene.steps.size()), static_cast<int>(std::ceil(g.range.to)));
    constexpr double narrowestColumn = 6;
    if (column >= narrowestColumn) {
        for (int step = first; step <= end; ++step) {
            const double x = g.xOf(step);
            if (x >= g.plot.left() - 0.5 && x <= g.plot.right() + 0.5) {
                g.boundaries.push_back(x);
            }
        }
    }
    constexpr double widestName = 110;
    double widest = 1;
    for (int step = first; step < end; ++step) {
        widest = std::max(widest, std::min(widestName, text.width(scene.steps[static_cast<std::size_t>(step)].name)));
        if (step - first > 256) {
            break;
        }
    }
    // Every n-th step has room for its name; which ones does not change while the view moves.
    const int every = std::max(1, static_cast<int>(std::ceil((widest + gap) / column)));
    for (int step = first - first % every; step < end; step += every) {
        const double centre = g.xOf(step + 0.5);
        const double room = std::max(column * every - gap, 1.0);
        if (centre < g.plot.left() || centre > g.plot.right()) {
            continue;
        }
        const QString &name = scene.steps[static_cast<std::size_t>(step)].name;
        const double width = std::min(room, text.width(name) + 2);
        g.names.push_back({QRectF(centre - width / 2, g.plot.bottom() + 4, width, text.height), name, step});
    }
}

/// The longest of a block's texts that fits into `room`.
QString labelFor(const MemoryBlock &block, double room, const MemoryText &text)
{
    if (room <= 0) {
        return {};
    }
    const QString dot = QStringLiteral(" · ");
    const QString bytes = bytesText(block.bytes);
    const QString kind
        = block.kindText.isEmpty() || block.kind == BufferKind::Scratch ? bytes : block.kindText + dot + bytes;
    for (const QString &candidate : {QString(block.name + dot + kind), QString(block.shortName + dot + kind),
             QString(block.shortName + dot + bytes), bytes}) {
        if (text.width(candidate) <= room) {
            return candidate;
        }
    }
    return {};
}

/// Labels stand at the left of their blocks, where no later block lies over them.
void placeLabels(MemoryGeometry &g, const MemoryScene &scene, const MemoryText &text)
{
    constexpr double padding = 8;
    for (std::size_t i = 0; i < g.blocks.size(); ++i) {
        MemoryGeometry::Block &place = g.blocks[i];
        const MemoryBlock &block = scene.blocks[static_cast<std::size_t>(place.index)];
        if (place.box.height() < text.height + 1 || place.box.width() < 2 * padding) {
            continue;
        }
        const double top = place.box.center().y() - text.height / 2;
        double right = place.box.right() - padding;
        double left = place.box.left() + padding;
        for (std::size_t j = i + 1; j < g.blocks.size(); ++j) {
            // Blocks are sorted by their beginning: beyond the end of this one nothing can cover it.
            const MemoryBlock &other = scene.blocks[static_cast<std::size_t>(g.blocks[j].index)];
            if (other.first > block.last) {
                break;
            }
            const QRectF &cover = g.blocks[j].box;
            if (cover.top() < top + text.height && cover.bottom() > top) {
                if (cover.left() <= left) {
                    left = std::max(left, cover.right() + padding);
                } else {
                    right = std::min(right, cover.left() - padding / 2);
                }
            }
        }
        place.label = labelFor(block, right - left, text);
        place.labelBox = QRectF(left, top, std::max(0.0, right - left), text.height);
    }
}

} // namespace

double roundAddressStep(double bytes, int wanted)
{
    const double least = bytes / std::max(1, wanted);
    double step = 1;
    while (step < least) {
        step *= 2;
    }
    return step;
}

MemoryRange wholeRange(const MemoryScene &scene)
{
    return {0, std::max(1.0, static_cast<double>(scene.steps.size()))};
}

MemoryRange clamped(MemoryRange range, const MemoryScene &scene)
{
    const double count = wholeRange(scene).to;
    const double length = std::clamp(range.length(), std::min(2.0, count), count);
    const double from = std::clamp(range.from, 0.0, count - length);
    return {from, from + length};
}

MemoryGeometry memoryGeometry(const MemoryScene &scene, QSizeF size, MemoryRange range, const MemoryText &text)
{
    MemoryGeometry g;
    g.range = clamped(range, scene);
    constexpr double headroom = 1.06;
    g.topBytes = std::max(16.0, static_cast<double>(scene.arenaBytes) * headroom);
    for (const MemoryBlock &block : scene.blocks) {
        g.topBytes = std::max(g.topBytes, static_cast<double>(block.offset + block.bytes));
    }
    if (scene.roomBytes >= 0) {
        // The scale reaches up to the target's RAM unless the blocks would become too low to be read.
        constexpr double far = 2.5;
        const auto room = static_cast<double>(scene.roomBytes);
        g.roomFarAbove = room > far * g.topBytes;
        if (!g.roomFarAbove) {
            g.topBytes = std::max(g.topBytes, room * headroom);
        }
    }
    const double left = text.width(QStringLiteral("000 KB")) + 2 * gap;
    const double top = text.height + gap;
    const double bottom = text.height + gap + 2;
    g.plot = QRectF(left, top, std::max(1.0, size.width() - left - gap), std::max(1.0, size.height() - top - bottom));
    g.arenaY = g.yOf(static_cast<double>(scene.arenaBytes));
    if (scene.roomBytes >= 0 && !g.roomFarAbove) {
        g.roomY = g.yOf(static_cast<double>(scene.roomBytes));
    }
    g.arena = QRectF(QPointF(g.plot.left(), g.arenaY), g.plot.bottomRight());
    if (scene.peakStep >= 0) {
        const QRectF column(
            g.xOf(scene.peakStep), g.plot.top(), g.xOf(scene.peakStep + 1) - g.xOf(scene.peakStep), g.plot.height());
        g.peak = column.intersected(g.arena);
    }
    placeAddresses(g, text);
    placeNames(g, scene, text);
    for (std::size_t i = 0; i < scene.blocks.size(); ++i) {
        const MemoryBlock &block = scene.blocks[i];
        if (block.last + 1 <= g.range.from || block.first >= g.range.to || block.bytes <= 0) {
            continue;
        }
        const double x0 = std::max(g.xOf(block.first), g.plot.left());
        const double x1 = std::min(g.xOf(block.last + 1), g.plot.right());
        const double y0 = g.yOf(static_cast<double>(block.offset + block.bytes));
        const double y1 = g.yOf(static_cast<double>(block.offset));
        constexpr double least = 1.5;
        const double side = x1 - x0 > 6 ? inset : 0;
        const double edge = y1 - y0 > 4 ? inset / 2 : 0;
        const QRectF box(x0 + side, std::min(y0 + edge, y1 - least), std::max(x1 - x0 - 2 * side, 1.0),
            std::max(y1 - y0 - 2 * edge, least));
        g.blocks.push_back({static_cast<int>(i), box, {}, {}});
    }
    placeLabels(g, scene, text);
    return g;
}

} // namespace tinsmith

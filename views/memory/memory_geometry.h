// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/memory/memory_scene.h"

#include <QRectF>
#include <QSizeF>
#include <QString>

#include <functional>
#include <optional>
#include <vector>

namespace tinsmith {

/// The steps that show, from (inclusive) to (exclusive), in fractions of a step.
struct MemoryRange {
    double from = 0;
    double to = 1;
    double length() const { return to - from; }
};

/// How wide and high texts are in the map's font.
struct MemoryText {
    std::function<double(const QString &)> width;
    double height = 14;
};

/// Where everything of a memory map lies in a widget of this size.
struct MemoryGeometry {
    /// Where blocks lie; scales stand to its left and below.
    QRectF plot;
    /// The same without what would be above the arena: free space within it is drawn.
    QRectF arena;
    struct Block {
        int index = 0;
        QRectF box;
        /// The longest text that fits whole: "conv_1 · 3.1 KB", "3.1 KB", or nothing. A number is never cut.
        QString label;
        /// Where the label stands: the part of the box that later blocks leave free.
        QRectF labelBox;
    };
    /// Those that show, in the scene's order.
    std::vector<Block> blocks;
    struct Tick {
        double at = 0;
        QString label;
    };
    /// Addresses, from the bottom up, with y.
    std::vector<Tick> addresses;
    /// Every operator's boundary that is worth a line, with x; empty where they would stand closer than 6 pixels.
    std::vector<double> boundaries;
    /// Names below the steps, each in a box that holds it whole or shortened in the middle.
    struct Name {
        QRectF box;
        QString text;
        int step = 0;
    };
    std::vector<Name> names;
    double arenaY = 0;
    /// The end of the target's RAM; empty where it is not known or far above everything that shows.
    std::optional<double> roomY;
    /// It is far above: a text says so.
    bool roomFarAbove = false;
    /// The peak's step; empty where it does not show.
    QRectF peak;

    /// x of a step's left edge and y of an address.
    double xOf(double step) const { return plot.left() + (step - range.from) / range.length() * plot.width(); }
    double yOf(double address) const { return plot.bottom() - address / topBytes * plot.height(); }
    double stepAt(double x) const { return range.from + (x - plot.left()) / plot.width() * range.length(); }

    MemoryRange range;
    /// The address at the plot's top edge.
    double topBytes = 1;
};

/// The whole of the running order.
MemoryRange wholeRange(const MemoryScene &scene);
/// `range` within the running order and at least two steps long.
MemoryRange clamped(MemoryRange range, const MemoryScene &scene);
MemoryGeometry memoryGeometry(const MemoryScene &scene, QSizeF size, MemoryRange range, const MemoryText &text);

/// The distance of round addresses of which about `wanted` fill `bytes`: a power of two, or of ten times 1024.
double roundAddressStep(double bytes, int wanted);

} // namespace tinsmith

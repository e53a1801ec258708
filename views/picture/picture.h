// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/graph/placed_scene.h"
#include "views/memory/memory_scene.h"
#include "views/theme/theme.h"

#include <QSizeF>
#include <QString>

#include <functional>

class QPainter;
class QPagedPaintDevice;

namespace tinsmith {

struct PictureOptions {
    /// Colours; pictures are light unless asked otherwise, for paper.
    bool dark = false;
    /// PNG: pixels per unit.
    double scale = 2;
    /// SVG and PDF: goes into the file's title.
    QString title;
};

/// Writes a picture of `size` units, what kind the file's name says: .svg, .png or .pdf (one page as large as the
/// picture). The file is there whole or not at all. Throws SystemError that names the file: another name, a place that
/// cannot be written, a PNG too large to make.
void writePicture(
    const QString &path, QSizeF size, const std::function<void(QPainter &)> &paint, const PictureOptions &options = {});

/// The whole graph, and the whole memory map (at a width that suits the number of steps).
void writeGraphPicture(const QString &path, const PlacedScene &scene, const PictureOptions &options = {});
void writeMemoryPicture(const QString &path, const MemoryScene &scene, const PictureOptions &options = {});

/// On paper: scaled to fit the width and, unless that would be too small to read, one page; tall graphs take several
/// pages.
void printGraph(QPagedPaintDevice &printer, const PlacedScene &scene);

} // namespace tinsmith

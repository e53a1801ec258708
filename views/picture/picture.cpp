// SPDX-License-Identifier: Apache-2.0
#include "views/picture/picture.h"

#include "core/graph/error.h"
#include "views/graph/scene_painter.h"
#include "views/memory/memory_painter.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QFileInfo>
#include <QImage>
#include <QPageLayout>
#include <QPagedPaintDevice>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

#include <algorithm>
#include <cmath>

namespace tinsmith {
namespace {

constexpr double margin = 24;
/// Units are pixels of 1/96 inch.
constexpr int unitsPerInch = 96;

[[noreturn]] void fail(const QString &path, const QString &cause)
{
    throw SystemError(path.toStdString(), {}, cause.toStdString());
}

QByteArray svgOf(QSizeF size, const std::function<void(QPainter &)> &paint, const PictureOptions &options)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(QSize(static_cast<int>(std::ceil(size.width())), static_cast<int>(std::ceil(size.height()))));
    generator.setViewBox(QRectF(QPointF(0, 0), size));
    generator.setResolution(unitsPerInch);
    generator.setTitle(options.title);
    QPainter painter(&generator);
    paint(painter);
    painter.end();
    return bytes;
}

QByteArray pngOf(
    const QString &path, QSizeF size, const std::function<void(QPainter &)> &paint, const PictureOptions &options)
{
    constexpr double mostSide = 32'000;
    constexpr double mostPixels = 200e6;
    double scale = options.scale;
    const double side = std::max(size.width(), size.height());
    scale = std::min({scale, mostSide / side, std::sqrt(mostPixels / (size.width() * size.height()))});
    QImage image((size * scale).toSize().expandedTo({1, 1}), QImage::Format_RGB32);
    if (image.isNull()) {
        fail(path, QCoreApplication::translate("Picture", "not enough memory for a picture of this size"));
    }
    QPainter painter(&image);
    painter.scale(scale, scale);
    paint(painter);
    painter.end();
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

QByteArray pdfOf(QSizeF size, const std::function<void(QPainter &)> &paint, const PictureOptions &options)
{
    // A page may have 200 inches at most; larger pictures are scaled down, they stay vectors.
    constexpr double mostUnits = 200.0 * unitsPerInch;
    constexpr double pointsPerUnit = 72.0 / unitsPerInch;
    const double scale = std::min(1.0, mostUnits / std::max(size.width(), size.height()));
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setTitle(options.title);
    writer.setCreator(QStringLiteral("Tinsmith"));
    writer.setResolution(unitsPerInch);
    writer.setPageLayout(
        QPageLayout(QPageSize(size * scale * pointsPerUnit, QPageSize::Point, {}, QPageSize::ExactMatch),
            QPageLayout::Portrait, QMarginsF()));
    QPainter painter(&writer);
    painter.scale(scale, scale);
    paint(painter);
    painter.end();
    return bytes;
}

const Theme &themeOf(const PictureOptions &options)
{
    return options.dark ? Theme::darkTheme() : Theme::light();
}

} // namespace

void writePicture(
    const QString &path, QSizeF size, const std::function<void(QPainter &)> &paint, const PictureOptions &options)
{
    const QString kind = QFileInfo(path).suffix().toLower();
    QByteArray bytes;
    if (kind == QLatin1String("svg")) {
        bytes = svgOf(size, paint, options);
    } else if (kind == QLatin1String("png")) {
        bytes = pngOf(path, size, paint, options);
    } else if (kind == QLatin1String("pdf")) {
        bytes = pdfOf(size, paint, options);
    } else {
        fail(path, QCoreApplication::translate("Picture", "pictures end in .svg, .png or .pdf"));
    }
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
        fail(path, file.errorString());
    }
}

void writeGraphPicture(const QString &path, const PlacedScene &scene, const PictureOptions &options)
{
    const Theme &t = themeOf(options);
    const QRectF bounds = scene.bounds().adjusted(-margin, -margin, margin, margin);
    PictureOptions named = options;
    if (named.title.isEmpty()) {
        named.title = scene.scene().title;
    }
    writePicture(
        path, bounds.size(),
        [&](QPainter &painter) {
            painter.fillRect(QRectF(QPointF(0, 0), bounds.size()), t.canvas);
            painter.translate(-bounds.topLeft());
            paintScene(painter, scene, bounds, 1, t);
        },
        named);
}

void writeMemoryPicture(const QString &path, const MemoryScene &scene, const PictureOptions &options)
{
    const Theme &t = themeOf(options);
    constexpr double perStep = 64;
    constexpr double height = 420;
    const QSizeF size(std::clamp(perStep * static_cast<double>(scene.steps.size()) + 120, 760.0, 6000.0), height);
    const QFont font = uiFont(-1);
    const MemoryGeometry geometry
        = memoryGeometry(scene, size - QSizeF(2 * margin, 2 * margin), wholeRange(scene), memoryText(uiFont(-1, true)));
    writePicture(
        path, size,
        [&](QPainter &painter) {
            painter.fillRect(QRectF(QPointF(0, 0), size), t.window);
            painter.translate(margin, margin);
            paintMemory(painter, scene, geometry, font, t);
        },
        options);
}

void printGraph(QPagedPaintDevice &printer, const PlacedScene &scene)
{
    QPainter painter(&printer);
    const QRectF bounds = scene.bounds();
    const QSizeF page(printer.width(), printer.height());
    if (bounds.isEmpty() || page.isEmpty()) {
        return;
    }
    const double unit = static_cast<double>(printer.logicalDpiX()) / unitsPerInch;
    constexpr double readable = 0.5;
    const double across = std::min(page.width() / bounds.width(), unit);
    const double whole = std::min(across, page.height() / bounds.height());
    const double scale = whole >= readable * unit ? whole : across;
    const double perPage = page.height() / scale;
    const int pages = std::max(1, static_cast<int>(std::ceil(bounds.height() / perPage)));
    for (int i = 0; i < pages; ++i) {
        if (i > 0) {
            printer.newPage();
        }
        const QRectF part(bounds.left(), bounds.top() + i * perPage, bounds.width(), perPage);
        painter.save();
        painter.translate((page.width() - bounds.width() * scale) / 2, 0);
        painter.scale(scale, scale);
        painter.translate(-part.topLeft());
        painter.setClipRect(part);
        paintScene(painter, scene, part, 1, Theme::light());
        painter.restore();
    }
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "views/theme/theme.h"

#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

namespace tinsmith {
namespace {

/// Renders an SVG of ours in the colours of the appearance in use at the time of painting: black strokes take that of
/// text, #f00 that of what is bad, #fa0 that of a warning.
class ThemedIconEngine : public QIconEngine {
public:
    explicit ThemedIconEngine(QByteArray source) : source_(std::move(source)) { }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override
    {
        const Theme &t = theme();
        const QColor ink = mode == QIcon::Disabled ? t.faintText
            : mode == QIcon::Selected              ? t.onAccent
            : state == QIcon::On                   ? t.accent
                                                   : t.text;
        QByteArray coloured = source_;
        const bool selected = mode == QIcon::Selected;
        coloured.replace("#000", ink.name().toLatin1());
        coloured.replace("#f00", (selected ? ink : t.bad).name().toLatin1());
        coloured.replace("#fa0", (selected ? ink : t.warning).name().toLatin1());
        QSvgRenderer renderer(coloured);
        renderer.render(painter, QRectF(rect));
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap picture(size);
        picture.fill(Qt::transparent);
        QPainter painter(&picture);
        paint(&painter, QRect(QPoint(0, 0), size), mode, state);
        return picture;
    }

    QIconEngine *clone() const override { return new ThemedIconEngine(*this); }

private:
    QByteArray source_;
};

} // namespace

QIcon themedIcon(const QString &name)
{
    QFile file(QStringLiteral(":/tinsmith/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) {
        return QIcon::fromTheme(name);
    }
    return QIcon(new ThemedIconEngine(file.readAll()));
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "views/graph/colour_legend.h"

#include "views/theme/number_text.h"
#include "views/theme/theme.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QLinearGradient>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <set>

namespace tinsmith {
namespace {

constexpr double margin = 9;
constexpr double barHeight = 7;
constexpr double swatch = 9;
constexpr double scaleWidth = 136;

QString tr(const char *text)
{
    return QCoreApplication::translate("ColourLegend", text);
}

QString titleOf(ColourBy colourBy)
{
    switch (colourBy) {
    case ColourBy::Family:
        break;
    case ColourBy::Ram:
        return tr("RAM in and out");
    case ColourBy::Macs:
        return tr("MACs of the operator");
    case ColourBy::Latency:
        return tr("Modelled cycles");
    case ColourBy::WeightBytes:
        return tr("Bytes of weights");
    case ColourBy::QuantizationError:
        return tr("Signal to error");
    }
    return tr("Operator family");
}

/// What colour `share` of the scale stands for.
QString quantityText(ColourBy colourBy, double most, double share)
{
    // The scale goes by the square root: see sceneOf().
    const double quantity = most * share * share;
    switch (colourBy) {
    case ColourBy::Ram:
    case ColourBy::WeightBytes:
        return bytesText(std::llround(quantity));
    case ColourBy::QuantizationError:
        return share <= 0 ? tr("≥ %1 dB").arg(cleanDb, 0, 'f', 0) : tr("%1 dB").arg(cleanDb - quantity, 0, 'f', 0);
    default:
        return countText(std::llround(quantity));
    }
}

QString nameOfFamily(OperatorFamily family)
{
    QString text = QString::fromStdString(nameOf(family));
    if (!text.isEmpty()) {
        text[0] = text[0].toUpper();
    }
    return text;
}

} // namespace

Legend legendOf(const GraphScene &scene)
{
    Legend legend;
    const bool heated
        = std::any_of(scene.cards.begin(), scene.cards.end(), [](const SceneCard &card) { return card.heat >= 0; });
    if (heated) {
        legend.title = titleOf(scene.colourBy);
        for (std::size_t at = 0; at < legend.scale.size(); ++at) {
            const double share = static_cast<double>(at) / static_cast<double>(legend.scale.size() - 1);
            legend.scale[at] = quantityText(scene.colourBy, scene.mostQuantity, share);
        }
        return legend;
    }
    legend.title = scene.colourBy == ColourBy::Family   ? titleOf(ColourBy::Family)
        : scene.colourBy == ColourBy::QuantizationError ? tr("Error not measured yet: operator family")
                                                        : tr("Not planned: operator family");
    std::set<OperatorFamily> seen;
    for (const SceneCard &card : scene.cards) {
        if (card.kind == CardKind::Operator) {
            seen.insert(card.family);
        }
    }
    for (const OperatorFamily family : seen) {
        legend.families.push_back({family, nameOfFamily(family)});
    }
    return legend;
}

ColourLegend::ColourLegend(QWidget *parent) : QWidget(parent)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
}

void ColourLegend::setScene(const std::shared_ptr<const PlacedScene> &scene)
{
    legend_ = scene != nullptr ? legendOf(scene->scene()) : Legend();
    QStringList words{legend_.title};
    for (const Legend::Family &family : legend_.families) {
        words << family.name;
    }
    if (legend_.heated()) {
        words << legend_.scale.front() << legend_.scale.back();
    }
    setAccessibleName(words.join(QStringLiteral(", ")));
    update();
}

QSize ColourLegend::sizeHint() const
{
    const QFontMetricsF strong(uiFont(-1, true));
    const QFontMetricsF plain(uiFont(-1));
    double width = strong.horizontalAdvance(legend_.title);
    double height = strong.height() + 4;
    if (legend_.heated()) {
        width = std::max(width, scaleWidth);
        height += barHeight + 3 + plain.height();
    } else {
        for (const Legend::Family &family : legend_.families) {
            width = std::max(width, swatch + 7 + plain.horizontalAdvance(family.name));
        }
        height += static_cast<double>(legend_.families.size()) * (plain.height() + 1);
    }
    return {static_cast<int>(std::ceil(width + 2 * margin)), static_cast<int>(std::ceil(height + 2 * margin - 4))};
}

void ColourLegend::paintEvent(QPaintEvent *)
{
    const Theme &t = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(t.line, 1));
    painter.setBrush(t.card);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    const QFont strong = uiFont(-1, true);
    const QFont plain = uiFont(-1);
    const QFontMetricsF metrics(plain);
    const double left = margin;
    const double right = width() - margin;
    double y = margin - 2;
    painter.setFont(strong);
    painter.setPen(t.text);
    painter.drawText(QRectF(left, y, right - left, QFontMetricsF(strong).height()), Qt::AlignLeft, legend_.title);
    y += QFontMetricsF(strong).height() + 4;
    painter.setFont(plain);
    if (legend_.heated()) {
        QLinearGradient gradient(left, 0, right, 0);
        constexpr int stops = 8;
        for (int stop = 0; stop <= stops; ++stop) {
            const double share = static_cast<double>(stop) / stops;
            gradient.setColorAt(share, t.heat(share));
        }
        painter.setPen(QPen(t.line, 1));
        painter.setBrush(gradient);
        painter.drawRoundedRect(QRectF(left, y, right - left, barHeight), 2, 2);
        y += barHeight + 3;
        painter.setPen(t.mutedText);
        const QRectF texts(left, y, right - left, metrics.height());
        painter.drawText(texts, Qt::AlignLeft, legend_.scale[0]);
        painter.drawText(texts, Qt::AlignHCenter, legend_.scale[1]);
        painter.drawText(texts, Qt::AlignRight, legend_.scale[2]);
        return;
    }
    for (const Legend::Family &family : legend_.families) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.family(family.family));
        painter.drawRoundedRect(QRectF(left, y + (metrics.height() - swatch) / 2, swatch, swatch), 2, 2);
        painter.setPen(t.mutedText);
        painter.drawText(QRectF(left + swatch + 7, y, right - left, metrics.height()), Qt::AlignLeft, family.name);
        y += metrics.height() + 1;
    }
}

} // namespace tinsmith

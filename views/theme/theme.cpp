// SPDX-License-Identifier: Apache-2.0
#include "views/theme/theme.h"

#include <QPalette>

#include <algorithm>
#include <array>
#include <cmath>

namespace tinsmith {
namespace {

QColor mix(const QColor &from, const QColor &to, double share)
{
    const auto part = [share](int a, int b) { return static_cast<int>(a + (b - a) * share + 0.5); };
    return {part(from.red(), to.red()), part(from.green(), to.green()), part(from.blue(), to.blue())};
}

double luminance(const QColor &colour)
{
    const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

/// One hue per family, of even weight, so that no operator shouts.
QColor familyHue(OperatorFamily family)
{
    switch (family) {
    case OperatorFamily::Convolution:
        return {0x4F, 0x83, 0xFF};
    case OperatorFamily::Pooling:
        return {0x22, 0xA0, 0x8A};
    case OperatorFamily::Dense:
        return {0xE0, 0x82, 0x3D};
    case OperatorFamily::Elementwise:
        return {0x6F, 0x9F, 0x3C};
    case OperatorFamily::Activation:
        return {0x8F, 0x66, 0xD6};
    case OperatorFamily::Shape:
        return {0x9A, 0x7B, 0x66};
    case OperatorFamily::Reduction:
        return {0x3C, 0x9F, 0xB8};
    case OperatorFamily::Recurrent:
        return {0xD0, 0x5C, 0x7E};
    case OperatorFamily::Quantization:
        return {0xB0, 0x58, 0x9E};
    case OperatorFamily::Other:
        break;
    }
    return {0x7C, 0x86, 0x96};
}

double contrastOf(const QColor &a, const QColor &b)
{
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

/// Each family's colour, darkened until white text on it is readable (contrast 4.5, WCAG 2.1 section 1.4.3).
void makeFills(Theme &theme)
{
    static_assert(static_cast<std::size_t>(OperatorFamily::Other) + 1 == std::tuple_size_v<decltype(theme.fills)>);
    constexpr double readable = 4.5;
    constexpr double step = 0.04;
    const QColor deep = theme.dark ? QColor(0x14, 0x18, 0x20) : QColor(0x10, 0x20, 0x40);
    for (std::size_t i = 0; i < theme.fills.size(); ++i) {
        const QColor hue = familyHue(static_cast<OperatorFamily>(i));
        QColor &fill = theme.fills[i];
        fill = hue;
        for (double share = step; share < 1 && contrastOf(fill, Qt::white) < readable; share += step) {
            fill = mix(hue, deep, share);
        }
    }
}

Theme makeDark()
{
    Theme t;
    t.dark = true;
    t.window = {0x26, 0x2A, 0x31};
    t.canvas = {0x1A, 0x1D, 0x22};
    t.card = {0x2F, 0x34, 0x3D};
    t.cardHover = {0x37, 0x3D, 0x47};
    t.field = {0x1E, 0x21, 0x27};
    t.line = {0x3A, 0x3F, 0x49};
    t.track = {0x46, 0x4C, 0x57};
    t.text = {0xE6, 0xE8, 0xEC};
    t.mutedText = {0x9A, 0xA3, 0xB2};
    t.faintText = {0x6B, 0x74, 0x81};
    t.accent = {0x5A, 0xA9, 0xFF};
    t.onAccent = {0x0F, 0x1B, 0x2B};
    t.good = {0x4C, 0xC3, 0x8A};
    t.warning = {0xF2, 0xB3, 0x4B};
    t.bad = {0xF0, 0x71, 0x78};
    t.peak = {0xF2, 0xB3, 0x4B};
    t.edge = {0x7E, 0x87, 0x96};
    makeFills(t);
    return t;
}

Theme makeLight()
{
    Theme t;
    t.window = {0xFF, 0xFF, 0xFF};
    t.canvas = {0xEE, 0xF0, 0xF3};
    t.card = {0xFF, 0xFF, 0xFF};
    t.cardHover = {0xF7, 0xFA, 0xFF};
    t.field = {0xF3, 0xF4, 0xF6};
    t.line = {0xD9, 0xDD, 0xE3};
    t.track = {0xDD, 0xE1, 0xE7};
    t.text = {0x1D, 0x24, 0x30};
    t.mutedText = {0x5F, 0x6A, 0x7D};
    t.faintText = {0x97, 0x9F, 0xAB};
    t.accent = {0x1F, 0x6F, 0xEB};
    t.onAccent = {0xFF, 0xFF, 0xFF};
    t.good = {0x17, 0x7D, 0x4E};
    t.warning = {0xA0, 0x68, 0x00};
    t.bad = {0xCF, 0x2F, 0x3B};
    t.peak = {0xB9, 0x7A, 0x00};
    t.edge = {0x73, 0x7E, 0x91};
    makeFills(t);
    return t;
}

} // namespace

double contrast(const QColor &a, const QColor &b)
{
    return contrastOf(a, b);
}

QColor readableOn(const QColor &colour, const QColor &ground)
{
    constexpr double readable = 4.5;
    constexpr double step = 0.05;
    // White or black, whichever is further from the ground: one of them has a contrast of 4.58 or more.
    const QColor end = contrastOf(Qt::white, ground) > contrastOf(Qt::black, ground) ? Qt::white : Qt::black;
    QColor result = colour;
    for (double share = step; share <= 1 + step / 2 && contrastOf(result, ground) < readable; share += step) {
        result = mix(colour, end, std::min(share, 1.0));
    }
    return result;
}

QColor Theme::family(OperatorFamily family) const
{
    return familyHue(family);
}

QColor Theme::familyFill(OperatorFamily family) const
{
    return fills[static_cast<std::size_t>(family)];
}

QColor Theme::heat(double share) const
{
    static const std::array<QColor, 5> onDark{QColor(0x34, 0x3C, 0x4C), QColor(0x3F, 0x5C, 0x8C),
        QColor(0x6E, 0x7B, 0xB0), QColor(0xD8, 0x8A, 0x7A), QColor(0xFF, 0xC8, 0x6B)};
    static const std::array<QColor, 5> onLight{QColor(0xE9, 0xEF, 0xFA), QColor(0xBD, 0xD1, 0xF3),
        QColor(0xAE, 0xA6, 0xDC), QColor(0xD2, 0x7D, 0x9B), QColor(0xB9, 0x35, 0x4F)};
    const auto &stops = dark ? onDark : onLight;
    const double at = std::clamp(share, 0.0, 1.0) * (stops.size() - 1);
    const auto first = std::min(static_cast<std::size_t>(at), stops.size() - 2);
    return mix(stops[first], stops[first + 1], at - static_cast<double>(first));
}

QPalette Theme::palette() const
{
    QPalette p;
    p.setColor(QPalette::Window, window);
    p.setColor(QPalette::WindowText, text);
    p.setColor(QPalette::Base, dark ? field : window);
    p.setColor(QPalette::AlternateBase, dark ? window : field);
    p.setColor(QPalette::Text, text);
    p.setColor(QPalette::Button, dark ? card : field);
    p.setColor(QPalette::ButtonText, text);
    p.setColor(QPalette::BrightText, bad);
    p.setColor(QPalette::ToolTipBase, dark ? card : window);
    p.setColor(QPalette::ToolTipText, text);
    // Hints and the names of rows are read, not only seen: they take the colour with enough contrast.
    p.setColor(QPalette::PlaceholderText, mutedText);
    p.setColor(QPalette::Highlight, accent);
    p.setColor(QPalette::HighlightedText, onAccent);
    p.setColor(QPalette::Link, accent);
    p.setColor(QPalette::LinkVisited, mix(accent, mutedText, 0.5));
    p.setColor(QPalette::Light, mix(card, QColor(255, 255, 255), dark ? 0.08 : 1));
    p.setColor(QPalette::Midlight, card);
    p.setColor(QPalette::Mid, line);
    p.setColor(QPalette::Dark, mix(line, QColor(0, 0, 0), 0.3));
    p.setColor(QPalette::Shadow, dark ? QColor(0x0C, 0x0E, 0x11) : QColor(0xA8, 0xAE, 0xB8));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText}) {
        p.setColor(QPalette::Disabled, role, faintText);
    }
    p.setColor(QPalette::Disabled, QPalette::Highlight, track);
    return p;
}

const Theme &Theme::light()
{
    static const Theme theme = makeLight();
    return theme;
}

const Theme &Theme::darkTheme()
{
    static const Theme theme = makeDark();
    return theme;
}

} // namespace tinsmith

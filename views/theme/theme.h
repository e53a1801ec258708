// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/operator.h"

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>
#include <QString>

#include <array>

class QApplication;
class QPalette;

namespace tinsmith {

enum class ThemeChoice { System, Light, Dark };

/// The colours of one appearance, named after what they are for. Views take every colour from here.
struct Theme {
    bool dark = false;
    /// Panels, docks, dialogs.
    QColor window;
    /// Behind graph cards.
    QColor canvas;
    /// Cards and buttons, raised from panel or canvas.
    QColor card;
    QColor cardHover;
    /// Chips and entry fields, sunk into a card or panel.
    QColor field;
    QColor line;
    /// A gauge's or share bar's empty part.
    QColor track;
    QColor text;
    QColor mutedText;
    QColor faintText;
    QColor accent;
    QColor onAccent;
    QColor good;
    QColor warning;
    QColor bad;
    /// What is live where the arena is fullest.
    QColor peak;
    /// Edges of the graph.
    QColor edge;

    QColor family(OperatorFamily family) const;
    /// The family's colour as a filled area that carries white text.
    QColor familyFill(OperatorFamily family) const;
    /// A sequential scale from calm (0) to hot (1), for colouring by a quantity. Its lightness rises or falls evenly,
    /// so that it also reads without hue.
    QColor heat(double share) const;
    QPalette palette() const;

    /// familyFill() by family, worked out once.
    std::array<QColor, 10> fills;

    static const Theme &light();
    static const Theme &darkTheme();
};

/// Contrast of two colours, 1 to 21 (WCAG 2.1, relative luminance).
double contrast(const QColor &a, const QColor &b);

/// `colour` as it is where it can be read on `ground` (contrast 4.5, WCAG 2.1 section 1.4.3), lighter or darker until
/// it can otherwise.
QColor readableOn(const QColor &colour, const QColor &ground);

/// The appearance in use. Views read it while they paint and repaint on QEvent::PaletteChange.
const Theme &theme();

/// Gives the application its style, fonts, palette and style sheet, and keeps them in step with the system's wish while
/// the choice is System. One per application.
class ThemeController : public QObject {
    Q_OBJECT
public:
    explicit ThemeController(QApplication &application);
    ThemeChoice choice() const { return choice_; }
    void setChoice(ThemeChoice choice);

signals:
    void changed();

private slots:
    void portalSettingChanged(const QString &space, const QString &key);

private:
    void apply();
    bool systemIsDark() const;

    QApplication &application_;
    ThemeChoice choice_ = ThemeChoice::System;
    bool startedDark_ = false;
};

/// The interface font (Inter where it could be loaded, the system's otherwise), `delta` points larger, semi-bold or
/// not.
QFont uiFont(double delta = 0, bool strong = false);

/// An icon of ours from resources/icons, in the colours of the appearance in use, crisp at every scale.
QIcon themedIcon(const QString &name);

} // namespace tinsmith

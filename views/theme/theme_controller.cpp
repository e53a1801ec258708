// SPDX-License-Identifier: Apache-2.0
#include "views/theme/font_features.h"
#include "views/theme/theme.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVariant>
#include <QFile>
#include <QFontDatabase>
#include <QHash>
#include <QPalette>
#include <QStyleFactory>

/// Resources of a static library are dropped by the linker unless they are asked for (and not within a namespace).
static void keepResources()
{
    Q_INIT_RESOURCE(studio);
}

namespace tinsmith {
namespace {

const Theme *current = nullptr;

const QString portalService = QStringLiteral("org.freedesktop.portal.Desktop");
const QString portalPath = QStringLiteral("/org/freedesktop/portal/desktop");
const QString portalInterface = QStringLiteral("org.freedesktop.portal.Settings");
const QString appearance = QStringLiteral("org.freedesktop.appearance");
const QString colourScheme = QStringLiteral("color-scheme");

/// What the desktop says through its portal: 1 dark, 2 light, 0 no wish or no portal. Qt asks it itself from 6.5 on.
int portalColourScheme()
{
    auto bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) {
        return 0;
    }
    auto call = QDBusMessage::createMethodCall(portalService, portalPath, portalInterface, QStringLiteral("Read"));
    call << appearance << colourScheme;
    constexpr int patienceMs = 250;
    const auto reply = bus.call(call, QDBus::Block, patienceMs);
    if (reply.type() != QDBusMessage::ReplyMessage || reply.arguments().isEmpty()) {
        return 0;
    }
    // The answer is a variant within a variant.
    QVariant value = reply.arguments().constFirst();
    while (value.canConvert<QDBusVariant>()) {
        value = value.value<QDBusVariant>().variant();
    }
    return value.toInt();
}

QString loadedFamily()
{
    static const QString family = [] {
        QString found;
        for (const char *file : {":/tinsmith/fonts/Inter-Regular.otf", ":/tinsmith/fonts/Inter-SemiBold.otf"}) {
            QFile content(QString::fromLatin1(file));
            if (!content.open(QIODevice::ReadOnly)) {
                continue;
            }
            const int id = QFontDatabase::addApplicationFontFromData(
                withOwnFamily(withoutContextualAlternates(content.readAll())));
            const auto families = QFontDatabase::applicationFontFamilies(id);
            if (found.isEmpty() && !families.isEmpty()) {
                found = families.constFirst();
            }
        }
        return found;
    }();
    return family;
}

/// The style sheet with its @names replaced by the theme's colours.
QString styleSheetFor(const Theme &t)
{
    QFile file(QStringLiteral(":/tinsmith/style/studio.qss"));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    QString sheet = QString::fromUtf8(file.readAll());
    const QHash<QString, QColor> names{
        {QStringLiteral("window"), t.window},
        {QStringLiteral("canvas"), t.canvas},
        {QStringLiteral("card"), t.card},
        {QStringLiteral("hover"), t.cardHover},
        {QStringLiteral("field"), t.field},
        {QStringLiteral("button"), t.dark ? t.card : t.field},
        {QStringLiteral("menubar"), t.dark ? t.field : t.window},
        {QStringLiteral("line"), t.line},
        {QStringLiteral("track"), t.track},
        {QStringLiteral("text"), t.text},
        {QStringLiteral("muted"), t.mutedText},
        {QStringLiteral("faint"), t.faintText},
        {QStringLiteral("accent"), t.accent},
        {QStringLiteral("onaccent"), t.onAccent},
        {QStringLiteral("bright"), t.dark ? t.accent.lighter(112) : t.accent.darker(112)},
    };
    for (auto it = names.begin(); it != names.end(); ++it) {
        sheet.replace(QLatin1Char('@') + it.key() + QLatin1Char('@'), it.value().name());
    }
    sheet.replace(QStringLiteral("@mode@"), t.dark ? QStringLiteral("dark") : QStringLiteral("light"));
    return sheet;
}

} // namespace

const Theme &theme()
{
    return current != nullptr ? *current : Theme::light();
}

ThemeController::ThemeController(QApplication &application)
    : QObject(&application), application_(application),
      startedDark_(application.palette().color(QPalette::Window).lightness() < 128)
{
    keepResources();
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QFont font = QApplication::font();
    if (!loadedFamily().isEmpty()) {
        font.setFamily(loadedFamily());
    }
    constexpr double smallestReadable = 9.75;
    font.setPointSizeF(std::max(font.pointSizeF(), smallestReadable));
    QApplication::setFont(font);
    QDBusConnection::sessionBus().connect(portalService, portalPath, portalInterface, QStringLiteral("SettingChanged"),
        this, SLOT(portalSettingChanged(QString, QString)));
    apply();
}

void ThemeController::setChoice(ThemeChoice choice)
{
    choice_ = choice;
    apply();
}

void ThemeController::portalSettingChanged(const QString &space, const QString &key)
{
    if (space == appearance && key == colourScheme) {
        apply();
    }
}

bool ThemeController::systemIsDark() const
{
    const int wish = portalColourScheme();
    return wish == 0 ? startedDark_ : wish == 1;
}

void ThemeController::apply()
{
    const bool dark = choice_ == ThemeChoice::Dark || (choice_ == ThemeChoice::System && systemIsDark());
    const Theme *wanted = dark ? &Theme::darkTheme() : &Theme::light();
    if (wanted == current) {
        return;
    }
    current = wanted;
    QApplication::setPalette(current->palette());
    application_.setStyleSheet(styleSheetFor(*current));
    emit changed();
}

QFont uiFont(double delta, bool strong)
{
    QFont font = QApplication::font();
    font.setPointSizeF(font.pointSizeF() + delta);
    font.setWeight(strong ? QFont::DemiBold : QFont::Normal);
    return font;
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_main.h"
#include "views/theme/elided_label.h"
#include "views/theme/font_features.h"
#include "views/theme/number_text.h"
#include "views/theme/theme.h"

#include <QApplication>
#include <QFile>
#include <QGlyphRun>
#include <QImage>
#include <QPalette>
#include <QSignalSpy>
#include <QTextLayout>

using namespace tinsmith;

class ThemeTest : public QObject {
    Q_OBJECT
private slots:
    void textIsReadable_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("dark") << true;
        QTest::newRow("light") << false;
    }

    void textIsReadable()
    {
        QFETCH(bool, dark);
        const Theme &t = dark ? Theme::darkTheme() : Theme::light();
        constexpr double readable = 4.5;
        for (const QColor &ground : {t.window, t.card, t.canvas, t.field}) {
            QVERIFY(contrast(t.text, ground) >= readable);
            QVERIFY2(contrast(t.mutedText, ground) >= readable, qPrintable(ground.name()));
        }
        QVERIFY(contrast(t.onAccent, t.accent) >= readable);
        for (int family = 0; family <= static_cast<int>(OperatorFamily::Other); ++family) {
            QVERIFY(contrast(t.familyFill(static_cast<OperatorFamily>(family)), Qt::white) >= readable);
        }
        for (const QColor &state : {t.good, t.warning, t.bad}) {
            QVERIFY2(contrast(state, t.window) >= readable, qPrintable(state.name()));
        }
    }

    void heatRisesEvenly()
    {
        for (const Theme *t : {&Theme::light(), &Theme::darkTheme()}) {
            double before = contrast(t->heat(0), t->canvas);
            for (int i = 1; i <= 10; ++i) {
                const double now = contrast(t->heat(i / 10.0), t->canvas);
                QVERIFY2(now > before, qPrintable(QString::number(i)));
                before = now;
            }
            QCOMPARE(t->heat(7), t->heat(1));
            QCOMPARE(t->heat(-1), t->heat(0));
        }
    }

    void choosingSwitchesThePalette()
    {
        auto *controller = qApp->findChild<ThemeController *>();
        QVERIFY(controller != nullptr);
        controller->setChoice(ThemeChoice::Dark);
        QVERIFY(theme().dark);
        QVERIFY(QApplication::palette().color(QPalette::Window).lightness() < 128);
        QSignalSpy changed(controller, &ThemeController::changed);
        controller->setChoice(ThemeChoice::Light);
        QCOMPARE(changed.count(), 1);
        QVERIFY(!theme().dark);
        QVERIFY(!qApp->styleSheet().contains(QLatin1Char('@')));
        controller->setChoice(ThemeChoice::Light);
        QCOMPARE(changed.count(), 1);
    }

    void anyColourIsReadableOnAnyGround()
    {
        for (const Theme *t : {&Theme::light(), &Theme::darkTheme()}) {
            for (int i = 0; i <= 50; ++i) {
                const QColor ground = t->heat(i / 50.0);
                for (const QColor &colour : {t->good, t->bad, t->text, ground}) {
                    QVERIFY2(contrast(readableOn(colour, ground), ground) >= 4.5, qPrintable(ground.name()));
                }
            }
            // What can be read already stays as it is.
            QCOMPARE(readableOn(t->text, t->window), t->text);
        }
    }

    void longTextsAreShortenedInTheMiddle()
    {
        QCOMPARE(shortMiddle(QStringLiteral("abcdefghij"), 10), QStringLiteral("abcdefghij"));
        QCOMPARE(shortMiddle(QStringLiteral("abcdefghijk"), 5), QStringLiteral("ab…jk"));
        QCOMPARE(shortWords(QStringLiteral("Stride of abcdefghijk now"), 6), QStringLiteral("Stride of ab…ijk now"));
        ElidedLabel label(QStringLiteral("model/") + QString(270, QLatin1Char('x')) + QStringLiteral("/conv"));
        QVERIFY(label.minimumSizeHint().width() < 200);
        label.resize(150, 20);
        label.show();
        QVERIFY(label.text().size() < 60);
        QVERIFY(label.text().startsWith(QStringLiteral("model/")));
        QVERIFY(label.text().endsWith(QStringLiteral("/conv")));
        QCOMPARE(label.toolTip(), label.fullText());
        label.setFullText(QStringLiteral("conv_1"));
        QCOMPARE(label.text(), QStringLiteral("conv_1"));
        QVERIFY(label.toolTip().isEmpty());
        label.setTip(QStringLiteral("more"));
        QCOMPARE(label.toolTip(), QStringLiteral("more"));
    }

    /// Inter would turn the x of "3x8" into a multiplication sign.
    void partNumbersShowAsTheyAreWritten()
    {
        const auto glyphs = [](const QString &text) {
            QTextLayout layout(text, uiFont());
            layout.beginLayout();
            layout.createLine();
            layout.endLayout();
            QList<quint32> all;
            for (const QGlyphRun &run : layout.glyphRuns()) {
                all += run.glyphIndexes();
            }
            return all;
        };
        const quint32 letter = glyphs(QStringLiteral("x")).constFirst();
        QCOMPARE(glyphs(QStringLiteral("STM32L053x8")).at(9), letter);
        QCOMPARE(glyphs(QStringLiteral("conv_3x3")).at(6), letter);
    }

    void onlyTheFeatureIsTakenFromAFont()
    {
        QFile file(QStringLiteral(":/tinsmith/fonts/Inter-Regular.otf"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray font = file.readAll();
        QVERIFY(font.contains("calt"));
        const QByteArray changed = withoutContextualAlternates(font);
        QCOMPARE(changed.size(), font.size());
        int differences = 0;
        for (qsizetype at = 0; at < font.size(); ++at) {
            differences += font[at] == changed[at] ? 0 : 1;
        }
        QCOMPARE(withOwnFamily(font).size(), font.size());
        QVERIFY(differences > 0 && differences <= font.count("calt"));
        for (const QByteArray &broken : {QByteArray(), QByteArray("OTTO"), font.left(300), font.left(20)}) {
            QCOMPARE(withoutContextualAlternates(broken), broken);
            QCOMPARE(withOwnFamily(broken), broken);
        }
    }

    void interFontIsLoaded() { QCOMPARE(QApplication::font().family(), QLatin1String(ownFamily)); }

    void iconsTakeTheInk()
    {
        const QIcon icon = themedIcon(QStringLiteral("open"));
        QVERIFY(!icon.isNull());
        const QImage image = icon.pixmap(32, 32).toImage();
        int inked = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                inked += image.pixelColor(x, y).alpha() > 200 ? 1 : 0;
            }
        }
        QVERIFY(inked > 40);
    }

    void numbersForPeople_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("bytes") << bytesText(784) << "784 B";
        QTest::newRow("kilobytes") << bytesText(50176) << "49.0 KB";
        QTest::newRow("megabytes") << bytesText(1310720) << "1.25 MB";
        QTest::newRow("capacity") << capacityText(655360) << "640 KB";
        QTest::newRow("large capacity") << capacityText(2097152) << "2 MB";
        QTest::newRow("odd capacity") << capacityText(1310720) << "1.25 MB";
        QTest::newRow("exact") << exactBytesText(6272) << "6272 B";
        QTest::newRow("few") << countText(950) << "950";
        QTest::newRow("thousands") << countText(28224) << "28.2 k";
        QTest::newRow("millions") << countText(770'000) << "0.77 M";
        QTest::newRow("many millions") << countText(12'500'000) << "12.5 M";
        QTest::newRow("giga") << countText(1'200'000'000) << "1.20 G";
        QTest::newRow("short time") << millisecondsText(0.77) << "0.77 ms";
        QTest::newRow("time") << millisecondsText(165.2) << "165 ms";
        QTest::newRow("seconds") << millisecondsText(1250) << "1.25 s";
        QTest::newRow("energy") << energyText(3.04) << "3.0 µJ";
        QTest::newRow("more energy") << energyText(410) << "0.41 mJ";
        QTest::newRow("share") << percentText(0.0371) << "3.7 %";
        QTest::newRow("less") << bytesDeltaText(-1126) << "−1.1 KB";
        QTest::newRow("more") << bytesDeltaText(64) << "+64 B";
        QTest::newRow("same") << bytesDeltaText(0) << "±0 B";
        QTest::newRow("share more") << percentDeltaText(0.02) << "+2.0 %";
    }

    void numbersForPeople()
    {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        QCOMPARE(text, expected);
    }
};
TINSMITH_TEST(ThemeTest)

#include "theme_test.moc"

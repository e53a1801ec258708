// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_main.h"
#include "views/accuracy/accuracy_panel.h"

#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>

using namespace tinsmith;

class AccuracyPanelTest : public QObject {
    Q_OBJECT

    static std::shared_ptr<const Evaluation> evaluation(const std::string &note)
    {
        auto result = std::make_shared<Evaluation>();
        result->samples = 3;
        result->accuracy = 0.5;
        result->use.pixels = PixelRange::byte();
        result->use.source = PixelSource::Quantization;
        result->notes = {note};
        return result;
    }

private slots:
    void theGuessIsShownAndAnotherRangeIsChosen()
    {
        AccuracyPanel panel;
        panel.resize(900, 300);
        panel.show();
        auto *pixels = panel.findChild<QComboBox *>();
        QVERIFY(!pixels->isVisible());
        panel.setData(QStringLiteral("3 samples"));
        panel.setPixels(true, {});
        QVERIFY(pixels->isVisible());
        panel.setEvaluation(evaluation("a note"));
        QCOMPARE(pixels->currentText(), QStringLiteral("guessed: 0..255"));

        QSignalSpy chosen(&panel, &AccuracyPanel::pixelsChosen);
        pixels->setFocus();
        pixels->setCurrentIndex(3);
        emit pixels->textActivated(pixels->currentText());
        QCOMPARE(chosen.takeFirst().first().toString(), QStringLiteral("-1..1"));
        panel.setPixels(true, QStringLiteral("-1..1"));
        QCOMPARE(pixels->currentText(), QStringLiteral("-1..1"));

        pixels->setCurrentIndex(0);
        emit pixels->textActivated(pixels->currentText());
        QCOMPARE(chosen.takeFirst().first().toString(), QString());

        panel.setPixels(true, {});
        pixels->setEditText(QStringLiteral("127.5,127.5"));
        QTest::keyClick(pixels, Qt::Key_Return);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.takeFirst().first().toString(), QStringLiteral("127.5,127.5"));
    }

    void notesAreShown()
    {
        AccuracyPanel panel;
        panel.setEvaluation(evaluation("2 of 3 labels are outside <the> classes"));
        QString shown;
        for (const QLabel *label : panel.findChildren<QLabel *>()) {
            shown += label->text();
        }
        QVERIFY2(shown.contains(QStringLiteral("labels are outside &lt;the&gt; classes")), qPrintable(shown));
    }
};

TINSMITH_TEST(AccuracyPanelTest)

#include "accuracy_panel_test.moc"

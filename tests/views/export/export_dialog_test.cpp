// SPDX-License-Identifier: Apache-2.0
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"
#include "views/export/export_dialog.h"

#include <QAbstractButton>
#include <QApplication>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTimer>

using namespace tinsmith;
using Numbers = test::ModelMaker::Numbers;

namespace {

std::shared_ptr<const SessionState> stateOn(const char *target)
{
    return Session::fromGraph(test::smallCnn(Numbers::Int8), TargetDatabase::builtIn().at(target)).sharedState();
}

QPushButton *buttonNamed(const QWidget &dialog, const QString &text)
{
    for (QPushButton *button : dialog.findChildren<QPushButton *>()) {
        if (button->text() == text) {
            return button;
        }
    }
    return nullptr;
}

/// Presses the button of this name in the next message box; `text` gets what it asked.
void answerWith(const QString &name, QString &text)
{
    auto *timer = new QTimer(qApp);
    QObject::connect(timer, &QTimer::timeout, timer, [timer, name, &text] {
        auto *box = qobject_cast<QMessageBox *>(QApplication::activeModalWidget());
        if (box == nullptr) {
            return;
        }
        timer->deleteLater();
        text = box->text() + QLatin1Char('\n') + box->informativeText();
        for (QAbstractButton *button : box->buttons()) {
            if (button->text().remove(QLatin1Char('&')) == name) {
                button->click();
                return;
            }
        }
        box->reject();
    });
    timer->start(20);
}

QByteArray textOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class ExportDialogTest : public QObject {
    Q_OBJECT

private slots:
    void editedFilesAreAskedAbout()
    {
        const QTemporaryDir folder;
        ExportDialog dialog(stateOn("stm32l4r5"), std::nullopt, {}, QStringLiteral("net"));
        dialog.show();
        QPushButton *button = buttonNamed(dialog, QStringLiteral("Export"));
        QVERIFY(button != nullptr);
        QTRY_VERIFY_WITH_TIMEOUT(button->isEnabled(), 60000);
        for (QLineEdit *line : dialog.findChildren<QLineEdit *>()) {
            if (line->text().contains(QLatin1Char('/'))) {
                line->setText(folder.filePath(QStringLiteral("out")));
            }
        }
        button->click();
        const QString source = folder.filePath(QStringLiteral("out/src/net.c"));
        const QByteArray original = textOf(source);
        QVERIFY(original.contains("net_invoke"));
        // Nothing was edited: no question.
        button->click();
        QVERIFY(QApplication::activeModalWidget() == nullptr);

        QFile file(source);
        QVERIFY(file.open(QIODevice::Append));
        file.write("/* edited */\n");
        file.close();
        QString asked;
        answerWith(QStringLiteral("Cancel"), asked);
        button->click();
        QVERIFY2(asked.contains(QStringLiteral("src/net.c")), qPrintable(asked));
        QCOMPARE(textOf(source), original + "/* edited */\n");
        asked.clear();
        answerWith(QStringLiteral("Replace"), asked);
        button->click();
        QVERIFY2(asked.contains(QStringLiteral("src/net.c")), qPrintable(asked));
        QCOMPARE(textOf(source), original);
    }

    void whatIsNotProvedIsSaid_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("verifiable");
        QTest::newRow("Xtensa") << "esp32"
                                << "Packages are not proved on Xtensa" << false;
        QTest::newRow("AVR") << "atmega2560"
                             << "latency are guesses on AVR" << true;
        QTest::newRow("Cortex-M4") << "stm32l4r5" << QString() << true;
    }

    void whatIsNotProvedIsSaid()
    {
        QFETCH(const QString, target);
        QFETCH(const QString, text);
        QFETCH(const bool, verifiable);
        ExportDialog dialog(stateOn(target.toUtf8().constData()), std::nullopt, {}, QStringLiteral("net"));
        dialog.show();
        const QPushButton *button = buttonNamed(dialog, QStringLiteral("Export"));
        QTRY_VERIFY_WITH_TIMEOUT(button->isEnabled(), 60000);
        QCOMPARE(buttonNamed(dialog, QStringLiteral("Verify on emulator"))->isEnabled(), verifiable);
        const auto *label = dialog.findChild<QLabel *>(QStringLiteral("unproved"));
        QCOMPARE(label != nullptr, !text.isEmpty());
        if (label != nullptr) {
            QVERIFY2(label->isVisible() && label->text().contains(text), qPrintable(label->text()));
        }
    }

    void whatDoesNotFitIsSaid_data()
    {
        QTest::addColumn<bool>("fits");
        QTest::newRow("fits") << true;
        QTest::newRow("does not") << false;
    }

    void whatDoesNotFitIsSaid()
    {
        QFETCH(const bool, fits);
        Target target = TargetDatabase::builtIn().at("stm32l4r5");
        target.ramBytes = fits ? target.ramBytes : 300;
        const auto state = Session::fromGraph(test::smallCnn(Numbers::Int8), target).sharedState();
        ExportDialog dialog(state, std::nullopt, {}, QStringLiteral("net"));
        dialog.show();
        const QPushButton *button = buttonNamed(dialog, QStringLiteral("Export"));
        QTRY_VERIFY_WITH_TIMEOUT(button->isEnabled(), 60000);
        const auto *label = dialog.findChild<QLabel *>(QStringLiteral("unfit"));
        QVERIFY(label != nullptr);
        QCOMPARE(label->isVisible(), !fits);
        if (!fits) {
            QVERIFY2(label->text().contains(QStringLiteral("more RAM than its 300 B")), qPrintable(label->text()));
        }
    }
};

TINSMITH_TEST(ExportDialogTest)
#include "export_dialog_test.moc"

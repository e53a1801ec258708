// SPDX-License-Identifier: Apache-2.0
#include "app/studio/actions.h"
#include "app/studio/graph_area.h"
#include "app/studio/main_window.h"
#include "core/formats/model_file.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"
#include "views/graph/graph_canvas.h"
#include "views/theme/theme.h"

#include <QAction>
#include <QApplication>
#include <QMenuBar>
#include <QMimeData>
#include <QSet>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <fstream>

using namespace tinsmith;
using Numbers = test::ModelMaker::Numbers;

class StudioTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::unique_ptr<ThemeController> themes_;

    QString file(const char *name) const { return folder_.filePath(QString::fromLatin1(name)); }

    std::unique_ptr<MainWindow> openWindow(const QString &model)
    {
        auto window = std::make_unique<MainWindow>(*themes_);
        window->setInteractive(false);
        window->resize(1280, 800);
        window->show();
        window->openFile(model);
        [&] { QTRY_VERIFY_WITH_TIMEOUT(window->document().isOpen() && !window->graphArea()->placing(), 60000); }();
        return window;
    }

private slots:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName(QStringLiteral("TinsmithTest"));
        QStandardPaths::setTestModeEnabled(true);
        themes_ = std::make_unique<ThemeController>(*qApp);
        writeModel(test::smallCnn(Numbers::Float32), file("cnn.tflite").toStdString());
    }

    void aModelOpensAndShows()
    {
        const auto window = openWindow(file("cnn.tflite"));
        QVERIFY(window->windowTitle().contains(QStringLiteral("cnn.tflite")));
        const auto scene = window->graphArea()->activeScene();
        QVERIFY(scene != nullptr);
        QCOMPARE(scene->scene().cards.size(), std::size_t(7 + 2));
        QTRY_VERIFY_WITH_TIMEOUT(!window->document().proposals().empty(), 60000);
    }

    void applyUndoAndRedo()
    {
        const auto window = openWindow(file("cnn.tflite"));
        DocumentController &document = window->document();
        const auto opened = document.state();
        document.apply(parseStep("pool-to-stride:at=pool_1"));
        QTRY_VERIFY_WITH_TIMEOUT(document.state() != opened && !document.busy(), 60000);
        QVERIFY(document.state()->optimised->estimate->macs < opened->optimised->estimate->macs);
        QVERIFY(window->isWindowModified());
        document.undo();
        QCOMPARE(document.state(), opened);
        document.redo();
        QCOMPARE(document.state()->recipe.steps.size(), std::size_t(1));
    }

    void aBadFileSaysWhyAndKeepsTheDocument()
    {
        const auto window = openWindow(file("cnn.tflite"));
        std::ofstream(file("bad.tflite").toStdString()) << "this is no model";
        QSignalSpy failures(window.get(), &MainWindow::failureShown);
        window->openFile(file("bad.tflite"));
        QTRY_COMPARE_WITH_TIMEOUT(failures.count(), 1, 60000);
        QVERIFY(window->lastFailure().contains(QStringLiteral("bad.tflite")));
        QVERIFY(window->document().isOpen());
        QVERIFY(window->windowTitle().contains(QStringLiteral("cnn.tflite")));
    }

    void aDroppedFileOpens()
    {
        MainWindow window(*themes_);
        window.setInteractive(false);
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file("cnn.tflite"))});
        QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window, &drop);
        QTRY_VERIFY_WITH_TIMEOUT(window.document().isOpen(), 60000);
    }

    void anotherTargetPlansAnew()
    {
        const auto window = openWindow(file("cnn.tflite"));
        DocumentController &document = window->document();
        document.setTarget(TargetDatabase::builtIn().at("stm32f746"));
        QTRY_COMPARE_WITH_TIMEOUT(document.state()->target.id, std::string("stm32f746"), 60000);
        QVERIFY(document.session().canUndo());
    }

    void aProjectIsSavedAndOpened()
    {
        const auto window = openWindow(file("cnn.tflite"));
        window->document().apply(parseStep("pool-to-stride"));
        QTRY_VERIFY_WITH_TIMEOUT(window->document().session().canUndo() && !window->document().busy(), 60000);
        window->document().save(file("work.tinsmith"));
        QVERIFY(!window->isWindowModified());
        const auto again = openWindow(file("work.tinsmith"));
        QCOMPARE(again->document().state()->recipe.steps.size(), std::size_t(1));
    }

    void sideBySideMarksWhatChanged()
    {
        const auto window = openWindow(file("cnn.tflite"));
        window->document().apply(parseStep("pool-to-stride:at=pool_1"));
        QTRY_VERIFY_WITH_TIMEOUT(
            window->document().session().canUndo() && !window->document().busy() && !window->graphArea()->placing(),
            60000);
        window->graphArea()->setView(GraphArea::View::SideBySide);
        int changed = 0;
        for (const SceneCard &card : window->graphArea()->activeScene()->scene().cards) {
            changed += card.badge == CardBadge::Changed ? 1 : 0;
        }
        QVERIFY(changed > 0);
    }

    void everyActionIsInAMenuOnceWithItsOwnShortcut()
    {
        QWidget window;
        const ActionSet actions(&window);
        QSet<QString> shortcuts;
        QMenuBar bar;
        actions.fillMenus(&bar);
        for (const ActionRow &row : actionTable()) {
            QVERIFY(actions[row.id] != nullptr);
            QVERIFY(!actions[row.id]->text().isEmpty());
            const QString shortcut = actions[row.id]->shortcut().toString();
            QVERIFY2(shortcut.isEmpty() || !shortcuts.contains(shortcut), qPrintable(shortcut));
            shortcuts.insert(shortcut);
        }
        QCOMPARE(bar.actions().size(), 5);
    }
};

TINSMITH_TEST(StudioTest)

#include "studio_test.moc"

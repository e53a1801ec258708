// SPDX-License-Identifier: Apache-2.0
#include "app/studio/actions.h"
#include "app/studio/desktop_habits.h"
#include "app/studio/graph_area.h"
#include "app/studio/graph_menu.h"
#include "app/studio/main_window.h"
#include "app/studio/recent_files.h"
#include "app/studio/settings.h"
#include "core/formats/model_file.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"
#include "views/graph/colour_legend.h"
#include "views/graph/graph_canvas.h"
#include "views/proposals/proposals_panel.h"
#include "views/proposals/recipe_view.h"
#include "views/theme/theme.h"

#include <QAction>
#include <QApplication>
#include <QContextMenuEvent>
#include <QDialog>
#include <QDockWidget>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTableWidget>
#include <QTemporaryDir>

using namespace tinsmith;
using Numbers = test::ModelMaker::Numbers;

namespace {

/// smallCnn with names of this many characters.
Graph longNames(int length)
{
    GraphBuilder builder(test::smallCnn(Numbers::Float32));
    const Graph graph = test::smallCnn(Numbers::Float32);
    for (std::size_t i = 0; i < graph.operators().size(); ++i) {
        std::string &name = builder.op(OperatorId(i)).name;
        name += "/" + std::string(static_cast<std::size_t>(length) - name.size() - 1, 'n');
    }
    for (std::size_t i = 0; i < graph.tensors().size(); ++i) {
        std::string &name = builder.tensor(TensorId(i)).name;
        name += "/" + std::string(static_cast<std::size_t>(length) - name.size() - 1, 't');
    }
    return builder.build();
}

} // namespace

class HabitsTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::unique_ptr<ThemeController> themes_;

    QString file(const QString &name) const { return folder_.filePath(name); }

    std::unique_ptr<MainWindow> openWindow(const QString &model, QSize size = {1280, 800})
    {
        auto window = std::make_unique<MainWindow>(*themes_);
        window->setInteractive(false);
        window->resize(size);
        window->show();
        window->openFile(model);
        [&] {
            QTRY_VERIFY_WITH_TIMEOUT(window->document().isOpen() && !window->document().busy()
                    && !window->graphArea()->placing() && !window->document().proposals().empty(),
                60000);
        }();
        return window;
    }

    static QAction *actionNamed(const QWidget &window, const QString &text)
    {
        for (QAction *action : window.actions()) {
            if (action->text().remove(QLatin1Char('&')) == text) {
                return action;
            }
        }
        return nullptr;
    }

    static QMenu *submenuNamed(const MainWindow &window, const QString &title)
    {
        for (QMenu *menu : window.findChildren<QMenu *>()) {
            if (menu->title().remove(QLatin1Char('&')) == title) {
                return menu;
            }
        }
        return nullptr;
    }

private slots:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName(QStringLiteral("TinsmithTest"));
        QStandardPaths::setTestModeEnabled(true);
        themes_ = std::make_unique<ThemeController>(*qApp);
        writeModel(test::smallCnn(Numbers::Float32), file(QStringLiteral("cnn.tflite")).toStdString());
        const QString longFile = QString(200, QLatin1Char('f')) + QStringLiteral(".tflite");
        writeModel(longNames(280), file(longFile).toStdString());
    }

    void theWindowFitsTheScreen()
    {
        const QRect screen(0, 24, 1440, 876);
        QCOMPARE(fittedTo(QRect(0, 0, 1460, 960), screen), screen);
        QCOMPARE(fittedTo(QRect(1200, 800, 400, 300), screen), QRect(1040, 600, 400, 300));
        QCOMPARE(fittedTo(QRect(-50, 100, 400, 300), screen), QRect(0, 100, 400, 300));
        QCOMPARE(fittedTo(QRect(10, 100, 400, 300), screen), QRect(10, 100, 400, 300));
    }

    void everythingWorksAt1024x700_data()
    {
        QTest::addColumn<QString>("model");
        QTest::newRow("usual names") << QStringLiteral("cnn.tflite");
        QTest::newRow("names of 280 characters") << QString(200, QLatin1Char('f')) + QStringLiteral(".tflite");
    }
    void everythingWorksAt1024x700()
    {
        QFETCH(const QString, model);
        constexpr QSize small(1024, 700);
        const auto window = openWindow(file(model), small);
        window->document().apply(window->document().proposals().front().step);
        QTRY_VERIFY_WITH_TIMEOUT(!window->document().busy() && window->document().session().canUndo(), 60000);
        QTRY_VERIFY_WITH_TIMEOUT(!window->document().proposals().empty() && !window->graphArea()->placing(), 60000);
        QTest::qWait(50);
        const QSize least = window->minimumSizeHint();
        QVERIFY2(least.width() <= small.width() && least.height() <= small.height(),
            qPrintable(QStringLiteral("%1 x %2").arg(least.width()).arg(least.height())));
        QCOMPARE(window->size(), small);
        QVERIFY(window->windowTitle().size() < 120);
        auto *panel = window->findChild<ProposalsPanel *>();
        int buttons = 0;
        for (QPushButton *button : panel->findChildren<QPushButton *>()) {
            if (!button->isVisible()) {
                continue;
            }
            const int right = button->mapTo(panel, QPoint(button->width(), 0)).x();
            QVERIFY2(right <= panel->width(), qPrintable(button->text()));
            buttons += button->text() == QStringLiteral("Apply") || button->text() == QStringLiteral("Preview") ? 1 : 0;
        }
        QVERIFY(buttons >= 2);
        QVERIFY(window->graphArea()->width() >= 360);
        // Selecting what has the longest name changes nothing about that.
        window->graphArea()->showPlace(window->graphArea()->activeScene()->scene().cards[1].name);
        QTest::qWait(50);
        QCOMPARE(window->size(), small);
    }

    void enterPressesTheFocusedButton()
    {
        const EnterPressesButtons habit;
        QWidget window;
        QPushButton button(QStringLiteral("Do"), &window);
        QSignalSpy clicked(&button, &QPushButton::clicked);
        window.show();
        button.setFocus();
        QTest::keyClick(&button, Qt::Key_Return);
        QTest::keyClick(&button, Qt::Key_Enter, Qt::KeypadModifier);
        QCOMPARE(clicked.count(), 2);
        QTest::keyClick(&button, Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(clicked.count(), 2);
        button.setEnabled(false);
        QTest::keyClick(&button, Qt::Key_Return);
        QCOMPARE(clicked.count(), 2);
    }

    void escapeEndsAPreview()
    {
        const auto window = openWindow(file(QStringLiteral("cnn.tflite")));
        auto *panel = window->findChild<ProposalsPanel *>();
        QAction *cancel = actionNamed(*window, QStringLiteral("Cancel what is running or previewed"));
        QVERIFY(cancel != nullptr && !cancel->isEnabled());
        panel->preview(0);
        QVERIFY(panel->previewing() && cancel->isEnabled());
        QVERIFY(window->graphArea()->activeAnalysis() == window->document().proposals().front().result);
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        QTest::keyClick(window.get(), Qt::Key_Escape);
        QTRY_VERIFY(!panel->previewing());
        QVERIFY(window->graphArea()->activeAnalysis() == window->document().state()->optimised);
        QVERIFY(!cancel->isEnabled());
    }

    void escapeClosesTheFindBarBesideAPreview()
    {
        const auto window = openWindow(file(QStringLiteral("cnn.tflite")));
        auto *panel = window->findChild<ProposalsPanel *>();
        panel->preview(0);
        window->graphArea()->find(QStringLiteral("conv"));
        QLineEdit *find = nullptr;
        for (QLineEdit *field : window->graphArea()->findChildren<QLineEdit *>()) {
            find = field->text() == QStringLiteral("conv") ? field : find;
        }
        QVERIFY(find != nullptr && find->isVisible());
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        find->setFocus();
        QTest::keyClick(find, Qt::Key_Escape);
        QVERIFY(!find->isVisible());
        QVERIFY(panel->previewing());
    }

    void openDataWorksFromTheRecipe()
    {
        const auto window = openWindow(file(QStringLiteral("cnn.tflite")));
        window->document().apply(parseStep("pool-to-stride:at=pool_1"));
        QTRY_VERIFY_WITH_TIMEOUT(!window->document().busy() && window->document().session().canUndo(), 60000);
        QAction *openData = actionNamed(*window, QStringLiteral("Open data set…"));
        QVERIFY(openData != nullptr);
        openData->disconnect();
        QSignalSpy triggered(openData, &QAction::triggered);
        QListView *list = window->findChild<RecipeView *>()->list();
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        list->setFocus();
        list->setCurrentIndex(list->model()->index(0, 0));
        QTest::keyClick(list, Qt::Key_D, Qt::ControlModifier);
        QCOMPARE(triggered.count(), 1);
    }

    void recentFilesAreInTheMenu()
    {
        clearRecent();
        MainWindow window(*themes_);
        window.setInteractive(false);
        QMenu *recent = submenuNamed(window, QStringLiteral("Open recent"));
        QVERIFY(recent != nullptr);
        QAction *reopen = actionNamed(window, QStringLiteral("Reopen last document"));
        QVERIFY(!reopen->isEnabled());
        rememberRecent(file(QStringLiteral("cnn.tflite")));
        rememberRecent(file(QStringLiteral("gone.tflite")));
        QCOMPARE(recentFiles(), QStringList{file(QStringLiteral("cnn.tflite"))});
        auto *fileMenu = qobject_cast<QMenu *>(recent->menuAction()->associatedObjects().constFirst());
        QVERIFY(fileMenu != nullptr);
        emit fileMenu->aboutToShow();
        QCOMPARE(recent->actions().first()->text(), QStringLiteral("cnn.tflite"));
        recent->actions().first()->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(window.document().isOpen() && !window.document().busy(), 60000);
        QVERIFY(reopen->isEnabled());
        window.document().closeDocument();
        reopen->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(window.document().isOpen() && !window.document().busy(), 60000);
        recent->actions().last()->trigger();
        QVERIFY(recentFiles().isEmpty());
        QVERIFY(!reopen->isEnabled());
    }

    void reopeningAtStartIsAChoice()
    {
        setReopensLast(false);
        MainWindow window(*themes_);
        window.setInteractive(false);
        QAction *choice = actionNamed(window, QStringLiteral("Reopen the last document at start"));
        QVERIFY(choice != nullptr && choice->isCheckable());
        choice->trigger();
        QVERIFY(reopensLast());
        choice->trigger();
        QVERIFY(!reopensLast());
    }

    void shortcutsAreSearched()
    {
        QWidget window;
        const ActionSet actions(&window);
        const std::unique_ptr<QDialog> dialog(actions.showShortcuts(&window));
        auto *table = dialog->findChild<QTableWidget *>();
        const auto shown = [table] {
            QStringList names;
            for (int row = 0; row < table->rowCount(); ++row) {
                if (!table->isRowHidden(row)) {
                    names << table->item(row, 0)->text();
                }
            }
            return names;
        };
        const qsizetype all = shown().size();
        QVERIFY(all > 20);
        auto *search = dialog->findChild<QLineEdit *>();
        search->setText(QStringLiteral("ctrl+e"));
        QCOMPARE(shown(), QStringList{QStringLiteral("Export firmware package…")});
        search->setText(QStringLiteral("zoom in"));
        QVERIFY(shown().contains(QStringLiteral("Zoom in")));
        QVERIFY(shown().size() <= 2);
        search->setText(QStringLiteral("nothing of this name"));
        QVERIFY(shown().isEmpty());
        search->clear();
        QCOMPARE(shown().size(), all);
        dialog->setAttribute(Qt::WA_DeleteOnClose, false);
    }

    void theGraphHasAContextMenu()
    {
        const auto window = openWindow(file(QStringLiteral("cnn.tflite")));
        GraphCanvas *canvas = window->graphArea()->activeCanvas();
        const auto scene = canvas->scene();
        QSignalSpy wanted(window->graphArea(), &GraphArea::contextMenuWanted);
        const auto menuAt = [&](const QPoint &point) -> QStringList {
            QContextMenuEvent event(QContextMenuEvent::Mouse, point, canvas->mapToGlobal(point));
            QApplication::sendEvent(canvas, &event);
            auto *menu = window->findChild<QMenu *>(QStringLiteral("graphMenu"));
            QStringList texts;
            for (const QAction *action : menu != nullptr ? menu->actions() : QList<QAction *>()) {
                texts << action->text();
            }
            delete menu;
            return texts;
        };
        const int card = scene->cardNamed(CardKind::Operator, QStringLiteral("pool_1"));
        QVERIFY(card >= 0);
        canvas->centreOn(scene->cardRect(card).center());
        const QStringList ofCard = menuAt(canvas->toView(scene->cardRect(card).center()).toPoint());
        QCOMPARE(wanted.last().at(0).toInt(), card);
        QVERIFY(ofCard.first().contains(QStringLiteral("pool_1")));
        QVERIFY(ofCard.contains(QStringLiteral("Copy name")));
        QVERIFY(ofCard.contains(QStringLiteral("Show in the memory map")));
        QVERIFY(std::any_of(ofCard.begin(), ofCard.end(),
            [](const QString &text) { return text.startsWith(QStringLiteral("Preview: ")); }));
        const int edge = scene->edgesOutOf(card).front();
        canvas->centreOn(scene->labelRect(edge).center());
        const QStringList ofEdge = menuAt(canvas->toView(scene->labelRect(edge).center()).toPoint());
        QCOMPARE(wanted.last().at(0).toInt(), -1);
        QCOMPARE(wanted.last().at(1).toInt(), edge);
        QVERIFY(ofEdge.contains(QStringLiteral("Go to what makes it: pool_1")));
        const QStringList ofBackground = menuAt(QPoint(canvas->width() - 3, canvas->height() / 2));
        QCOMPARE(wanted.last().at(0).toInt(), -1);
        QCOMPARE(wanted.last().at(1).toInt(), -1);
        QVERIFY(ofBackground.contains(QStringLiteral("&Fit the whole graph")));
    }

    void entriesOfTheMenuDoWhatTheySay()
    {
        const auto window = openWindow(file(QStringLiteral("cnn.tflite")));
        const auto scene = window->graphArea()->activeScene();
        const ActionSet actions(window.get());
        QMenu menu;
        QString copied;
        QString tab;
        int previews = 0;
        GraphMenuCalls calls;
        calls.copy = [&copied](const QString &text) { copied = text; };
        calls.showTab = [&tab](const QString &name) { tab = name; };
        calls.proposals = {{QStringLiteral("Stride & more"), [&previews] { ++previews; }}};
        fillGraphMenu(menu, *scene, scene->cardNamed(CardKind::Operator, QStringLiteral("conv_1")), -1, actions, calls);
        for (QAction *action : menu.actions()) {
            action->trigger();
        }
        QCOMPARE(copied, QStringLiteral("conv_1"));
        QVERIFY(!tab.isEmpty());
        QCOMPARE(previews, 1);
    }

    void theLegendSaysWhatColoursMean()
    {
        const auto window = openWindow(file(QStringLiteral("cnn.tflite")));
        const Legend families = window->graphArea()->activeCanvas()->legend()->legend();
        QVERIFY(!families.heated());
        QVERIFY(families.families.size() >= 3);
        QVERIFY(window->graphArea()->activeCanvas()->legend()->isVisible());
        window->graphArea()->setLegendVisible(false);
        QVERIFY(!window->graphArea()->activeCanvas()->legend()->isVisible());
    }

    void settingsCanBeKeptInMemory()
    {
        Settings().setValue(QStringLiteral("target"), QStringLiteral("mine"));
        {
            const SettingsInMemory own;
            QVERIFY(!Settings().value(QStringLiteral("target")).isValid());
            Settings().setValue(QStringLiteral("target"), QStringLiteral("other"));
            QCOMPARE(Settings().value(QStringLiteral("target")).toString(), QStringLiteral("other"));
        }
        QCOMPARE(Settings().value(QStringLiteral("target")).toString(), QStringLiteral("mine"));
    }
};

TINSMITH_TEST(HabitsTest)

#include "habits_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "app/studio/autosave.h"
#include "app/studio/graph_area.h"
#include "app/studio/main_window.h"
#include "app/studio/recovery.h"
#include "app/studio/recovery_dialog.h"
#include "core/formats/model_file.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"
#include "views/theme/theme.h"

#include <QApplication>
#include <QDir>
#include <QListWidget>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QThread>

#include <csignal>
#include <fstream>

using namespace tinsmith;
using Numbers = test::ModelMaker::Numbers;

/// What a killed process leaves is offered by the next one, and by no other at the same time.
class RecoveryTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::unique_ptr<ThemeController> themes_;

    QString file(const char *name) const { return folder_.filePath(QString::fromLatin1(name)); }
    QString copies() const { return folder_.filePath(QStringLiteral("recovery")); }
    QStringList written() const { return QDir(copies()).entryList({QStringLiteral("*.tinsmith")}, QDir::Files); }

    void open(DocumentController &document, const QString &model) const
    {
        document.open(model);
        QTRY_VERIFY_WITH_TIMEOUT(document.isOpen() && !document.busy(), 60000);
    }

    void apply(DocumentController &document, const char *step) const
    {
        const std::size_t before = document.state()->recipe.steps.size();
        document.apply(parseStep(step));
        QTRY_VERIFY_WITH_TIMEOUT(document.state()->recipe.steps.size() == before + 1 && !document.busy(), 60000);
    }

    /// As a process leaves it that was killed.
    void leave(const char *id, const char *step, const QByteArray &note) const
    {
        QDir().mkpath(copies());
        const Target &target = TargetDatabase::builtIn().at("stm32f746");
        Session session = Session::open(file("cnn.tflite").toStdString(), target);
        session.push(session.withStep(parseStep(step)));
        const std::string path = QDir(copies()).filePath(QString::fromLatin1(id)).toStdString();
        writeProject(session.project(), path + ".tinsmith");
        std::ofstream(path + ".json") << note.toStdString();
    }

private slots:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName(QStringLiteral("TinsmithTest"));
        QStandardPaths::setTestModeEnabled(true);
        themes_ = std::make_unique<ThemeController>(*qApp);
        writeModel(test::smallCnn(Numbers::Float32), file("cnn.tflite").toStdString());
    }

    void init() { QDir(copies()).removeRecursively(); }

    void theCopyFollowsTheDocument()
    {
        DocumentController document;
        const Autosave autosave(document, copies());
        open(document, file("cnn.tflite"));
        QVERIFY(written().isEmpty());
        apply(document, "pool-to-stride:at=pool_1");
        QTRY_COMPARE(written().size(), 1);
        QTRY_VERIFY(!autosave.writing());
        const Project copy = readProject(QDir(copies()).filePath(written().first()).toStdString());
        QVERIFY(copy.recipe == document.state()->recipe);
        QCOMPARE(copy.targetId, document.state()->target.id);
        document.undo();
        QTRY_VERIFY(written().isEmpty());
        document.redo();
        QTRY_COMPARE(written().size(), 1);
        document.save(file("saved.tinsmith"));
        QTRY_VERIFY(written().isEmpty());
        // A project with another target is unsaved too.
        document.setTarget(TargetDatabase::builtIn().at("nrf52840"));
        QTRY_VERIFY_WITH_TIMEOUT(!document.busy() && written().size() == 1, 60000);
        document.closeDocument();
        QTRY_VERIFY(written().isEmpty());
    }

    void anotherInstanceDoesNotTakeALiveCopy()
    {
        DocumentController document;
        const Autosave autosave(document, copies());
        open(document, file("cnn.tflite"));
        apply(document, "pool-to-stride:at=pool_1");
        QTRY_VERIFY(written().size() == 1 && !autosave.writing());
        QVERIFY(RecoveryFile::abandoned(copies()).empty());
        DocumentController second;
        const Autosave other(second, copies());
        open(second, file("cnn.tflite"));
        apply(second, "pool-to-stride:at=pool_2");
        QTRY_COMPARE(written().size(), 2);
    }

    void whatIsOfferedIsLocked()
    {
        leave("dead", "pool-to-stride:at=pool_1",
            R"({"title": "cnn.tflite", "steps": 1, "time": "2026-01-02T03:04:05"})");
        leave("broken note", "pool-to-stride", "{");
        {
            const auto files = RecoveryFile::abandoned(copies());
            QCOMPARE(files.size(), std::size_t(2));
            QCOMPARE(files[0]->note().title, QStringLiteral("cnn.tflite"));
            QCOMPARE(files[0]->note().steps, 1);
            QCOMPARE(files[1]->note().title, QStringLiteral("broken note.tinsmith"));
            // While they are offered here, nobody else offers them.
            QVERIFY(RecoveryFile::abandoned(copies()).empty());
        }
        QCOMPARE(RecoveryFile::abandoned(copies()).size(), std::size_t(2));
        QCOMPARE(written().size(), 2);
        QVERIFY(RecoveryFile::abandoned(QString()).empty());
        QVERIFY(RecoveryFile::abandoned(folder_.filePath(QStringLiteral("no such folder"))).empty());
    }

    void recoverOpensTheStepsUnsaved()
    {
        leave("dead", "pool-to-stride:at=pool_1", R"({"title": "cnn.tflite", "project": "/some/work.tinsmith"})");
        MainWindow window(*themes_);
        window.setInteractive(false);
        window.show();
        QVERIFY(window.startRecovery(copies()));
        auto *dialog = window.findChild<RecoveryDialog *>();
        QVERIFY(dialog != nullptr);
        for (QPushButton *button : dialog->findChildren<QPushButton *>()) {
            if (button->text() == QStringLiteral("Recover")) {
                button->click();
                break;
            }
        }
        QTRY_VERIFY_WITH_TIMEOUT(window.document().isOpen() && !window.document().busy(), 60000);
        QCOMPARE(window.document().state()->recipe.steps.size(), std::size_t(1));
        QCOMPARE(window.document().state()->target.id, std::string("stm32f746"));
        QCOMPARE(window.document().session().projectFile().string(), std::string("/some/work.tinsmith"));
        QVERIFY(window.document().hasUnsavedWork());
        QVERIFY(window.isWindowModified());
        // It is kept under a name of this process before the old copy goes.
        QTRY_VERIFY(!written().isEmpty() && !written().contains(QStringLiteral("dead.tinsmith")));
        window.close();
        QTRY_VERIFY(written().isEmpty());
    }

    void discardRemovesAndLaterKeeps()
    {
        leave("one", "pool-to-stride:at=pool_1", R"({"title": "one.tflite"})");
        leave("two", "pool-to-stride:at=pool_2", R"({"title": "two.tflite"})");
        RecoveryDialog dialog(RecoveryFile::abandoned(copies()));
        auto *list = dialog.findChild<QListWidget *>();
        QCOMPARE(list->count(), 2);
        const bool first = list->item(0)->text().startsWith(QStringLiteral("one"));
        list->setCurrentRow(first ? 0 : 1);
        for (QPushButton *button : dialog.findChildren<QPushButton *>()) {
            if (button->text() == QStringLiteral("Discard")) {
                button->click();
            }
        }
        QCOMPARE(list->count(), 1);
        QCOMPARE(written(), QStringList{QStringLiteral("two.tinsmith")});
        for (QPushButton *button : dialog.findChildren<QPushButton *>()) {
            if (button->text() == QStringLiteral("Later")) {
                button->click();
            }
        }
        QCOMPARE(written().size(), 1);
    }

    void aCopyThatCannotBeReadStays()
    {
        QDir().mkpath(copies());
        std::ofstream(QDir(copies()).filePath(QStringLiteral("bad.tinsmith")).toStdString()) << "TINSMITH 1\n";
        MainWindow window(*themes_);
        window.setInteractive(false);
        window.show();
        QVERIFY(window.startRecovery(copies()));
        QSignalSpy failures(&window, &MainWindow::failureShown);
        emit window.findChild<RecoveryDialog *>()->recoverWanted();
        QTRY_COMPARE_WITH_TIMEOUT(failures.count(), 1, 60000);
        QVERIFY(!window.document().isOpen());
        QCOMPARE(written().size(), 1);
    }

    void aFolderThatCannotBeWrittenIsSaidOnce()
    {
        DocumentController document;
        Autosave autosave(document, file("cnn.tflite") + QStringLiteral("/below a file"));
        QSignalSpy failures(&autosave, &Autosave::failed);
        open(document, file("cnn.tflite"));
        apply(document, "pool-to-stride:at=pool_1");
        QTRY_COMPARE(failures.count(), 1);
        apply(document, "pool-to-stride:at=pool_2");
        QTest::qWait(50);
        QCOMPARE(failures.count(), 1);
    }

    /// Run again by the next test as a process of its own.
    void childThatIsKilled()
    {
        const QString folder = qEnvironmentVariable("TINSMITH_TEST_KILLED");
        if (folder.isEmpty()) {
            QSKIP("runs within aKilledProcessLeavesItsSteps");
        }
        DocumentController document;
        const Autosave autosave(document, folder);
        open(document, file("cnn.tflite"));
        apply(document, "pool-to-stride:at=pool_1");
        QTRY_VERIFY(!QDir(folder).entryList({QStringLiteral("*.tinsmith")}, QDir::Files).isEmpty());
        // The parent looks while the process lives.
        QFile(QDir(folder).filePath(QStringLiteral("alive"))).open(QIODevice::WriteOnly);
        QThread::msleep(1500);
        std::raise(SIGKILL);
    }

    void aKilledProcessLeavesItsSteps()
    {
        QProcess child;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("TINSMITH_TEST_KILLED"), copies());
        child.setProcessEnvironment(environment);
        child.start(QCoreApplication::applicationFilePath(),
            {QStringLiteral("--class"), QStringLiteral("RecoveryTest"), QStringLiteral("childThatIsKilled")});
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(QDir(copies()).filePath(QStringLiteral("alive"))), 60000);
        QVERIFY(RecoveryFile::abandoned(copies()).empty());
        QVERIFY(child.waitForFinished(60000));
        QCOMPARE(child.exitStatus(), QProcess::CrashExit);
        const auto files = RecoveryFile::abandoned(copies());
        QCOMPARE(files.size(), std::size_t(1));
        QCOMPARE(files.front()->note().title, QStringLiteral("cnn.tflite"));
        QCOMPARE(files.front()->note().steps, 1);
        const Project project = readProject(files.front()->projectPath().toStdString());
        QCOMPARE(textOf(project.recipe.steps.at(0)), std::string("pool-to-stride:at=pool_1"));
    }
};

TINSMITH_TEST(RecoveryTest)

#include "recovery_test.moc"

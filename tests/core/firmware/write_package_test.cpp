// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/manifest_seal.h"
#include "core/firmware/package.h"
#include "core/planner/planner.h"
#include "tests/core/firmware/package_runner.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>

using namespace tinsmith;
using namespace tinsmith::test;
using Numbers = ModelMaker::Numbers;

namespace {

Package packageOf(const Graph &graph, const std::string &name)
{
    PackageOptions options;
    options.modelName = name;
    return makePackage(graph, makePlan(graph, testTarget()), testTarget(), options);
}

Package firstExport()
{
    return packageOf(smallCnn(Numbers::Int8), "net");
}

/// Of another model, so that most files have other content.
Package secondExport(const std::string &name = "net")
{
    return packageOf(residualCnn(Numbers::Int8), name);
}

void put(const QString &path, const QByteArray &text)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

QByteArray textOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(absent)");
}

/// Every file below the folder with its content.
QMap<QString, QByteArray> snapshot(const QString &folder)
{
    QMap<QString, QByteArray> all;
    QDirIterator files(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        all[QDir(folder).relativeFilePath(path)] = textOf(path);
    }
    return all;
}

bool holds(const QString &folder, const Package &package)
{
    return std::all_of(package.files.begin(), package.files.end(), [&](const PackageFile &file) {
        return textOf(folder + "/" + QString::fromStdString(file.path)) == QByteArray::fromStdString(file.content);
    });
}

} // namespace

/// Exporting into a folder that holds an earlier export.
class WritePackageTest : public QObject {
    Q_OBJECT

private slots:
    void keepsTheUsersFiles()
    {
        const QTemporaryDir folder;
        writePackage(firstExport(), folder.path().toStdString());
        const QStringList own = {"notes.txt", "src/board.c", "include/board.h", "mine/deep/data.bin", ".git/config"};
        for (const QString &name : own) {
            put(folder.filePath(name), "mine: " + name.toUtf8());
        }
        const Package second = secondExport();
        const WriteReport report = writePackage(second, folder.path().toStdString());
        QVERIFY(holds(folder.path(), second));
        for (const QString &name : own) {
            QCOMPARE(textOf(folder.filePath(name)), "mine: " + name.toUtf8());
        }
        QVERIFY(report.replacedEdits.empty() && report.keptEdits.empty());
        QCOMPARE(snapshot(folder.path()).size(), static_cast<qsizetype>(second.files.size()) + own.size());
    }

    void noticesEdits_data()
    {
        QTest::addColumn<QString>("path");
        for (const char *path : {"src/net.c", "include/net.h", "README.md", "CMakeLists.txt", "kernels/ts_base.h",
                 "manifest.json", "test/vectors/in_0_0.bin"}) {
            QTest::newRow(path) << QString(path);
        }
    }

    void noticesEdits()
    {
        QFETCH(const QString, path);
        const QTemporaryDir folder;
        writePackage(firstExport(), folder.path().toStdString());
        const QByteArray before = textOf(folder.filePath(path));
        put(folder.filePath(path), before + "\n");
        const auto all = snapshot(folder.path());
        // The kernel headers and the like are the same in both; an edit that would be lost is what counts.
        const Package second = path.startsWith("kernels/") ? firstExport() : secondExport();
        try {
            writePackage(second, folder.path().toStdString());
            QFAIL("overwrote an edit");
        } catch (const EditedFilesError &error) {
            QCOMPARE(error.files(), std::vector<std::string>{path.toStdString()});
            QVERIFY2(QString(error.what()).contains(path), error.what());
        }
        QCOMPARE(snapshot(folder.path()), all);

        WriteOptions options;
        options.force = true;
        const WriteReport report = writePackage(second, folder.path().toStdString(), options);
        QCOMPARE(report.replacedEdits, std::vector<std::string>{path.toStdString()});
        QVERIFY(holds(folder.path(), second));
    }

    void anEditThatEqualsTheNewContentIsNone()
    {
        const QTemporaryDir folder;
        writePackage(firstExport(), folder.path().toStdString());
        const Package second = secondExport();
        // As after an export that was interrupted.
        put(folder.filePath("src/net.c"), QByteArray::fromStdString(second.find("src/net.c")->content));
        writePackage(second, folder.path().toStdString());
        QVERIFY(holds(folder.path(), second));
    }

    void removesStaleFilesUnlessEdited()
    {
        const QTemporaryDir folder;
        writePackage(firstExport(), folder.path().toStdString());
        put(folder.filePath("src/net.c"), "edited");
        const Package second = secondExport("other");
        const WriteReport report = writePackage(second, folder.path().toStdString());
        QVERIFY(holds(folder.path(), second));
        QCOMPARE(report.keptEdits, std::vector<std::string>{"src/net.c"});
        QCOMPARE(textOf(folder.filePath("src/net.c")), QByteArray("edited"));
        for (const char *gone : {"include/net.h", "src/net_weights.c", "test/net_selftest.c"}) {
            QVERIFY2(!QFile::exists(folder.filePath(gone)), gone);
            QVERIFY2(std::count(report.removed.begin(), report.removed.end(), gone) == 1, gone);
        }
        // What is left of the first is the user's from now on.
        writePackage(firstExport(), folder.filePath("again").toStdString());
    }

    void aFileInTheWayIsNotOverwritten()
    {
        const QTemporaryDir folder;
        writePackage(secondExport("other"), folder.path().toStdString());
        put(folder.filePath("src/net.c"), "mine");
        const auto all = snapshot(folder.path());
        WriteOptions options;
        options.force = true;
        try {
            writePackage(firstExport(), folder.path().toStdString(), options);
            QFAIL("overwrote a file that is not the package's");
        } catch (const SystemError &error) {
            QVERIFY2(QString(error.what()).contains("src/net.c"), error.what());
        }
        QCOMPARE(snapshot(folder.path()), all);
        QFile::remove(folder.filePath("src/net.c"));
        QDir().mkpath(folder.filePath("src/net.c"));
        QVERIFY_EXCEPTION_THROWN(writePackage(firstExport(), folder.path().toStdString(), options), SystemError);
    }

    void symbolicLinksAreNotFollowed()
    {
        const QTemporaryDir folder;
        const QTemporaryDir elsewhere;
        writePackage(firstExport(), folder.path().toStdString());
        QVERIFY(QDir(folder.filePath("src")).removeRecursively());
        QVERIFY(QFile::link(elsewhere.path(), folder.filePath("src")));
        QVERIFY_EXCEPTION_THROWN(writePackage(secondExport(), folder.path().toStdString()), SystemError);
        QVERIFY(QDir(elsewhere.path()).isEmpty());
        // The folder itself may be one.
        const QString link = elsewhere.filePath("link");
        const QTemporaryDir real;
        QVERIFY(QFile::link(real.path(), link));
        writePackage(firstExport(), link.toStdString());
        QVERIFY(holds(real.path(), firstExport()));
        QVERIFY(QFileInfo(link).isSymLink());
    }

    void aManifestThatLeavesTheFolderIsRefused()
    {
        const QTemporaryDir folder;
        const QString place = folder.filePath("out");
        writePackage(firstExport(), place.toStdString());
        put(folder.filePath("precious"), "precious");
        QByteArray text = textOf(place + "/manifest.json");
        text.replace("\"src/net.c\"", "\"../precious\"");
        put(place + "/manifest.json", text);
        QVERIFY_EXCEPTION_THROWN(writePackage(secondExport("other"), place.toStdString()), FormatError);
        QCOMPARE(textOf(folder.filePath("precious")), QByteArray("precious"));
    }

    void packagesWithoutHashesAreNotOverwrittenSilently()
    {
        const QTemporaryDir folder;
        writePackage(firstExport(), folder.path().toStdString());
        QByteArray text = textOf(folder.filePath("manifest.json"));
        text.replace("\"sha256\"", "\"unknown\"").replace("\"manifest_sha256\"", "\"nothing\"");
        put(folder.filePath("manifest.json"), text);
        QVERIFY_EXCEPTION_THROWN(writePackage(secondExport(), folder.path().toStdString()), EditedFilesError);
    }

    void whatFailsIsTakenBack()
    {
        const QTemporaryDir folder;
        writePackage(firstExport(), folder.path().toStdString());
        const auto all = snapshot(folder.path());
        Package broken = secondExport();
        // Cannot be written: its folder is a file of the same package.
        broken.files.push_back({"README.md/x", "x"});
        QVERIFY_EXCEPTION_THROWN(writePackage(broken, folder.path().toStdString()), SystemError);
        QCOMPARE(snapshot(folder.path()), all);
    }

    void sealIsOfTheWholeManifest()
    {
        const std::string text = firstExport().find("manifest.json")->content;
        QVERIFY(sealHolds(text));
        for (const std::size_t at : {std::size_t{0}, text.size() / 2, text.size() - 5}) {
            std::string other = text;
            other[at] = other[at] == 'a' ? 'b' : 'a';
            QVERIFY(!sealHolds(other));
        }
        QVERIFY(!sealHolds({}));
        QVERIFY(!sealHolds(text + " "));
    }
};

TINSMITH_TEST(WritePackageTest)
#include "write_package_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "core/device/manifest.h"
#include "core/graph/error.h"
#include "tests/core/device/fixture_package.h"
#include "tests/support/test_main.h"

#include <fstream>
#include <iterator>

namespace tinsmith {
namespace {

class ManifestTest : public QObject {
    Q_OBJECT

private slots:
    void fieldsAreRead()
    {
        const test::FixturePackage package("");
        const Manifest manifest = readManifest(package.folder());
        QCOMPARE(QString::fromStdString(manifest.name), QString("fixture"));
        QCOMPARE(manifest.arenaBytes, std::int64_t{64});
        QCOMPARE(manifest.arenaAlignment, std::int64_t{16});
        QCOMPARE(manifest.inputs.size(), std::size_t{1});
        QCOMPARE(QString::fromStdString(manifest.outputs[0].type), QString("int8"));
        QCOMPARE(manifest.operators[0].macs, std::int64_t{32});
    }

    void folderWithoutManifestIsNoPackage()
    {
        const QTemporaryDir empty;
        QVERIFY_EXCEPTION_THROWN(readManifest(empty.path().toStdString()), SystemError);
    }

    void whatCouldHarmIsRefused_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::newRow("no JSON") << "{"
                                 << "";
        QTest::newRow("format") << "tinsmith-package"
                                << "other";
        QTest::newRow("version") << "\"version\": 1"
                                 << "\"version\": 2";
        QTest::newRow("name with code") << "\"name\": \"fixture\""
                                        << "\"name\": \"a;b\"";
        QTest::newRow("name of wrong type") << "\"name\": \"fixture\""
                                            << "\"name\": 5";
        QTest::newRow("absolute source") << "src/fixture.c"
                                         << "/etc/passwd";
        QTest::newRow("source outside") << "src/fixture.c"
                                        << "src/../../x.c";
        QTest::newRow("source that is an option") << "src/fixture.c"
                                                  << "-fplugin=x.so";
        QTest::newRow("source that is a file of options") << "src/fixture.c"
                                                          << "@x";
        QTest::newRow("quote in header") << "include/fixture.h"
                                         << "a\\\"b.h";
        QTest::newRow("library that is an option") << "\"libraries\": []"
                                                   << "\"libraries\": [\"-T x\"]";
        QTest::newRow("huge arena") << "\"arena_bytes\": 64"
                                    << "\"arena_bytes\": 99999999999999999999";
        QTest::newRow("negative arena") << "\"arena_bytes\": 64"
                                        << "\"arena_bytes\": -1";
        QTest::newRow("alignment") << "\"arena_alignment\": 16"
                                   << "\"arena_alignment\": 12";
        QTest::newRow("inputs") << "\"inputs\": ["
                                << "\"inputs\": [1,";
        QTest::newRow("operators") << "\"operators\": ["
                                   << "\"operators\": [null,";
    }

    void whatCouldHarmIsRefused()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        const test::FixturePackage package("");
        const auto path = package.folder() / "manifest.json";
        std::ifstream in(path);
        QString text = QString::fromStdString(std::string(std::istreambuf_iterator<char>(in), {}));
        QVERIFY(text.contains(from));
        std::ofstream(path) << text.replace(text.indexOf(from), from.size(), to).toStdString();
        QVERIFY_EXCEPTION_THROWN(readManifest(package.folder()), FormatError);
    }
};

TINSMITH_TEST(ManifestTest)

} // namespace
} // namespace tinsmith

#include "manifest_test.moc"

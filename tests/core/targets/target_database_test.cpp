// SPDX-License-Identifier: Apache-2.0
#include "core/graph/error.h"
#include "core/targets/target.h"
#include "tests/support/test_main.h"

#include <set>

namespace tinsmith {
namespace {

QByteArray entryWith(const QByteArray &replaced, const QByteArray &by)
{
    QByteArray text = R"({"vendor": "V", "targets": [{"id": "a1", "name": "A1", "family": "A", "core": "Cortex-M33",
        "clock_mhz": 1.5, "ram_kb": 0.5, "flash_kb": 2, "features": ["dsp"], "source": "D1",
        "run_current": {"ua_per_mhz": 100, "volts": 3, "condition": "run"}}]})";
    Q_ASSERT(replaced.isEmpty() || text.contains(replaced));
    return text.replace(replaced, by);
}

TargetDatabase parseOne(const QByteArray &text)
{
    const EmbeddedFile file{"x.json", {text.constData(), static_cast<std::size_t>(text.size())}};
    return TargetDatabase::parse({&file, 1});
}

class TargetDatabaseTest : public QObject {
    Q_OBJECT

private slots:
    void builtInTargetsAreSane()
    {
        const auto &targets = TargetDatabase::builtIn().targets();
        QVERIFY(targets.size() >= 40);
        std::set<std::string> ids;
        for (const Target &target : targets) {
            QVERIFY2(ids.insert(target.id).second, target.id.c_str());
            QVERIFY2(target.clockHz >= 1'000'000 && target.clockHz <= 1'000'000'000, target.id.c_str());
            QVERIFY2(target.ramBytes >= 512 && target.flashBytes >= 1024, target.id.c_str());
            QVERIFY2(!target.source.empty() && !target.vendor.empty(), target.id.c_str());
            QVERIFY2(target.nanojoulesPerCycle >= 0 && target.nanojoulesPerCycle < 5, target.id.c_str());
            QCOMPARE(target.nanojoulesPerCycle > 0, !target.energySource.empty());
            QVERIFY2(
                !target.helium || target.core == Core::CortexM55 || target.core == Core::CortexM85, target.id.c_str());
        }
    }

    void knownTargetHasItsFigures()
    {
        const Target &target = TargetDatabase::builtIn().at("stm32l4r5");
        QCOMPARE(target.core, Core::CortexM4F);
        QCOMPARE(target.clockHz, std::int64_t{120'000'000});
        QCOMPARE(target.ramBytes, std::int64_t{640 * 1024});
        QCOMPARE(target.flashBytes, std::int64_t{2048 * 1024});
        QVERIFY(target.fpu && target.dsp && !target.helium);
        QVERIFY(qAbs(target.nanojoulesPerCycle - 0.33) < 1e-9);
    }

    void unknownIdNamesTheNearest()
    {
        QVERIFY(TargetDatabase::builtIn().find("stm32l4r6") == nullptr);
        try {
            TargetDatabase::builtIn().at("stm32l4r6");
            QFAIL("no error");
        } catch (const Error &error) {
            QVERIFY2(QString(error.what()).contains("stm32l4r5"), error.what());
        }
    }

    void coreNamesGoBothWays()
    {
        for (std::size_t i = 0; i < coreCount; ++i) {
            QCOMPARE(coreNamed(nameOf(static_cast<Core>(i))), static_cast<Core>(i));
        }
        QVERIFY(!coreNamed("Cortex-M5"));
    }

    void folderIsReadLikeTheBuiltIn()
    {
        const auto loaded = TargetDatabase::load(std::filesystem::path(TINSMITH_SOURCE_DIR) / "resources" / "targets");
        QCOMPARE(loaded.targets().size(), TargetDatabase::builtIn().targets().size());
        QVERIFY_EXCEPTION_THROWN(TargetDatabase::load("/nonexistent"), SystemError);
    }

    void fieldsAreConverted()
    {
        const TargetDatabase database = parseOne(entryWith({}, {}));
        const Target &target = database.at("a1");
        QCOMPARE(target.clockHz, std::int64_t{1'500'000});
        QCOMPARE(target.ramBytes, std::int64_t{512});
        QVERIFY(target.dsp && !target.fpu);
        QVERIFY(qAbs(target.nanojoulesPerCycle - 0.3) < 1e-12);
        QCOMPARE(QString::fromStdString(target.energySource), QString("100 uA/MHz at 3 V, run"));
    }

    void brokenEntriesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("said");
        QTest::newRow("no JSON") << QByteArray("{") << "x.json: is not valid JSON";
        QTest::newRow("list") << QByteArray("[]") << "x.json: must be an object";
        QTest::newRow("unknown field") << entryWith("\"ram_kb\"", "\"ram\"") << "x.json: a1: unknown field \"ram\"";
        QTest::newRow("missing") << entryWith("\"source\": \"D1\",", "") << "x.json: a1: field \"source\" is missing";
        QTest::newRow("negative") << entryWith("0.5", "-1") << "x.json: a1: field \"ram_kb\" must be a number above 0";
        QTest::newRow("huge") << entryWith("0.5", "1e300") << "x.json: a1: field \"ram_kb\" must be a number above 0";
        QTest::newRow("fraction") << entryWith("0.5", "0.0001")
                                  << "x.json: a1: field \"ram_kb\" is not a whole number of bytes";
        QTest::newRow("core") << entryWith("M33", "M34") << "x.json: a1: unknown core \"Cortex-M34\"";
        QTest::newRow("feature") << entryWith("\"dsp\"", "\"helium\"")
                                 << "x.json: a1: \"helium\" is no feature that a Cortex-M33 may have or lack";
        QTest::newRow("id") << entryWith("\"a1\"", "\"A 1\"")
                            << "x.json: A 1: an id has only lower-case letters, digits, - and _";
        QTest::newRow("volts") << entryWith("\"volts\": 3", "\"volts\": \"3\"")
                               << "x.json: a1, run_current: field \"volts\" must be a number above 0";
    }

    void brokenEntriesAreRefused()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, said);
        try {
            parseOne(text);
            QFAIL("no error");
        } catch (const FormatError &error) {
            QCOMPARE(QString::fromStdString(error.what()), said);
        }
    }

    void equalIdsAreRefused()
    {
        const std::string text = entryWith({}, {}).toStdString();
        const EmbeddedFile files[] = {{"x.json", text}, {"y.json", text}};
        QVERIFY_EXCEPTION_THROWN(TargetDatabase::parse(files), FormatError);
    }

    void idsHaveAnyCase()
    {
        const TargetDatabase &database = TargetDatabase::builtIn();
        QCOMPARE(database.find("STM32L4R5"), database.find("stm32l4r5"));
        QCOMPARE(database.at("Rp2040").id, std::string("rp2040"));
        QVERIFY(database.find("STM32L4R5 ") == nullptr);
        try {
            database.at("STM32L4R6");
            QFAIL("found a target that is not there");
        } catch (const Error &error) {
            QVERIFY2(QString(error.what()).contains("stm32l4r5"), error.what());
        }
    }
};

TINSMITH_TEST(TargetDatabaseTest)

} // namespace
} // namespace tinsmith

#include "target_database_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "core/device/measurement.h"
#include "core/graph/error.h"
#include "tests/core/device/fixture_package.h"
#include "tests/support/test_main.h"

#include <QDir>
#include <QRegularExpression>

namespace tinsmith {
namespace {

using test::fixtureInputs;
using test::FixturePackage;

/// One load, the loop's 2 x 1000, one move, one return.
const char *const knownLoop = R"(
__attribute__((naked)) int fixture_invoke(fixture_context *context)
{
    __asm__(".syntax unified \n ldr r1, =1000 \n 1: subs r1, #1 \n bne 1b \n movs r0, #0 \n bx lr \n .ltorg");
}
)";

/// Adds a table's value to each input; the table is 1,024 bytes of constants, the variables 12 bytes.
const char *const addTable = R"(
static const signed char table[1024] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17};
static int calls = 7;
static int counters[2];
int fixture_invoke(fixture_context *context)
{
    ++calls;
    counters[calls & 1] = calls;
    volatile const signed char *t = table;
    for (int i = 0; i < 16; ++i) {
        context->arena[32 + i] = (unsigned char)(context->arena[i] + t[i]);
    }
    return counters[(calls + 1) & 1] > 1000;
}
)";

const char *const deepStack = R"(
__attribute__((naked)) int fixture_invoke(fixture_context *context)
{
    __asm__("sub sp, #256 \n movs r0, #0 \n str r0, [sp, #0] \n add sp, #256 \n bx lr");
}
)";

/// Adds the input up with one Helium instruction.
const char *const vectorSum = R"(
#include <arm_mve.h>
int fixture_invoke(fixture_context *context)
{
    context->arena[32] = (unsigned char)vaddvq_s8(vldrbq_s8((const int8_t *)context->arena));
    return 0;
}
)";

const Target &targetNamed(const QString &id)
{
    return TargetDatabase::builtIn().at(id.toStdString());
}

Target hypothetical(Core core, bool fpu, bool dsp, bool helium)
{
    Target target;
    target.id = "hypothetical";
    target.name = "Hypothetical";
    target.core = core;
    target.ramBytes = 1 << 20;
    target.flashBytes = 1 << 20;
    target.fpu = fpu;
    target.dsp = dsp;
    target.helium = helium;
    return target;
}

QString errorOf(const std::string &code, const Target &target, const MeasureOptions &options = {})
{
    try {
        const FixturePackage package(code);
        measure(package.folder(), target, fixtureInputs(1), {}, options);
    } catch (const Error &error) {
        return QString::fromUtf8(error.what());
    }
    return QStringLiteral("no error");
}

class MeasureTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (const QString why = test::whyNoEmulation(); !why.isEmpty()) {
            QSKIP(qPrintable(why));
        }
    }

    void knownLoopIsCountedExactlyOnEveryCore_data()
    {
        QTest::addColumn<Target>("target");
        QTest::addColumn<QString>("machine");
        QTest::newRow("M0") << hypothetical(Core::CortexM0, false, false, false)
                            << "QEMU mps2-an385 (Cortex-M3, code for Cortex-M0)";
        QTest::newRow("M0+") << targetNamed("rp2040") << "QEMU mps2-an385 (Cortex-M3, code for Cortex-M0+)";
        QTest::newRow("M3") << hypothetical(Core::CortexM3, false, false, false) << "QEMU mps2-an385 (Cortex-M3)";
        QTest::newRow("M4") << hypothetical(Core::CortexM4, false, true, false)
                            << "QEMU mps2-an386 (Cortex-M4F, code for Cortex-M4)";
        QTest::newRow("M4F") << targetNamed("stm32l4r5") << "QEMU mps2-an386 (Cortex-M4F)";
        QTest::newRow("M7") << targetNamed("stm32f746") << "QEMU mps2-an500 (Cortex-M7)";
        QTest::newRow("M23") << hypothetical(Core::CortexM23, false, false, false)
                             << "QEMU mps2-an505 (Cortex-M33, code for Cortex-M23)";
        QTest::newRow("M33") << targetNamed("stm32u575") << "QEMU mps2-an505 (Cortex-M33)";
        QTest::newRow("M33 bare") << hypothetical(Core::CortexM33, false, false, false)
                                  << "QEMU mps2-an505 (Cortex-M33)";
        QTest::newRow("M55") << hypothetical(Core::CortexM55, true, true, true) << "QEMU mps3-an547 (Cortex-M55)";
        QTest::newRow("M85") << hypothetical(Core::CortexM85, true, true, true)
                             << "QEMU mps3-an547 (Cortex-M55, code for both)";
    }

    void knownLoopIsCountedExactlyOnEveryCore()
    {
        QFETCH(Target, target);
        QFETCH(QString, machine);
        const FixturePackage package(knownLoop);
        const Measurement measured = measure(package.folder(), target, fixtureInputs(3));
        QCOMPARE(QString::fromStdString(measured.machine), machine);
        QCOMPARE(measured.instructions, 2003.0);
        QCOMPARE(measured.byFunction, (std::map<std::string, std::int64_t>{{"fixture_invoke", 3 * 2003}}));
        QCOMPARE(measured.byMnemonic.at("subs"), std::int64_t{3000});
        QCOMPARE(measured.byMnemonic.at("bx"), std::int64_t{3});
        QCOMPARE(measured.stackBytes, std::int64_t{0});
        QVERIFY(
            measured.modelledCycles > measured.instructions / 2 && measured.modelledCycles < 4 * measured.instructions);
    }

    void outputsAndSectionsAreThePackages()
    {
        const FixturePackage package(addTable);
        const Measurement measured = measure(package.folder(), targetNamed("stm32l4r5"), fixtureInputs(2));
        QCOMPARE(measured.outputs.size(), std::size_t{2});
        for (int n = 0; n < 2; ++n) {
            for (int i = 0; i < 16; ++i) {
                QCOMPARE(static_cast<int>(measured.outputs[n][0][i]), n + 2 * i + 1);
            }
        }
        QCOMPARE(measured.weightsBytes, std::int64_t{1024});
        QCOMPARE(measured.staticBytes, std::int64_t{12});
        QCOMPARE(measured.arenaBytes, std::int64_t{64});
        QCOMPARE(measured.ramBytes, 64 + 12 + measured.stackBytes);
        QVERIFY2(measured.codeBytes > 40 && measured.codeBytes < 200, qPrintable(QString::number(measured.codeBytes)));
        // The initial value of `calls`.
        QCOMPARE(measured.flashBytes, measured.codeBytes + 1024 + 4);
    }

    void vectorInstructionsHaveTheirNames()
    {
        const FixturePackage package(vectorSum);
        const Measurement measured
            = measure(package.folder(), hypothetical(Core::CortexM55, true, true, true), fixtureInputs(1));
        QCOMPARE(static_cast<int>(measured.outputs[0][0][0]), 120);
        QCOMPARE(measured.byMnemonic.at("vaddv.s8"), std::int64_t{1});
        QVERIFY(!measured.byMnemonic.contains("(unknown)"));
    }

    void stackIsThatOfInvokeAlone()
    {
        const FixturePackage package(deepStack);
        QCOMPARE(measure(package.folder(), targetNamed("stm32l4r5"), fixtureInputs(2)).stackBytes, std::int64_t{256});
    }

    void writingOutsideOfTheArenaIsNoticed()
    {
        const Target &target = targetNamed("stm32l4r5");
        const QString after = errorOf("int fixture_invoke(fixture_context *c) { c->arena[64] = 0; return 0; }", target);
        QCOMPARE(after, QString("fixture: inference 0: wrote outside of its arena: 1 of the bytes around it changed"));
        const QString before
            = errorOf("int fixture_invoke(fixture_context *c) { c->arena[-200] = 0; return 0; }", target);
        QVERIFY2(before.contains("wrote outside of its arena"), qPrintable(before));
    }

    void misbehavingPackagesAreErrors()
    {
        const Target &target = targetNamed("stm32l4r5");
        const QString fault
            = errorOf("int fixture_invoke(fixture_context *c) { (void)c; __asm__(\"udf #1\"); return 0; }", target);
        QVERIFY2(fault.startsWith("fixture: fixture_invoke: the package faults"), qPrintable(fault));
        const QString failed = errorOf("int fixture_invoke(fixture_context *c) { (void)c; return -3; }", target);
        QCOMPARE(failed, QString("fixture: inference 0: fixture_invoke returned -3"));
        MeasureOptions options;
        options.runLimit = std::chrono::seconds(1);
        const QString hung = errorOf(
            "int fixture_invoke(fixture_context *c) { (void)c; for (;;) __asm__ volatile(\"\"); }", target, options);
        QVERIFY2(hung.startsWith("qemu-system-arm: was ended: it ran for longer than 1 s"), qPrintable(hung));
        const QString deep = errorOf(
            "int fixture_invoke(fixture_context *c) { volatile char a[140000]; a[0] = 1; (void)c; return a[0] - 1; }",
            target);
        QVERIFY2(deep != "no error", qPrintable(deep));
    }

    void unalignedAccessesFaultWhereTheCodeDoesWithout()
    {
        const std::string code
            = "int fixture_invoke(fixture_context *c) { unsigned v; __asm__ volatile(\"ldr %0, [%1]\" "
              ": \"=l\"(v) : \"l\"(c->arena + 1) : \"memory\"); return (int)(v & 0u); }";
        const QString fault = "fixture: fixture_invoke: the package faults";
        MeasureOptions without;
        without.compilerOptions = {"-mno-unaligned-access"};
        for (const char *target : {"stm32l4r5", "stm32f746", "stm32u575"}) {
            QCOMPARE(errorOf(code, targetNamed(target)), QString("no error"));
            QVERIFY(errorOf(code, targetNamed(target), without).startsWith(fault));
        }
        for (const Core core : {Core::CortexM0, Core::CortexM23}) {
            QVERIFY(errorOf(code, hypothetical(core, false, false, false)).startsWith(fault));
        }
    }

    void compilersWordsAreShown()
    {
        const QString error
            = errorOf("int fixture_invoke(fixture_context *c) { return undeclared_thing; }", targetNamed("stm32l4r5"));
        QVERIFY2(error.startsWith("arm-none-eabi-gcc: fixture.c: compiling for QEMU mps2-an386 (Cortex-M4F) failed"),
            qPrintable(error));
        QVERIFY2(error.contains("undeclared_thing"), qPrintable(error));
        const QString unlinked
            = errorOf("int nowhere(void); int fixture_invoke(fixture_context *c) { (void)c; return nowhere(); }",
                targetNamed("stm32l4r5"));
        QVERIFY2(unlinked.contains("linking for") && unlinked.contains("nowhere"), qPrintable(unlinked));
    }

    void missingProgramsAreNamed()
    {
        const QByteArray path = qgetenv("PATH");
        qputenv("PATH", "/nonexistent");
        const QString error = errorOf(knownLoop, targetNamed("stm32l4r5"));
        qputenv("PATH", path);
        QCOMPARE(error,
            QString(
                "arm-none-eabi-gcc: this program is needed and was not found; it is in the package gcc-arm-none-eabi"));
    }

    void limitsOfTheChipAreEnforced()
    {
        Target small = hypothetical(Core::CortexM3, false, false, false);
        small.flashBytes = 1000;
        small.ramBytes = 4096;
        MeasureOptions options;
        options.enforceLimits = true;
        const QString flash = errorOf(addTable, small, options);
        QVERIFY2(QRegularExpression("^fixture: does not fit: needs 1[0-9]{3} bytes of flash, Hypothetical has 1000$")
                     .match(flash)
                     .hasMatch(),
            qPrintable(flash));
        small.flashBytes = 4096;
        QCOMPARE(errorOf(addTable, small, options), QString("no error"));
        small.ramBytes = 60;
        const QString ram = errorOf(addTable, small, options);
        QVERIFY2(ram.contains("bytes of RAM, Hypothetical has 60"), qPrintable(ram));
        // The arena fits, the stack of 512 does not.
        small.ramBytes = 128;
        const QString stack = errorOf(
            "int fixture_invoke(fixture_context *c) { volatile char a[512]; a[0] = 1; (void)c; return a[0] - 1; }",
            small, options);
        QVERIFY2(stack.contains("bytes of RAM with its stack of 5"), qPrintable(stack));
    }

    void inputsOfWrongSizeAreRefused()
    {
        const FixturePackage package(addTable);
        auto inputs = fixtureInputs(1);
        inputs[0][0].pop_back();
        QVERIFY_EXCEPTION_THROWN(measure(package.folder(), targetNamed("stm32l4r5"), inputs), Error);
        inputs[0].clear();
        QVERIFY_EXCEPTION_THROWN(measure(package.folder(), targetNamed("stm32l4r5"), inputs), Error);
    }

    void nothingIsLeftBehindAndWorkCanBeCancelled()
    {
        const QTemporaryDir temporary;
        qputenv("TMPDIR", temporary.path().toUtf8());
        std::vector<double> shares;
        const Progress listening([&](double share, const std::string &) {
            shares.push_back(share);
            return true;
        });
        const Progress refusing([](double share, const std::string &) { return share < 0.5; });
        {
            const FixturePackage package(addTable);
            measure(package.folder(), targetNamed("stm32l4r5"), fixtureInputs(1), listening);
            const FixturePackage hanging(
                "int fixture_invoke(fixture_context *c) { (void)c; for (;;) __asm__ volatile(\"\"); }");
            QVERIFY_EXCEPTION_THROWN(
                measure(hanging.folder(), targetNamed("stm32l4r5"), fixtureInputs(1), refusing), Cancelled);
        }
        qunsetenv("TMPDIR");
        QCOMPARE(QDir(temporary.path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot), QStringList());
        QVERIFY(!shares.empty());
        QCOMPARE(shares.back(), 1.0);
    }
};

TINSMITH_TEST(MeasureTest)

} // namespace
} // namespace tinsmith

#include "measure_test.moc"

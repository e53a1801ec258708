// SPDX-License-Identifier: Apache-2.0
#include "core/device/measurement.h"
#include "core/graph/error.h"
#include "core/targets/platform.h"
#include "tests/core/device/fixture_package.h"
#include "tests/support/test_main.h"

#include <QStandardPaths>

#include <algorithm>
#include <filesystem>

namespace tinsmith {
namespace {

using test::fixtureInputs;
using test::FixturePackage;

/// Two loads, 1,000 iterations of two instructions, a return.
const char *const avrLoop = R"(
__attribute__((naked)) int fixture_invoke(fixture_context *context)
{
    __asm__("ldi r24, lo8(1000)\n ldi r25, hi8(1000)\n 1: sbiw r24, 1\n brne 1b\n ret\n");
}
)";
const char *const riscvLoop = R"(
__attribute__((naked)) int fixture_invoke(fixture_context *context)
{
    __asm__("li a0, 1000\n 1: addi a0, a0, -1\n bnez a0, 1b\n ret\n");
}
)";
const char *const avrStack = R"(
__attribute__((naked)) int fixture_invoke(fixture_context *context)
{
    __asm__("push r24\n push r24\n push r24\n pop r0\n pop r0\n pop r0\n ldi r24, 0\n ldi r25, 0\n ret\n");
}
)";
const char *const riscvStack = R"(
__attribute__((naked)) int fixture_invoke(fixture_context *context)
{
    __asm__("addi sp, sp, -256\n sw zero, 0(sp)\n addi sp, sp, 256\n li a0, 0\n ret\n");
}
)";
/// Adds a table's value to each input; the table is 1,024 bytes of constants, the variables 12 bytes.
const char *const addTable = R"(
#include <stdint.h>
static const signed char table[1024] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17};
static int32_t calls = 7;
static int32_t counters[2];
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

/// Requantizes in every form by every shift that it is for, and folds the results into four bytes per form.
const char *const requantizing = R"(
#include "ts_elementwise.h"
#include "ts_resize.h"
static uint32_t state = 1;
static int32_t next(void)
{
    state = state * 1664525u + 1013904223u;
    return (int32_t)state;
}
static uint32_t folded(int32_t form, int32_t most, int32_t least, int32_t bits)
{
    uint32_t sum = 2166136261u;
    for (int32_t shift = most; shift >= least; shift--) {
        for (int i = 0; i < 8; i++) {
            const int32_t multiplier = (next() & 0x3FFFFFFF) | 0x40000000;
            const int8_t value = ts_finish_i8(form, next() >> (32 - bits), multiplier, shift, -7, form == TS_RELU ? -7 : -128, 127);
            sum = (sum ^ (uint8_t)value) * 16777619u;
        }
    }
    return sum;
}
int fixture_invoke(fixture_context *context)
{
    static const int8_t a[8] = {-128, -77, -1, 0, 1, 5, 99, 127};
    static const int8_t b[8] = {127, 3, -128, 64, -65, 1, 0, -9};
    static const int16_t left[2] = {0, 1}, right[2] = {1, 2}, weights[2] = {300, 1000};
    uint32_t *out = (uint32_t *)(void *)(context->arena + 32);
    int8_t values[8];
    state = 1;
    out[0] = folded(TS_RELU, -2, -20, 28) ^ folded(TS_NARROW, -1, -30, 30);
    out[1] = folded(TS_GENERAL, 7, -30, 32) ^ folded(TS_EVEN_NARROW, -2, -30, 32) ^ folded(TS_EVEN, 7, -30, 32);
    ts_add_i8(a, b, values, 8, 1, 1, TS_NARROW, 1, 3, 1200000000, -1, 4, 1300000000, -2, 5, 1500000000, -18, -128, 127);
    out[2] = 0;
    for (int i = 0; i < 8; i++) out[2] = out[2] * 31u + (uint8_t)values[i];
    ts_resize_bilinear_row_i8(a, b, 700, values, left, right, weights, 2, 2);
    out[3] = 0;
    for (int i = 0; i < 4; i++) out[3] = out[3] * 257u + (uint8_t)values[i];
    return 0;
}
)";

const Target &targetNamed(const char *id)
{
    return TargetDatabase::builtIn().at(id);
}

QString whyNotInstalled(const char *program)
{
    return QStandardPaths::findExecutable(program).isEmpty() ? QString("%1 is not installed").arg(program) : QString();
}

QString errorOf(const std::string &code, const Target &target)
{
    try {
        const FixturePackage package(code);
        measure(package.folder(), target, fixtureInputs(1));
    } catch (const Error &error) {
        return QString::fromUtf8(error.what());
    }
    return QStringLiteral("no error");
}

#define REQUIRE_PROGRAMS(...)                                               \
    for (const char *program : {__VA_ARGS__}) {                             \
        if (const QString why = whyNotInstalled(program); !why.isEmpty()) { \
            QSKIP(qPrintable(why));                                         \
        }                                                                   \
    }

class OtherCoresTest : public QObject {
    Q_OBJECT

private slots:
    void instructionsAndCyclesOnAvrAreExact_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("machine");
        QTest::addColumn<int>("returnCycles");
        QTest::newRow("16-bit program counter")
            << "atmega328p"
            << "simavr atmega1284p with 64 KB of data memory (code for ATmega328P)" << 4;
        QTest::newRow("22-bit program counter")
            << "atmega2560"
            << "simavr atmega2560 with 64 KB of data memory (code for ATmega2560)" << 5;
    }

    void instructionsAndCyclesOnAvrAreExact()
    {
        REQUIRE_PROGRAMS("avr-gcc", "avr-objdump");
        QFETCH(const QString, target);
        QFETCH(const QString, machine);
        QFETCH(const int, returnCycles);
        const FixturePackage package(avrLoop);
        const Measurement measured
            = measure(package.folder(), targetNamed(target.toUtf8().constData()), fixtureInputs(3));
        QCOMPARE(QString::fromStdString(measured.machine), machine);
        QCOMPARE(measured.instructions, 2003.0);
        // SBIW takes two cycles, a taken branch two, the last one one.
        QCOMPARE(measured.modelledCycles, 2.0 + 1000 * 2 + 999 * 2 + 1 + returnCycles);
        QCOMPARE(measured.byFunction, (std::map<std::string, std::int64_t>{{"fixture_invoke", 3 * 2003}}));
        QCOMPARE(measured.byMnemonic.at("sbiw"), std::int64_t{3000});
        // With the few of the runner that follow.
        const std::int64_t layer = measured.byLayer.at("fixture_invoke");
        QVERIFY2(layer >= 3 * 2003 && layer < 3 * 2003 + 30, qPrintable(QString::number(layer)));
        // The return address.
        QCOMPARE(measured.stackBytes, std::int64_t{returnCycles == 4 ? 2 : 3});
        const FixturePackage deeper(avrStack);
        QCOMPARE(measure(deeper.folder(), targetNamed(target.toUtf8().constData()), fixtureInputs(2)).stackBytes,
            measured.stackBytes + 3);
    }

    void constantsOnAvrAreInRamAndFlash()
    {
        REQUIRE_PROGRAMS("avr-gcc", "avr-objdump");
        const FixturePackage package(addTable);
        const Measurement measured = measure(package.folder(), targetNamed("atmega328p"), fixtureInputs(2));
        for (int n = 0; n < 2; ++n) {
            for (int i = 0; i < 16; ++i) {
                QCOMPARE(static_cast<int>(measured.outputs[n][0][i]), n + 2 * i + 1);
            }
        }
        QCOMPARE(measured.weightsBytes, std::int64_t{1024});
        QCOMPARE(measured.staticBytes, std::int64_t{1024 + 12});
        QCOMPARE(measured.ramBytes, 64 + 1024 + 12 + measured.stackBytes);
        QCOMPARE(measured.flashBytes, measured.codeBytes + 1024 + 4);
        MeasureOptions options;
        options.enforceLimits = true;
        Target small = targetNamed("atmega328p");
        small.ramBytes = 1024;
        QVERIFY_EXCEPTION_THROWN(measure(package.folder(), small, fixtureInputs(1), {}, options), DoesNotFitError);
    }

    void misbehavingPackagesOnAvrAreErrors()
    {
        REQUIRE_PROGRAMS("avr-gcc", "avr-objdump");
        const Target &target = targetNamed("atmega328p");
        QCOMPARE(errorOf("int fixture_invoke(fixture_context *c) { c->arena[64] = 0; return 0; }", target),
            QString("fixture: inference 0: wrote outside of its arena: 1 of the bytes around it changed"));
        QCOMPARE(errorOf("int fixture_invoke(fixture_context *c) { (void)c; return -3; }", target),
            QString("fixture: inference 0: fixture_invoke returned -3"));
        const QString large = errorOf("static const char a[30000] = {1}, b[30000] = {2};\n"
                                      "int fixture_invoke(fixture_context *c) { c->arena[32] = ((volatile const char "
                                      "*)a)[c->arena[0]] + ((volatile const char *)b)[c->arena[1]]; return 0; }",
            target);
        QVERIFY2(large.contains("bytes of RAM, ATmega328P has 2048"), qPrintable(large));
    }

    /// int has 16 bits on AVR.
    void fixedPointArithmeticIsThatOfCortexM()
    {
        REQUIRE_PROGRAMS("avr-gcc", "avr-objdump", "arm-none-eabi-gcc", "arm-none-eabi-objdump", "qemu-system-arm");
        const FixturePackage package(requantizing);
        const std::filesystem::path kernels = std::filesystem::path(TINSMITH_SOURCE_DIR) / "resources" / "kernels";
        for (const char *header : {"ts_base.h", "ts_requantize.h", "ts_elementwise.h", "ts_resize.h"}) {
            std::filesystem::copy_file(kernels / header, package.folder() / "include" / header);
        }
        const auto arm = measure(package.folder(), targetNamed("stm32l4r5"), fixtureInputs(1)).outputs;
        const auto avr = measure(package.folder(), targetNamed("atmega328p"), fixtureInputs(1)).outputs;
        QCOMPARE(avr, arm);
        const std::vector<std::byte> &bytes = arm[0][0];
        QVERIFY(std::any_of(bytes.begin(), bytes.end(), [&](std::byte byte) { return byte != bytes.front(); }));
    }

    void instructionsOnRiscvAreCountedExactly()
    {
        REQUIRE_PROGRAMS("riscv64-unknown-elf-gcc", "riscv64-unknown-elf-objdump", "qemu-system-riscv32");
        const Target &target = targetNamed("esp32-c3");
        const FixturePackage package(riscvLoop);
        const Measurement measured = measure(package.folder(), target, fixtureInputs(3));
        QCOMPARE(QString::fromStdString(measured.machine), QString("QEMU virt (RV32IMC)"));
        QCOMPARE(measured.instructions, 2002.0);
        QCOMPARE(measured.byFunction, (std::map<std::string, std::int64_t>{{"fixture_invoke", 3 * 2002}}));
        QCOMPARE(measured.byMnemonic.at("bnez"), std::int64_t{3000});
        QCOMPARE(measured.stackBytes, std::int64_t{0});
        // All instructions and two more for each branch that is taken, the return among them.
        QCOMPARE(measured.modelledCycles, 2002.0 + 2 * 999 + 2);
        const FixturePackage deep(riscvStack);
        QCOMPARE(measure(deep.folder(), target, fixtureInputs(2)).stackBytes, std::int64_t{256});
    }

    void sectionsOnRiscvAreThePackages()
    {
        REQUIRE_PROGRAMS("riscv64-unknown-elf-gcc", "riscv64-unknown-elf-objdump", "qemu-system-riscv32");
        const FixturePackage package(addTable);
        const Measurement measured = measure(package.folder(), targetNamed("gd32vf103"), fixtureInputs(2));
        QCOMPARE(static_cast<int>(measured.outputs[1][0][15]), 1 + 2 * 15 + 1);
        QCOMPARE(measured.weightsBytes, std::int64_t{1024});
        QCOMPARE(measured.staticBytes, std::int64_t{12});
        QCOMPARE(measured.flashBytes, measured.codeBytes + 1024 + 4);
        const QString fault
            = errorOf("int fixture_invoke(fixture_context *c) { (void)c; __asm__(\".word 0\"); return 0; }",
                targetNamed("gd32vf103"));
        QVERIFY2(fault.startsWith("fixture: fixture_invoke: the package faults"), qPrintable(fault));
    }

    void coresWithoutCompilerAreRefused()
    {
        QCOMPARE(errorOf(addTable, targetNamed("esp32")),
            QString("esp32: packages for Xtensa cannot be verified: there is no compiler and no emulator for it here"));
    }

    void missingProgramsAreNamed_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("message");
        QTest::newRow("AVR") << "atmega328p"
                             << "avr-gcc: this program is needed and was not found; it is in the package gcc-avr";
        QTest::newRow("RISC-V") << "esp32-c3"
                                << "riscv64-unknown-elf-gcc: this program is needed and was not found; it is in the "
                                   "package gcc-riscv64-unknown-elf";
    }

    void missingProgramsAreNamed()
    {
        QFETCH(const QString, target);
        QFETCH(const QString, message);
        const QByteArray path = qgetenv("PATH");
        qputenv("PATH", "/nonexistent");
        const QString error = errorOf(addTable, targetNamed(target.toUtf8().constData()));
        qputenv("PATH", path);
        QCOMPARE(error, message);
    }

    void everyTargetHasFlagsOrNoCompiler()
    {
        for (const Target &target : TargetDatabase::builtIn().targets()) {
            QCOMPARE(compilerFlags(target).empty(), platformOf(target.core).toolchain == nullptr);
            QCOMPARE(unprovedFacts(target).empty(), isProved(target) && platformOf(target.core).measuredAs.has_value());
        }
        QCOMPARE(compilerFlags(targetNamed("stm32l4r5")),
            (std::vector<std::string>{"-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"}));
        QCOMPARE(compilerFlags(targetNamed("atmega328p")), (std::vector<std::string>{"-mmcu=atmega328p"}));
        QCOMPARE(compilerFlags(targetNamed("esp32-c3")), (std::vector<std::string>{"-march=rv32imc", "-mabi=ilp32"}));
    }
};

TINSMITH_TEST(OtherCoresTest)

} // namespace
} // namespace tinsmith

#include "other_cores_test.moc"

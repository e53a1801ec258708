// SPDX-License-Identifier: Apache-2.0
#include "core/formats/model_file.h"
#include "tests/app/cli/program.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <QFile>
#include <QJsonArray>
#include <QStandardPaths>
#include <QTemporaryDir>

using namespace tinsmith;

namespace {

#define REQUIRE_CODE(outcome, wanted) QVERIFY2((outcome).code == (wanted), test::complaint(outcome, wanted).constData())

} // namespace

/// What the command line says of cores other than Cortex-M.
class CoresTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString model_;

private slots:
    void initTestCase()
    {
        model_ = folder_.filePath("int8.tflite");
        writeModel(test::smallCnn(test::ModelMaker::Numbers::Int8), model_.toStdString());
    }

    void whatIsNotProvedIsSaid_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<bool>("proved");
        QTest::addColumn<QStringList>("facts");
        const QString guess = "Instructions, cycles and latency are guesses on %1: no kernels were measured there%2.";
        QTest::newRow("Xtensa")
            << "esp32-s3" << false
            << QStringList{
                   "Packages are not proved on Xtensa: there is no compiler and no emulator for it here. Run the "
                   "package's self-test on the chip before you rely on it.",
                   "RAM for the stack and flash for code are guesses on Xtensa.", guess.arg("Xtensa", QString())};
        QTest::newRow("AVR") << "atmega2560" << true << QStringList{guess.arg("AVR", "; tinsmith verify counts them")};
        QTest::newRow("RISC-V") << "esp32-c3" << true
                                << QStringList{guess.arg("RISC-V 32", "; tinsmith verify counts them")};
        QTest::newRow("Cortex-M4") << "stm32l4r5" << true << QStringList{};
    }

    void whatIsNotProvedIsSaid()
    {
        QFETCH(const QString, target);
        QFETCH(const bool, proved);
        QFETCH(const QStringList, facts);
        const auto inspected = test::runProgram({"inspect", model_, "--target", target});
        REQUIRE_CODE(inspected, 0);
        const auto asJson = test::runProgram({"inspect", model_, "--target", target, "--json"});
        REQUIRE_CODE(asJson, 0);
        const QJsonObject core = asJson.json()["core"].toObject();
        QCOMPARE(core["proved"].toBool(), proved);
        QCOMPARE(core["unproved"].toArray().size(), facts.size());

        const QString package = folder_.filePath("package-" + target);
        const auto exported = test::runProgram({"export", model_, "--target", target, "-o", package});
        REQUIRE_CODE(exported, 0);
        const auto exportedJson = test::runProgram({"export", model_, "--target", target, "-o", package, "--json"});
        REQUIRE_CODE(exportedJson, 0);
        QCOMPARE(exportedJson.json()["core"].toObject(), core);
        QCOMPARE(exported.output.contains("Next: tinsmith verify"), proved);
        QFile readme(package + "/README.md");
        QVERIFY(readme.open(QIODevice::ReadOnly));
        const QByteArray text = readme.readAll();
        for (const QString &fact : facts) {
            const QByteArray line = fact.toUtf8();
            QVERIFY2(inspected.output.contains(line), inspected.output.constData());
            QVERIFY2(exported.output.contains(line), exported.output.constData());
            QVERIFY2(text.contains(line), text.constData());
            QVERIFY(core["unproved"].toArray().contains(fact));
        }
        QCOMPARE(inspected.output.contains("not proved"), !proved);
    }

    void coresWithoutEmulatorAreBadInput()
    {
        const auto outcome = test::runProgram({"verify", model_, "--target", "esp32"});
        REQUIRE_CODE(outcome, 2);
        QVERIFY2(outcome.errors.contains(
                     "packages for Xtensa cannot be verified: there is no compiler and no emulator for it here"),
            outcome.errors.constData());
    }

    void constantsOnAvrCountAsRam()
    {
        const QJsonObject avr
            = test::runProgram({"inspect", model_, "--target", "atmega328p", "--json"}).json()["estimate"].toObject();
        const QJsonObject arm
            = test::runProgram({"inspect", model_, "--target", "stm32l4r5", "--json"}).json()["estimate"].toObject();
        const int constants = avr["constants_in_ram_bytes"].toInt();
        QVERIFY(constants > 1000);
        QCOMPARE(constants, avr["weights_bytes"].toInt());
        QCOMPARE(arm["constants_in_ram_bytes"].toInt(), 0);
        QVERIFY(avr["ram_bytes"].toInt() > constants);
        QVERIFY(avr["flash_bytes"].toInt() > constants);
        // 2 KB of RAM.
        QVERIFY(!avr["fits"].toBool());
        const auto text = test::runProgram({"inspect", model_, "--target", "atmega328p"});
        QVERIFY2(text.output.contains("of it are weights and constants, which AVR cannot load from flash"),
            text.output.constData());
        QVERIFY2(text.output.contains("Does not fit"), text.output.constData());
    }

    void verifyRunsOnOtherCores_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("compiler");
        QTest::addColumn<QString>("machine");
        QTest::newRow("RISC-V") << "gd32vf103"
                                << "riscv64-unknown-elf-gcc"
                                << "QEMU virt (RV32IMC)";
        QTest::newRow("AVR") << "atmega2560"
                             << "avr-gcc"
                             << "simavr atmega2560 with 64 KB of data memory (code for ATmega2560)";
    }

    void verifyRunsOnOtherCores()
    {
        QFETCH(const QString, target);
        QFETCH(const QString, compiler);
        QFETCH(const QString, machine);
        if (QStandardPaths::findExecutable(compiler).isEmpty()) {
            QSKIP("the compiler is not installed");
        }
        const auto outcome = test::runProgram({"verify", model_, "--target", target, "--samples", "1", "--json"});
        REQUIRE_CODE(outcome, 0);
        const QJsonObject json = outcome.json();
        QCOMPARE(json["machine"].toString(), machine);
        QCOMPARE(json["exact"].toBool(), true);
        QVERIFY(json["instructions"].toDouble() > 10000 && json["code_bytes"].toInt() > 1000);
        QVERIFY(json["stack_bytes"].toInt() > 20 && json["stack_bytes"].toInt() < 1000);
    }
};

TINSMITH_TEST(CoresTest)
#include "cores_test.moc"

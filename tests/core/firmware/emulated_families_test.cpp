// SPDX-License-Identifier: Apache-2.0
#include "core/cost/estimate.h"
#include "core/device/verify.h"
#include "core/execute/executor.h"
#include "core/planner/planner.h"
#include "core/targets/platform.h"
#include "tests/core/firmware/family_models.h"
#include "tests/core/firmware/package_runner.h"
#include "tests/support/test_main.h"

#include <QStandardPaths>

#include <algorithm>

using namespace tinsmith;
using namespace tinsmith::test;
using Numbers = ModelMaker::Numbers;

namespace {

/// Why a package for the target cannot be run here; empty where it can.
QString whyNotEmulated(const Target &target)
{
    const Toolchain &tools = *platformOf(target.core).toolchain;
    const Board &board = *boardFor(target);
    QStringList programs
        = {QString::fromLatin1(tools.prefix.data()) + "gcc", QString::fromLatin1(tools.prefix.data()) + "objdump"};
    if (board.emulator == Emulator::Qemu) {
        programs << QString::fromLatin1(board.program.data());
    }
    for (const QString &program : programs) {
        if (QStandardPaths::findExecutable(program).isEmpty()) {
            return program + " is not installed";
        }
    }
    return {};
}

std::vector<PackageOptions::Vector> vectorsOf(const Graph &graph, int count)
{
    std::mt19937 random(11);
    Executor executor(graph);
    std::vector<PackageOptions::Vector> vectors;
    for (int i = 0; i < count; ++i) {
        PackageOptions::Vector vector;
        for (const TensorId id : graph.inputs()) {
            vector.inputs.push_back(randomValue(graph.tensor(id), random));
        }
        vector.outputs = executor.run(vector.inputs);
        vectors.push_back(std::move(vector));
    }
    return vectors;
}

} // namespace

class EmulatedFamiliesTest : public QObject {
    Q_OBJECT

private slots:
    void everyFamilyEqualsTheHost_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<int>("which");
        QTest::addColumn<bool>("int8");
        for (const char *target : {"esp32-c3", "atmega328p"}) {
            for (std::size_t i = 0; i < familyModels().size(); ++i) {
                const FamilyModel &item = familyModels()[i];
                if (item.int8) {
                    QTest::addRow("%s %s int8", target, item.name) << target << static_cast<int>(i) << true;
                }
                if (item.float32) {
                    QTest::addRow("%s %s float32", target, item.name) << target << static_cast<int>(i) << false;
                }
            }
        }
    }

    void everyFamilyEqualsTheHost()
    {
        QFETCH(const QString, target);
        QFETCH(const int, which);
        QFETCH(const bool, int8);
        const Target &chip = TargetDatabase::builtIn().at(target.toStdString());
        if (const QString why = whyNotEmulated(chip); !why.isEmpty()) {
            QSKIP(qPrintable(why));
        }
        const Graph graph
            = familyModels()[static_cast<std::size_t>(which)].make(int8 ? Numbers::Int8 : Numbers::Float32);
        const Plan plan = makePlan(graph, chip);
        const Package package = makePackage(graph, plan, chip);
        const Verification result = verify(package, chip, vectorsOf(graph, 2));
        const bool integers = std::all_of(graph.outputs().begin(), graph.outputs().end(),
            [&](TensorId id) { return graph.tensor(id).type != ElementType::Float32; });
        QVERIFY2(integers ? result.exact : result.holds(),
            qPrintable(QString("%1 of %2 differ, by up to %3")
                           .arg(result.mismatches)
                           .arg(result.elements)
                           .arg(result.maxAbsDifference)));

        const Measurement &seen = result.measurement;
        const Estimate estimated = estimate(graph, plan, chip);
        qInfo("%s: code %lld of %lld modelled, stack %lld of %lld, constants %lld of %lld", QTest::currentDataTag(),
            static_cast<long long>(seen.codeBytes), static_cast<long long>(estimated.codeBytes),
            static_cast<long long>(seen.stackBytes), static_cast<long long>(estimated.stackBytes),
            static_cast<long long>(package.weightBytes), static_cast<long long>(estimated.weightBytes));
        QCOMPARE(seen.arenaBytes, estimated.arenaBytes);
        QVERIFY(estimated.stackBytes + 64 >= seen.stackBytes);
        const std::string family = familyModels()[static_cast<std::size_t>(which)].name;
        if (int8 && (family == "smallCnn" || family == "residualCnn")) {
            const double ratio = static_cast<double>(estimated.codeBytes) / static_cast<double>(seen.codeBytes);
            QVERIFY2(ratio > 0.7 && ratio < 1.4, qPrintable(QString::number(ratio)));
            const double work = static_cast<double>(estimated.instructions) / seen.instructions;
            QVERIFY2(work > 0.33 && work < 3, qPrintable(QString::number(work)));
        }
    }

    /// Equal arrays are stored once, which the estimate does not know; else it is exact.
    void constantsAreCountedAsStored_data()
    {
        QTest::addColumn<int>("which");
        QTest::addColumn<bool>("int8");
        for (std::size_t i = 0; i < familyModels().size(); ++i) {
            const FamilyModel &item = familyModels()[i];
            if (item.int8) {
                QTest::addRow("%s int8", item.name) << static_cast<int>(i) << true;
            }
            if (item.float32) {
                QTest::addRow("%s float32", item.name) << static_cast<int>(i) << false;
            }
        }
    }

    void constantsAreCountedAsStored()
    {
        QFETCH(const int, which);
        QFETCH(const bool, int8);
        const Graph graph
            = familyModels()[static_cast<std::size_t>(which)].make(int8 ? Numbers::Int8 : Numbers::Float32);
        const Target &chip = TargetDatabase::builtIn().at("atmega2560");
        const Plan plan = makePlan(graph, chip);
        const std::int64_t stored = makePackage(graph, plan, chip).weightBytes;
        const Estimate estimated = estimate(graph, plan, chip);
        QVERIFY2(estimated.weightBytes >= stored && estimated.weightBytes <= stored + stored / 8 + 64,
            qPrintable(QString("counted %1, stored %2").arg(estimated.weightBytes).arg(stored)));
        QCOMPARE(estimated.constantRamBytes, estimated.weightBytes);
        QVERIFY(estimated.ramBytes >= estimated.arenaBytes + estimated.weightBytes);
    }

    /// The compiler's own linker script, and the sizes that avr-size states.
    void ramOnAvrIsThatOfTheLinkedPackage()
    {
        const Target &chip = TargetDatabase::builtIn().at("atmega2560");
        for (const char *program : {"avr-gcc", "avr-size"}) {
            if (QStandardPaths::findExecutable(program).isEmpty()) {
                QSKIP("the compiler for AVR is not installed");
            }
        }
        const Graph graph = smallCnn(Numbers::Int8);
        const Plan plan = makePlan(graph, chip);
        const Package package = makePackage(graph, plan, chip);
        const QTemporaryDir folder;
        writePackage(package, folder.filePath("package").toStdString());
        const QString name = QString::fromStdString(package.modelName);
        QFile main(folder.filePath("main.c"));
        QVERIFY(main.open(QIODevice::WriteOnly));
        main.write(QString("#include \"%1.h\"\nint main(void)\n{\n    static %1_context c;\n    return "
                           "%1_init_static(&c) + %1_invoke(&c);\n}\n")
                       .arg(name)
                       .toUtf8());
        main.close();
        const auto source = [&](const char *what) { return folder.filePath("package/src/" + name + what); };
        const Outcome built = runProgram("avr-gcc",
            {"-mmcu=atmega2560", "-std=c99", "-O2", "-I" + folder.filePath("package/include"),
                "-I" + folder.filePath("package/kernels"), "-I" + folder.filePath("package/src"), main.fileName(),
                source(".c"), source("_weights.c"), source("_arena.c"), "-o", folder.filePath("a.elf"), "-lm"});
        QVERIFY2(built.ok, built.text.c_str());
        // "   text    data     bss     dec     hex filename"
        const Outcome sizes = runProgram("avr-size", {folder.filePath("a.elf")});
        const QStringList numbers = QString::fromStdString(sizes.text).section('\n', 1, 1).simplified().split(' ');
        QVERIFY2(sizes.ok && numbers.size() > 4, sizes.text.c_str());
        const std::int64_t linked = numbers[1].toLongLong() + numbers[2].toLongLong();
        const Estimate estimated = estimate(graph, plan, chip);
        const std::int64_t counted = estimated.ramBytes - estimated.stackBytes;
        QVERIFY2(std::abs(counted - linked) <= 64,
            qPrintable(QString("counted %1 bytes without stack, linked %2").arg(counted).arg(linked)));
        QVERIFY(package.weightBytes > 1000 && counted > package.weightBytes + plan.arenaBytes);
    }
};

TINSMITH_TEST(EmulatedFamiliesTest)
#include "emulated_families_test.moc"

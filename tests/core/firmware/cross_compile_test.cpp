// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/package.h"
#include "core/planner/planner.h"
#include "core/targets/platform.h"
#include "tests/core/firmware/family_models.h"
#include "tests/core/firmware/package_runner.h"
#include "tests/support/test_main.h"

#include <QStandardPaths>

using namespace tinsmith;
using namespace tinsmith::test;
using Numbers = ModelMaker::Numbers;

namespace {

struct CoreCase {
    const char *name;
    Core core;
    bool fpu;
    bool dsp;
};
constexpr CoreCase coreCases[] = {{"Cortex-M0", Core::CortexM0, false, false},
    {"Cortex-M3", Core::CortexM3, false, false}, {"Cortex-M4", Core::CortexM4F, true, true},
    {"Cortex-M7", Core::CortexM7, true, true}, {"Cortex-M33", Core::CortexM33, true, true}};

/// Compiles every source of every family's package; gives back what the compiler said.
std::string compileAll(const Target &target, const QString &compiler, const QStringList &flags)
{
    for (const FamilyModel &item : familyModels()) {
        for (const Numbers numbers : {Numbers::Int8, Numbers::Float32}) {
            if (numbers == Numbers::Int8 ? !item.int8 : !item.float32) {
                continue;
            }
            const Graph graph = item.make(numbers);
            QTemporaryDir folder;
            const Package package = makePackage(graph, makePlan(graph, target), target);
            writePackage(package, folder.filePath("package").toStdString());
            for (const PackageFile &file : package.files) {
                // The other sources are arrays, which look alike in all packages.
                if (file.path != "src/" + package.modelName + ".c" && &item != &familyModels().front()) {
                    continue;
                }
                if (!file.path.ends_with(".c")) {
                    continue;
                }
                const QString source = folder.filePath("package/" + QString::fromStdString(file.path));
                const Outcome outcome = runProgram(compiler,
                    strictWarnings() + flags
                        + QStringList{"-I" + folder.filePath("package/include"),
                            "-I" + folder.filePath("package/kernels"), "-c", source, "-o", folder.filePath("out.o")});
                if (!outcome.ok || !outcome.text.empty()) {
                    return std::string(item.name) + ": " + outcome.text;
                }
            }
        }
    }
    return {};
}

} // namespace

class CrossCompileTest : public QObject {
    Q_OBJECT

private slots:
    void armGccHasNothingToSay_data()
    {
        QTest::addColumn<int>("which");
        for (std::size_t i = 0; i < std::size(coreCases); ++i) {
            QTest::addRow("%s", coreCases[i].name) << static_cast<int>(i);
        }
    }

    void armGccHasNothingToSay()
    {
        QFETCH(const int, which);
        if (QStandardPaths::findExecutable("arm-none-eabi-gcc").isEmpty()) {
            QSKIP("arm-none-eabi-gcc is not installed");
        }
        const CoreCase &item = coreCases[which];
        Target target = testTarget();
        target.core = item.core;
        target.fpu = item.fpu;
        target.dsp = item.dsp;
        QStringList flags = {"-O2"};
        for (const std::string &flag : compilerFlags(target)) {
            flags << QString::fromStdString(flag);
        }
        const std::string text = compileAll(target, "arm-none-eabi-gcc", flags);
        QVERIFY2(text.empty(), text.c_str());
    }

    void otherCompilersHaveNothingToSay_data()
    {
        QTest::addColumn<QString>("target");
        for (const char *target : {"esp32-c3", "atmega2560"}) {
            QTest::newRow(target) << target;
        }
    }

    /// On AVR int has 16 bits.
    void otherCompilersHaveNothingToSay()
    {
        QFETCH(const QString, target);
        const Target &chip = TargetDatabase::builtIn().at(target.toStdString());
        const Toolchain &tools = *platformOf(chip.core).toolchain;
        const QString compiler = QString::fromStdString(std::string(tools.prefix) + "gcc");
        if (QStandardPaths::findExecutable(compiler).isEmpty()) {
            QSKIP(qPrintable(compiler + " is not installed"));
        }
        QStringList flags = {"-O2"};
        for (const std::string &flag : compilerFlags(chip)) {
            flags << QString::fromStdString(flag);
        }
        flags << QString::fromStdString(std::string(tools.libraryOptions)).split(' ', Qt::SkipEmptyParts);
        const std::string text = compileAll(chip, compiler, flags);
        QVERIFY2(text.empty(), text.c_str());
    }

    void clangHasNothingToSay()
    {
        if (QStandardPaths::findExecutable("clang").isEmpty()) {
            QSKIP("clang is not installed");
        }
        const std::string text = compileAll(testTarget(), "clang", {"-O1"});
        QVERIFY2(text.empty(), text.c_str());
    }
};

TINSMITH_TEST(CrossCompileTest)
#include "cross_compile_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "core/device/verify.h"
#include "core/execute/executor.h"
#include "core/planner/planner.h"
#include "tests/core/firmware/package_runner.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <QFile>
#include <QStandardPaths>

using namespace tinsmith;
using namespace tinsmith::test;
using Numbers = ModelMaker::Numbers;

namespace {

PackageOptions::Vector vectorOf(const Graph &graph)
{
    std::mt19937 random(3);
    PackageOptions::Vector vector;
    for (const TensorId id : graph.inputs()) {
        vector.inputs.push_back(randomValue(graph.tensor(id), random));
    }
    vector.outputs = Executor(graph).run(vector.inputs);
    return vector;
}

/// Bytes of the functions in an object file or library, as `size` sums them up.
qint64 codeBytes(const QString &file)
{
    qint64 sum = 0;
    const Outcome outcome = runProgram("size", {file});
    for (const QString &line : QString::fromStdString(outcome.text).split('\n').mid(1)) {
        sum += line.simplified().section(' ', 0, 0).toLongLong();
    }
    return outcome.ok ? sum : -1;
}

} // namespace

/// Packages in firmware that is built for debugging.
class UnoptimizedTest : public QObject {
    Q_OBJECT

private slots:
    void sourcesBuiltWithoutOptimizationStaySmallAndExact_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("compiler");
        QTest::newRow("Cortex-M0+") << "rp2040"
                                    << "arm-none-eabi-gcc";
        QTest::newRow("Cortex-M4F") << "stm32l4r5"
                                    << "arm-none-eabi-gcc";
        QTest::newRow("RISC-V") << "esp32-c3"
                                << "riscv64-unknown-elf-gcc";
    }

    void sourcesBuiltWithoutOptimizationStaySmallAndExact()
    {
        QFETCH(const QString, target);
        QFETCH(const QString, compiler);
        if (QStandardPaths::findExecutable(compiler).isEmpty()) {
            QSKIP(qPrintable(compiler + " is not installed"));
        }
        const Target &chip = TargetDatabase::builtIn().at(target.toStdString());
        const Graph graph = residualCnn(Numbers::Int8);
        const Package package = makePackage(graph, makePlan(graph, chip), chip);
        const auto built = [&](const char *optimization) {
            MeasureOptions options;
            options.optimization = optimization;
            return verify(package, chip, {vectorOf(graph)}, {}, options);
        };
        const Verification optimized = built("-O2");
        const Verification debug = built("-O0");
        QVERIFY(optimized.exact && debug.exact);
        const Measurement &small = optimized.measurement;
        const Measurement &seen = debug.measurement;
        qInfo("-O2: code %lld, stack %lld, %.0f instructions; -O0: code %lld, stack %lld, %.0f instructions",
            static_cast<long long>(small.codeBytes), static_cast<long long>(small.stackBytes), small.instructions,
            static_cast<long long>(seen.codeBytes), static_cast<long long>(seen.stackBytes), seen.instructions);
        QVERIFY(seen.codeBytes < small.codeBytes * 3 / 2);
        QVERIFY(seen.stackBytes < small.stackBytes + 200);
        QVERIFY(seen.instructions < small.instructions * 1.5);
    }

    void debugBuildOfTheCMakeProjectIsOptimized()
    {
        for (const char *program : {"cmake", "cc", "size"}) {
            if (QStandardPaths::findExecutable(program).isEmpty()) {
                QSKIP(qPrintable(QString("%1 is not installed").arg(program)));
            }
        }
        const Graph graph = residualCnn(Numbers::Int8);
        const Package package = makePackage(graph, makePlan(graph, testTarget()), testTarget());
        const QTemporaryDir folder;
        writePackage(package, folder.filePath("package").toStdString());
        std::map<QString, qint64> bytes;
        for (const QString type : {"Debug", "Release"}) {
            const QString build = folder.filePath(type);
            const Outcome configured
                = runProgram("cmake", {"-S", folder.filePath("package"), "-B", build, "-DCMAKE_BUILD_TYPE=" + type});
            QVERIFY2(configured.ok, configured.text.c_str());
            const Outcome made = runProgram("cmake", {"--build", build});
            QVERIFY2(made.ok, made.text.c_str());
            bytes[type] = codeBytes(build + "/lib" + QString::fromStdString(package.modelName) + ".a");
            const Outcome tested
                = runProgram(build + "/" + QString::fromStdString(package.modelName) + "_selftest", {});
            QVERIFY2(tested.ok, tested.text.c_str());
        }
        qInfo("Debug %lld bytes, Release %lld", bytes["Debug"], bytes["Release"]);
        QVERIFY(bytes["Release"] > 1000);
        QVERIFY(bytes["Debug"] < bytes["Release"] * 3 / 2);
    }

    void kernelsCanBeStudiedWithoutOptimization()
    {
        const Graph graph = smallCnn(Numbers::Int8);
        const Package package = makePackage(graph, makePlan(graph, testTarget()), testTarget());
        const QTemporaryDir folder;
        writePackage(package, folder.filePath("package").toStdString());
        const QString name = QString::fromStdString(package.modelName);
        const auto source = [&](const char *what) { return folder.filePath("package/" + QString(what).arg(name)); };
        const Outcome built = runProgram("gcc",
            {"-O0", "-std=c99", "-DTS_UNOPTIMIZED", "-I" + folder.filePath("package/include"),
                "-I" + folder.filePath("package/kernels"), "-I" + folder.filePath("package/src"),
                source("test/%1_selftest.c"), source("src/%1.c"), source("src/%1_weights.c"), source("src/%1_arena.c"),
                "-o", folder.filePath("selftest"), "-lm"});
        QVERIFY2(built.ok, built.text.c_str());
        const Outcome tested = runProgram(folder.filePath("selftest"), {});
        QVERIFY2(tested.ok, tested.text.c_str());
        const Outcome symbols = runProgram("nm", {folder.filePath("selftest")});
        QVERIFY2(symbols.text.find(" t ts_conv_row_i8") != std::string::npos, symbols.text.c_str());
    }
};

TINSMITH_TEST(UnoptimizedTest)
#include "unoptimized_test.moc"

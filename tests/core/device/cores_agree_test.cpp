// SPDX-License-Identifier: Apache-2.0
#include "core/device/verify.h"
#include "core/execute/executor.h"
#include "core/planner/planner.h"
#include "core/targets/platform.h"
#include "tests/core/device/fixture_package.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <QStandardPaths>

namespace tinsmith {
namespace {

/// Random inputs and what the host makes of them.
std::vector<PackageOptions::Vector> vectorsFor(const Graph &graph, int count)
{
    std::mt19937 random(7);
    Executor executor(graph);
    std::vector<PackageOptions::Vector> vectors;
    for (int n = 0; n < count; ++n) {
        PackageOptions::Vector vector;
        for (const TensorId id : graph.inputs()) {
            vector.inputs.push_back(test::randomValue(graph.tensor(id), random));
        }
        vector.outputs = executor.run(vector.inputs);
        vectors.push_back(std::move(vector));
    }
    return vectors;
}

class CoresAgreeTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (const QString why = test::whyNoEmulation(); !why.isEmpty()) {
            QSKIP(qPrintable(why));
        }
    }

    void everyCoreGivesTheHostsBytes_data()
    {
        QTest::addColumn<QString>("target");
        for (const char *target : {"stm32f072", "rp2040", "stm32f103", "stm32l4r5", "stm32f746", "ra2l1", "stm32u575",
                 "apollo510", "ra8m1", "esp32-c3", "atmega2560"}) {
            QTest::newRow(target) << target;
        }
    }

    void everyCoreGivesTheHostsBytes()
    {
        QFETCH(QString, target);
        const Target &chip = TargetDatabase::builtIn().at(target.toStdString());
        const QString compiler = QString::fromStdString(std::string(platformOf(chip.core).toolchain->prefix) + "gcc");
        if (QStandardPaths::findExecutable(compiler).isEmpty()) {
            QSKIP(qPrintable(compiler + " is not installed"));
        }
        for (const Graph &graph :
            {test::residualCnn(test::ModelMaker::Numbers::Int8), test::smallCnn(test::ModelMaker::Numbers::Int8)}) {
            const auto vectors = vectorsFor(graph, 3);
            const Plan plan = makePlan(graph, chip);
            const Verification result = verify(makePackage(graph, plan, chip), chip, vectors);
            QVERIFY2(result.exact, qPrintable(QString("%1 of %2 differ").arg(result.mismatches).arg(result.elements)));
            QCOMPARE(result.measurement.arenaBytes, plan.arenaBytes);
            QVERIFY(result.instructionsPerMac > 0.1 && result.instructionsPerMac < 100);
        }
    }
};

TINSMITH_TEST(CoresAgreeTest)

} // namespace
} // namespace tinsmith

#include "cores_agree_test.moc"

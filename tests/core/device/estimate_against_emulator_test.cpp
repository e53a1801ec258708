// SPDX-License-Identifier: Apache-2.0
#include "core/cost/estimate.h"
#include "core/device/verify.h"
#include "core/formats/tflite/reader.h"
#include "core/planner/planner.h"
#include "tests/core/device/fixture_package.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_data.h"
#include "tests/support/test_main.h"

namespace tinsmith {
namespace {

class EstimateAgainstEmulatorTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (const QString why = test::whyNoEmulation(); !why.isEmpty()) {
            QSKIP(qPrintable(why));
        }
    }

    void instructionsAreModelledWithinATenth_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("model");
        for (const char *model : {"kws", "ic", "vww", "ad"}) {
            QTest::newRow(model) << "stm32l4r5" << model;
        }
        QTest::newRow("kws on Cortex-M0+") << "rp2040"
                                           << "kws";
        QTest::newRow("kws on Cortex-M55") << "apollo510"
                                           << "kws";
        QTest::newRow("ic on Cortex-M3") << "stm32f103"
                                         << "ic";
    }

    void instructionsAreModelledWithinATenth()
    {
        QFETCH(QString, target);
        QFETCH(QString, model);
        const auto path = test::sharedData("models/" + model.toStdString() + "/model.tflite");
        if (!path) {
            QSKIP("the shared models are not here");
        }
        const Target &chip = TargetDatabase::builtIn().at(target.toStdString());
        const Graph graph = readTflite(*path);
        const Plan plan = makePlan(graph, chip);
        const Estimate estimated = estimate(graph, plan, chip);
        PackageOptions::Vector vector;
        std::mt19937 random(5);
        for (const TensorId id : graph.inputs()) {
            vector.inputs.push_back(test::randomValue(graph.tensor(id), random));
        }
        for (const TensorId id : graph.outputs()) {
            vector.outputs.emplace_back(static_cast<std::size_t>(graph.tensor(id).bytes().value()));
        }
        const Measurement measured = verify(makePackage(graph, plan, chip), chip, {vector}).measurement;
        const double ratio = static_cast<double>(estimated.instructions) / measured.instructions;
        QVERIFY2(ratio > 0.9 && ratio < 1.1,
            qPrintable(QString("modelled %1, counted %2").arg(estimated.instructions).arg(measured.instructions)));
        const double cycles = static_cast<double>(estimated.cycles) / measured.modelledCycles;
        QVERIFY2(cycles > 0.8 && cycles < 1.25,
            qPrintable(QString("cycles %1 of %2").arg(estimated.cycles).arg(measured.modelledCycles)));
    }
};

TINSMITH_TEST(EstimateAgainstEmulatorTest)

} // namespace
} // namespace tinsmith

#include "estimate_against_emulator_test.moc"

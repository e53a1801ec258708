// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/reader.h"
#include "core/planner/check_plan.h"
#include "tests/support/test_data.h"
#include "tests/support/test_main.h"

namespace tinsmith {

/// The MLPerf Tiny models, scratch included.
class RealModelsTest : public QObject {
    Q_OBJECT
private slots:
    void reachTheLowerBound_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("operatorByOperator");
        QTest::addColumn<int>("portable");
        QTest::addColumn<int>("dsp");
        QTest::newRow("keyword spotting") << "kws" << 16'000 << 8'640 << 9'800;
        QTest::newRow("visual wake words") << "vww" << 55'296 << 37'248 << 39'000;
        QTest::newRow("image classification") << "ic" << 49'152 << 33'792 << 34'500;
        QTest::newRow("anomaly detection") << "ad" << 768 << 768 << 768;
    }

    void reachTheLowerBound()
    {
        QFETCH(QString, model);
        QFETCH(int, operatorByOperator);
        QFETCH(int, portable);
        QFETCH(int, dsp);
        const auto path = test::sharedData("models/" + model.toStdString() + "/model.tflite");
        if (!path) {
            QSKIP("the models are not here");
        }
        const Graph graph = readTflite(*path);
        const Target &target = TargetDatabase::builtIn().at("stm32l4r5");
        for (const bool portableOnly : {true, false}) {
            PlanOptions options;
            options.portableOnly = portableOnly;
            const Plan plan = makePlan(graph, target, options);
            QCOMPARE(plan.opByOpBytes, operatorByOperator);
            QCOMPARE(plan.arenaBytes, plan.lowerBoundBytes);
            QVERIFY(plan.arenaBytes <= (portableOnly ? portable : dsp));
            QVERIFY(checkPlan(graph, target, plan, options).empty());
        }
    }
};

TINSMITH_TEST(RealModelsTest)

} // namespace tinsmith

#include "real_models_test.moc"

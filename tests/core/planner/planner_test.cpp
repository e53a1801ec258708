// SPDX-License-Identifier: Apache-2.0
#include "core/graph/error.h"
#include "core/planner/check_plan.h"
#include "core/planner/kernels.h"
#include "tests/core/planner/graphs.h"
#include "tests/support/test_main.h"

namespace tinsmith {
namespace {

Target someTarget()
{
    return TargetDatabase::builtIn().at("stm32l4r5");
}

QString firstOf(const std::vector<std::string> &problems)
{
    return problems.empty() ? QString() : QString::fromStdString(problems.front());
}

} // namespace

class PlannerTest : public QObject {
    Q_OBJECT
private slots:
    void countsWholeTensorsAtTheWorstOperator()
    {
        QCOMPARE(makePlan(test::keywordNet(), someTarget()).opByOpBytes, 16'000);
        QCOMPARE(makePlan(test::wakeWordNet(), someTarget()).opByOpBytes, 55'296);
        QCOMPARE(makePlan(test::residualNet(), someTarget()).opByOpBytes, 49'152);
    }

    void reachesTheLowerBoundOfRealGeometries()
    {
        for (const Graph &graph : {test::keywordNet(), test::wakeWordNet(), test::residualNet()}) {
            for (const bool overlap : {false, true}) {
                PlanOptions options;
                options.overlap = overlap;
                const Plan plan = makePlan(graph, someTarget(), options);
                QCOMPARE(firstOf(checkPlan(graph, someTarget(), plan, options)), QString());
                QVERIFY(plan.peakOperator.valid());
                QCOMPARE(plan.arenaBytes, plan.lowerBoundBytes);
                if (overlap) {
                    QVERIFY(plan.arenaBytes <= plan.opByOpBytes);
                }
            }
        }
    }

    void runsElementwiseOperatorsInPlace()
    {
        test::NetMaker net;
        TensorId x = net.input(10, 10, 4);
        x = net.relu(net.relu(x));
        const Graph graph = net.finish({net.flatten(x)});
        const Plan plan = makePlan(graph, someTarget());
        QCOMPARE(plan.arenaBytes, 400);
        QCOMPARE(plan.opByOpBytes, 800);
        QCOMPARE(plan.buffers.size(), std::size_t{4});
        for (const PlannedOperator &op : plan.operators) {
            QVERIFY(op.overlaps.valid());
        }
        PlanOptions apart;
        apart.overlap = false;
        QCOMPARE(makePlan(graph, someTarget(), apart).arenaBytes, 800);
    }

    void doesNotOverwriteWhatIsReadLater()
    {
        test::NetMaker net;
        const TensorId x = net.input(10, 10, 4);
        const TensorId y = net.relu(x);
        const Graph graph = net.finish({net.add(x, net.relu(y))});
        const Plan plan = makePlan(graph, someTarget());
        QCOMPARE(plan.arenaBytes, 800);
        QCOMPARE(firstOf(checkPlan(graph, someTarget(), plan)), QString());
    }

    void runsTheBranchFirstThatShrinks()
    {
        // In source order both wide tensors are alive together; branch by branch only one is.
        test::NetMaker net;
        const TensorId x = net.input(8, 8, 2);
        const TensorId a = net.conv(x, 40, 1, 1);
        const TensorId b = net.conv(x, 40, 1, 1);
        const TensorId c = net.conv(a, 1, 1, 1);
        const TensorId d = net.conv(b, 1, 1, 1);
        const Graph graph = net.finish({net.add(c, d)});
        PlanOptions apart;
        apart.overlap = false;
        const Plan plan = makePlan(graph, someTarget(), apart);
        QCOMPARE(firstOf(checkPlan(graph, someTarget(), plan, apart)), QString());
        QVERIFY(plan.opByOpBytes >= 2 * 8 * 8 * 40);
        QVERIFY(plan.arenaBytes < 8 * 8 * 40 + 4 * 8 * 8 * 2);
    }

    void plansRandomGraphsSoundly()
    {
        for (unsigned seed = 0; seed < 150; ++seed) {
            const Graph graph = test::randomNet(seed, 4 + int(seed % 30));
            PlanOptions options;
            options.overlap = seed % 5 != 0;
            const Plan plan = makePlan(graph, someTarget(), options);
            const QString problem = firstOf(checkPlan(graph, someTarget(), plan, options));
            QVERIFY2(problem.isEmpty(), qPrintable(QStringLiteral("seed %1: %2").arg(seed).arg(problem)));
            QVERIFY(plan.arenaBytes >= plan.lowerBoundBytes);
        }
    }

    void theCheckerSeesWhatIsWrong()
    {
        const Graph graph = test::keywordNet();
        // Portable convolutions write row by row, which leaves a distance to get wrong.
        PlanOptions options;
        options.portableOnly = true;
        const Plan good = makePlan(graph, someTarget(), options);
        QVERIFY(checkPlan(graph, someTarget(), good, options).empty());
        for (std::size_t i = 0; i < good.buffers.size(); ++i) {
            Plan moved = good;
            moved.buffers[i].offset = good.arenaBytes;
            QVERIFY(!checkPlan(graph, someTarget(), moved, options).empty());
        }
        Plan missing = good;
        missing.buffers.pop_back();
        QVERIFY(!checkPlan(graph, someTarget(), missing, options).empty());
        Plan swapped = good;
        std::swap(swapped.stages[0], swapped.stages[1]);
        QVERIFY(!checkPlan(graph, someTarget(), swapped, options).empty());
        // One row closer than the distance: the third operator overwrites what it still reads.
        Plan closer = good;
        for (PlanBuffer &buffer : closer.buffers) {
            if (buffer.tensor == graph.operators()[2].outputs[0]) {
                const PlanBuffer *input = good.bufferOf(graph.operators()[2].inputs[0]);
                buffer.offset = input->offset;
            }
        }
        QVERIFY(!checkPlan(graph, someTarget(), closer, options).empty());
    }

    void namesTheTensorOfUnknownSize()
    {
        GraphBuilder builder;
        Tensor tensor;
        tensor.name = "frames";
        tensor.shape = {-1, 8};
        const TensorId input = builder.addTensor(tensor);
        tensor.name = "result";
        const TensorId output = builder.addTensor(tensor);
        builder.addOperator({"relu", Activation{}, {input}, {output}});
        builder.setInputs({input});
        builder.setOutputs({output});
        const Graph graph = builder.build();
        try {
            makePlan(graph, someTarget());
            QFAIL("planned a tensor of unknown size");
        } catch (const UnsupportedError &error) {
            QVERIFY(QString::fromUtf8(error.what()).contains(QStringLiteral("frames")));
        }
    }

    void plansTenThousandOperators()
    {
        test::NetMaker net;
        TensorId x = net.input(4, 4, 4);
        for (int i = 0; i < 3'333; ++i) {
            x = net.add(net.relu(x), net.conv(x, 4, 1, 1));
        }
        const Graph graph = net.finish({x});
        const Plan plan = makePlan(graph, someTarget());
        QVERIFY(plan.arenaBytes <= 3 * 64 + 16);
    }
};

TINSMITH_TEST(PlannerTest)

} // namespace tinsmith

#include "planner_test.moc"

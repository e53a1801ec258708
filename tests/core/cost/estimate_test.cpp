// SPDX-License-Identifier: Apache-2.0
#include "core/cost/estimate.h"
#include "core/cost/work.h"
#include "core/planner/planner.h"
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"

#include <limits>

namespace tinsmith {
namespace {

Estimate estimateOn(const Graph &graph, const char *target)
{
    const Target &chip = TargetDatabase::builtIn().at(target);
    return estimate(graph, makePlan(graph, chip), chip);
}

} // namespace

class EstimateTest : public QObject {
    Q_OBJECT
private slots:
    void sumsItsOperators()
    {
        const Graph graph = test::smallCnn(test::ModelMaker::Numbers::Int8);
        const Estimate total = estimateOn(graph, "stm32l4r5");
        QCOMPARE(total.operators.size(), graph.operators().size());
        // 12*12*8*9 + 6*6*16*72 + 144*10
        QCOMPARE(total.macs, 10'368 + 41'472 + 1'440);
        QCOMPARE(total.parameters, 72 + 8 + 1'152 + 16 + 1'440 + 10);
        std::int64_t instructions = 0;
        std::int64_t weights = 0;
        for (const OperatorCost &cost : total.operators) {
            instructions += cost.instructions;
            weights += cost.weightBytes;
        }
        QCOMPARE(total.instructions, instructions);
        QCOMPARE(total.weightBytes, weights);
        QVERIFY(total.weightBytes >= 72 + 1'152 + 1'440 + 4 * 34);
        QCOMPARE(total.flashBytes, total.weightBytes + total.codeBytes);
        QVERIFY(total.ramBytes > total.arenaBytes + total.stackBytes);
        QVERIFY(total.fits);
        QVERIFY(total.latencyMs > 0 && total.energyUj > 0);
    }

    void cyclesAndClockGiveTheLatency()
    {
        const Graph graph = test::residualCnn(test::ModelMaker::Numbers::Int8);
        const Estimate slow = estimateOn(graph, "rp2040");
        const Estimate fast = estimateOn(graph, "stm32l4r5");
        QVERIFY(slow.instructions > fast.instructions);
        QVERIFY(slow.cycles > slow.instructions);
        QVERIFY(qAbs(fast.latencyMs - 1000.0 * double(fast.cycles) / 120e6) < 1e-9);
        QCOMPARE(slow.energyUj, 0.0);
    }

    void floatCostsMoreThanInt8()
    {
        const Estimate real = estimateOn(test::smallCnn(test::ModelMaker::Numbers::Float32), "rp2040");
        const Estimate quantized = estimateOn(test::smallCnn(test::ModelMaker::Numbers::Int8), "rp2040");
        QCOMPARE(real.macs, quantized.macs);
        QVERIFY(real.instructions > 5 * quantized.instructions);
        QVERIFY(real.weightBytes > 3 * quantized.weightBytes);
    }

    void saysWhenItDoesNotFit()
    {
        test::ModelMaker make(test::ModelMaker::Numbers::Int8);
        TensorId x = make.input("image", {1, 64, 64, 3});
        x = make.conv(x, 16, 3);
        const Graph graph = make.finish({x});
        QVERIFY(!estimateOn(graph, "atmega328p").fits);
        QVERIFY(estimateOn(graph, "stm32l4r5").fits);
    }

    void countsBeyondInt64StayTheLargest()
    {
        test::ModelMaker make(test::ModelMaker::Numbers::Float32);
        constexpr std::int64_t side = std::int64_t{1} << 22;
        const TensorId x = make.input("image", {1, side, side, 1});
        Pool2D pool;
        pool.function = PoolFunction::Average;
        pool.kernelH = pool.kernelW = side;
        pool.padding.mode = PaddingMode::Same;
        const Graph graph = make.finish(make.op(pool, {x}, 1, "pool"));
        constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
        QCOMPARE(workOf(graph, graph.operators().front()).inputs, most);
        const Estimate total = estimateOn(graph, "stm32l4r5");
        QVERIFY(total.cycles > most / 1000);
        QVERIFY(!total.fits);
    }

    void reshapesCostNothing()
    {
        const Graph graph = test::smallCnn(test::ModelMaker::Numbers::Int8);
        for (std::size_t i = 0; i < graph.operators().size(); ++i) {
            const Work work = workOf(graph, graph.operators()[i]);
            QCOMPARE(work.kind == KernelKind::Nothing, graph.operators()[i].is<Reshape>());
        }
    }
};

TINSMITH_TEST(EstimateTest)

} // namespace tinsmith

#include "estimate_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "core/planner/dsp_sum.h"
#include "tests/support/test_main.h"

#include <cmath>
#include <random>

#include "dsp/ts_dsp_sum.h"

using namespace tinsmith;

/// int8 sums by table against the fixed-point arithmetic of the host executor.
class DspSumTest : public QObject {
    Q_OBJECT

private slots:
    void sum_data()
    {
        QTest::addColumn<int>("function");
        QTest::addColumn<float>("scaleA");
        QTest::addColumn<float>("scaleB");
        QTest::addColumn<int>("zeroOut");
        QTest::addColumn<int>("activation");
        const int none = static_cast<int>(FusedActivation::None);
        const int relu = static_cast<int>(FusedActivation::Relu);
        for (const auto function : {BinaryFunction::Add, BinaryFunction::Sub}) {
            const int f = static_cast<int>(function);
            const std::string name = function == BinaryFunction::Add ? "add" : "sub";
            QTest::newRow((name + ", first larger").c_str()) << f << 0.05F << 0.031F << 7 << none;
            QTest::newRow((name + ", second larger").c_str()) << f << 0.031F << 0.05F << -7 << none;
            QTest::newRow((name + ", equal").c_str()) << f << 0.05F << 0.05F << 0 << none;
            QTest::newRow((name + ", relu").c_str()) << f << 0.05F << 0.02F << -128 << relu;
            QTest::newRow((name + ", relu above the lowest value").c_str()) << f << 0.05F << 0.02F << -60 << relu;
        }
    }

    void sum()
    {
        QFETCH(int, function);
        QFETCH(float, scaleA);
        QFETCH(float, scaleB);
        QFETCH(int, zeroOut);
        QFETCH(int, activation);
        std::mt19937 random(3);
        std::vector<std::int8_t> a;
        std::vector<std::int8_t> b;
        for (int i = -128; i < 128; ++i) {
            for (int k = 0; k < 9; ++k) {
                a.push_back(static_cast<std::int8_t>(i));
                b.push_back(static_cast<std::int8_t>(random()));
            }
        }
        const Graph graph = makeGraph(static_cast<BinaryFunction>(function), scaleA, scaleB, zeroOut,
            static_cast<FusedActivation>(activation), static_cast<std::int64_t>(a.size()));
        const OperatorId id = graph.operatorNamed("sum");
        const auto how = dspSum(graph, id);
        QVERIFY(how.has_value());
        std::vector<std::int8_t> got(a.size());
        ts_dsp_sum_i8(how->firstIsLarge ? a.data() : b.data(), how->firstIsLarge ? b.data() : a.data(), got.data(),
            how->table.data(), static_cast<std::int32_t>(how->count), how->sign, how->multiplier, how->offset,
            how->shift, how->zeroPoint, how->bounds.min, how->bounds.max);
        const SumParameters p = sumParameters(graph, graph.op(id));
        for (std::size_t i = 0; i < a.size(); ++i) {
            const std::int32_t first = requantize((a[i] - p.zeroPoint1) * (1 << 20), p.factor1);
            const std::int32_t second = requantize((b[i] - p.zeroPoint2) * (1 << 20), p.factor2);
            const bool subtracts = static_cast<BinaryFunction>(function) == BinaryFunction::Sub;
            const std::int32_t value = requantize(subtracts ? first - second : first + second, p.output);
            QCOMPARE(int{got[i]}, int{clampTo(value + p.outputZeroPoint, p.bounds.min, p.bounds.max)});
        }
    }

    void broadcastIsRefused()
    {
        GraphBuilder builder;
        const TensorId a = builder.addTensor(activation("a", {1, 8}, 0.05F, 0));
        const TensorId b = builder.addTensor(activation("b", {1, 1}, 0.05F, 0));
        const TensorId out = builder.addTensor(activation("out", {1, 8}, 0.1F, 0));
        builder.addOperator({"sum", Binary{BinaryFunction::Add, FusedActivation::None}, {a, b}, {out}});
        builder.setInputs({a, b});
        builder.setOutputs({out});
        const Graph graph = builder.build();
        QVERIFY(!dspSum(graph, graph.operatorNamed("sum")).has_value());
    }

private:
    static Tensor activation(std::string name, Shape shape, float scale, std::int64_t zero)
    {
        return {std::move(name), ElementType::Int8, std::move(shape), Quantization{{scale}, {zero}, 0}, {}, false, {}};
    }

    static Graph makeGraph(BinaryFunction function, float scaleA, float scaleB, std::int64_t zeroOut,
        FusedActivation fused, std::int64_t count)
    {
        GraphBuilder builder;
        const TensorId a = builder.addTensor(activation("a", {1, count}, scaleA, -3));
        const TensorId b = builder.addTensor(activation("b", {1, count}, scaleB, 19));
        const TensorId out = builder.addTensor(activation("out", {1, count}, 0.06F, zeroOut));
        builder.addOperator({"sum", Binary{function, fused}, {a, b}, {out}});
        builder.setInputs({a, b});
        builder.setOutputs({out});
        return builder.build();
    }
};

TINSMITH_TEST(DspSumTest)
#include "dsp_sum_test.moc"

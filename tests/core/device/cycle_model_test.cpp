// SPDX-License-Identifier: Apache-2.0
#include "core/device/cycle_model.h"
#include "tests/support/test_main.h"

#include <numeric>

namespace tinsmith {
namespace {

double cyclesOf(
    const std::map<std::uint32_t, Instruction> &code, const std::map<std::uint32_t, std::int64_t> &counts, Core core)
{
    const auto cycles = modelCycles(code, counts, platformOf(core));
    return std::accumulate(cycles.begin(), cycles.end(), 0.0, [](double sum, const auto &c) { return sum + c.second; });
}

double cyclesOfOne(const char *mnemonic, const char *operands, Core core)
{
    return cyclesOf({{0, {mnemonic, operands}}}, {{0, 1}}, core);
}

class CycleModelTest : public QObject {
    Q_OBJECT

private slots:
    void singleInstructions_data()
    {
        QTest::addColumn<QString>("mnemonic");
        QTest::addColumn<QString>("operands");
        QTest::addColumn<double>("m4");
        QTest::addColumn<double>("m3");
        QTest::addColumn<double>("m0");
        QTest::newRow("add") << "adds"
                             << "r0, r1, r2" << 1.0 << 1.0 << 1.0;
        QTest::newRow("load") << "ldrsb"
                              << "r0, [r1]" << 2.0 << 2.0 << 2.0;
        QTest::newRow("store") << "strb"
                               << "r0, [r1]" << 1.0 << 1.0 << 2.0;
        QTest::newRow("pair") << "ldrd"
                              << "r0, r1, [r2], #8" << 3.0 << 3.0 << 3.0;
        QTest::newRow("multiple") << "ldmia"
                                  << "r0!, {r1, r2, r3}" << 4.0 << 4.0 << 4.0;
        QTest::newRow("range") << "push"
                               << "{r4-r7, lr}" << 6.0 << 6.0 << 6.0;
        QTest::newRow("return") << "pop"
                                << "{r4, pc}" << 6.0 << 6.0 << 6.0;
        QTest::newRow("mla") << "mla"
                             << "r0, r1, r2, r3" << 1.0 << 2.0 << 1.0;
        QTest::newRow("smlad") << "smlad"
                               << "r0, r1, r2, r3" << 1.0 << 1.0 << 1.0;
        QTest::newRow("long") << "smull"
                              << "r0, r1, r2, r3" << 1.0 << 4.0 << 1.0;
        QTest::newRow("jump") << "b"
                              << "100" << 3.0 << 3.0 << 3.0;
    }

    void singleInstructions()
    {
        QFETCH(QString, mnemonic);
        QFETCH(QString, operands);
        QFETCH(double, m4);
        QFETCH(double, m3);
        QFETCH(double, m0);
        const QByteArray m = mnemonic.toUtf8();
        const QByteArray o = operands.toUtf8();
        QCOMPARE(cyclesOfOne(m, o, Core::CortexM4F), m4);
        QCOMPARE(cyclesOfOne(m, o, Core::CortexM3), m3);
        QCOMPARE(cyclesOfOne(m, o, Core::CortexM0), m0);
    }

    void neighbouringLoadsOverlap()
    {
        const std::map<std::uint32_t, Instruction> code{
            {0, {"ldr", "r0, [r1]"}}, {4, {"ldr", "r2, [r3]"}}, {8, {"adds", "r0, r2"}}};
        QCOMPARE(cyclesOf(code, {{0, 10}, {4, 10}, {8, 10}}, Core::CortexM4F), 40.0);
        QCOMPARE(cyclesOf(code, {{0, 10}, {4, 10}, {8, 10}}, Core::CortexM0), 50.0);
    }

    void loopBranchIsTakenAllButOnce()
    {
        const std::map<std::uint32_t, Instruction> code{{0, {"subs", "r0, #1"}}, {2, {"bne", "0"}}, {4, {"nop", ""}}};
        QCOMPARE(cyclesOf(code, {{0, 100}, {2, 100}, {4, 1}}, Core::CortexM4F), 100.0 + 99 * 3 + 1 + 1);
    }

    void vectorsTakeTwoCyclesOnM55()
    {
        QCOMPARE(cyclesOfOne("vmladava.s8", "r0, q1, q2", Core::CortexM55), 2.0);
        QCOMPARE(cyclesOfOne("vldrb.8", "q0, [r1]", Core::CortexM55), 2.0);
        QCOMPARE(cyclesOfOne("vadd.f32", "s0, s1, s2", Core::CortexM55), 1.0);
    }
};

TINSMITH_TEST(CycleModelTest)

} // namespace
} // namespace tinsmith

#include "cycle_model_test.moc"

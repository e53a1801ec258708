// SPDX-License-Identifier: Apache-2.0
#include "tests/core/random_graphs/numerics.h"
#include "tests/core/random_graphs/shrink.h"
#include "tests/fixtures/random_graph.h"
#include "tests/support/test_main.h"

#include <algorithm>

using namespace tinsmith;
using namespace tinsmith::test;

class RandomNumericsTest : public QObject {
    Q_OBJECT

private slots:
    void seedsThatDifferedOnce_data()
    {
        QTest::addColumn<qulonglong>("seed");
        QTest::newRow("Acosh of what int8 rounds to less than 1") << 1000666ULL;
        QTest::newRow("Acosh of what an int8 convolution rounds") << 1001143ULL;
        QTest::newRow("Acosh of a sum of means") << 77778472ULL;
        QTest::newRow("Maximum of a Tanh and what reaches further") << 1004873ULL;
    }

    void seedsThatDifferedOnce()
    {
        QFETCH(const qulonglong, seed);
        Tally tally;
        const Graph graph = randomGraph(seed);
        QCOMPARE(whyFloatDiffers(graph, seed, tally), std::string());
        QCOMPARE(whyInt8Differs(graph, seed, tally), std::string());
    }

    void floatAndInt8Agree()
    {
        const auto count = static_cast<std::uint64_t>(qEnvironmentVariableIntValue("TINSMITH_RANDOM_GRAPHS"));
        const auto first = static_cast<std::uint64_t>(qEnvironmentVariableIntValue("TINSMITH_RANDOM_FIRST"));
        Tally tally;
        int failures = 0;
        for (std::uint64_t seed = first; seed < first + (count == 0 ? 2000 : count); ++seed) {
            const Graph graph = randomGraph(seed);
            for (const auto check : {whyFloatDiffers, whyInt8Differs}) {
                const std::string why = check(graph, seed, tally);
                if (!why.empty() && ++failures <= 5) {
                    reportFailure(seed, [&](const Graph &smaller) {
                        Tally other;
                        return check(smaller, seed, other);
                    });
                }
            }
        }
        std::sort(tally.boundsInSteps.begin(), tally.boundsInSteps.end());
        const double median = tally.boundsInSteps.empty() ? 0 : tally.boundsInSteps[tally.boundsInSteps.size() / 2];
        qInfo(
            "%d graphs, %d operators; int8: %d graphs, %d operators; %d activations within the bound of the float run "
            "(median %.1f steps), %d without a bound",
            tally.graphs, tally.operators, tally.int8Graphs, tally.int8Operators, tally.outputsBounded, median,
            tally.outputsUnbounded);
        QCOMPARE(failures, 0);
    }
};

TINSMITH_TEST(RandomNumericsTest)
#include "numerics_test.moc"

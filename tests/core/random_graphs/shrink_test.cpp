// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"
#include "core/formats/model_file.h"
#include "tests/core/random_graphs/numerics.h"
#include "tests/core/random_graphs/shrink.h"
#include "tests/fixtures/random_graph.h"
#include "tests/support/test_main.h"

#include <QTemporaryDir>

#include <algorithm>

using namespace tinsmith;
using namespace tinsmith::test;

namespace {

/// The graph as a kernel would run it that takes the largest instead of the average.
Graph withWrongPools(const Graph &graph)
{
    GraphBuilder builder(graph);
    for (std::size_t i = 0; i < graph.operators().size(); ++i) {
        if (auto *pool = std::get_if<Pool2D>(&builder.op(OperatorId(i)).kind)) {
            pool->function = PoolFunction::Max;
        }
    }
    return builder.build();
}

std::string brokenComparison(const Graph &graph)
{
    Executor right(graph);
    Executor wrong(withWrongPools(graph));
    for (const auto &inputs : samplesOf(graph, 1, 1)) {
        if (right.run(inputs) != wrong.run(inputs)) {
            return "an output differs";
        }
    }
    return {};
}

} // namespace

class ShrinkTest : public QObject {
    Q_OBJECT

private slots:
    void aFailingGraphShrinksToTheOperatorAtFault()
    {
        int shrunkGraphs = 0;
        for (std::uint64_t seed = 0; shrunkGraphs < 5; ++seed) {
            const Graph graph = randomGraph(seed);
            if (graph.operators().size() < 6 || brokenComparison(graph).empty()) {
                continue;
            }
            ++shrunkGraphs;
            const ShrunkGraph shrunk = shrink(graph, brokenComparison);
            QVERIFY(!brokenComparison(shrunk.graph).empty());
            QCOMPARE(shrunk.graph.operators().size(), std::size_t(1));
            QVERIFY(shrunk.graph.operators()[0].is<Pool2D>());
            QTemporaryDir folder;
            const std::string text = reproducer(shrunk, seed, folder.path().toStdString());
            QVERIFY2(text.find("seed " + std::to_string(seed) + ", shrunk to 1 operators: an output differs") == 0,
                text.c_str());
            const QStringList files = QDir(folder.path()).entryList(QDir::Files);
            QCOMPARE(files.size(), 1);
            const Graph read = readModel(folder.filePath(files[0]).toStdString());
            QCOMPARE(read.operators().size(), std::size_t(1));
        }
    }

    void whatDoesNotFailStaysAsItIs()
    {
        const Graph graph = randomGraph(3);
        const ShrunkGraph shrunk = shrink(graph, [](const Graph &) { return std::string(); });
        QVERIFY(shrunk.why.empty());
        QCOMPARE(shrunk.graph.operators().size(), graph.operators().size());
    }
};

TINSMITH_TEST(ShrinkTest)
#include "shrink_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "core/graph/error.h"
#include "tests/core/random_graphs/batch_package.h"
#include "tests/core/random_graphs/shrink.h"
#include "tests/fixtures/random_graph.h"
#include "tests/support/test_main.h"

#include <algorithm>
#include <future>
#include <set>
#include <string>
#include <vector>

using namespace tinsmith;
using namespace tinsmith::test;

namespace {

constexpr std::uint64_t perBatch = 50;

struct Finding {
    std::size_t packages = 0;
    std::size_t operators = 0;
    std::size_t dspPackages = 0;
    std::size_t oddInPlace = 0;
    std::vector<std::string> lines;
    std::set<std::uint64_t> seeds;
};

/// float32 and int8 on the portable kernels, and int8 on those for the DSP instructions, by their equivalents in C.
ExportOptions allVariants()
{
    ExportOptions options;
    options.dsp = true;
    return options;
}

/// Optimisation takes twice the time and finds what unoptimised code hides, and the other way round: every fourth batch
/// has it, and two of 2,000 graphs the sanitizers as well.
BatchBuild buildOf(std::uint64_t seed)
{
    const std::uint64_t batch = seed / perBatch;
    return batch % 20 == 0 ? BatchBuild::Sanitized : batch % 4 == 1 ? BatchBuild::Optimized : BatchBuild::Quick;
}

/// The same for one graph, as the shrinker asks it.
std::string whyExportFails(const Graph &graph, std::uint64_t seed)
{
    const auto exports = exportsOf(graph, seed, allVariants());
    const auto lines = exports.empty() ? std::vector<std::string>() : whyBatchFails(exports, buildOf(seed));
    return lines.empty() ? std::string() : lines.front();
}

Finding checkBatch(std::uint64_t first, std::uint64_t end)
{
    Finding finding;
    std::vector<ExportedGraph> graphs;
    for (std::uint64_t seed = first; seed < end; ++seed) {
        try {
            for (ExportedGraph &exported : exportsOf(randomGraph(seed), seed, allVariants())) {
                finding.operators += exported.graph.operators().size();
                finding.dspPackages += exported.dspOperators > 0 ? 1 : 0;
                finding.oddInPlace += exported.oddInPlace;
                graphs.push_back(std::move(exported));
            }
        } catch (const Error &error) {
            finding.lines.push_back("seed " + std::to_string(seed) + ": " + error.what());
            finding.seeds.insert(seed);
        }
    }
    finding.packages = graphs.size();
    if (!graphs.empty()) {
        const auto lines = whyBatchFails(graphs, buildOf(first));
        finding.lines.insert(finding.lines.end(), lines.begin(), lines.end());
        for (const std::string &line : lines) {
            // "seed 12: ..."; what the compiler says is of all.
            if (line.rfind("seed ", 0) == 0) {
                finding.seeds.insert(std::stoull(line.substr(5)));
            }
        }
    }
    return finding;
}

} // namespace

class RandomExportTest : public QObject {
    Q_OBJECT

private slots:
    void exportedCEqualsTheExecutor_data()
    {
        QTest::addColumn<qulonglong>("first");
        QTest::addColumn<qulonglong>("end");
        bool given = false;
        const int wanted = qEnvironmentVariableIntValue("TINSMITH_RANDOM_GRAPHS", &given);
        const auto first = static_cast<std::uint64_t>(qEnvironmentVariableIntValue("TINSMITH_RANDOM_FIRST"));
        const std::uint64_t end = first + (given ? static_cast<std::uint64_t>(wanted) : 2000);
        for (std::uint64_t at = first; at < end; at += 2 * perBatch) {
            const std::uint64_t next = std::min(end, at + 2 * perBatch);
            QTest::addRow("seeds %llu to %llu", static_cast<qulonglong>(at), static_cast<qulonglong>(next - 1))
                << static_cast<qulonglong>(at) << static_cast<qulonglong>(next);
        }
    }

    void exportedCEqualsTheExecutor()
    {
        QFETCH(const qulonglong, first);
        QFETCH(const qulonglong, end);
        // Two at a time: the compiler is what takes long.
        const std::uint64_t middle = std::min<std::uint64_t>(end, first + perBatch);
        auto other = std::async(std::launch::async, checkBatch, middle, end);
        Finding all = checkBatch(first, middle);
        const Finding more = other.get();
        all.lines.insert(all.lines.end(), more.lines.begin(), more.lines.end());
        all.seeds.insert(more.seeds.begin(), more.seeds.end());
        for (const std::string &line : all.lines) {
            qWarning("%s", line.c_str());
        }
        int reported = 0;
        for (const std::uint64_t seed : all.seeds) {
            if (++reported <= 2) {
                reportFailure(seed, [&](const Graph &graph) { return whyExportFails(graph, seed); });
            }
        }
        packages_ += all.packages + more.packages;
        operators_ += all.operators + more.operators;
        dspPackages_ += all.dspPackages + more.dspPackages;
        oddInPlace_ += all.oddInPlace + more.oddInPlace;
        graphs_ += end - first;
        QCOMPARE(all.lines.size(), std::size_t(0));
    }

    /// Of so many graphs enough run on the kernels for the DSP instructions, and in place where pixels are left over.
    void dspKernelsAreDrawn()
    {
        QVERIFY2(dspPackages_ * 4 >= graphs_ || graphs_ < 500, qPrintable(QString::number(dspPackages_)));
        QVERIFY2(oddInPlace_ * 40 >= graphs_ || graphs_ < 500, qPrintable(QString::number(oddInPlace_)));
    }

    void cleanupTestCase()
    {
        qInfo("%zu packages of %zu operators, %zu packages with DSP kernels, %zu odd convolutions in place", packages_,
            operators_, dspPackages_, oddInPlace_);
    }

private:
    std::size_t packages_ = 0;
    std::size_t operators_ = 0;
    std::size_t dspPackages_ = 0;
    std::size_t oddInPlace_ = 0;
    std::size_t graphs_ = 0;
};

TINSMITH_TEST(RandomExportTest)
#include "export_test.moc"

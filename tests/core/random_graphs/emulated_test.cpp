// SPDX-License-Identifier: Apache-2.0
#include "core/device/verify.h"
#include "core/graph/error.h"
#include "tests/core/random_graphs/batch_package.h"
#include "tests/core/random_graphs/shrink.h"
#include "tests/fixtures/random_graph.h"
#include "tests/support/test_main.h"

#include <QStandardPaths>

#include <algorithm>

using namespace tinsmith;
using namespace tinsmith::test;

namespace {

constexpr std::size_t perImage = 100;

bool bytesOnly(const ExportedGraph &exported)
{
    return std::all_of(exported.graph.outputs().begin(), exported.graph.outputs().end(),
        [&](TensorId id) { return exported.graph.tensor(id).type == ElementType::Int8; });
}

std::vector<std::string> whyEmulatedBatchFails(const std::vector<ExportedGraph> &graphs)
{
    const BatchPackage batch = batchOf(graphs);
    std::vector<PackageOptions::Vector> vectors;
    for (std::size_t n = 0; n < graphs.front().inputs.size(); ++n) {
        vectors.push_back({{batchInput(graphs, n, std::byte{0xA5})}, {batchOutput(graphs, n)}});
    }
    MeasureOptions options;
    options.optimization = "-O1";
    const Verification result = verify(batch.package, roomyTarget(), vectors, {}, options);
    std::vector<std::string> lines;
    for (std::size_t n = 0; n < vectors.size() && !result.exact; ++n) {
        const auto more = whyBatchDiffers(graphs, n, result.measurement.outputs[n][0]);
        lines.insert(lines.end(), more.begin(), more.end());
    }
    return lines;
}

std::vector<ExportedGraph> withDspLayers(const Graph &graph, std::uint64_t seed)
{
    std::vector<ExportedGraph> exports = exportsOf(graph, seed, false, true);
    const auto misses
        = [](const ExportedGraph &exported) { return exported.dspOperators == 0 || !bytesOnly(exported); };
    exports.erase(std::remove_if(exports.begin(), exports.end(), misses), exports.end());
    return exports;
}

} // namespace

class RandomEmulatedTest : public QObject {
    Q_OBJECT

private slots:
    void dspKernelsEqualTheExecutor()
    {
        for (const char *program : {"arm-none-eabi-gcc", "arm-none-eabi-objdump", "qemu-system-arm"}) {
            if (QStandardPaths::findExecutable(QString::fromLatin1(program)).isEmpty()) {
                QSKIP(qPrintable(QString("%1 is not installed").arg(QLatin1String(program))));
            }
        }
        std::vector<ExportedGraph> graphs;
        std::size_t dspOperators = 0;
        const auto first = static_cast<std::uint64_t>(qEnvironmentVariableIntValue("TINSMITH_RANDOM_FIRST"));
        for (std::uint64_t seed = first; graphs.size() < perImage; ++seed) {
            for (ExportedGraph &exported : withDspLayers(randomGraph(seed), seed)) {
                dspOperators += exported.dspOperators;
                graphs.push_back(std::move(exported));
            }
        }
        const auto lines = whyEmulatedBatchFails(graphs);
        for (const std::string &line : lines) {
            qWarning("%s", line.c_str());
        }
        if (!lines.empty()) {
            const std::uint64_t seed = std::stoull(lines.front().substr(5));
            reportFailure(seed, [&](const Graph &graph) {
                const auto exports = withDspLayers(graph, seed);
                const auto again = exports.empty() ? std::vector<std::string>() : whyEmulatedBatchFails(exports);
                return again.empty() ? std::string() : again.front();
            });
        }
        qInfo("%zu packages to seed %llu, %zu operators by dsp kernels", graphs.size(),
            static_cast<unsigned long long>(graphs.back().seed), dspOperators);
        QCOMPARE(lines.size(), std::size_t(0));
    }
};

TINSMITH_TEST(RandomEmulatedTest)
#include "emulated_test.moc"

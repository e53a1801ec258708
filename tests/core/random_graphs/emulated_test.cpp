// SPDX-License-Identifier: Apache-2.0
#include "core/device/verify.h"
#include "core/graph/error.h"
#include "tests/core/random_graphs/batch_package.h"
#include "tests/core/random_graphs/shrink.h"
#include "tests/fixtures/random_graph.h"
#include "tests/support/test_main.h"

#include <QStandardPaths>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

using namespace tinsmith;
using namespace tinsmith::test;

namespace {

/// One image holds so many packages.
constexpr std::size_t perImage = 100;

struct EmulatedCore {
    const char *name;
    Core core;
    bool dsp;
    std::vector<std::string> compilerOptions;
    /// Packages, where TINSMITH_RANDOM_EMULATED does not say how many.
    std::size_t packages;
    /// Of the first graph: each core sees others.
    std::uint64_t seed;
};

const std::vector<EmulatedCore> cores = {{"Cortex-M4", Core::CortexM4F, true, {}, 100, 0},
    {"Cortex-M4 that traps unaligned accesses", Core::CortexM4F, true, {"-mno-unaligned-access"}, 40, 400},
    {"Cortex-M33", Core::CortexM33, true, {}, 40, 800}, {"Cortex-M0", Core::CortexM0, false, {}, 40, 1200}};

Target targetOf(const EmulatedCore &core)
{
    Target target = roomyTarget();
    target.core = core.core;
    target.fpu = core.core != Core::CortexM0;
    target.dsp = core.dsp;
    return target;
}

bool bytesOnly(const ExportedGraph &exported)
{
    return std::all_of(exported.graph.outputs().begin(), exported.graph.outputs().end(),
        [&](TensorId id) { return exported.graph.tensor(id).type == ElementType::Int8; });
}

std::vector<std::string> whyEmulatedBatchFails(const std::vector<ExportedGraph> &graphs, const EmulatedCore &core)
{
    const BatchPackage batch = batchOf(graphs);
    std::vector<PackageOptions::Vector> vectors;
    for (std::size_t n = 0; n < graphs.front().inputs.size(); ++n) {
        vectors.push_back({{batchInput(graphs, n, std::byte{0xA5})}, {batchOutput(graphs, n)}});
    }
    MeasureOptions options;
    options.optimization = "-O1";
    options.compilerOptions = core.compilerOptions;
    const Verification result = verify(batch.package, targetOf(core), vectors, {}, options);
    std::vector<std::string> lines;
    for (std::size_t n = 0; n < vectors.size() && !result.exact; ++n) {
        const auto more = whyBatchDiffers(graphs, n, result.measurement.outputs[n][0]);
        lines.insert(lines.end(), more.begin(), more.end());
    }
    return lines;
}

/// int8 packages: for a core with DSP instructions those that use them.
std::vector<ExportedGraph> packagesFor(const EmulatedCore &core, const Graph &graph, std::uint64_t seed)
{
    ExportOptions options;
    options.target = targetOf(core);
    options.float32 = false;
    options.portable = !core.dsp;
    options.dsp = core.dsp;
    std::vector<ExportedGraph> exports = exportsOf(graph, seed, options);
    exports.erase(std::remove_if(exports.begin(), exports.end(), std::not_fn(bytesOnly)), exports.end());
    return exports;
}

} // namespace

/// The kernels as they run on the cores: what the assembly and the cross compiler make of random graphs.
class RandomEmulatedTest : public QObject {
    Q_OBJECT

private slots:
    void packagesEqualTheExecutor_data()
    {
        QTest::addColumn<int>("core");
        for (std::size_t i = 0; i < cores.size(); ++i) {
            QTest::newRow(cores[i].name) << static_cast<int>(i);
        }
    }

    void packagesEqualTheExecutor()
    {
        for (const char *program : {"arm-none-eabi-gcc", "arm-none-eabi-objdump", "qemu-system-arm"}) {
            if (QStandardPaths::findExecutable(QString::fromLatin1(program)).isEmpty()) {
                QSKIP(qPrintable(QString("%1 is not installed").arg(QLatin1String(program))));
            }
        }
        QFETCH(int, core);
        const EmulatedCore &emulated = cores[static_cast<std::size_t>(core)];
        bool given = false;
        const int wanted = qEnvironmentVariableIntValue("TINSMITH_RANDOM_EMULATED", &given);
        const std::size_t packages = given ? static_cast<std::size_t>(std::max(wanted, 0)) : emulated.packages;
        std::uint64_t seed
            = emulated.seed + static_cast<std::uint64_t>(qEnvironmentVariableIntValue("TINSMITH_RANDOM_FIRST"));
        std::size_t done = 0;
        std::size_t dspOperators = 0;
        std::size_t oddInPlace = 0;
        std::size_t findings = 0;
        while (done < packages) {
            std::vector<ExportedGraph> graphs;
            for (; graphs.size() < std::min(perImage, packages - done); ++seed) {
                for (ExportedGraph &exported : packagesFor(emulated, randomGraph(seed), seed)) {
                    dspOperators += exported.dspOperators;
                    oddInPlace += exported.oddInPlace;
                    graphs.push_back(std::move(exported));
                }
            }
            done += graphs.size();
            const auto lines = whyEmulatedBatchFails(graphs, emulated);
            findings += lines.size();
            for (const std::string &line : lines) {
                qWarning("%s", line.c_str());
            }
            if (!lines.empty() && lines.size() == findings) {
                report(emulated, std::stoull(lines.front().substr(5)));
            }
        }
        qInfo("%zu packages to seed %llu, %zu operators on DSP kernels, %zu odd convolutions in place", done,
            static_cast<unsigned long long>(seed - 1), dspOperators, oddInPlace);
        QCOMPARE(findings, std::size_t(0));
    }

private:
    static void report(const EmulatedCore &core, std::uint64_t seed)
    {
        reportFailure(seed, [&](const Graph &graph) {
            const auto exports = packagesFor(core, graph, seed);
            const auto again = exports.empty() ? std::vector<std::string>() : whyEmulatedBatchFails(exports, core);
            return again.empty() ? std::string() : again.front();
        });
    }
};

TINSMITH_TEST(RandomEmulatedTest)
#include "emulated_test.moc"

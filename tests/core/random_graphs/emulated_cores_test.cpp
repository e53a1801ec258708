// SPDX-License-Identifier: Apache-2.0
#include "core/device/verify.h"
#include "core/graph/error.h"
#include "tests/core/random_graphs/batch_package.h"
#include "tests/fixtures/random_graph.h"
#include "tests/support/test_main.h"

#include <QStandardPaths>

#include <algorithm>

using namespace tinsmith;
using namespace tinsmith::test;

namespace {

/// The share of TINSMITH_RANDOM_GRAPHS, 2,000 by default, that a core runs.
int share(int part)
{
    bool given = false;
    const int graphs = qEnvironmentVariableIntValue("TINSMITH_RANDOM_GRAPHS", &given);
    return std::max((given ? graphs : 2000) / part, 1);
}

bool bytesOnly(const ExportedGraph &exported)
{
    return std::all_of(exported.graph.outputs().begin(), exported.graph.outputs().end(),
        [&](TensorId id) { return exported.graph.tensor(id).type == ElementType::Int8; });
}

/// All that the graph's part of an image takes of a small memory.
std::int64_t bytesOf(const ExportedGraph &exported)
{
    std::int64_t bytes = exported.package.arenaBytes + exported.package.weightBytes;
    for (const auto *values : {&exported.inputs.front(), &exported.expected.front()}) {
        for (const auto &value : *values) {
            bytes += static_cast<std::int64_t>(value.size());
        }
    }
    return bytes;
}

std::vector<std::string> whyBatchFailsOn(const Target &target, const std::vector<ExportedGraph> &graphs)
{
    const BatchPackage batch = batchOf(graphs);
    std::vector<PackageOptions::Vector> vectors;
    for (std::size_t n = 0; n < graphs.front().inputs.size(); ++n) {
        vectors.push_back({{batchInput(graphs, n, std::byte{0xA5})}, {batchOutput(graphs, n)}});
    }
    MeasureOptions options;
    options.optimization = "-O1";
    const Verification result = verify(batch.package, target, vectors, {}, options);
    std::vector<std::string> lines;
    for (std::size_t n = 0; n < vectors.size() && !result.exact; ++n) {
        const auto more = whyBatchDiffers(graphs, n, result.measurement.outputs[n][0]);
        lines.insert(lines.end(), more.begin(), more.end());
    }
    return lines;
}

} // namespace

class RandomEmulatedCoresTest : public QObject {
    Q_OBJECT

private slots:
    /// RISC-V has room for all in one image. Of AVR's 56 KB of memory and 112 KB of code an image takes what fits.
    void portableKernelsEqualTheExecutor_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QStringList>("programs");
        QTest::addColumn<int>("graphs");
        QTest::addColumn<int>("bytesPerGraph");
        QTest::addColumn<int>("bytesPerImage");
        QTest::addColumn<int>("graphsPerImage");
        QTest::newRow("RISC-V") << "esp32-c3"
                                << QStringList{"riscv64-unknown-elf-gcc", "riscv64-unknown-elf-objdump",
                                       "qemu-system-riscv32"}
                                << share(20) << (1 << 20) << (8 << 20) << 100;
        QTest::newRow("AVR") << "atmega328p" << QStringList{"avr-gcc", "avr-objdump"} << share(50) << 5000 << 32000
                             << 12;
    }

    void portableKernelsEqualTheExecutor()
    {
        QFETCH(const QString, target);
        QFETCH(const QStringList, programs);
        QFETCH(const int, graphs);
        QFETCH(const int, bytesPerGraph);
        QFETCH(const int, bytesPerImage);
        QFETCH(const int, graphsPerImage);
        for (const QString &program : programs) {
            if (QStandardPaths::findExecutable(program).isEmpty()) {
                QSKIP(qPrintable(program + " is not installed"));
            }
        }
        const Target &chip = TargetDatabase::builtIn().at(target.toStdString());
        std::vector<ExportedGraph> image;
        std::int64_t bytes = 0;
        int done = 0;
        QStringList wrong;
        const auto flush = [&] {
            for (const std::string &line : whyBatchFailsOn(chip, image)) {
                wrong << QString::fromStdString(line);
            }
            done += static_cast<int>(image.size());
            image.clear();
            bytes = 0;
        };
        ExportOptions options;
        options.float32 = false;
        auto seed = static_cast<std::uint64_t>(qEnvironmentVariableIntValue("TINSMITH_RANDOM_FIRST"));
        for (; done + static_cast<int>(image.size()) < graphs; ++seed) {
            for (ExportedGraph &exported : exportsOf(randomGraph(seed), seed, options)) {
                const std::int64_t needed = bytesOf(exported);
                if (!bytesOnly(exported) || needed > bytesPerGraph) {
                    continue;
                }
                if (bytes + needed > bytesPerImage || static_cast<int>(image.size()) == graphsPerImage) {
                    flush();
                }
                bytes += needed;
                image.push_back(std::move(exported));
            }
        }
        flush();
        qInfo("%d packages to seed %llu", done, static_cast<unsigned long long>(seed));
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join('\n')));
    }
};

TINSMITH_TEST(RandomEmulatedCoresTest)
#include "emulated_cores_test.moc"

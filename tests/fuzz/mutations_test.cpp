// SPDX-License-Identifier: Apache-2.0
#include "core/graph/bytes.h"
#include "tests/fuzz/entries.h"
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/seeds.h"
#include "tests/support/test_main.h"

#include <QElapsedTimer>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

namespace tinsmith::fuzz {

/// What the fuzzers do, without one: the same entries on the same changed files each time, TINSMITH_FUZZ_ROUNDS of them
/// where it is set. Where the program dies, the file that did it is the one that TINSMITH_KEEP_FUZZED=FILE has written.
class MutationsTest : public QObject {
    Q_OBJECT

private slots:
    void tflite() { run(tfliteSeeds(), openTflite, mutateBytes, 4000); }
    void onnx() { run(onnxSeeds(), openOnnx, mutateOnnx, 4000); }
    void project() { run(projectSeeds(), openProject, mutateProject, 1000); }

    void foundFiles_data()
    {
        QTest::addColumn<QString>("path");
        for (const auto &entry : std::filesystem::recursive_directory_iterator(foundFolder)) {
            if (entry.is_regular_file()) {
                const auto path = entry.path();
                QTest::newRow(path.filename().c_str()) << QString::fromStdString(path.string());
            }
        }
    }

    /// Files that a fuzzer found a fault with, since mended.
    void foundFiles()
    {
        QFETCH(QString, path);
        const Bytes bytes = Bytes::map(path.toStdString());
        const std::string kind = std::filesystem::path(path.toStdString()).parent_path().filename();
        (kind == "tflite" ? openTflite : kind == "onnx" ? openOnnx : openProject)(bytes.view());
    }

private:
    inline static const std::filesystem::path foundFolder = TINSMITH_SOURCE_DIR "/tests/fuzz/found";

    static void keep(const File &file)
    {
        if (const char *path = std::getenv("TINSMITH_KEEP_FUZZED")) {
            std::ofstream(path, std::ios::binary)
                .write(reinterpret_cast<const char *>(file.data()), static_cast<std::streamsize>(file.size()));
        }
    }

    static void run(const std::vector<Seed> &seeds, const std::function<void(std::span<const std::byte>)> &open,
        const std::function<void(File &, std::mt19937 &)> &mutate, unsigned rounds)
    {
        QVERIFY(!seeds.empty());
        for (const Seed &seed : seeds) {
            keep(seed.bytes);
            open(seed.bytes);
        }
        const char *many = std::getenv("TINSMITH_FUZZ_ROUNDS");
        rounds = many != nullptr ? static_cast<unsigned>(std::atol(many)) : rounds;
        for (unsigned round = 0; round < rounds; ++round) {
            // A seed of its own for each, so that one can be run again alone.
            std::mt19937 random(round);
            const Seed &seed = seeds[round % seeds.size()];
            File file = seed.bytes;
            for (unsigned left = 1 + round % 3; left > 0; --left) {
                mutate(file, random);
            }
            keep(file);
            QElapsedTimer timer;
            timer.start();
            try {
                open(file);
            } catch (const std::exception &problem) {
                const std::string message = "round " + std::to_string(round) + ", " + seed.name + ": " + problem.what();
                QFAIL(message.c_str());
            }
            if (timer.elapsed() > 2000) {
                qInfo("round %u, %s: took %lld ms", round, seed.name.c_str(), timer.elapsed());
            }
        }
    }
};

} // namespace tinsmith::fuzz

using tinsmith::fuzz::MutationsTest;
TINSMITH_TEST(MutationsTest)
#include "mutations_test.moc"

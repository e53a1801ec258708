// SPDX-License-Identifier: Apache-2.0
#include "core/formats/atomic_file.h"
#include "core/formats/model_file.h"
#include "core/formats/tflite/writer.h"
#include "core/graph/error.h"
#include "core/graph/graph.h"
#include "tests/bench/big_model/big_model.h"
#include "tests/support/test_main.h"

#include <QTemporaryDir>

#include <limits>
#include <numeric>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tinsmith::test {

/// What a process holds at most when it opens a model and has looked at every weight once.
class OpeningMemoryTest : public QObject {
    Q_OBJECT

private slots:
    void isASmallMultipleOfTheFile_data()
    {
        QTest::addColumn<int>("place");
        QTest::newRow("raw") << static_cast<int>(WeightPlace::Raw);
        QTest::newRow("floats") << static_cast<int>(WeightPlace::Floats);
        QTest::newRow("external") << static_cast<int>(WeightPlace::External);
    }

    void isASmallMultipleOfTheFile()
    {
        QFETCH(int, place);
        constexpr std::int64_t size = std::int64_t{64} << 20;
        const QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("big.onnx").toStdString();
        writeBigModel(file, size, static_cast<WeightPlace>(place));
        const std::int64_t nothing = peakOf({});
        const std::int64_t opened = peakOf(file) - nothing;
        const double ratio = static_cast<double>(opened) / static_cast<double>(size);
        qInfo("peak memory: %.2f of the file", ratio);
        QVERIFY2(ratio < 1.3, std::to_string(ratio).c_str());
    }

    void tfliteFilesAreOnlyMapped_data()
    {
        QTest::addColumn<quint64>("inside");
        QTest::newRow("weights inside the flatbuffer") << std::numeric_limits<quint64>::max();
        QTest::newRow("weights behind the flatbuffer") << quint64{0};
    }

    /// A file of 128 MiB takes next to nothing before its weights are looked at, and the file's size after.
    void tfliteFilesAreOnlyMapped()
    {
        QFETCH(quint64, inside);
        constexpr std::int64_t size = std::int64_t{128} << 20;
        const QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("big.tflite").toStdString();
        writeFileAtomically(file, writeTflite(largeGraph(size), inside));
        QVERIFY(std::filesystem::file_size(file) >= static_cast<std::uintmax_t>(size));
        const std::int64_t nothing = peakOf({});
        const double ratio = static_cast<double>(peakOf(file, false) - nothing) / static_cast<double>(size);
        const double touched = static_cast<double>(peakOf(file) - nothing) / static_cast<double>(size);
        qInfo("peak memory: %.3f of the file, %.2f with all weights", ratio, touched);
        QVERIFY2(ratio < 0.2, std::to_string(ratio).c_str());
        QVERIFY2(touched < 1.1, std::to_string(touched).c_str());
    }

private:
    /// Four dense layers with `bytes` of weights together.
    static Graph largeGraph(std::int64_t bytes)
    {
        constexpr std::int64_t layers = 4;
        constexpr std::int64_t width = 1024;
        const std::int64_t rows = bytes / layers / width / 4;
        GraphBuilder builder;
        Tensor x;
        x.name = "x";
        x.shape = {1, width};
        const TensorId input = builder.addTensor(x);
        std::vector<TensorId> outputs;
        for (std::int64_t layer = 0; layer < layers; ++layer) {
            // Equal weights would be written once; bytes of 0 would not be seen.
            const std::vector<float> values(static_cast<std::size_t>(rows * width), static_cast<float>(layer) + 1.1F);
            const std::string number = std::to_string(layer);
            const TensorId weights
                = builder.addConstant("w" + number, ElementType::Float32, {rows, width}, Bytes::of(values));
            Tensor y;
            y.name = "y" + number;
            y.shape = {1, rows};
            outputs.push_back(builder.addTensor(y));
            builder.addOperator({"dense" + number, FullyConnected{}, {input, weights}, {outputs.back()}});
        }
        builder.setInputs({input});
        builder.setOutputs(outputs);
        return builder.build();
    }

    /// Bytes that a process of its own had in memory at most.
    static std::int64_t peakOf(const std::filesystem::path &file, bool touch = true)
    {
        const pid_t child = ::fork();
        if (child == 0) {
            ::_exit(open(file, touch));
        }
        int status = 0;
        rusage usage = {};
        ::wait4(child, &status, 0, &usage);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            qFatal("the model did not open");
        }
        return usage.ru_maxrss * 1024;
    }

    static int open(const std::filesystem::path &file, bool touch)
    {
        if (file.empty()) {
            return 0;
        }
        try {
            const Graph graph = readModel(file);
            unsigned sum = 0;
            for (const Tensor &tensor : graph.tensors()) {
                if (tensor.data && touch) {
                    const auto view = tensor.data->view();
                    for (std::size_t at = 0; at < view.size(); at += 512) {
                        sum += std::to_integer<unsigned>(view[at]);
                    }
                }
            }
            return sum == 0 && touch ? 1 : 0;
        } catch (const Error &) {
            return 1;
        }
    }
};

} // namespace tinsmith::test

using tinsmith::test::OpeningMemoryTest;
TINSMITH_TEST(OpeningMemoryTest)
#include "opening_memory_test.moc"

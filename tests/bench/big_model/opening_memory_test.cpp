// SPDX-License-Identifier: Apache-2.0
#include "core/formats/model_file.h"
#include "core/graph/error.h"
#include "tests/bench/big_model/big_model.h"
#include "tests/support/test_main.h"

#include <QTemporaryDir>

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

private:
    /// Bytes that a process of its own had in memory at most.
    static std::int64_t peakOf(const std::filesystem::path &file)
    {
        const pid_t child = ::fork();
        if (child == 0) {
            ::_exit(open(file));
        }
        int status = 0;
        rusage usage = {};
        ::wait4(child, &status, 0, &usage);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            qFatal("the model did not open");
        }
        return usage.ru_maxrss * 1024;
    }

    static int open(const std::filesystem::path &file)
    {
        if (file.empty()) {
            return 0;
        }
        try {
            const Graph graph = readModel(file);
            unsigned sum = 0;
            for (const Tensor &tensor : graph.tensors()) {
                if (tensor.data) {
                    const auto view = tensor.data->view();
                    for (std::size_t at = 0; at < view.size(); at += 512) {
                        sum += std::to_integer<unsigned>(view[at]);
                    }
                }
            }
            return sum == 0 ? 1 : 0;
        } catch (const Error &) {
            return 1;
        }
    }
};

} // namespace tinsmith::test

using tinsmith::test::OpeningMemoryTest;
TINSMITH_TEST(OpeningMemoryTest)
#include "opening_memory_test.moc"

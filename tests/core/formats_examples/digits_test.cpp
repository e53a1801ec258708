// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"
#include "core/formats/model_file.h"
#include "core/formats/npy.h"
#include "tests/support/test_main.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>

using namespace tinsmith;

namespace {

const std::filesystem::path examples = std::filesystem::path(TINSMITH_SOURCE_DIR) / "resources" / "examples";
constexpr std::size_t pixels = 28 * 28;

/// The model's ten scores for one image, as real numbers.
std::vector<float> scores(Executor &executor, const std::uint8_t *image)
{
    const Graph &graph = executor.graph();
    const Tensor &input = graph.tensor(graph.inputs().front());
    TensorValue value;
    for (std::size_t at = 0; at < pixels; ++at) {
        const float real = static_cast<float>(image[at]) / 255.0F;
        if (input.type == ElementType::Float32) {
            const auto bytes = std::as_bytes(std::span(&real, 1));
            value.insert(value.end(), bytes.begin(), bytes.end());
        } else {
            const auto stored = std::lround(real / input.quantization->scale()) + input.quantization->zeroPoint();
            value.push_back(static_cast<std::byte>(std::clamp<std::int64_t>(stored, -128, 127)));
        }
    }
    const std::vector<TensorValue> inputs = {value};
    const TensorValue output = executor.run(inputs).front();
    const Tensor &result = graph.tensor(graph.outputs().front());
    std::vector<float> reals(10);
    if (result.type == ElementType::Float32) {
        std::memcpy(reals.data(), output.data(), output.size());
        return reals;
    }
    std::transform(output.begin(), output.end(), reals.begin(), [&result](std::byte stored) {
        const auto code = static_cast<std::int8_t>(stored);
        return result.quantization->scale() * static_cast<float>(code - result.quantization->zeroPoint());
    });
    return reals;
}

} // namespace

/// The built-in example: small, right on its samples, and the same model in both formats.
class DigitsTest : public QObject {
    Q_OBJECT
private slots:
    void theModelsAreRightOnTheirSamples_data()
    {
        QTest::addColumn<QString>("file");
        for (const char *file : {"digits.tflite", "digits_int8.tflite", "digits.onnx"}) {
            QTest::newRow(file) << file;
        }
    }
    void theModelsAreRightOnTheirSamples()
    {
        QFETCH(QString, file);
        const auto path = examples / file.toStdString();
        QVERIFY(std::filesystem::file_size(path) < 300 * 1024);
        const NpyArray images = loadNpy(examples / "digits" / "inputs.npy");
        const NpyArray labels = loadNpy(examples / "digits" / "labels.npy");
        QCOMPARE(images.shape, Shape({64, 28, 28, 1}));
        QCOMPARE(labels.shape, Shape({64}));
        const auto expected = labels.data.copyAs<std::int32_t>();
        const auto values = images.data.copyAs<std::uint8_t>();
        Executor executor(readModel(path));
        Executor reference(readModel(examples / "digits.tflite"));
        int right = 0;
        for (std::size_t index = 0; index < expected.size(); ++index) {
            const auto found = scores(executor, values.data() + index * pixels);
            const auto wanted = scores(reference, values.data() + index * pixels);
            right += std::max_element(found.begin(), found.end()) - found.begin() == expected[index] ? 1 : 0;
            const float tolerance = file == "digits_int8.tflite" ? 0.3F : 1e-4F;
            for (std::size_t digit = 0; digit < found.size(); ++digit) {
                QVERIFY(std::abs(found[digit] - wanted[digit]) < tolerance);
            }
        }
        QVERIFY2(right >= 62, qPrintable(QString::number(right)));
    }
};

TINSMITH_TEST(DigitsTest)
#include "digits_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "app/trainer/digits.h"

#include "core/execute/executor.h"
#include "core/formats/atomic_file.h"
#include "core/formats/model_file.h"
#include "core/formats/npy.h"
#include "core/quantize/quantize.h"
#include "core/rewrites/rewrite.h"
#include "core/session/data_set.h"
#include "core/train/digit_graph.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <span>
#include <vector>

namespace tinsmith {
namespace {

constexpr std::size_t pixels = 28 * 28;
constexpr std::size_t shippedSamples = 64;

struct Samples {
    std::vector<float> images;
    std::vector<std::int32_t> labels;
};

Tensor inputTensor()
{
    Tensor input;
    input.name = "image";
    input.shape = {1, 28, 28, 1};
    return input;
}

Samples load(const std::filesystem::path &file)
{
    const Tensor input = inputTensor();
    const DataSet data = DataSet::load(file, input);
    Samples samples;
    samples.images.resize(data.size() * pixels);
    for (std::size_t index = 0; index < data.size(); ++index) {
        const auto bytes = data.sampleFor(index, input);
        std::memcpy(samples.images.data() + index * pixels, bytes.data(), bytes.size());
        samples.labels.push_back(data.label(index).value_or(-1));
    }
    return samples;
}

std::span<const float> image(const Samples &samples, std::size_t index)
{
    return std::span(samples.images).subspan(index * pixels, pixels);
}

/// The image as the model's input takes it; an int8 model wants quantized values.
TensorValue inputFor(const Tensor &input, std::span<const float> values)
{
    const auto bytes = std::as_bytes(values);
    if (input.type == ElementType::Float32) {
        return {bytes.begin(), bytes.end()};
    }
    TensorValue quantized;
    for (const float value : values) {
        const auto stored = std::lround(value / input.quantization->scale()) + input.quantization->zeroPoint();
        quantized.push_back(static_cast<std::byte>(std::clamp<std::int64_t>(stored, -128, 127)));
    }
    return quantized;
}

template <typename T>
std::int64_t largest(const TensorValue &value)
{
    std::vector<T> scores(value.size() / sizeof(T));
    std::memcpy(scores.data(), value.data(), value.size());
    return std::max_element(scores.begin(), scores.end()) - scores.begin();
}

double accuracy(const Graph &graph, const Samples &samples)
{
    Executor executor(graph);
    const Tensor &input = graph.tensor(graph.inputs().front());
    const bool quantized = graph.tensor(graph.outputs().front()).type == ElementType::Int8;
    std::size_t right = 0;
    for (std::size_t index = 0; index < samples.labels.size(); ++index) {
        const std::vector<TensorValue> inputs = {inputFor(input, image(samples, index))};
        const auto outputs = executor.run(inputs);
        const auto best = quantized ? largest<std::int8_t>(outputs.front()) : largest<float>(outputs.front());
        right += best == samples.labels[index] ? 1U : 0U;
    }
    return static_cast<double>(right) / static_cast<double>(samples.labels.size());
}

void tell(const char *what, const Graph &graph, const Samples &test)
{
    std::printf("%-40s %.2f %% of %zu test images\n", what, 100 * accuracy(graph, test), test.labels.size());
    std::fflush(stdout);
}

Graph quantized(const Graph &graph, const Samples &train)
{
    constexpr std::size_t calibrationSamples = 300;
    std::vector<std::vector<TensorValue>> samples;
    const Tensor &input = graph.tensor(graph.inputs().front());
    for (std::size_t index = 0; index < std::min(calibrationSamples, train.labels.size()); ++index) {
        samples.push_back({inputFor(input, image(train, index))});
    }
    return quantizeInt8(graph, calibrate(graph, samples));
}

void writeText(const std::filesystem::path &file, const std::string &content)
{
    writeFileAtomically(file, std::as_bytes(std::span(content.data(), content.size())));
}

/// The first test samples as a data set that every command takes.
void writeSamples(const std::filesystem::path &folder, const Samples &test)
{
    std::filesystem::create_directories(folder);
    const std::size_t count = std::min(shippedSamples, test.labels.size());
    std::vector<std::uint8_t> bytes;
    for (const float value : std::span(test.images).first(count * pixels)) {
        bytes.push_back(static_cast<std::uint8_t>(value * 255 + 0.5F));
    }
    const auto labels = std::span(test.labels).first(count);
    const auto rows = static_cast<std::int64_t>(count);
    writeText(
        folder / "inputs.npy", toNpy(ElementType::UInt8, Shape{rows, 28, 28, 1}, std::as_bytes(std::span(bytes))));
    writeText(folder / "labels.npy", toNpy(ElementType::Int32, Shape{rows}, std::as_bytes(labels)));
}

} // namespace

void run(const DigitsCommand &command)
{
    const Samples train = load(command.data / "train-images-idx3-ubyte.gz");
    const Samples test = load(command.data / "t10k-images-idx3-ubyte.gz");
    const Progress progress([](double share, const std::string &phase) {
        std::fprintf(stderr, "%3.0f %%  %s\n", share * 100, phase.c_str());
        return true;
    });
    const DigitWeights weights = trainDigits(train.images, train.labels, command.training, progress);
    const Graph channelsLast = digitGraphChannelsLast(weights);
    std::filesystem::create_directories(command.out);
    writeModel(channelsLast, command.out / "digits.tflite");
    writeSamples(command.out / "digits", test);
    tell("digits.tflite", channelsLast, test);

    const Graph small = quantized(channelsLast, train);
    writeModel(small, command.out / "digits_int8.tflite");
    tell("digits_int8.tflite", small, test);
    const Rewrite *const stride = rewriteNamed("pool-to-stride");
    if (const auto strided = stride->apply(channelsLast, stride->defaults())) {
        tell("digits.tflite after pool-to-stride", *strided, test);
        tell("the same in int8", quantized(*strided, train), test);
    }

    const Graph channelsFirst = digitGraphChannelsFirst(weights);
    tell("digits.onnx", channelsFirst, test);
    writeModel(channelsFirst, command.out / "digits.onnx");
}

} // namespace tinsmith

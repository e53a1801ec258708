// SPDX-License-Identifier: Apache-2.0
#include "core/session/data_use.h"

#include "core/execute/compare.h"
#include "core/execute/executor.h"
#include "core/execute/numeric_types.h"

#include <algorithm>

namespace tinsmith {
namespace {

/// Samples on which pixel ranges are tried.
constexpr std::size_t triedSamples = 40;

/// The first input that gets pixels, as reals or as codes that stand for reals.
struct PixelInput {
    const Tensor *tensor = nullptr;
    SampleArray::Content content = SampleArray::Content::Numbers;
    std::optional<PixelRange> guess;
};

std::optional<PixelInput> pixelInput(const DataSet &data, const Graph &graph)
{
    for (std::size_t position = 0; position < graph.inputs().size(); ++position) {
        const SampleArray &array = data.arrayFor(position, graph);
        const TensorId id = graph.inputs()[position];
        const Tensor &tensor = graph.tensor(id);
        if (array.content == SampleArray::Content::Numbers) {
            continue;
        }
        const auto guess = guessedRange(tensor);
        if (guess || isFloat(tensor.type)) {
            return PixelInput{&tensor, array.content, guess ? guess->range : guessBehind(graph, id)};
        }
    }
    return std::nullopt;
}

double accuracyOf(const Graph &graph, const DataSet &data)
{
    Executor executor(graph);
    const Tensor &output = graph.tensor(graph.outputs().front());
    std::size_t right = 0;
    for (std::size_t index = 0; index < data.size(); ++index) {
        executor.reset();
        const auto outputs = executor.run(data.sampleFor(index, graph));
        right += static_cast<std::int32_t>(topClass(output, outputs.front())) == data.label(index) ? 1 : 0;
    }
    return static_cast<double>(right) / static_cast<double>(data.size());
}

DataSet bestTried(const DataSet &data, const Graph &graph, SampleArray::Content content)
{
    const DataSet few = data.first(triedSamples);
    std::vector<DataSet> candidates;
    // Wider integers are numbers first of all.
    if (content == SampleArray::Content::WidePixels) {
        candidates.push_back(few.with(PixelRange::byte(), PixelSource::Assumed));
    }
    candidates.push_back(few.with(PixelRange::unit(), PixelSource::Tried));
    candidates.push_back(few.with(PixelRange::byte(), PixelSource::Tried));
    candidates.push_back(few.with(PixelRange::signedUnit(), PixelSource::Tried));
    const DataSet *best = nullptr;
    double bestAccuracy = 0;
    for (const DataSet &candidate : candidates) {
        const double accuracy = accuracyOf(graph, candidate);
        constexpr double clearly = 0.02;
        if (best == nullptr || accuracy > bestAccuracy + clearly) {
            bestAccuracy = accuracy;
            best = &candidate;
        }
    }
    return data.with(best->pixelRange(), best->pixelSource());
}

} // namespace

DataSet suited(const DataSet &data, const Graph &graph)
{
    if (data.pixelSource() == PixelSource::Chosen) {
        return data;
    }
    const auto pixels = pixelInput(data, graph);
    if (!pixels) {
        return data;
    }
    if (pixels->guess) {
        return data.with(*pixels->guess, PixelSource::Quantization);
    }
    if (data.hasLabels() && !graph.outputs().empty()) {
        return bestTried(data, graph, pixels->content);
    }
    const bool wide = pixels->content == SampleArray::Content::WidePixels;
    return data.with(wide ? PixelRange::byte() : PixelRange::unit(), PixelSource::Assumed);
}

DataUse useOf(const DataSet &suitedData, const Graph &graph)
{
    DataUse use;
    if (pixelInput(suitedData, graph) || (suitedData.pixelSource() == PixelSource::Chosen && suitedData.hasPixels())) {
        use.pixels = suitedData.pixelRange();
        use.source = suitedData.pixelSource();
        use.notes.push_back("Pixels are read as " + use.pixels->text() + " (" + reasonOf(use.source) + ").");
    }
    for (std::size_t position = 0; position < graph.inputs().size(); ++position) {
        const SampleArray &array = suitedData.arrayFor(position, graph);
        const Tensor &input = graph.tensor(graph.inputs()[position]);
        const bool plain = array.content == SampleArray::Content::Numbers && isInteger(array.type);
        if (plain && bitsOf(array.type) > 8 && array.type != input.type && isQuantized(input)) {
            use.notes.push_back("The " + std::string(nameOf(array.type)) + " values for " + input.name
                + " are taken as real numbers, not as codes, and quantized.");
        }
    }
    for (const std::string &text : suitedData.transpositions(graph)) {
        use.transposed = true;
        use.notes.push_back("Samples are " + text + ".");
    }
    return use;
}

std::optional<PixelRange> guessBehind(const Graph &graph, TensorId input)
{
    for (const Operator &op : graph.operators()) {
        if (op.is<Quantize>() && op.input(0) == input && !op.outputs.empty() && op.outputs.front().valid()) {
            if (const auto guess = guessedRange(graph.tensor(op.outputs.front()))) {
                return guess->range;
            }
        }
    }
    return std::nullopt;
}

std::string reasonOf(PixelSource source)
{
    switch (source) {
    case PixelSource::Quantization:
        return "guessed from the quantization of the input";
    case PixelSource::Tried:
        return "found by trying: it gives the best accuracy on labelled samples";
    case PixelSource::Chosen:
        return "as chosen";
    case PixelSource::Assumed:
        break;
    }
    return "assumed, as the model does not say";
}

} // namespace tinsmith

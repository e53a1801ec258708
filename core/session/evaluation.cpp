// SPDX-License-Identifier: Apache-2.0
#include "core/session/evaluation.h"

#include "core/execute/compare.h"
#include "core/execute/executor.h"
#include "core/graph/error.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

namespace tinsmith {
namespace {

/// Samples on which pixel ranges are tried.
constexpr std::size_t triedSamples = 40;

const Tensor &inputOf(const Graph &graph)
{
    if (graph.inputs().size() != 1) {
        throw UnsupportedError("a data set feeds one input, the model has " + std::to_string(graph.inputs().size()));
    }
    return graph.tensor(graph.inputs().front());
}

const Tensor &outputOf(const Graph &graph)
{
    if (graph.outputs().empty()) {
        throw UnsupportedError("the model has no output");
    }
    return graph.tensor(graph.outputs().front());
}

double accuracyOf(const Graph &graph, const DataSet &data)
{
    Executor executor(graph);
    std::size_t right = 0;
    for (std::size_t index = 0; index < data.size(); ++index) {
        const std::vector<TensorValue> inputs = {data.sampleFor(index, inputOf(graph))};
        const auto outputs = executor.run(inputs);
        right += static_cast<std::int32_t>(topClass(outputOf(graph), outputs.front())) == data.label(index) ? 1 : 0;
    }
    return static_cast<double>(right) / static_cast<double>(data.size());
}

/// A graph with its executor and the activations of the last run, as reals by tensor name: operators that quantization
/// fuses keep the name of what they put out.
struct Runner {
    const Graph &graph;
    Executor executor;
    std::map<std::string, std::vector<float>> layers;
    std::vector<float> output;

    explicit Runner(const Graph &of) : graph(of), executor(of) { }

    void run(const std::vector<TensorValue> &inputs, bool keepLayers)
    {
        const auto see = [&](TensorId id, std::span<const std::byte> bytes) {
            const OperatorId producer = graph.producer(id);
            if (producer.valid()) {
                layers[graph.tensor(id).name] = realsOf(graph.tensor(id), bytes);
            }
        };
        const auto outputs = keepLayers ? executor.run(inputs, see) : executor.run(inputs);
        output = realsOf(outputOf(graph), outputs.front());
    }
};

} // namespace

std::string sqnrText(double sqnrDb)
{
    if (sqnrDb >= Deviation::mostDb) {
        return "identical";
    }
    if (sqnrDb <= -Deviation::mostDb) {
        return "no signal";
    }
    std::array<char, 32> text = {};
    std::snprintf(text.data(), text.size(), "%.1f dB", sqnrDb);
    return text.data();
}

DataSet suited(const DataSet &data, const Graph &graph)
{
    const Tensor &input = inputOf(graph);
    if (data.type() != ElementType::UInt8) {
        return data;
    }
    if (input.type != ElementType::Float32) {
        // 8-bit inputs take the codes as they are; the range only matters for a float model beside it.
        const float whole = input.quantization ? input.quantization->scale() * 255 : 1;
        return data.with(whole > 100 ? PixelRange::Byte : whole > 1.5F ? PixelRange::SignedUnit : PixelRange::Unit);
    }
    if (!data.hasLabels()) {
        return data;
    }
    const DataSet few = data.first(triedSamples);
    PixelRange best = PixelRange::Unit;
    double bestAccuracy = -1;
    for (const PixelRange range : {PixelRange::Unit, PixelRange::Byte, PixelRange::SignedUnit}) {
        const double accuracy = accuracyOf(graph, few.with(range));
        if (accuracy > bestAccuracy + 0.02) {
            bestAccuracy = accuracy;
            best = range;
        }
    }
    return data.with(best);
}

Evaluation evaluate(const Graph &graph, const DataSet &given, const Graph *other, const Progress &progress)
{
    Evaluation result;
    result.samples = given.size();
    DataSet data = given;
    // int8 samples are codes of the quantized model's input; where one of the two has a float input it gets their
    // reals.
    for (const Graph *each : {&graph, other}) {
        if (each != nullptr && data.type() == ElementType::Int8 && inputOf(*each).quantization
            && inputOf(*each).type == ElementType::Int8) {
            data = data.with(*inputOf(*each).quantization);
            break;
        }
    }
    const DataSet mine = suited(data, graph);
    const DataSet theirs = other != nullptr ? suited(data, *other) : data;
    if (data.type() == ElementType::UInt8 && inputOf(graph).type == ElementType::Float32) {
        result.note = "pixels read as " + std::string(nameOf(mine.pixelRange()));
    }
    // Per-layer errors need every activation kept; a spread of samples is enough for them.
    constexpr std::size_t layerSamples = 50;
    const std::size_t layerStep = std::max<std::size_t>(1, data.size() / layerSamples);

    Runner runner(graph);
    std::optional<Runner> reference;
    if (other != nullptr) {
        reference.emplace(*other);
    }
    std::size_t right = 0;
    std::size_t otherRight = 0;
    std::size_t agreeing = 0;
    Deviation total;
    std::map<std::string, Deviation> layerNoise;
    const auto classes = static_cast<std::size_t>(outputOf(graph).shape.elements().value_or(0));
    constexpr std::size_t mostClasses = 1000;
    if (data.hasLabels() && classes > 0 && classes <= mostClasses) {
        result.confusion.assign(classes, std::vector<std::int64_t>(classes, 0));
    }
    for (std::size_t index = 0; index < data.size(); ++index) {
        progress.report(static_cast<double>(index) / static_cast<double>(data.size()),
            "Evaluating, " + std::to_string(index) + " of " + std::to_string(data.size()) + " samples");
        const bool keepLayers = other != nullptr && index % layerStep == 0;
        runner.run({mine.sampleFor(index, inputOf(graph))}, keepLayers);
        const std::size_t top = topClass(runner.output);
        if (const auto label = data.label(index)) {
            right += static_cast<std::int32_t>(top) == *label ? 1 : 0;
            const auto row = static_cast<std::size_t>(*label);
            if (*label >= 0 && row < result.confusion.size() && top < result.confusion.size()) {
                ++result.confusion[row][top];
            }
        }
        if (!reference) {
            continue;
        }
        reference->run({theirs.sampleFor(index, inputOf(*other))}, keepLayers);
        const std::size_t otherTop = topClass(reference->output);
        agreeing += top == otherTop ? 1 : 0;
        if (const auto label = data.label(index)) {
            otherRight += static_cast<std::int32_t>(otherTop) == *label ? 1 : 0;
        }
        total.add(reference->output, runner.output);
        if (keepLayers) {
            for (const auto &[name, values] : runner.layers) {
                const auto found = reference->layers.find(name);
                if (found != reference->layers.end() && found->second.size() == values.size()) {
                    layerNoise[name].add(found->second, values);
                }
            }
        }
    }
    const auto share
        = [&data](std::size_t count) { return static_cast<double>(count) / static_cast<double>(data.size()); };
    if (data.hasLabels()) {
        result.accuracy = share(right);
    }
    if (reference) {
        result.agreement = share(agreeing);
        result.sqnrDb = total.sqnrDb();
        if (data.hasLabels()) {
            result.otherAccuracy = share(otherRight);
        }
        for (const Operator &op : graph.operators()) {
            if (op.outputs.empty() || !op.outputs.front().valid()) {
                continue;
            }
            const auto found = layerNoise.find(graph.tensor(op.outputs.front()).name);
            if (found != layerNoise.end()) {
                result.layers.push_back({op.name, found->second.sqnrDb()});
            }
        }
    }
    progress.report(1, "Evaluated");
    return result;
}

} // namespace tinsmith

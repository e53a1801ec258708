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

const Tensor &outputOf(const Graph &graph)
{
    if (graph.outputs().empty()) {
        throw UnsupportedError("the model has no output");
    }
    return graph.tensor(graph.outputs().front());
}

/// A graph with its executor and the activations of the last run, as reals by tensor name: operators that quantization
/// fuses keep the name of what they put out.
struct Runner {
    const Graph &graph;
    Executor executor;
    std::map<std::string, std::vector<float>> layers;
    /// Of each output.
    std::vector<std::vector<float>> outputs;

    explicit Runner(const Graph &of) : graph(of), executor(of) { }

    void run(const std::vector<TensorValue> &inputs, bool keepLayers)
    {
        const auto see = [&](TensorId id, std::span<const std::byte> bytes) {
            const OperatorId producer = graph.producer(id);
            if (producer.valid()) {
                layers[graph.tensor(id).name] = realsOf(graph.tensor(id), bytes);
            }
        };
        executor.reset();
        const auto values = keepLayers ? executor.run(inputs, see) : executor.run(inputs);
        outputs.clear();
        for (std::size_t at = 0; at < values.size(); ++at) {
            const Tensor &tensor = graph.tensor(graph.outputs()[at]);
            // What has as many elements as the input's values say cannot be compared with another model's.
            const bool sized = at == 0 || tensor.bytes() == static_cast<std::int64_t>(values[at].size());
            outputs.push_back(sized ? realsOf(tensor, values[at]) : std::vector<float>());
        }
    }
    std::size_t top() const { return topClass(outputs.front()); }
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

Evaluation evaluate(const Graph &graph, const DataSet &given, const Graph *other, const Progress &progress)
{
    Evaluation result;
    result.samples = given.size();
    DataSet data = given;
    // int8 samples are codes of the quantized model's input; where one of the two has a float input it gets their
    // reals.
    for (const Graph *each : {other, &graph}) {
        data = each != nullptr ? data.withCodesOf(*each) : data;
    }
    const DataSet mine = suited(data, graph);
    const DataSet theirs = other != nullptr ? suited(data, *other) : data;
    result.use = useOf(mine, graph);
    result.notes = result.use.notes;
    if (other != nullptr) {
        for (const std::string &note : useOf(theirs, *other).notes) {
            if (std::find(result.notes.begin(), result.notes.end(), note) == result.notes.end()) {
                result.notes.push_back("For the model compared with: " + note);
            }
        }
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
    std::optional<std::string> firstOutside;
    constexpr std::size_t mostClasses = 1000;
    if (data.hasLabels() && classes > 0 && classes <= mostClasses) {
        result.confusion.assign(classes, std::vector<std::int64_t>(classes, 0));
    }
    for (std::size_t index = 0; index < data.size(); ++index) {
        progress.report(static_cast<double>(index) / static_cast<double>(data.size()),
            "Evaluating, " + std::to_string(index) + " of " + std::to_string(data.size()) + " samples");
        const bool keepLayers = other != nullptr && index % layerStep == 0;
        runner.run(mine.sampleFor(index, graph), keepLayers);
        const std::size_t top = runner.top();
        if (const auto label = data.label(index)) {
            right += static_cast<std::int32_t>(top) == *label ? 1 : 0;
            const auto row = static_cast<std::size_t>(*label);
            if (classes > 0 && (*label < 0 || row >= classes)) {
                ++result.labelsOutside;
                firstOutside = firstOutside.value_or(std::to_string(*label));
            } else if (row < result.confusion.size() && top < result.confusion.size()) {
                ++result.confusion[row][top];
            }
        }
        if (!reference) {
            continue;
        }
        reference->run(theirs.sampleFor(index, *other), keepLayers);
        agreeing += top == reference->top() ? 1 : 0;
        if (const auto label = data.label(index)) {
            otherRight += static_cast<std::int32_t>(reference->top()) == *label ? 1 : 0;
        }
        for (std::size_t at = 0; at < std::min(runner.outputs.size(), reference->outputs.size()); ++at) {
            if (runner.outputs[at].size() == reference->outputs[at].size() || at == 0) {
                total.add(reference->outputs[at], runner.outputs[at]);
            }
        }
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
    if (result.labelsOutside > 0) {
        result.notes.push_back(std::to_string(result.labelsOutside) + " of " + std::to_string(data.size())
            + (result.labelsOutside == 1 ? " labels is" : " labels are") + " outside the model's "
            + std::to_string(classes) + (classes == 1 ? " class" : " classes") + " (0 to " + std::to_string(classes - 1)
            + "), the first is " + *firstOutside + ": these samples count as wrong.");
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

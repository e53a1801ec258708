// SPDX-License-Identifier: Apache-2.0
#include "app/cli/common.h"
#include "app/cli/output.h"
#include "app/cli/verbs.h"
#include "core/execute/executor.h"
#include "core/graph/error.h"
#include "core/session/stored_numbers.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

namespace tinsmith::cli {
namespace {

struct Arguments {
    std::string model;
    std::vector<std::string> inputs;
    std::vector<std::string> outputs;
    std::string pixels;
    bool sequence = false;
    std::vector<std::string> bindings;
    bool json = false;
};

/// JSON has numbers for finite values only; others are the words that Python and C read.
Json numberJson(double value)
{
    return std::isfinite(value) ? Json(value) : Json(std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
}

/// The first values of a tensor, as numbers; none where it holds other things.
Json firstValues(const std::vector<std::byte> &bytes, const Tensor &tensor, std::size_t most)
{
    Json values = Json::array();
    if (!isNumeric(tensor.type)) {
        return values;
    }
    const std::size_t size = most * static_cast<std::size_t>(bitsOf(tensor.type)) / 8;
    for (const double value : numbersOf(tensor.type, std::span(bytes).first(std::min(bytes.size(), size)))) {
        values.push_back(numberJson(value));
    }
    return values;
}

/// A model without inputs has one inference, for which no file is named.
void checkInputs(Arguments &arguments, const Graph &graph)
{
    if (graph.inputs().empty() && arguments.inputs.empty()) {
        arguments.inputs.push_back({});
    }
    if (arguments.inputs.empty()) {
        throw Error(
            "The model has " + std::to_string(graph.inputs().size()) + " inputs: name their values with --input");
    }
    if (!arguments.outputs.empty() && arguments.outputs.size() != arguments.inputs.size()) {
        throw Error("--output is given " + std::to_string(arguments.outputs.size()) + " times, --input "
            + std::to_string(arguments.inputs.size()) + " times; each pair is one "
            + (arguments.sequence ? "step" : "inference"));
    }
}

int perform(Arguments arguments)
{
    const auto pixels = parsePixels(arguments.pixels);
    const Session session = openSession(arguments.model, {}, arguments.bindings);
    const Graph &graph = session.state().optimised->graph;
    checkInputs(arguments, graph);
    requireFixedSizes(graph, arguments.model);
    const std::vector<Tensor> outputTensors = tensorsOf(graph, graph.outputs());
    for (const std::string &files : arguments.outputs) {
        checkNames(files, outputTensors);
    }
    std::vector<InferenceValues> inputs;
    bool anyPixels = false;
    for (const std::string &files : arguments.inputs) {
        inputs.push_back(files.empty() ? InferenceValues{} : readInputs(files, graph, pixels));
        anyPixels = anyPixels || inputs.back().pixels;
    }
    requirePixels(pixels, anyPixels);
    Executor executor(graph);
    std::vector<std::vector<std::vector<std::byte>>> results;
    Json inferences = Json::array();
    for (std::size_t index = 0; index < inputs.size(); ++index) {
        // Steps of a sequence go on from the state that the step before them left.
        if (!arguments.sequence) {
            executor.reset();
        }
        auto values = executor.run(inputs[index].values);
        Json outputs = Json::array();
        for (std::size_t output = 0; output < values.size(); ++output) {
            const Tensor &tensor = outputTensors[output];
            constexpr std::size_t most = 1000;
            outputs.push_back({{"tensor", tensor.name}, {"type", nameOf(tensor.type)}, {"shape", tensor.shape.dims},
                {"values", firstValues(values[output], tensor, most)}});
        }
        inferences.push_back(
            {{"input", arguments.inputs[index]}, {"notes", inputs[index].notes}, {"outputs", outputs}});
        if (!arguments.outputs.empty()) {
            results.push_back(std::move(values));
        }
    }
    // Only now, so that an inference that fails leaves no part of the outputs behind.
    for (std::size_t index = 0; index < results.size(); ++index) {
        writeValues(arguments.outputs[index], outputTensors, results[index]);
    }
    finishProgress();
    if (arguments.json) {
        printJson({{"model", arguments.model}, {"assumed_dimensions", assumptionsJson(session)},
            {"sequence", arguments.sequence}, {"inferences", inferences}});
        return exitDone;
    }
    printAssumptions(session);
    std::size_t step = 0;
    for (const auto &inference : inferences) {
        const auto input = inference["input"].get<std::string>();
        std::printf("%s%s\n", arguments.sequence ? ("Step " + std::to_string(++step) + ": ").c_str() : "",
            input.empty() ? "(no input)" : input.c_str());
        for (const auto &note : inference["notes"]) {
            std::printf("  %s\n", note.get<std::string>().c_str());
        }
        for (const auto &output : inference["outputs"]) {
            std::string line;
            std::size_t shown = 0;
            for (const auto &value : output["values"]) {
                constexpr std::size_t most = 16;
                if (++shown > most) {
                    line += " …";
                    break;
                }
                line += " " + (value.is_string() ? value.get<std::string>() : value.dump());
            }
            std::printf("  %s:%s\n", output["tensor"].get<std::string>().c_str(), line.c_str());
        }
    }
    return exitDone;
}

} // namespace

void addRun(CLI::App &program, Action &action)
{
    const auto arguments = std::make_shared<Arguments>();
    CLI::App *verb = program.add_subcommand("run", "Run the model on this computer, int8 bit for bit as a target does");
    verb->add_option("MODEL", arguments->model, "A .tflite, .onnx or .tinsmith file")->required();
    verb->add_option("--input", arguments->inputs,
            "One inference: a .npy file, a picture or a raw file; several inputs comma-separated, none where the model "
            "has none")
        ->allow_extra_args(true);
    verb->add_option("--output", arguments->outputs, "Where its output goes: .npy or raw, by extension")
        ->allow_extra_args(true);
    addPixels(*verb, arguments->pixels);
    verb->add_flag("--sequence", arguments->sequence,
        "The inputs are consecutive steps: state that the model keeps stays from one to the next, as in streaming; "
        "without it each starts from fresh state");
    addBindings(*verb, arguments->bindings);
    verb->add_flag("--json", arguments->json, "Print one JSON object");
    verb->callback([arguments, &action] { action = [arguments] { return perform(*arguments); }; });
}

} // namespace tinsmith::cli

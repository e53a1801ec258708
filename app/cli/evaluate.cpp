// SPDX-License-Identifier: Apache-2.0
#include "app/cli/common.h"
#include "app/cli/output.h"
#include "app/cli/verbs.h"
#include "core/graph/error.h"
#include "core/session/evaluation.h"
#include "core/session/layer_warnings.h"
#include "core/session/rounding_choice.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <map>
#include <memory>
#include <utility>

namespace tinsmith::cli {
namespace {

struct Arguments {
    std::string model;
    DataOptions data;
    std::string against;
    std::size_t samples = 0;
    std::string rounding;
    std::vector<std::string> bindings;
    bool json = false;
};

Json optionalJson(const std::optional<double> &value)
{
    return value ? Json(*value) : Json(nullptr);
}

/// Opens one of two models whose open dimensions are bound together: with those of the bindings that it knows, which
/// `used` counts.
Session openOneOfTwo(
    const std::string &file, const std::vector<std::string> &bindings, std::map<std::string, int> &used)
{
    Session session = openSession(file);
    const std::vector<std::string> names = symbolicDimensions(session.unbound());
    std::vector<std::string> own;
    std::copy_if(bindings.begin(), bindings.end(), std::back_inserter(own), [&](const std::string &text) {
        return std::find(names.begin(), names.end(), parseBinding(text).first) != names.end();
    });
    for (const std::string &text : own) {
        ++used[text];
    }
    return own.empty() ? std::move(session) : openSession(file, {}, own);
}

int perform(const Arguments &arguments)
{
    const bool two = !arguments.against.empty() && !arguments.bindings.empty();
    std::map<std::string, int> used;
    const Session session = two ? openOneOfTwo(arguments.model, arguments.bindings, used)
                                : openSession(arguments.model, {}, arguments.bindings);
    const Graph &own = session.state().optimised->graph;
    const auto rounding = roundingNamed(arguments.rounding);
    const Graph graph = rounding ? withRounding(own, *rounding) : own;
    requireFixedSizes(graph, arguments.model);
    std::optional<Session> other;
    if (!arguments.against.empty()) {
        other = two ? openOneOfTwo(arguments.against, arguments.bindings, used) : openSession(arguments.against);
        requireFixedSizes(other->state().optimised->graph, arguments.against);
    }
    for (const std::string &text : arguments.bindings) {
        if (two && used[text] == 0) {
            throw Error("--bind " + text + ": neither model leaves a dimension of that name open");
        }
    }
    DataSet data = loadData(arguments.data, graph);
    if (arguments.samples > 0) {
        data = data.first(arguments.samples);
    }
    const Evaluation evaluation
        = evaluate(graph, data, other ? &other->state().optimised->graph : nullptr, terminalProgress());
    finishProgress();
    std::vector<Problem> warnings = session.state().optimised->problems;
    const std::vector<Problem> layerProblems = layerWarnings(graph, evaluation);
    warnings.insert(warnings.end(), layerProblems.begin(), layerProblems.end());
    if (arguments.json) {
        Json layers = Json::array();
        for (const auto &layer : evaluation.layers) {
            layers.push_back({{"name", layer.name}, {"sqnr_db", layer.sqnrDb}});
        }
        Json notes = evaluation.notes;
        std::string note;
        for (const std::string &each : evaluation.notes) {
            note += (note.empty() ? "" : " ") + each;
        }
        printJson({{"model", arguments.model}, {"assumed_dimensions", assumptionsJson(session)},
            {"data", arguments.data.path}, {"samples", evaluation.samples},
            {"accuracy", optionalJson(evaluation.accuracy)}, {"agreement", optionalJson(evaluation.agreement)},
            {"against_accuracy", optionalJson(evaluation.otherAccuracy)}, {"sqnr_db", optionalJson(evaluation.sqnrDb)},
            {"rounding", roundsIntegers(graph) ? Json(std::string(nameOf(graph.info().rounding))) : Json(nullptr)},
            {"layers", layers}, {"confusion", evaluation.confusion}, {"labels_outside", evaluation.labelsOutside},
            {"pixels", pixelsJson(evaluation.use)}, {"transposed", evaluation.use.transposed}, {"notes", notes},
            {"note", note}, {"warnings", warningsJson(warnings)}});
        return exitDone;
    }
    printAssumptions(session);
    if (other) {
        printAssumptions(*other);
    }
    std::printf("%s\n", data.description().c_str());
    printNotes(evaluation.notes);
    if (evaluation.accuracy) {
        std::printf("Accuracy   %s %%\n", fixedText(*evaluation.accuracy * 100, 2).c_str());
    }
    if (evaluation.otherAccuracy) {
        std::printf("  against  %s %%\n", fixedText(*evaluation.otherAccuracy * 100, 2).c_str());
    }
    if (evaluation.agreement) {
        std::printf("Agreement  %s %%\nSQNR       %s\n", fixedText(*evaluation.agreement * 100, 2).c_str(),
            sqnrText(*evaluation.sqnrDb).c_str());
    }
    if (!evaluation.layers.empty()) {
        Table table({"Layer", ">SQNR"});
        for (const auto &layer : evaluation.layers) {
            table.add({layer.name, sqnrText(layer.sqnrDb)});
        }
        std::printf("\n");
        table.print();
    }
    printWarnings(warnings);
    return exitDone;
}

} // namespace

void addEvaluate(CLI::App &program, Action &action)
{
    const auto arguments = std::make_shared<Arguments>();
    CLI::App *verb = program.add_subcommand("evaluate", "Accuracy on a data set, and how far it is from another model");
    verb->footer("In JSON, sqnr_db is 200 where two outputs are identical; other ratios are smaller.");
    verb->add_option("MODEL", arguments->model, "A .tflite, .onnx or .tinsmith file")->required();
    addData(*verb, arguments->data, "Data set")->required();
    verb->add_option("--against", arguments->against, "Model to compare with, for example the float one");
    verb->add_option("--samples", arguments->samples, "Use only so many samples, spread over the set")
        ->check(positiveWholeNumber());
    verb->add_option("--rounding", arguments->rounding,
            "Round int8 operators as engines of this format do, whatever the model says: tflite (twice) or onnx (once, "
            "ties to even)")
        ->check(CLI::IsMember({"tflite", "onnx"}));
    addBindings(*verb, arguments->bindings);
    verb->add_flag("--json", arguments->json, "Print one JSON object");
    verb->callback([arguments, &action] { action = [arguments] { return perform(*arguments); }; });
}

} // namespace tinsmith::cli

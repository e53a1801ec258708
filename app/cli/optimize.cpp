// SPDX-License-Identifier: Apache-2.0
#include "app/cli/common.h"
#include "app/cli/output.h"
#include "app/cli/verbs.h"
#include "core/formats/model_file.h"
#include "core/graph/error.h"
#include "core/session/evaluation.h"
#include "core/session/rounding_choice.h"
#include "core/session/step_outcome.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <memory>

namespace tinsmith::cli {
namespace {

struct Arguments {
    std::string model;
    std::string output;
    std::vector<std::string> steps;
    std::string recipe;
    DataOptions data;
    std::string target;
    std::vector<std::string> bindings;
    bool json = false;
};

Json figures(const Analysis &analysis)
{
    Json json = estimateJson(analysis);
    if (analysis.estimate) {
        json["arena_bytes"] = analysis.plan->arenaBytes;
        json["macs"] = analysis.estimate->macs;
        json["parameters"] = analysis.estimate->parameters;
    }
    return json;
}

/// The model as the written file has it: what TFLite or ONNX express otherwise may take other amounts of memory.
std::shared_ptr<const Analysis> reopened(const std::string &file, const Analysis &optimised)
{
    return analyse(readModel(std::filesystem::path(file)), optimised.target);
}

/// Accuracy as an engine has it that rounds int8 operators by the rule of the written format; nothing where the model
/// does so already.
std::optional<double> accuracyElsewhere(
    const Graph &graph, const DataSet &data, const std::string &extension, const Progress &progress)
{
    const Rounding usual = extension == ".onnx" ? Rounding::HalfToEven : Rounding::Twice;
    if (extension == ".tinsmith" || graph.info().rounding == usual || !roundsIntegers(graph)) {
        return std::nullopt;
    }
    return evaluate(withRounding(graph, usual), data, nullptr, progress).accuracy;
}

void printFigures(const Analysis &before, const Analysis &after)
{
    if (!before.estimate || !after.estimate) {
        return;
    }
    const Estimate &a = *before.estimate;
    const Estimate &b = *after.estimate;
    Table table({"", ">Before", ">After"});
    table.add({"RAM", sizeText(a.ramBytes), sizeText(b.ramBytes)});
    table.add({"Flash", sizeText(a.flashBytes), sizeText(b.flashBytes)});
    table.add({"MACs", countText(a.macs), countText(b.macs)});
    table.add({"Latency (modelled)", timeText(a.latencyMs), timeText(b.latencyMs)});
    table.print();
}

int perform(const Arguments &arguments)
{
    std::string extension = std::filesystem::path(arguments.output).extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
        [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    if (extension != ".tinsmith" && extension != ".tflite" && extension != ".onnx") {
        throw Error(arguments.output, {}, "has no extension that Tinsmith writes; use .tflite, .onnx or .tinsmith");
    }
    std::vector<RecipeStep> steps;
    for (const std::string &step : arguments.steps) {
        steps.push_back(parseStep(step));
    }
    Session session = openSession(arguments.model, arguments.target, arguments.bindings);
    const Graph &source = session.source();
    if (!arguments.data.path.empty()) {
        session.setData(arguments.data.path, loadData(arguments.data, source));
    }
    Recipe recipe = session.state().recipe;
    if (!arguments.recipe.empty()) {
        const Recipe loaded = loadRecipe(arguments.recipe);
        recipe.steps.insert(recipe.steps.end(), loaded.steps.begin(), loaded.steps.end());
    }
    recipe.steps.insert(recipe.steps.end(), steps.begin(), steps.end());
    const auto state = session.withRecipe(recipe, "Optimize", terminalProgress());
    finishProgress();
    std::vector<std::string> notes;
    for (std::size_t index = 0; index < recipe.steps.size(); ++index) {
        if (state->stepProblems[index] == foundNothing) {
            notes.push_back(textOf(recipe.steps[index]) + " found nothing to do in this model");
        } else if (!state->stepProblems[index].empty()) {
            throw Error("--apply " + textOf(recipe.steps[index]) + ": " + state->stepProblems[index]);
        }
    }
    session.push(state);
    const Graph &optimised = state->optimised->graph;
    Json json;
    json["model"] = arguments.model;
    json["assumed_dimensions"] = assumptionsJson(session);
    json["output"] = arguments.output;
    json["recipe"] = Json::parse(toJson(state->recipe));
    json["warnings"] = warningsJson(state->optimised->problems);
    std::vector<std::string> dataNotes;
    if (session.data()) {
        const DataSet data = suited(*session.data(), source);
        json["data"] = dataJson(data, source);
        dataNotes = useOf(data, source).notes;
    }
    std::shared_ptr<const Analysis> after = state->optimised;
    if (extension == ".tinsmith") {
        session.save(arguments.output);
    } else {
        // TFLite knows channels last only; that is the form that planning made of an ONNX model. A TFLite model is
        // written as it was.
        const Analysis &analysis = *state->optimised;
        const auto open = extension == ".onnx" ? session.optimisedWithOpenBatch() : std::nullopt;
        const bool canonical
            = extension == ".tflite" && optimised.info().format != "TFLite" && !analysis.canonical.operators().empty();
        const auto written = writeModel(open ? *open : canonical ? analysis.canonical : optimised, arguments.output);
        notes.insert(notes.end(), written.begin(), written.end());
        json["open_dimensions"] = open ? Json(symbolicDimensions(*open)) : Json::array();
        after = reopened(arguments.output, analysis);
        if (analysis.plan && after->plan && analysis.plan->arenaBytes != after->plan->arenaBytes) {
            notes.push_back("The written file needs an arena of " + std::to_string(after->plan->arenaBytes)
                + " bytes, not " + std::to_string(analysis.plan->arenaBytes)
                + ": it expresses some operators by several. The figures are those of the file.");
        }
    }
    json["before"] = figures(*state->original);
    json["after"] = figures(*after);
    std::string accuracyLine;
    if (session.data() && session.data()->hasLabels()) {
        const DataSet few = session.data()->first(1000);
        const Evaluation evaluation = evaluate(optimised, few, &source, terminalProgress());
        const auto elsewhere = accuracyElsewhere(optimised, few, extension, terminalProgress());
        finishProgress();
        json["accuracy"] = {{"before", *evaluation.otherAccuracy}, {"after", *evaluation.accuracy},
            {"samples", evaluation.samples}, {"labels_outside", evaluation.labelsOutside}, {"notes", evaluation.notes}};
        dataNotes = evaluation.notes;
        accuracyLine = "Accuracy  " + fixedText(*evaluation.otherAccuracy * 100, 2) + " % -> "
            + fixedText(*evaluation.accuracy * 100, 2) + " % on " + std::to_string(evaluation.samples) + " samples";
        if (elsewhere) {
            json["accuracy"]["after_elsewhere"] = *elsewhere;
            accuracyLine += "; " + fixedText(*elsewhere * 100, 2) + " % in engines that round as "
                + (extension == ".onnx" ? "ONNX" : "TFLite") + " defines";
        }
    }
    notes.insert(notes.begin(), dataNotes.begin(), dataNotes.end());
    json["notes"] = notes;
    if (arguments.json) {
        printJson(json);
        return exitDone;
    }
    printAssumptions(session);
    printFigures(*state->original, *after);
    if (!accuracyLine.empty()) {
        std::printf("%s\n", accuracyLine.c_str());
    }
    printWarnings(state->optimised->problems);
    std::printf("Wrote %s\n", arguments.output.c_str());
    for (const std::string &note : notes) {
        std::printf("Note: %s\n", note.c_str());
    }
    return exitDone;
}

std::string rewriteHelp()
{
    std::string text = "Rewrites:\n";
    for (const Rewrite *rewrite : rewriteList()) {
        std::string parameters;
        for (const auto &[key, value] : rewrite->defaults()) {
            parameters += (parameters.empty() ? " (" : ", ") + key + "=" + value;
        }
        text += "  " + std::string(rewrite->name()) + (parameters.empty() ? "" : parameters + ")") + "\n      "
            + std::string(rewrite->summary()) + " [" + std::string(nameOf(rewrite->risk())) + "]\n";
    }
    return text + "Every rewrite takes at=OPERATOR[,OPERATOR] to name its places; all of them when left out.";
}

} // namespace

void addOptimize(CLI::App &program, Action &action)
{
    const auto arguments = std::make_shared<Arguments>();
    CLI::App *verb = program.add_subcommand("optimize", "Apply rewrites and write the model or a project");
    verb->footer(rewriteHelp());
    verb->add_option("MODEL", arguments->model, "A .tflite, .onnx or .tinsmith file")->required();
    verb->add_option("-o,--output", arguments->output, "OUT.tflite, OUT.onnx or OUT.tinsmith")->required();
    verb->add_option("--apply", arguments->steps, "REWRITE[:key=value,...]; may be repeated, applied in order")
        ->allow_extra_args(false);
    verb->add_option("--recipe", arguments->recipe, "JSON file of steps, applied before --apply");
    addData(*verb, arguments->data, "Data set for calibration and accuracy");
    verb->add_option("--target", arguments->target, targetHelp);
    addBindings(*verb, arguments->bindings);
    verb->add_flag("--json", arguments->json, "Print one JSON object");
    verb->callback([arguments, &action] { action = [arguments] { return perform(*arguments); }; });
}

} // namespace tinsmith::cli

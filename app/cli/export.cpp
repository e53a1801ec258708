// SPDX-License-Identifier: Apache-2.0
#include "app/cli/common.h"
#include "app/cli/output.h"
#include "app/cli/verbs.h"
#include "core/device/measurement.h"
#include "core/firmware/package_name.h"
#include "core/graph/error.h"
#include "core/session/class_names.h"
#include "core/session/exporting.h"
#include "core/targets/platform.h"

#include <cstdio>
#include <memory>

namespace tinsmith::cli {
namespace {

struct Arguments {
    std::string model;
    std::string target;
    std::string output;
    std::string package = "cmake";
    DataOptions data;
    std::string name;
    std::string labels;
    std::int64_t ram = 0;
    bool streamInput = false;
    bool force = false;
    std::vector<std::string> bindings;
    bool json = false;
};

/// What the package is called: as --name says, else as its folder.
PackageName nameFor(const Arguments &arguments)
{
    if (!arguments.name.empty()) {
        return packageName(arguments.name);
    }
    std::error_code unseen;
    const auto folder = std::filesystem::weakly_canonical(std::filesystem::absolute(arguments.output), unseen);
    return packageName((folder.has_filename() ? folder : folder.parent_path()).filename().string());
}

std::vector<std::string> labelsFrom(const std::string &file, const Graph &graph)
{
    std::vector<std::string> labels = loadClassNames(file);
    if (labelledOutput(graph, labels.size()) < 0) {
        throw Error("--labels " + file + ": has " + std::to_string(labels.size())
            + " names, and the last dimension of no output has as many elements");
    }
    return labels;
}

Json resultJson(const Arguments &arguments, const Analysis &analysis, const Package &package, const PackageName &name,
    const Fit &fit)
{
    Json files = Json::array();
    for (const PackageFile &file : package.files) {
        files.push_back({{"path", file.path}, {"bytes", file.content.size()}});
    }
    Json json = {{"model", arguments.model}, {"target", analysis.target.id}, {"package", arguments.package},
        {"core", coreJson(analysis.target)}, {"folder", arguments.output}, {"name", package.modelName},
        {"note", name.note}, {"arena_bytes", package.arenaBytes}, {"weights_bytes", package.weightBytes},
        {"estimate", estimateJson(analysis)}};
    addFit(json, fit, fit.fits());
    json["files"] = files;
    return json;
}

void printReport(const WriteReport &report)
{
    const auto print = [](const char *what, const std::vector<std::string> &files) {
        for (const std::string &file : files) {
            std::printf("%s %s\n", what, file.c_str());
        }
    };
    print("Replaced although it was edited:", report.replacedEdits);
    print("Removed, since it is no longer part of the package:", report.removed);
    print("Kept, since it was edited, although it is no longer part of the package:", report.keptEdits);
}

int perform(const Arguments &arguments)
{
    if (arguments.package != "cmake") {
        throw Error("--package " + arguments.package + ": there is no such kind; there is: cmake");
    }
    if (arguments.streamInput) {
        throw UnsupportedError(
            "--stream-input: this version plans whole tensors; the input cannot be pushed row by row");
    }
    const Session session = openSession(arguments.model, arguments.target, arguments.bindings);
    const Analysis &analysis = *session.state().optimised;
    if (!analysis.plan) {
        requireFixedSizes(
            analysis.canonical.operators().empty() ? analysis.graph : analysis.canonical, arguments.model);
    }
    std::optional<DataSet> data;
    if (!arguments.data.path.empty()) {
        data = suited(loadData(arguments.data, session.source()), analysis.canonical);
    }
    const PackageName name = nameFor(arguments);
    PackageOptions options;
    options.kind = arguments.package;
    options.modelName = name.name;
    if (!arguments.labels.empty()) {
        options.labels = labelsFrom(arguments.labels, analysis.canonical);
    }
    const Package package = packageFor(analysis, data ? &*data : nullptr, 4, options, originOf(session));
    finishProgress();
    Fit fit = fitOf(analysis.estimate->ramBytes, analysis.estimate->flashBytes, analysis.target);
    const std::string unfit = whyItDoesNotFit(fit, analysis.target);
    if (arguments.ram > 0 && fit.ramBytes > arguments.ram) {
        fit.ramLimit = arguments.ram;
        throw DoesNotFitError({}, {},
            "needs " + std::to_string(fit.ramBytes) + " bytes of RAM, " + std::to_string(fit.ramOver())
                + " more than the limit of " + std::to_string(arguments.ram) + "; nothing was written");
    }
    WriteOptions writing;
    writing.force = arguments.force;
    const WriteReport report = writePackage(package, arguments.output, writing);
    if (!name.note.empty()) {
        std::fprintf(stderr, "tinsmith: %s\n", name.note.c_str());
    }
    if (arguments.json) {
        Json json = resultJson(arguments, analysis, package, name, fit);
        json["replaced_edits"] = report.replacedEdits;
        json["removed"] = report.removed;
        json["kept_edits"] = report.keptEdits;
        json["assumed_dimensions"] = assumptionsJson(session);
        json["data"] = data ? dataJson(*data, analysis.canonical) : Json(nullptr);
        json["warnings"] = warningsJson(analysis.problems);
        printJson(json);
    } else {
        printAssumptions(session);
        if (data) {
            printNotes(useOf(*data, analysis.canonical).notes);
        }
        std::printf("Wrote %s: %zu files for %s\n", arguments.output.c_str(), package.files.size(),
            analysis.target.name.c_str());
        printReport(report);
        std::printf("Name     %s\nArena    %lld bytes\nWeights  %lld bytes\n", package.modelName.c_str(),
            static_cast<long long>(package.arenaBytes), static_cast<long long>(package.weightBytes));
        if (!unfit.empty()) {
            std::printf("Does not fit: %s\n", unfit.c_str());
        }
        printWarnings(analysis.problems);
        for (const std::string &fact : unprovedFacts(analysis.target)) {
            std::printf("%s\n", fact.c_str());
        }
        if (isProved(analysis.target)) {
            std::printf("Next: tinsmith verify %s --target %s\n", arguments.output.c_str(), analysis.target.id.c_str());
        }
    }
    return fit.fits() ? exitDone : exitDoesNotHold;
}

} // namespace

void addExport(CLI::App &program, Action &action)
{
    const auto arguments = std::make_shared<Arguments>();
    CLI::App *verb = program.add_subcommand("export", "Write a firmware package: C, weights, plan, API, self-test");
    verb->footer("A folder that holds a package keeps all files that are not the package's.\n"
                 "The exit code is 1 where the model does not fit the target; the package is written all the same.");
    verb->add_option("MODEL", arguments->model, "A .tflite, .onnx or .tinsmith file")->required();
    verb->add_option("--target", arguments->target, targetHelp);
    verb->add_option("-o,--output", arguments->output, "Folder to write")->required();
    verb->add_option("--package", arguments->package, "Kind of package: cmake")->capture_default_str();
    verb->add_option("--name", arguments->name,
        "Prefix of the C names, changed where it would collide with other headers or functions; the name of the folder "
        "when left out");
    verb->add_option("--labels", arguments->labels,
        "File of class names, one per line; those of the data set or of the model's file when left out");
    addData(*verb, arguments->data, "Data set for the self-test's vectors; seeded random inputs without");
    verb->add_option("--ram", arguments->ram, "Write nothing where the model needs more bytes of RAM than this")
        ->check(positiveWholeNumber());
    verb->add_flag("--force", arguments->force, "Replace files of an earlier export that were edited since");
    verb->add_flag("--stream-input", arguments->streamInput, "Push the input row by row");
    addBindings(*verb, arguments->bindings);
    verb->add_flag("--json", arguments->json, "Print one JSON object");
    verb->callback([arguments, &action] { action = [arguments] { return perform(*arguments); }; });
}

} // namespace tinsmith::cli

// SPDX-License-Identifier: Apache-2.0
#include "app/cli/common.h"
#include "app/cli/output.h"
#include "app/cli/verbs.h"
#include "core/graph/error.h"
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
    std::int64_t ram = 0;
    bool streamInput = false;
    std::vector<std::string> bindings;
    bool json = false;
};

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
    PackageOptions options;
    options.kind = arguments.package;
    options.modelName
        = arguments.name.empty() ? std::filesystem::path(arguments.model).stem().string() : arguments.name;
    const Package package = packageFor(analysis, data ? &*data : nullptr, 4, options);
    finishProgress();
    const Estimate &estimate = *analysis.estimate;
    const std::int64_t limit = arguments.ram > 0 ? arguments.ram : analysis.target.ramBytes;
    const bool fits = estimate.ramBytes <= limit && estimate.flashBytes <= analysis.target.flashBytes;
    if (arguments.ram > 0 && !fits) {
        std::fprintf(stderr, "tinsmith: needs %lld bytes of RAM, allowed are %lld; nothing was written\n",
            static_cast<long long>(estimate.ramBytes), static_cast<long long>(limit));
        return exitDoesNotHold;
    }
    writePackage(package, arguments.output);
    if (arguments.json) {
        Json files = Json::array();
        for (const PackageFile &file : package.files) {
            files.push_back({{"path", file.path}, {"bytes", file.content.size()}});
        }
        printJson({{"model", arguments.model}, {"assumed_dimensions", assumptionsJson(session)},
            {"target", analysis.target.id}, {"data", data ? dataJson(*data, analysis.canonical) : Json(nullptr)},
            {"package", arguments.package}, {"core", coreJson(analysis.target)}, {"folder", arguments.output},
            {"name", package.modelName}, {"arena_bytes", package.arenaBytes}, {"weights_bytes", package.weightBytes},
            {"estimate", estimateJson(analysis)}, {"fits", fits}, {"files", files}});
    } else {
        printAssumptions(session);
        if (data) {
            printNotes(useOf(*data, analysis.canonical).notes);
        }
        std::printf("Wrote %s: %zu files for %s\n", arguments.output.c_str(), package.files.size(),
            analysis.target.name.c_str());
        std::printf("Arena    %lld bytes\nWeights  %lld bytes\n", static_cast<long long>(package.arenaBytes),
            static_cast<long long>(package.weightBytes));
        if (!fits) {
            std::printf("Does not fit %s: needs %s of RAM and %s of flash, has %s and %s\n",
                analysis.target.name.c_str(), sizeText(estimate.ramBytes).c_str(),
                sizeText(estimate.flashBytes).c_str(), sizeText(limit).c_str(),
                sizeText(analysis.target.flashBytes).c_str());
        }
        for (const std::string &fact : unprovedFacts(analysis.target)) {
            std::printf("%s\n", fact.c_str());
        }
        if (isProved(analysis.target)) {
            std::printf("Next: tinsmith verify %s --target %s\n", arguments.output.c_str(), analysis.target.id.c_str());
        }
    }
    return fits ? exitDone : exitDoesNotHold;
}

} // namespace

void addExport(CLI::App &program, Action &action)
{
    const auto arguments = std::make_shared<Arguments>();
    CLI::App *verb = program.add_subcommand("export", "Write a firmware package: C, weights, plan, API, self-test");
    verb->add_option("MODEL", arguments->model, "A .tflite, .onnx or .tinsmith file")->required();
    verb->add_option("--target", arguments->target, targetHelp);
    verb->add_option("-o,--output", arguments->output, "Folder to write")->required();
    verb->add_option("--package", arguments->package, "Kind of package: cmake")->capture_default_str();
    verb->add_option("--name", arguments->name, "Prefix of the C names; the model's file name when left out");
    addData(*verb, arguments->data, "Data set for the self-test's vectors; seeded random inputs without");
    verb->add_option("--ram", arguments->ram, "Write nothing where the model needs more bytes of RAM than this")
        ->check(positiveWholeNumber());
    verb->add_flag("--stream-input", arguments->streamInput, "Push the input row by row");
    addBindings(*verb, arguments->bindings);
    verb->add_flag("--json", arguments->json, "Print one JSON object");
    verb->callback([arguments, &action] { action = [arguments] { return perform(*arguments); }; });
}

} // namespace tinsmith::cli

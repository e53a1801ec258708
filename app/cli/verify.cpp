// SPDX-License-Identifier: Apache-2.0
#include "core/device/verify.h"
#include "app/cli/common.h"
#include "app/cli/output.h"
#include "app/cli/verbs.h"
#include "core/graph/error.h"
#include "core/session/exporting.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

namespace tinsmith::cli {
namespace {

struct Arguments {
    std::string model;
    std::string target;
    std::vector<std::string> inputs;
    std::vector<std::string> expected;
    DataOptions data;
    std::size_t samples = 4;
    std::vector<std::string> bindings;
    bool json = false;
};

void checkPairs(const Arguments &arguments)
{
    if (!arguments.expected.empty() && arguments.expected.size() != arguments.inputs.size()) {
        throw Error("--expect is given " + std::to_string(arguments.expected.size()) + " times, --input "
            + std::to_string(arguments.inputs.size()) + " times; each pair is one inference");
    }
}

/// Inputs with their outputs, and how they were read.
struct Vectors {
    std::vector<PackageOptions::Vector> list;
    std::vector<std::string> notes;

    void note(const std::vector<std::string> &more) { notes.insert(notes.end(), more.begin(), more.end()); }
};

/// The pairs named on the command line; outputs of the host executor where none are expected.
Vectors namedVectors(const Arguments &arguments, const Graph &graph)
{
    Vectors vectors;
    const auto pixels = parsePixels(arguments.data.pixels);
    bool anyPixels = arguments.inputs.empty();
    for (std::size_t index = 0; index < arguments.inputs.size(); ++index) {
        PackageOptions::Vector vector;
        InferenceValues inputs = readInputs(arguments.inputs[index], graph, pixels);
        anyPixels = anyPixels || inputs.pixels;
        vectors.note(inputs.notes);
        vector.inputs = std::move(inputs.values);
        if (arguments.expected.empty()) {
            vector.outputs = hostOutputs(graph, vector.inputs);
        } else {
            InferenceValues outputs
                = readValues(arguments.expected[index], tensorsOf(graph, graph.outputs()), FileRole::Output, {});
            vectors.note(outputs.notes);
            vector.outputs = std::move(outputs.values);
        }
        vectors.list.push_back(std::move(vector));
    }
    requirePixels(pixels, anyPixels);
    return vectors;
}

struct Done {
    Target target;
    Verification result;
    std::vector<std::string> notes;
    Json assumed = Json::object();
};

/// Whether the model takes and gives what its package does: in the form that is exported an open batch is one
/// inference, and halves are floats.
bool hasExportedInterface(const Analysis &analysis)
{
    const auto isHalf = [](const Tensor &tensor) {
        return tensor.type == ElementType::Float16 || tensor.type == ElementType::BFloat16;
    };
    const auto inputs = tensorsOf(analysis.graph, analysis.graph.inputs());
    const auto outputs = tensorsOf(analysis.graph, analysis.graph.outputs());
    return symbolicDimensions(analysis.graph).empty() && std::none_of(inputs.begin(), inputs.end(), isHalf)
        && std::none_of(outputs.begin(), outputs.end(), isHalf);
}

Done verifyModel(const Arguments &arguments)
{
    const Session session = openSession(arguments.model, arguments.target, arguments.bindings);
    const Analysis &analysis = *session.state().optimised;
    const Graph &graph = hasExportedInterface(analysis) ? analysis.graph : analysis.canonical;
    requireFixedSizes(graph.operators().empty() ? analysis.graph : graph, arguments.model);
    Vectors vectors = namedVectors(arguments, graph);
    for (const AssumedDimension &dimension : session.assumed()) {
        vectors.notes.push_back(dimension.text() + ".");
    }
    if (vectors.list.empty()) {
        std::optional<DataSet> data;
        if (!arguments.data.path.empty()) {
            data = suited(loadData(arguments.data, graph), graph);
            vectors.note(useOf(*data, graph).notes);
        }
        vectors.list = recordedVectors(graph, data ? &*data : nullptr, arguments.samples);
    }
    PackageOptions options;
    options.vectors = {vectors.list.front()};
    const Package package = packageFor(analysis, nullptr, 1, options);
    return {analysis.target, verify(package, analysis.target, vectors.list, terminalProgress()), vectors.notes,
        assumptionsJson(session)};
}

Done verifyPackage(const Arguments &arguments)
{
    const Target &target = TargetDatabase::builtIn().at(arguments.target.empty() ? defaultTarget : arguments.target);
    const PackageTensors tensors = readPackageTensors(arguments.model);
    const auto pixels = parsePixels(arguments.data.pixels);
    bool anyPixels = false;
    Vectors vectors;
    for (std::size_t index = 0; index < arguments.inputs.size(); ++index) {
        if (arguments.expected.empty()) {
            throw Error(
                "--input of a package needs its --expect; a package alone is compared with its recorded vectors");
        }
        InferenceValues inputs = readValues(arguments.inputs[index], tensors.inputs, FileRole::Input, pixels);
        InferenceValues outputs = readValues(arguments.expected[index], tensors.outputs, FileRole::Output, {});
        anyPixels = anyPixels || inputs.pixels;
        vectors.note(inputs.notes);
        vectors.note(outputs.notes);
        vectors.list.push_back({std::move(inputs.values), std::move(outputs.values)});
    }
    requirePixels(pixels, anyPixels);
    if (vectors.list.empty()) {
        vectors.list = readPackageVectors(arguments.model);
    }
    return {target, verify(arguments.model, target, vectors.list, terminalProgress()), vectors.notes, Json::object()};
}

Json resultJson(const Arguments &arguments, const Done &done, const Fit &fit)
{
    const Verification &result = done.result;
    const Measurement &seen = result.measurement;
    Json functions = Json::object();
    for (const auto &[name, count] : seen.byFunction) {
        functions[name] = count;
    }
    // An infinite difference (only one of the two is a number) has no form in JSON.
    const Json difference = std::isfinite(result.maxAbsDifference) ? Json(result.maxAbsDifference) : Json(nullptr);
    Json json = {{"model", arguments.model}, {"assumed_dimensions", done.assumed}, {"notes", done.notes},
        {"target", done.target.id}, {"machine", seen.machine}, {"passed", result.holds() && fit.fits()},
        {"exact", result.exact}, {"within_tolerance", result.holds()}, {"tolerance", result.tolerance()}};
    addFit(json, fit, fit.fits());
    const Json figures = {{"inferences", seen.outputs.size()}, {"elements", result.elements},
        {"mismatches", result.mismatches}, {"max_abs_difference", difference}, {"instructions", seen.instructions},
        {"instructions_per_mac", result.instructionsPerMac}, {"cycles", std::llround(seen.modelledCycles)},
        {"cycles_are_simulated", seen.cyclesAreSimulated}, {"macs", result.macs}, {"arena_bytes", seen.arenaBytes},
        {"stack_bytes", seen.stackBytes}, {"static_bytes", seen.staticBytes}, {"ram_bytes", seen.ramBytes},
        {"flash_bytes", seen.flashBytes}, {"code_bytes", seen.codeBytes}, {"weights_bytes", seen.weightsBytes},
        {"functions", functions}};
    json.update(figures);
    return json;
}

int perform(const Arguments &arguments)
{
    checkPairs(arguments);
    const Done done
        = std::filesystem::is_directory(arguments.model) ? verifyPackage(arguments) : verifyModel(arguments);
    const Verification &result = done.result;
    finishProgress();
    const Measurement &seen = result.measurement;
    const Fit fit = fitOf(seen.ramBytes, seen.flashBytes, done.target);
    const int code = result.holds() && fit.fits() ? exitDone : exitDoesNotHold;
    if (arguments.json) {
        printJson(resultJson(arguments, done, fit));
        return code;
    }
    printNotes(done.notes);
    std::printf("%s, %zu inferences\n", seen.machine.c_str(), seen.outputs.size());
    if (result.exact) {
        std::printf("Exact: all %lld output values are as expected.\n", static_cast<long long>(result.elements));
    } else if (result.holds()) {
        std::printf("Passed, equal in float: %lld of %lld output values differ by at most %g; the tolerance is %g.\n",
            static_cast<long long>(result.mismatches), static_cast<long long>(result.elements), result.maxAbsDifference,
            result.tolerance());
    } else {
        std::printf("Not exact: %lld of %lld output values differ, by at most %g.\n",
            static_cast<long long>(result.mismatches), static_cast<long long>(result.elements),
            result.maxAbsDifference);
    }
    Table table({"Measured", ">"});
    table.add({"Instructions per inference", countText(std::llround(seen.instructions))});
    table.add({"Instructions per MAC", fixedText(result.instructionsPerMac, 3)});
    table.add({seen.cyclesAreSimulated ? "Cycles per inference" : "Cycles per inference, modelled",
        countText(std::llround(seen.modelledCycles))});
    table.add({"Arena", sizeText(seen.arenaBytes)});
    table.add({"Stack", sizeText(seen.stackBytes)});
    table.add({"RAM", sizeText(seen.ramBytes)});
    table.add({"Code", sizeText(seen.codeBytes)});
    table.add({"Weights", sizeText(seen.weightsBytes)});
    table.add({"Flash", sizeText(seen.flashBytes)});
    table.print();
    if (!fit.fits()) {
        std::printf("Does not fit: %s\n", whyItDoesNotFit(fit, done.target).c_str());
    }
    return code;
}

} // namespace

void addVerify(CLI::App &program, Action &action)
{
    const auto arguments = std::make_shared<Arguments>();
    CLI::App *verb = program.add_subcommand("verify", "Build for the target, run emulated, compare outputs, measure");
    verb->footer(
        "Integers must be equal bit for bit, floats to a hundred-thousandth of the largest output. The exit code "
        "is 1\nwhere they are not, and where the model needs more RAM or flash than the target has.");
    verb->add_option("MODEL", arguments->model, "A model, a project, or the folder of an exported package")->required();
    verb->add_option(
        "--target", arguments->target, "Target whose core is emulated; the project's own or stm32l4r5 when left out");
    verb->add_option("--input", arguments->inputs, "One inference's input file(s), comma-separated; may be repeated")
        ->allow_extra_args(false);
    verb->add_option("--expect", arguments->expected, "The output expected of it; host execution's where left out")
        ->allow_extra_args(false);
    addData(*verb, arguments->data, "Data set to take inputs from; seeded random ones without");
    verb->add_option("--samples", arguments->samples, "How many of them")
        ->capture_default_str()
        ->check(positiveWholeNumber());
    addBindings(*verb, arguments->bindings);
    verb->add_flag("--json", arguments->json, "Print one JSON object");
    verb->callback([arguments, &action] { action = [arguments] { return perform(*arguments); }; });
}

} // namespace tinsmith::cli

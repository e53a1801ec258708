// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/cost_fit/samples.h"

#include "core/device/manifest.h"
#include "core/device/temporary_folder.h"
#include "core/planner/planner.h"
#include "tests/fixtures/models.h"

#include <algorithm>
#include <fstream>
#include <map>

namespace tinsmith::bench {
namespace {

/// Of a function and of the copies that the compiler specialised (NAME.constprop.0).
template <typename Number>
double sumOf(const std::map<std::string, Number> &byFunction, const std::string &function)
{
    double sum = 0;
    for (auto at = byFunction.lower_bound(function); at != byFunction.end(); ++at) {
        if (at->first == function || at->first.rfind(function + ".", 0) == 0) {
            sum += static_cast<double>(at->second);
        } else if (at->first.rfind(function, 0) != 0) {
            break;
        }
    }
    return sum;
}

/// Cycles per instruction of the functions that belong to no operator.
double cyclesOfOthers(const Measurement &measured, const Manifest &manifest)
{
    double instructions = 0;
    double cycles = 0;
    for (const auto &[name, count] : measured.byFunction) {
        const std::string plain = name.substr(0, name.find('.'));
        if (std::none_of(manifest.operators.begin(), manifest.operators.end(),
                [&](const auto &op) { return op.function == plain; })) {
            instructions += static_cast<double>(count);
            cycles += measured.cyclesByFunction.at(name);
        }
    }
    return instructions > 0 ? cycles / instructions : 1;
}

double weightOf(const Work &work)
{
    return static_cast<double>(work.macs + work.inputs + work.outputs);
}

} // namespace

std::vector<Sample> measureOperators(
    const Graph &graph, const Target &target, bool portableOnly, const Progress &progress)
{
    PlanOptions options;
    options.portableOnly = portableOnly;
    const Plan plan = makePlan(graph, target, options);
    const Package package = makePackage(graph, plan, target);
    const TemporaryFolder folder;
    for (const PackageFile &file : package.files) {
        const auto path = folder.path() / file.path;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << file.content;
    }
    std::mt19937 random(3);
    std::vector<std::vector<std::byte>> inputs;
    for (const TensorId id : graph.inputs()) {
        inputs.push_back(test::randomValue(graph.tensor(id), random));
    }
    const Measurement measured = measure(folder.path(), target, {inputs}, progress);

    const Manifest manifest = readManifest(folder.path());
    std::map<std::string, double> weightByFunction;
    for (const auto &op : manifest.operators) {
        weightByFunction[op.function] += weightOf(workOf(graph, graph.operators()[op.index]));
    }
    const double libraryCycles = cyclesOfOthers(measured, manifest);
    std::vector<Sample> samples;
    for (const auto &op : manifest.operators) {
        const Operator &source = graph.operators()[op.index];
        Sample sample;
        sample.name = source.name;
        sample.variant = plan.operators[op.index].variant;
        sample.work = workOf(graph, source);
        const double share = weightOf(sample.work) / weightByFunction[op.function];
        const auto layer = measured.byLayer.find(op.function);
        const double all = layer != measured.byLayer.end() ? static_cast<double>(layer->second) : 0;
        const double own = sumOf(measured.byFunction, op.function);
        sample.instructions = share * all;
        // What library functions take per instruction is known of all of them together only.
        sample.cycles
            = share * (sumOf(measured.cyclesByFunction, op.function) + std::max(all - own, 0.0) * libraryCycles);
        if (!op.function.empty() && sample.instructions > 0) {
            samples.push_back(sample);
        }
    }
    return samples;
}

} // namespace tinsmith::bench

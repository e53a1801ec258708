// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/cost_fit/samples.h"

#include "core/device/manifest.h"
#include "core/device/temporary_folder.h"
#include "core/planner/planner.h"
#include "tests/fixtures/models.h"

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
    std::vector<Sample> samples;
    for (const auto &op : manifest.operators) {
        const Operator &source = graph.operators()[op.index];
        Sample sample;
        sample.name = source.name;
        sample.variant = plan.operators[op.index].variant;
        sample.work = workOf(graph, source);
        const double share = weightOf(sample.work) / weightByFunction[op.function];
        sample.instructions = share * sumOf(measured.byFunction, op.function);
        sample.cycles = share * sumOf(measured.cyclesByFunction, op.function);
        if (!op.function.empty() && sample.instructions > 0) {
            samples.push_back(sample);
        }
    }
    return samples;
}

} // namespace tinsmith::bench

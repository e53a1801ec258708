// SPDX-License-Identifier: Apache-2.0
#include "core/cost/estimate.h"
#include "core/formats/tflite/reader.h"
#include "core/graph/error.h"
#include "core/planner/planner.h"
#include "tests/bench/cost_fit/layer_grid.h"
#include "tests/bench/cost_fit/least_squares.h"
#include "tests/bench/cost_fit/samples.h"
#include "tests/bench/cost_fit/table_writer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <map>

namespace tinsmith::bench {
namespace {

const char *const measuredTargets[]
    = {"rp2040", "stm32f103", "stm32l4r5", "stm32h743", "stm32u575", "apollo510", "ra8m1"};

FittedKernel fit(Core core, const std::vector<Sample> &samples)
{
    std::vector<std::vector<double>> x;
    std::vector<double> y;
    double instructions = 0;
    double cycles = 0;
    for (const Sample &sample : samples) {
        const auto measures = measuresOf(sample.work);
        x.emplace_back(measures.begin(), measures.end());
        y.push_back(sample.instructions);
        instructions += 1;
        cycles += sample.cycles / sample.instructions;
    }
    const std::vector<double> f = fitNonNegative(x, y);
    FittedKernel line;
    line = {core, samples.front().variant, samples.front().work.floating, samples.front().work.kind,
        {f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], cycles / instructions}, static_cast<int>(samples.size())};
    std::vector<double> errors;
    for (const Sample &sample : samples) {
        errors.push_back(std::abs(instructionsOf(line.coefficients, sample.work) / sample.instructions - 1));
    }
    std::sort(errors.begin(), errors.end());
    line.medianError = 100 * errors[errors.size() / 2];
    line.largestError = 100 * errors.back();
    return line;
}

/// Fits the cores of these targets anew and keeps the lines of the others.
void fitAll(const std::filesystem::path &table, const std::vector<std::string> &ids)
{
    std::vector<FittedKernel> lines(fittedKernels().begin(), fittedKernels().end());
    for (const std::string &id : ids) {
        const Target &target = TargetDatabase::builtIn().at(id);
        std::erase_if(lines, [&](const FittedKernel &line) { return line.core == target.core; });
        std::map<std::tuple<KernelVariant, bool, KernelKind>, std::vector<Sample>> byKernel;
        for (const auto numbers : {test::ModelMaker::Numbers::Int8, test::ModelMaker::Numbers::Float32}) {
            const std::vector<Graph> grids = layerGrid(numbers);
            for (const bool portableOnly : {false, true}) {
                const bool own = target.dsp || target.helium;
                if (portableOnly && (!own || numbers == test::ModelMaker::Numbers::Float32)) {
                    continue;
                }
                for (const Graph &grid : grids) {
                    for (const Sample &sample : measureOperators(grid, target, portableOnly, {})) {
                        // A core with kernels of its own runs portable ones where it has none: those would come twice.
                        if (!own || portableOnly || sample.variant != KernelVariant::Portable || sample.work.floating) {
                            byKernel[{sample.variant, sample.work.floating, sample.work.kind}].push_back(sample);
                        }
                    }
                }
            }
        }
        for (const auto &[key, samples] : byKernel) {
            lines.push_back(fit(target.core, samples));
            const FittedKernel &line = lines.back();
            std::printf("%-14s %-9s %-6s %-17s %3d layers  median %5.1f %%  largest %5.1f %%\n",
                std::string(nameOf(target.core)).c_str(), std::string(nameOf(std::get<0>(key))).c_str(),
                std::get<1>(key) ? "float" : "int", nameOf(std::get<2>(key)), line.layers, line.medianError,
                line.largestError);
            for (const Sample &sample : samples) {
                const double error = instructionsOf(line.coefficients, sample.work) / sample.instructions - 1;
                if (std::abs(error) > 0.1) {
                    std::printf("    %-20s %12.0f instructions, %4.2f per MAC, model %+.1f %%\n", sample.name.c_str(),
                        sample.instructions,
                        sample.work.macs > 0 ? sample.instructions / static_cast<double>(sample.work.macs) : 0,
                        100 * error);
                }
            }
            std::fflush(stdout);
        }
        std::stable_sort(
            lines.begin(), lines.end(), [](const FittedKernel &x, const FittedKernel &y) { return x.core < y.core; });
        // After each core: a run takes minutes and may be ended early.
        writeTable(lines, table);
    }
}

/// Per operator and in total, what the model says and what the emulator counted.
void check(const std::string &id, const std::filesystem::path &model)
{
    const Target &target = TargetDatabase::builtIn().at(id);
    const Graph graph = readTflite(model);
    const Estimate estimated = estimate(graph, makePlan(graph, target), target);
    double counted = 0;
    for (const Sample &sample : measureOperators(graph, target, false, {})) {
        const auto op = graph.operatorNamed(sample.name);
        const auto modelled = static_cast<double>(estimated.operators[op.position()].instructions);
        std::printf("  %-44.44s %-16s %12.0f  model %12.0f  %+6.1f %%\n", sample.name.c_str(), nameOf(sample.work.kind),
            sample.instructions, modelled, 100 * (modelled / sample.instructions - 1));
        counted += sample.instructions;
    }
    std::printf("%s %s: %.0f instructions counted (%.3f per MAC), %lld modelled, %+.1f %%\n", id.c_str(),
        model.parent_path().filename().c_str(), counted, counted / static_cast<double>(estimated.macs),
        static_cast<long long>(estimated.instructions),
        100 * (static_cast<double>(estimated.instructions) / counted - 1));
}

} // namespace
} // namespace tinsmith::bench

int main(int argc, char **argv)
{
    try {
        if (argc >= 3 && std::strcmp(argv[1], "fit") == 0) {
            std::vector<std::string> ids(argv + 3, argv + argc);
            if (ids.empty()) {
                ids.assign(std::begin(tinsmith::bench::measuredTargets), std::end(tinsmith::bench::measuredTargets));
            }
            tinsmith::bench::fitAll(argv[2], ids);
            return 0;
        }
        if (argc >= 4 && std::strcmp(argv[1], "check") == 0) {
            for (int i = 3; i < argc; ++i) {
                tinsmith::bench::check(argv[2], argv[i]);
            }
            return 0;
        }
    } catch (const tinsmith::Error &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    std::fprintf(stderr, "usage: tinsmith_cost_fit fit TABLE.cpp [TARGET..] | check TARGET MODEL.tflite..\n");
    return 2;
}

// SPDX-License-Identifier: Apache-2.0
#include "core/execute/executor.h"
#include "core/execute/float_library.h"
#include "core/formats/model_file.h"
#include "core/graph/error.h"
#include "core/quantize/quantize.h"
#include "tests/fixtures/models.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace tinsmith;
using namespace tinsmith::test;

namespace {

/// Ways to run one network, each with its inputs.
struct Contender {
    Executor executor;
    std::vector<TensorValue> inputs;
    std::vector<double> seconds;
};

std::vector<TensorValue> randomInputsOf(const Graph &graph)
{
    std::mt19937 random(1);
    std::vector<TensorValue> inputs;
    for (const TensorId id : graph.inputs()) {
        inputs.push_back(randomValue(graph.tensor(id), random));
    }
    return inputs;
}

Contender contender(const Graph &graph, bool library)
{
    allowFloatLibrary(library);
    Contender made{Executor(graph), randomInputsOf(graph), {}};
    allowFloatLibrary(true);
    return made;
}

/// Processor time of one inference, other programs left out.
double secondsOf(Contender &contender, int runs)
{
    const std::clock_t start = std::clock();
    for (int i = 0; i < runs; ++i) {
        contender.executor.run(contender.inputs);
    }
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC / runs;
}

/// Runs them by turns, so that what else the machine does hits all alike, and takes each one's median.
std::vector<double> compared(std::vector<Contender> &contenders)
{
    constexpr int rounds = 15;
    constexpr double roundSeconds = 0.02;
    const int runs = static_cast<int>(roundSeconds / std::max(secondsOf(contenders.front(), 1), 1e-6)) + 1;
    for (int round = 0; round < rounds; ++round) {
        for (Contender &each : contenders) {
            each.seconds.push_back(secondsOf(each, runs));
        }
    }
    std::vector<double> medians;
    for (Contender &each : contenders) {
        std::nth_element(each.seconds.begin(), each.seconds.begin() + rounds / 2, each.seconds.end());
        medians.push_back(each.seconds[rounds / 2]);
    }
    return medians;
}

void compare(const std::string &name, const Graph &graph)
{
    std::vector<Contender> contenders;
    contenders.push_back(contender(graph, false));
    contenders.push_back(contender(graph, true));
    const bool real = graph.tensor(graph.inputs()[0]).type == ElementType::Float32;
    if (real) {
        try {
            const Graph bytes = quantizeInt8(graph, calibrate(graph, {randomInputsOf(graph)}));
            contenders.push_back(contender(bytes, true));
        } catch (const Error &) {
            // No int8 form: the column stays empty.
        }
    }
    const std::vector<double> seconds = compared(contenders);
    std::printf("%-34s %10.1f", name.c_str(), seconds[0] * 1e6);
    for (std::size_t i = 1; i < seconds.size(); ++i) {
        std::printf(" %10.2f", seconds[i] / seconds[0]);
    }
    std::printf("\n");
}

Graph layer(const Shape &input, const std::function<TensorId(ModelMaker &, TensorId)> &add)
{
    ModelMaker maker(ModelMaker::Numbers::Float32);
    const TensorId x = maker.input("x", input);
    return maker.finish({add(maker, x)});
}

} // namespace

int main(int argc, char **argv)
{
    std::printf("%-34s %10s %10s %10s\n", "", "own, us", "library/own", "int8/own");
    compare("conv 3x3, 32x32x16 to 32", layer({1, 32, 32, 16}, [](auto &m, auto x) { return m.conv(x, 32, 3); }));
    compare("conv 1x1, 25x5x64 to 64", layer({1, 25, 5, 64}, [](auto &m, auto x) { return m.conv(x, 64, 1); }));
    compare("conv 10x4, 49x10x1 to 64", layer({1, 49, 10, 1}, [](auto &m, auto x) { return m.conv(x, 64, 10, 2); }));
    compare("depthwise 3x3, 48x48x32", layer({1, 48, 48, 32}, [](auto &m, auto x) { return m.depthwise(x, 3); }));
    compare("dense 640 to 128", layer({1, 640}, [](auto &m, auto x) { return m.dense(x, 128); }));
    compare("small network", smallCnn(ModelMaker::Numbers::Float32));
    compare("residual network", residualCnn(ModelMaker::Numbers::Float32));
    int failed = 0;
    for (int i = 1; i < argc; ++i) {
        try {
            compare(argv[i], readModel(argv[i]));
        } catch (const Error &error) {
            std::fprintf(stderr, "%s: %s\n", argv[i], error.what());
            failed = 1;
        }
    }
    return failed;
}

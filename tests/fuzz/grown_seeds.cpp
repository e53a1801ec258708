// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/onnx_writer.h"
#include "core/formats/tflite/writer.h"
#include "core/graph/error.h"
#include "core/quantize/quantize.h"
#include "core/rewrites/canonical.h"
#include "tests/fixtures/random_graph.h"
#include "tests/fuzz/seeds.h"

#include <functional>

namespace tinsmith::fuzz {
namespace {

using Write = std::function<std::vector<std::byte>(const Graph &)>;

void add(std::vector<Seed> &seeds, const std::string &name, const std::function<std::vector<std::byte>()> &make)
{
    try {
        seeds.push_back({name, make()});
    } catch (const Error &) {
        // The format has no form for one of its operators, or it has none in int8.
    }
}

/// One graph for each kind of step that the generator draws, in float and in int8.
std::vector<Seed> random(const std::string &extension, const Write &write)
{
    test::RandomGraphOptions options;
    options.fewestSteps = 1;
    options.mostSteps = 3;
    options.mostElements = 200;
    std::vector<Seed> seeds;
    for (std::size_t step = 0; step < test::randomGraphSteps().size(); ++step) {
        const Graph graph = test::randomGraph(step, options);
        const std::string name = "random_" + std::to_string(step);
        add(seeds, name + extension, [&] { return write(graph); });
        add(seeds, name + "_int8" + extension, [&] {
            const Graph runnable = canonical(graph);
            return write(quantizeInt8(runnable, calibrate(runnable, syntheticSamples(runnable, 2))));
        });
    }
    return seeds;
}

} // namespace

std::vector<Seed> randomTfliteSeeds()
{
    return random(".tflite", [](const Graph &graph) { return writeTflite(graph); });
}

std::vector<Seed> randomOnnxSeeds()
{
    return random(".onnx", [](const Graph &graph) { return writeOnnx(graph); });
}

} // namespace tinsmith::fuzz

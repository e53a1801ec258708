// SPDX-License-Identifier: Apache-2.0
#include "core/session/exporting.h"

#include "core/execute/executor.h"
#include "core/graph/error.h"
#include "core/quantize/quantize.h"
#include "core/session/evaluation.h"

namespace tinsmith {

std::vector<PackageOptions::Vector> recordedVectors(const Graph &graph, const DataSet *data, std::size_t count)
{
    std::vector<std::vector<std::vector<std::byte>>> samples;
    if (data != nullptr && graph.inputs().size() == 1) {
        samples = suited(data->first(count), graph).samplesFor(graph.tensor(graph.inputs().front()));
    } else {
        samples = syntheticSamples(graph, count);
    }
    Executor executor(graph);
    std::vector<PackageOptions::Vector> vectors;
    for (auto &sample : samples) {
        executor.reset();
        PackageOptions::Vector vector;
        vector.outputs = executor.run(sample);
        vector.inputs = std::move(sample);
        vectors.push_back(std::move(vector));
    }
    return vectors;
}

Package packageFor(const Analysis &analysis, const DataSet *data, std::size_t vectors, const PackageOptions &options)
{
    if (!analysis.plan) {
        throw UnsupportedError({}, {}, "cannot be exported: " + analysis.whyNotPlanned);
    }
    PackageOptions complete = options;
    if (complete.vectors.empty()) {
        complete.vectors = recordedVectors(analysis.canonical, data, vectors);
    }
    return makePackage(analysis.canonical, *analysis.plan, analysis.target, complete);
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/package.h"

#include "core/firmware/dispatch.h"
#include "core/firmware/emission.h"
#include "core/firmware/package_files.h"
#include "core/firmware/package_name.h"
#include "core/firmware/recorded_vectors.h"
#include "core/graph/error.h"

namespace tinsmith {
namespace {

void checkPlan(const Graph &graph, const Plan &plan)
{
    if (plan.operators.size() != graph.operators().size()) {
        throw GraphError("The plan was made for another graph");
    }
    for (const PlanBuffer &buffer : plan.buffers) {
        if (buffer.offset < 0 || buffer.bytes < 0 || buffer.offset + buffer.bytes > plan.arenaBytes) {
            throw GraphError("The plan has a buffer outside its arena");
        }
    }
}

void emitStages(const Graph &graph, const Plan &plan, Emission &emission)
{
    for (const PlanStage &stage : plan.stages) {
        if (stage.streamed) {
            throw UnsupportedError("Packages cannot run streamed stages");
        }
        for (const OperatorId id : stage.operators) {
            const Operator &op = graph.op(id);
            const std::string reason = whyNotExportable(graph, id);
            if (!reason.empty()) {
                throw UnsupportedError({}, op.name, displayName(op.kind) + " " + reason);
            }
            firmware::emitOperator(emission, id);
        }
    }
}

std::string textOf(const std::vector<std::byte> &bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

/// The recorded vectors as raw files too, for whoever runs the package on a target: test/vectors/in_N_I.bin,
/// out_N_I.bin.
void addVectors(const std::vector<PackageOptions::Vector> &vectors, Package &package)
{
    for (std::size_t number = 0; number < vectors.size(); ++number) {
        const auto add = [&](const char *kind, const std::vector<std::vector<std::byte>> &values) {
            for (std::size_t index = 0; index < values.size(); ++index) {
                package.files.push_back({"test/vectors/" + std::string(kind) + "_" + std::to_string(number) + "_"
                        + std::to_string(index) + ".bin",
                    textOf(values[index])});
            }
        };
        add("in", vectors[number].inputs);
        add("out", vectors[number].outputs);
    }
}

} // namespace

const PackageFile *Package::find(std::string_view path) const
{
    for (const PackageFile &file : files) {
        if (file.path == path) {
            return &file;
        }
    }
    return nullptr;
}

int labelledOutput(const Graph &graph, std::size_t count)
{
    for (std::size_t i = 0; i < graph.outputs().size(); ++i) {
        const Shape &shape = graph.tensor(graph.outputs()[i]).shape;
        if (count > 0 && shape.rank() > 0 && shape.dims.back() == static_cast<std::int64_t>(count)) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

Package makePackage(const Graph &graph, const Plan &plan, const Target &target, const PackageOptions &options)
{
    if (options.kind != "cmake") {
        throw UnsupportedError("There is no package kind \"" + options.kind + "\"; there is \"cmake\"");
    }
    checkPlan(graph, plan);
    if (!options.labels.empty() && labelledOutput(graph, options.labels.size()) < 0) {
        throw GraphError("There are " + std::to_string(options.labels.size())
            + " labels, and the last dimension of no output has as many elements");
    }
    Emission emission(graph, plan, packageName(options.modelName.empty() ? graph.name() : options.modelName).name);
    std::vector<PackageOptions::Vector> recorded;
    const bool given = !options.vectors.empty();
    emitStages(graph, plan, emission);
    if (!given) {
        recorded = firmware::recordVectors(graph);
    }
    const firmware::PackageParts parts = {graph, plan, target, emission, given ? options.vectors : recorded, options};

    Package package;
    package.modelName = emission.modelName();
    package.arenaBytes = plan.arenaBytes;
    package.weightBytes = emission.constantBytes();
    package.files = {firmware::apiHeader(parts), firmware::modelSource(parts), firmware::weightsHeader(parts),
        firmware::weightsSource(parts), firmware::arenaSource(parts), firmware::ownArenaExample(parts),
        firmware::selfTest(parts), firmware::buildFile(parts), firmware::readme(parts), firmware::license()};
    if (!options.labels.empty()) {
        package.files.push_back(firmware::labelsSource(parts));
    }
    for (PackageFile &file : firmware::kernelHeaders(parts)) {
        package.files.push_back(std::move(file));
    }
    addVectors(given ? options.vectors : recorded, package);
    package.files.push_back(firmware::manifest(parts, package.files));
    return package;
}

} // namespace tinsmith

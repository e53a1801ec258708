// SPDX-License-Identifier: Apache-2.0
#include "core/session/exporting.h"

#include "core/device/manifest.h"
#include "core/execute/executor.h"
#include "core/graph/error.h"
#include "core/graph/sha256.h"
#include "core/quantize/quantize.h"
#include "core/session/class_names.h"
#include "core/session/data_use.h"
#include "core/session/project_file.h"

namespace tinsmith {

std::vector<PackageOptions::Vector> recordedVectors(const Graph &graph, const DataSet *data, std::size_t count)
{
    std::vector<std::vector<std::vector<std::byte>>> samples;
    if (data != nullptr) {
        samples = suited(data->first(count), graph).samplesFor(graph);
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

PackageOrigin originOf(const Session &session)
{
    try {
        const bool project = !session.projectFile().empty();
        return {
            session.modelFile(), project ? readProject(session.projectFile()).model : Bytes::map(session.modelFile())};
    } catch (const Error &) {
        // The model is open; that its file has gone since is no reason not to export it.
        return {};
    }
}

namespace {

std::vector<std::string> labelsFor(const Graph &graph, const DataSet *data, const PackageOrigin &origin)
{
    if (data != nullptr && labelledOutput(graph, data->classNames().size()) >= 0) {
        return data->classNames();
    }
    std::vector<std::string> names = classNamesOf(graph, origin.content);
    return labelledOutput(graph, names.size()) >= 0 ? names : std::vector<std::string>();
}

} // namespace

Package packageFor(const Analysis &analysis, const DataSet *data, std::size_t vectors, const PackageOptions &options,
    const PackageOrigin &origin)
{
    if (!analysis.plan) {
        throw UnsupportedError({}, {}, "cannot be exported: " + analysis.whyNotPlanned);
    }
    PackageOptions complete = options;
    if (complete.vectors.empty()) {
        complete.vectors = recordedVectors(analysis.canonical, data, vectors);
    }
    if (complete.labels.empty()) {
        complete.labels = labelsFor(analysis.canonical, data, origin);
    }
    if (!origin.content.empty()) {
        complete.modelFile = origin.file.filename().string();
        complete.modelSha256 = sha256(origin.content.view());
    }
    if (analysis.estimate) {
        complete.stackBytes = analysis.estimate->stackBytes;
    }
    return makePackage(analysis.canonical, *analysis.plan, analysis.target, complete);
}

std::vector<std::vector<std::byte>> hostOutputs(const Graph &graph, const std::vector<std::vector<std::byte>> &inputs)
{
    return Executor(graph).run(inputs);
}

namespace {

Tensor tensorFrom(const Manifest::Tensor &entry)
{
    Tensor tensor;
    tensor.name = entry.name;
    tensor.type = elementTypeNamed(entry.type).value_or(ElementType::Unknown);
    const int bits = bitsOf(tensor.type);
    tensor.shape = {bits > 0 ? entry.bytes * 8 / bits : 0};
    if (const Shape declared(entry.shape); declared.known() && declared.elements() == tensor.shape.elements()) {
        tensor.shape = declared;
    }
    if (entry.scale > 0) {
        tensor.quantization = Quantization{{static_cast<float>(entry.scale)}, {entry.zeroPoint}, 0};
    }
    return tensor;
}

std::vector<std::byte> recordedValue(const std::filesystem::path &file, const Manifest::Tensor &tensor)
{
    const Bytes bytes = Bytes::map(file);
    if (bytes.size() != static_cast<std::uint64_t>(tensor.bytes)) {
        throw FormatError(file.string(), {},
            "has " + std::to_string(bytes.size()) + " bytes, " + tensor.name + " takes "
                + std::to_string(tensor.bytes));
    }
    return {bytes.view().begin(), bytes.view().end()};
}

} // namespace

PackageTensors readPackageTensors(const std::filesystem::path &folder)
{
    const Manifest manifest = readManifest(folder);
    PackageTensors tensors;
    for (const auto &entry : manifest.inputs) {
        tensors.inputs.push_back(tensorFrom(entry));
    }
    for (const auto &entry : manifest.outputs) {
        tensors.outputs.push_back(tensorFrom(entry));
    }
    return tensors;
}

std::vector<PackageOptions::Vector> readPackageVectors(const std::filesystem::path &folder)
{
    const Manifest manifest = readManifest(folder);
    const std::filesystem::path root = folder / "test" / "vectors";
    std::vector<PackageOptions::Vector> vectors;
    for (;;) {
        const std::string number = std::to_string(vectors.size());
        if (!std::filesystem::exists(root / ("in_" + number + "_0.bin"))) {
            break;
        }
        PackageOptions::Vector vector;
        for (std::size_t index = 0; index < manifest.inputs.size(); ++index) {
            vector.inputs.push_back(
                recordedValue(root / ("in_" + number + "_" + std::to_string(index) + ".bin"), manifest.inputs[index]));
        }
        for (std::size_t index = 0; index < manifest.outputs.size(); ++index) {
            vector.outputs.push_back(recordedValue(
                root / ("out_" + number + "_" + std::to_string(index) + ".bin"), manifest.outputs[index]));
        }
        vectors.push_back(std::move(vector));
    }
    if (vectors.empty()) {
        throw FormatError(
            root.string(), {}, "the package holds no recorded vectors; name them with --input and --expect");
    }
    return vectors;
}

} // namespace tinsmith

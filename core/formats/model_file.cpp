// SPDX-License-Identifier: Apache-2.0
#include "core/formats/model_file.h"

#include "core/formats/atomic_file.h"
#include "core/formats/onnx/onnx_reader.h"
#include "core/formats/onnx/onnx_writer.h"
#include "core/formats/tflite/reader.h"
#include "core/formats/tflite/writer.h"
#include "core/graph/error.h"

#include <algorithm>
#include <cctype>

namespace tinsmith {
namespace {

std::string lowerExtension(const std::filesystem::path &path)
{
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
        [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return extension;
}

} // namespace

Graph readModel(const Bytes &content, const std::filesystem::path &name)
{
    if (content.empty()) {
        throw FormatError(name.string(), {}, "is empty");
    }
    const std::string extension = lowerExtension(name);
    if (looksLikeTflite(content.view()) || extension == ".tflite") {
        return readTflite(content, name.string());
    }
    if (extension == ".onnx" || looksLikeOnnx(content.view())) {
        return readOnnx(content.view(), name);
    }
    throw FormatError(name.string(), {}, "is not a model that Tinsmith opens (.tflite, .onnx)");
}

Graph readModel(const std::filesystem::path &path)
{
    return readModel(Bytes::map(path), path);
}

void writeModel(const Graph &graph, const std::filesystem::path &path)
{
    const std::string extension = lowerExtension(path);
    if (extension != ".tflite" && extension != ".onnx") {
        throw UnsupportedError(
            path.string(), {}, "has an extension that Tinsmith does not write; use .tflite or .onnx");
    }
    std::vector<std::byte> content;
    try {
        content = extension == ".onnx" ? writeOnnx(graph) : writeTflite(graph);
    } catch (const UnsupportedError &error) {
        throw UnsupportedError(path.string(), error.place(), error.cause());
    }
    writeFileAtomically(path, content);
}

} // namespace tinsmith

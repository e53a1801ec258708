// SPDX-License-Identifier: Apache-2.0
#include "core/formats/model_file.h"

#include "core/formats/atomic_file.h"
#include "core/formats/onnx/onnx_reader.h"
#include "core/formats/onnx/onnx_writer.h"
#include "core/formats/tflite/reader.h"
#include "core/formats/tflite/writer.h"
#include "core/graph/error.h"
#include "core/graph/settle_shapes.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>

namespace tinsmith {
namespace {

std::string lowerExtension(const std::filesystem::path &path)
{
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
        [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return extension;
}

/// What other engines compute from a file whose integers were rounded by the other format's rule.
std::string roundingNote(const Graph &graph, bool onnx)
{
    const Rounding usual = onnx ? Rounding::HalfToEven : Rounding::Twice;
    const auto isInt8 = [](const Tensor &tensor) {
        return tensor.quantization && (tensor.type == ElementType::Int8 || tensor.type == ElementType::UInt8)
            && !tensor.constant();
    };
    const auto tensors = graph.tensors();
    if (graph.info().rounding == usual || std::none_of(tensors.begin(), tensors.end(), isInt8)) {
        return {};
    }
    return onnx
        ? "The model's int8 operators round as TFLite defines (twice, ties away from zero). Tinsmith reads that "
          "from the file; other ONNX engines round once, ties to even, and may differ by a step or more."
        : "The model's int8 operators round as ONNX defines (once, ties to even). Tinsmith reads that from the "
          "file; other TFLite engines round twice, ties away from zero, and may differ by a step or more.";
}

void requireWindowsAsDeclared(const Graph &graph)
{
    for (const Operator &op : graph.operators()) {
        const std::string differs
            = whyWindowsDisagree(op, [&graph](TensorId id) -> const Tensor & { return graph.tensor(id); });
        if (!differs.empty()) {
            throw GraphError({}, op.name, differs);
        }
    }
    for (const Graph &body : graph.subgraphs()) {
        requireWindowsAsDeclared(body);
    }
}

} // namespace

std::vector<std::string> symbolicDimensions(const Graph &graph)
{
    std::vector<std::string> names;
    for (const TensorId id : graph.inputs()) {
        const Tensor &tensor = graph.tensor(id);
        for (std::size_t axis = 0; axis < tensor.shape.rank(); ++axis) {
            if (tensor.shape[axis] >= 0) {
                continue;
            }
            const bool named = axis < tensor.dimensionNames.size() && !tensor.dimensionNames[axis].empty();
            std::string name = named ? tensor.dimensionNames[axis] : tensor.name + "." + std::to_string(axis);
            if (std::find(names.begin(), names.end(), name) == names.end()) {
                names.push_back(std::move(name));
            }
        }
    }
    return names;
}

std::pair<std::string, std::int64_t> parseBinding(const std::string &text)
{
    const auto equals = text.rfind('=');
    if (equals == std::string::npos || equals == 0) {
        throw Error("\"" + text + "\" does not bind a dimension: give its name and size, as in batch=1");
    }
    std::int64_t size = 0;
    const char *end = text.data() + text.size();
    const auto [stopped, problem] = std::from_chars(text.data() + equals + 1, end, size);
    if (problem != std::errc() || stopped != end || size < 1 || size > std::numeric_limits<std::int32_t>::max()) {
        throw Error("\"" + text + "\": a dimension's size is a whole number from 1 to 2147483647");
    }
    return {text.substr(0, equals), size};
}

Graph readModel(const Bytes &content, const std::filesystem::path &name, const OpenOptions &options)
{
    if (content.empty()) {
        throw FormatError(name.string(), {}, "is empty");
    }
    const std::string extension = lowerExtension(name);
    // What is in the file decides; its name only where that says nothing.
    const bool onnx = looksLikeOnnx(content.view());
    if (looksLikeTflite(content.view()) || (extension == ".tflite" && !onnx)) {
        const Graph graph = readTflite(content, name.string());
        if (!options.bindings.empty()) {
            throw FormatError(name.string(), {},
                "has no dimension \"" + options.bindings.begin()->first + "\": TFLite files fix all sizes");
        }
        return graph;
    }
    if (onnx || extension == ".onnx") {
        return readOnnx(content, name, {options.bindings, {}});
    }
    throw FormatError(name.string(), {}, "is not a model that Tinsmith opens (.tflite, .onnx)");
}

Graph readModel(const std::filesystem::path &path, const OpenOptions &options)
{
    return readModel(Bytes::map(path), path, options);
}

Bytes modelBytes(const Graph &graph, const std::filesystem::path &name)
{
    return writtenModel(graph, name).content;
}

WrittenModel writtenModel(const Graph &graph, const std::filesystem::path &name)
{
    const std::string extension = lowerExtension(name);
    if (extension != ".tflite" && extension != ".onnx") {
        throw UnsupportedError(
            name.string(), {}, "has an extension that Tinsmith does not write; use .tflite or .onnx");
    }
    const bool onnx = extension == ".onnx";
    WrittenModel written;
    try {
        written.content = Bytes(onnx ? writeOnnx(graph) : writeTflite(graph, written.notes));
    } catch (const UnsupportedError &error) {
        throw UnsupportedError(name.string(), error.place(), error.cause());
    }
    try {
        const Graph opened = readModel(written.content, name);
        if (!onnx) {
            requireWindowsAsDeclared(opened);
        }
    } catch (const FormatError &error) {
        throw UnsupportedError(name.string(), error.place(), "would not open again: " + error.cause());
    } catch (const GraphError &error) {
        throw UnsupportedError(name.string(), error.place(), error.cause());
    }
    if (const std::string note = roundingNote(graph, onnx); !note.empty()) {
        written.notes.push_back(note);
    }
    return written;
}

std::vector<std::string> writeModel(const Graph &graph, const std::filesystem::path &path)
{
    WrittenModel written = writtenModel(graph, path);
    writeFileAtomically(path, written.content.view());
    return std::move(written.notes);
}

} // namespace tinsmith

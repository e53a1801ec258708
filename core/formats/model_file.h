// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tinsmith {

/// How a model is to be opened.
struct OpenOptions {
    /// Sizes for dimensions that the file leaves open, by the names that symbolicDimensions() gives them.
    std::map<std::string, std::int64_t> bindings;
    friend bool operator==(const OpenOptions &, const OpenOptions &) = default;
};

/// Dimensions of the graph's inputs whose size is not known, each name once, in the order of the inputs: the file's
/// name ("batch"), or "x.2" for the unnamed dimension 2 of input x.
std::vector<std::string> symbolicDimensions(const Graph &graph);

/// Reads "batch=1". Throws Error that says what is wrong: no "=", no name, a size that is no whole number from 1 to
/// 2^31 - 1.
std::pair<std::string, std::int64_t> parseBinding(const std::string &text);

/// Opens a model by its content, whatever the file is called: TFLite by its identifier, ONNX by its first field; the
/// extension decides where neither is there. Constants share the mapped file.
/// Throws FormatError that names the file and what is wrong with it (a binding of a name that the model does not have
/// too: the message lists those that it has), SystemError where it cannot be read.
Graph readModel(const std::filesystem::path &path, const OpenOptions &options = {});

/// The same from memory; `name` stands in messages, and its extension decides as that of a file would.
Graph readModel(const Bytes &content, const std::filesystem::path &name, const OpenOptions &options = {});

/// The graph as the bytes of a file, in the form that the extension of `name` stands for, `.tflite` or `.onnx`. They
/// have been opened once when they are returned: a graph whose parts contradict each other (a declared shape that its
/// operator does not make) is refused here, not where the file is used. Throws UnsupportedError naming the operator
/// that the format has no form for, what would not open again, or an unknown extension.
Bytes modelBytes(const Graph &graph, const std::filesystem::path &name);

/// A model as a file's bytes, and a sentence for each thing that the file does not have as the graph has it, or that
/// other engines take otherwise than Tinsmith: rounding, types, metadata.
struct WrittenModel {
    Bytes content;
    std::vector<std::string> notes;
};
/// modelBytes() with its notes.
WrittenModel writtenModel(const Graph &graph, const std::filesystem::path &name);

/// Writes those bytes: beside the target first, then renamed, so that a failure leaves an older file as it was. Returns
/// the notes. Throws SystemError too.
std::vector<std::string> writeModel(const Graph &graph, const std::filesystem::path &path);

} // namespace tinsmith

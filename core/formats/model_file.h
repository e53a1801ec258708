// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <filesystem>

namespace tinsmith {

/// Opens a model: TFLite by its identifier, whatever the file is called; ONNX by the extension `.onnx`, and by its
/// content where the extension says nothing. Constants share the mapped file.
/// Throws FormatError that names the file and what is wrong with it, SystemError where it cannot be read.
Graph readModel(const std::filesystem::path &path);

/// The same from memory; `name` stands in messages, and its extension decides as that of a file would.
Graph readModel(const Bytes &content, const std::filesystem::path &name);

/// Writes the graph in the form that the extension names, `.tflite` or `.onnx`: beside the target first, then renamed,
/// so that a failure leaves an older file as it was. Throws UnsupportedError naming the operator that the format has no
/// form for, or an unknown extension; SystemError.
void writeModel(const Graph &graph, const std::filesystem::path &path);

} // namespace tinsmith

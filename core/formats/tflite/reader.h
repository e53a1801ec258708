// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace tinsmith {

/// Whether the bytes carry the identifier of TFLite (`TFL3` at offset 4).
bool looksLikeTflite(std::span<const std::byte> content);

/// Opens a .tflite file (schema version 3). Subgraph 0 is the graph, the others its subgraphs(). Constants share
/// `content`. Parameters that come as constant tensors (shapes, paddings, axes) become attributes; operators that
/// core/graph has no struct for become Custom with all their options as text. Throws FormatError naming `file` and the
/// tensor, operator or field that is wrong.
Graph readTflite(const Bytes &content, const std::string &file);

/// Maps and opens the file.
Graph readTflite(const std::filesystem::path &path);

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <string>
#include <string_view>
#include <vector>

namespace tinsmith {

/// The names of the classes that a model's file has, by class: of a .tflite the label file that the TFLite metadata
/// library packs behind the model as a zip; of an .onnx the metadata property "names", "labels" or "classes". Empty
/// where it has none that can be read.
std::vector<std::string> classNamesOf(const Graph &graph, const Bytes &file);

/// One name per line; "0 name" where all lines are numbered so. Empty lines at the end are left out.
std::vector<std::string> classNamesFromLines(std::string_view text);

/// Reads a file of such lines. Throws SystemError, FormatError where it has no name or is not text.
std::vector<std::string> loadClassNames(const std::filesystem::path &file);

} // namespace tinsmith

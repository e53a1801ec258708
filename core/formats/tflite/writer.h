// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tinsmith {

/// The graph as the bytes of a .tflite file. Attributes that TFLite passes as tensors (shapes, paddings, axes) become
/// constants again, equal constants share a buffer, operator versions are the lowest that have the features used. What
/// TFLite can only say with several operators becomes several: explicit paddings, float batch normalization, clipping,
/// activations that only ONNX has (see tflite/lowering.h). Throws UnsupportedError naming the operator, and why, where
/// TFLite has no form for it (channels-first convolutions, operators that only ONNX has); also where the file would
/// pass 2 GiB.
std::vector<std::byte> writeTflite(const Graph &graph);
/// Constants lie behind the flatbuffer, which refers to them by their place in the file, once those inside it would
/// take more than `most` bytes: so files of 2 GiB and more are written.
std::vector<std::byte> writeTflite(const Graph &graph, std::uint64_t most);
/// `notes` gets a sentence for each thing that the file does not have as the graph had it: types, metadata.
std::vector<std::byte> writeTflite(const Graph &graph, std::vector<std::string> &notes);

} // namespace tinsmith

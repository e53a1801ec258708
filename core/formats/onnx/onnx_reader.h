// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>

namespace tinsmith {

struct OnnxOptions {
    /// Sizes for symbolic dimensions, by their name in the file ("batch" -> 1, "height" -> 96). Dimensions that stay
    /// unbound are -1 and keep their name in Tensor::dimensionNames; an unnamed one of an input is called by the input
    /// and the axis ("x.0"). A name that the file does not have is a FormatError.
    std::map<std::string, std::int64_t> bindings;
    /// Values for inputs that a person fixes, by their name: the input becomes a constant and leaves Graph::inputs(),
    /// so that what follows from it (a shape, axes, a number of elements) is settled. Type and shape must be those that
    /// the file declares. Throws FormatError naming the input where they are not, or where the file has no such input.
    std::map<std::string, Tensor> constants;
};

/// Reads a .onnx model of any IR version and operator set. Every operator opens: those that Tinsmith knows as typed
/// ones, the rest as Custom with all attributes as text and the reason. Constant parameters (a Reshape's shape, a
/// Slice's bounds) become attributes, and small computations of shapes are folded where the file settles them. Bodies
/// of If, Loop and Scan and model-local functions stand in Graph::subgraphs(). Weights of external data files are
/// memory-mapped. Quantized models, as QDQ or QLinear operators, stand as int8 operators (see foldQuantized()).
/// One-dimensional convolutions and poolings stand as ExpandDims, the two-dimensional operator of height 1, Squeeze.
/// Throws FormatError naming file, node or tensor, and cause; SystemError where the file cannot be read.
Graph readOnnx(const std::filesystem::path &file, const OnnxOptions &options = {});

/// The same from memory. `file` names the model in messages; external data are looked for beside it. Large constants
/// share `content`.
Graph readOnnx(const Bytes &content, const std::filesystem::path &file, const OnnxOptions &options = {});
/// The same from bytes that are copied.
Graph readOnnx(std::span<const std::byte> bytes, const std::filesystem::path &file, const OnnxOptions &options = {});

/// Whether the bytes begin as ONNX files do: a message whose first field is the IR version.
bool looksLikeOnnx(std::span<const std::byte> bytes);

} // namespace tinsmith

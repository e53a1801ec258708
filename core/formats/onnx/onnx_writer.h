// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <cstddef>
#include <vector>

namespace tinsmith {

/// The graph as a .onnx model of operator set 17 (IR version 8). Channels-last operators are written channels first,
/// with transposes only where inputs and outputs need them; quantized operators as float ones between DequantizeLinear
/// and QuantizeLinear. Throws UnsupportedError naming the operator that ONNX has no form for, and why.
std::vector<std::byte> writeOnnx(const Graph &graph);

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/onnx/node_context.h"

namespace tinsmith::onnxio {

// Readers of operators that are made of others.

/// Attention and RotaryEmbedding (operator set 23).
void addAttentionReaders(NodeReaders &readers);
/// AffineGrid, CenterCropPad and Col2Im (operator sets 18 and 20).
void addGeometryReaders(NodeReaders &readers);
/// LpPool, GlobalLpPool and Det.
void addNormReaders(NodeReaders &readers);
/// Activations and products of ONNX Runtime's own domain, com.microsoft; its quantized operators are with ONNX's.
void addMicrosoftReaders(NodeReaders &readers);
/// Operators that open and never run, with the reason.
void addRefusals(NodeReaders &readers);

/// Elements begin, begin + step, ... before end of one axis, all of the others.
TensorId partOf(NodeContext &context, TensorId x, std::size_t axis, std::int64_t begin, std::int64_t end,
    std::int64_t step, const std::string &suffix);

} // namespace tinsmith::onnxio

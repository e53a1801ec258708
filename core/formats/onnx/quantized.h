// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/onnx/node_context.h"

namespace tinsmith::onnxio {

/// Scale and zero point that two constant inputs give (the zero point may be left out). Throws Untyped where they are
/// computed or do not fit.
Quantization quantizationOf(NodeContext &context, std::size_t scale, std::size_t zeroPoint, std::size_t axis);

/// The elements of a constant of integers of 4 to 32 bits. Throws Untyped for other types.
std::vector<std::int64_t> storedIntegers(const Tensor &tensor);

/// The tensor with this quantization: itself, or a copy of a constant that already has another one.
/// Throws Untyped where an activation already has another one.
TensorId quantized(NodeContext &context, TensorId tensor, const Quantization &quantization);

/// Operators with scales among their inputs (QLinearConv, QLinearMatMul, those of com.microsoft), read as Dequantize,
/// the real operator, Quantize.
void addQLinearReaders(NodeReaders &readers);

} // namespace tinsmith::onnxio

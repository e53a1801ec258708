// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

namespace tinsmith::onnxio {

/// Integer operators in place of real ones that stand between DequantizeLinear and QuantizeLinear, for ONNX says "int8
/// convolution" by such a pattern. Weights become symmetric int8, biases int32 at the product of the scales, a Relu or
/// Clip before the QuantizeLinear part of the operator; what only moves values moves the stored ones. 8-bit values
/// inside the graph become int8, q - 128 where they were uint8; the graph's own inputs and outputs stay as they are,
/// with a Quantize at the border. What has no integer form (weights with a zero point, scales that are computed) keeps
/// its real form. The graph rounds half to even; results differ from the real form by float rounding alone: at most one
/// step per operator.
Graph foldQuantized(const Graph &graph);

} // namespace tinsmith::onnxio

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

namespace tinsmith {

/// The form that planner, cost model, quantizer and firmware see: channels last throughout (graph inputs and outputs
/// keep the source's layout: a transpose stands behind or before them where it cannot be removed), Gemm and constant
/// MatMul as FullyConnected, GlobalPool as Reduce, Identity dropped, Conv2D with one group per channel as
/// DepthwiseConv2D, batch normalisations folded or as depthwise convolutions, float16 and integer weights of float
/// layers as float32 (float16 inputs and outputs too), casts of bytes as Dequantize, borders of convolutions and
/// max pools as their padding. A graph already in this form comes back as it is. Equal in float to rounding, int8 bit
/// for bit.
Graph canonical(const Graph &graph);

/// As canonical(), but batch normalisations stay: their statistics say what ranges to expect. Tensors that both forms
/// have are called alike.
Graph canonicalWithNormalizations(const Graph &graph);

} // namespace tinsmith

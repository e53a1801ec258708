// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/onnx/emitter.h"

namespace tinsmith::onnxio {

// One overload per kind; each writes the nodes of the operator that the emitter has begun.

void write(Emitter &e, const Operator &op, const Custom &kind);
void write(Emitter &e, const Operator &op, const Conv2D &kind);
void write(Emitter &e, const Operator &op, const DepthwiseConv2D &kind);
void write(Emitter &e, const Operator &op, const TransposeConv2D &kind);
void write(Emitter &e, const Operator &op, const BatchNormalization &kind);
void write(Emitter &e, const Operator &op, const Pool2D &kind);
void write(Emitter &e, const Operator &op, const GlobalPool &kind);
void write(Emitter &e, const Operator &op, const FullyConnected &kind);
void write(Emitter &e, const Operator &op, const Gemm &kind);
void write(Emitter &e, const Operator &op, const MatMul &kind);
void write(Emitter &e, const Operator &op, const Binary &kind);
void write(Emitter &e, const Operator &op, const Unary &kind);
void write(Emitter &e, const Operator &op, const Activation &kind);
void write(Emitter &e, const Operator &op, const PRelu &kind);
void write(Emitter &e, const Operator &op, const Softmax &kind);
void write(Emitter &e, const Operator &op, const LogSoftmax &kind);
void write(Emitter &e, const Operator &op, const L2Normalization &kind);
void write(Emitter &e, const Operator &op, const Recurrent &kind);
void write(Emitter &e, const Operator &op, const Reshape &kind);
void write(Emitter &e, const Operator &op, const Squeeze &kind);
void write(Emitter &e, const Operator &op, const ExpandDims &kind);
void write(Emitter &e, const Operator &op, const Transpose &kind);
void write(Emitter &e, const Operator &op, const Pad &kind);
void write(Emitter &e, const Operator &op, const Concatenation &kind);
void write(Emitter &e, const Operator &op, const Split &kind);
void write(Emitter &e, const Operator &op, const Pack &kind);
void write(Emitter &e, const Operator &op, const Unpack &kind);
void write(Emitter &e, const Operator &op, const StridedSlice &kind);
void write(Emitter &e, const Operator &op, const Gather &kind);
void write(Emitter &e, const Operator &op, const Resize &kind);
void write(Emitter &e, const Operator &op, const DepthToSpace &kind);
void write(Emitter &e, const Operator &op, const SpaceToDepth &kind);
void write(Emitter &e, const Operator &op, const Tile &kind);
void write(Emitter &e, const Operator &op, const BroadcastTo &kind);
void write(Emitter &e, const Operator &op, const Cast &kind);
void write(Emitter &e, const Operator &op, const Identity &kind);
void write(Emitter &e, const Operator &op, const Reduce &kind);
void write(Emitter &e, const Operator &op, const ArgExtreme &kind);
void write(Emitter &e, const Operator &op, const Quantize &kind);
void write(Emitter &e, const Operator &op, const Dequantize &kind);

/// Where the node before a fused activation writes; writeFused() then brings it to the output.
std::string beforeFused(Emitter &e, FusedActivation activation);
void writeFused(Emitter &e, FusedActivation activation, const std::string &result);

} // namespace tinsmith::onnxio

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
void write(Emitter &e, const Operator &op, const If &kind);
void write(Emitter &e, const Operator &op, const Loop &kind);
void write(Emitter &e, const Operator &op, const Scan &kind);
void write(Emitter &e, const Operator &op, const Call &kind);
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
void write(Emitter &e, const Operator &op, const LayerNormalization &kind);
void write(Emitter &e, const Operator &op, const RmsNormalization &kind);
void write(Emitter &e, const Operator &op, const GroupNormalization &kind);
void write(Emitter &e, const Operator &op, const LocalResponseNormalization &kind);
void write(Emitter &e, const Operator &op, const MeanVarianceNormalization &kind);
void write(Emitter &e, const Operator &op, const LpNormalization &kind);
void write(Emitter &e, const Operator &op, const Hardmax &kind);
void write(Emitter &e, const Operator &op, const Select &kind);
void write(Emitter &e, const Operator &op, const Nary &kind);
void write(Emitter &e, const Operator &op, const Triangle &kind);
void write(Emitter &e, const Operator &op, const GatherElements &kind);
void write(Emitter &e, const Operator &op, const GatherNd &kind);
void write(Emitter &e, const Operator &op, const ScatterElements &kind);
void write(Emitter &e, const Operator &op, const ScatterNd &kind);
void write(Emitter &e, const Operator &op, const OneHot &kind);
void write(Emitter &e, const Operator &op, const TopK &kind);
void write(Emitter &e, const Operator &op, const Reverse &kind);
void write(Emitter &e, const Operator &op, const ReverseSequence &kind);
void write(Emitter &e, const Operator &op, const CumulativeSum &kind);
void write(Emitter &e, const Operator &op, const Fill &kind);
void write(Emitter &e, const Operator &op, const EyeLike &kind);
void write(Emitter &e, const Operator &op, const ShapeOf &kind);
void write(Emitter &e, const Operator &op, const NumberRange &kind);
void write(Emitter &e, const Operator &op, const Dft &kind);
void write(Emitter &e, const Operator &op, const Stft &kind);
void write(Emitter &e, const Operator &op, const GridSample &kind);
void write(Emitter &e, const Operator &op, const RoiAlign &kind);
void write(Emitter &e, const Operator &op, const MaxUnpool &kind);
void write(Emitter &e, const Operator &op, const NonMaxSuppression &kind);
void write(Emitter &e, const Operator &op, const Einsum &kind);
void write(Emitter &e, const Operator &op, const IntegerMatMul &kind);
void write(Emitter &e, const Operator &op, const IntegerConv2D &kind);
void write(Emitter &e, const Operator &op, const DynamicQuantize &kind);
void write(Emitter &e, const Operator &op, const RuntimeQuantize &kind);

/// Where the node before a fused activation writes; writeFused() then brings it to the output.
std::string beforeFused(Emitter &e, FusedActivation activation);
void writeFused(Emitter &e, FusedActivation activation, const std::string &result);

} // namespace tinsmith::onnxio

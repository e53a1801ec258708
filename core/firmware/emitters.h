// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/firmware/emission.h"
#include "core/graph/graph.h"

#include <string>

/// How each operator kind becomes C. whyNot() says why an operator cannot; emit() may rely on it having said nothing. A
/// pair stands in the file of its family.
namespace tinsmith::firmware {

std::string whyNot(const Graph &graph, const Operator &op, const Conv2D &kind);
std::string whyNot(const Graph &graph, const Operator &op, const DepthwiseConv2D &kind);
std::string whyNot(const Graph &graph, const Operator &op, const TransposeConv2D &kind);
std::string whyNot(const Graph &graph, const Operator &op, const Pool2D &kind);
std::string whyNot(const Graph &graph, const Operator &op, const FullyConnected &kind);
std::string whyNot(const Graph &graph, const Operator &op, const Binary &kind);
std::string whyNot(const Graph &graph, const Operator &op, const Unary &kind);
std::string whyNot(const Graph &graph, const Operator &op, const Activation &kind);
std::string whyNot(const Graph &graph, const Operator &op, const Softmax &kind);
std::string whyNot(const Graph &graph, const Operator &op, const Reshape &kind);
std::string whyNot(const Graph &graph, const Operator &op, const Squeeze &kind);
std::string whyNot(const Graph &graph, const Operator &op, const ExpandDims &kind);
std::string whyNot(const Graph &graph, const Operator &op, const Identity &kind);
std::string whyNot(const Graph &graph, const Operator &op, const Transpose &kind);
std::string whyNot(const Graph &graph, const Operator &op, const Pad &kind);
std::string whyNot(const Graph &graph, const Operator &op, const Concatenation &kind);
std::string whyNot(const Graph &graph, const Operator &op, const Split &kind);
std::string whyNot(const Graph &graph, const Operator &op, const Pack &kind);
std::string whyNot(const Graph &graph, const Operator &op, const Unpack &kind);
std::string whyNot(const Graph &graph, const Operator &op, const StridedSlice &kind);
std::string whyNot(const Graph &graph, const Operator &op, const Resize &kind);
std::string whyNot(const Graph &graph, const Operator &op, const DepthToSpace &kind);
std::string whyNot(const Graph &graph, const Operator &op, const SpaceToDepth &kind);
std::string whyNot(const Graph &graph, const Operator &op, const BroadcastTo &kind);
std::string whyNot(const Graph &graph, const Operator &op, const Tile &kind);
std::string whyNot(const Graph &graph, const Operator &op, const Reduce &kind);
std::string whyNot(const Graph &graph, const Operator &op, const Quantize &kind);
std::string whyNot(const Graph &graph, const Operator &op, const Dequantize &kind);

void emit(Emission &emission, OperatorId id, const Conv2D &kind);
void emit(Emission &emission, OperatorId id, const DepthwiseConv2D &kind);
void emit(Emission &emission, OperatorId id, const TransposeConv2D &kind);
void emit(Emission &emission, OperatorId id, const Pool2D &kind);
void emit(Emission &emission, OperatorId id, const FullyConnected &kind);
void emit(Emission &emission, OperatorId id, const Binary &kind);
void emit(Emission &emission, OperatorId id, const Unary &kind);
void emit(Emission &emission, OperatorId id, const Activation &kind);
void emit(Emission &emission, OperatorId id, const Softmax &kind);
void emit(Emission &emission, OperatorId id, const Reshape &kind);
void emit(Emission &emission, OperatorId id, const Squeeze &kind);
void emit(Emission &emission, OperatorId id, const ExpandDims &kind);
void emit(Emission &emission, OperatorId id, const Identity &kind);
void emit(Emission &emission, OperatorId id, const Transpose &kind);
void emit(Emission &emission, OperatorId id, const Pad &kind);
void emit(Emission &emission, OperatorId id, const Concatenation &kind);
void emit(Emission &emission, OperatorId id, const Split &kind);
void emit(Emission &emission, OperatorId id, const Pack &kind);
void emit(Emission &emission, OperatorId id, const Unpack &kind);
void emit(Emission &emission, OperatorId id, const StridedSlice &kind);
void emit(Emission &emission, OperatorId id, const Resize &kind);
void emit(Emission &emission, OperatorId id, const DepthToSpace &kind);
void emit(Emission &emission, OperatorId id, const SpaceToDepth &kind);
void emit(Emission &emission, OperatorId id, const BroadcastTo &kind);
void emit(Emission &emission, OperatorId id, const Tile &kind);
void emit(Emission &emission, OperatorId id, const Reduce &kind);
void emit(Emission &emission, OperatorId id, const Quantize &kind);
void emit(Emission &emission, OperatorId id, const Dequantize &kind);

/// What an operator's activations are made of.
enum class Numbers { Int8, Float32, Other };
Numbers numbersOf(const Graph &graph, const Operator &op);
/// Empty where all activations are int8 or all float32; otherwise says what is wrong.
std::string whyNotNumbers(const Graph &graph, const Operator &op);
/// Empty where all inputs and outputs share type, and quantization where they are quantized: for operators that only
/// move elements.
std::string whyNotMoved(const Graph &graph, const Operator &op);
/// Empty where inputs from `first` on are constants (or left out).
std::string whyNotConstant(const Graph &graph, const Operator &op, std::size_t first);
/// Bytes of one element of the tensor.
std::int64_t elementBytes(const Tensor &tensor);

/// The bounds of a fused activation on floats, as C literals.
struct FloatBounds {
    std::string minimum;
    std::string maximum;
};
FloatBounds floatBounds(FusedActivation activation);

} // namespace tinsmith::firmware

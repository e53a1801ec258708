// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/geometry.h"
#include "core/graph/graph.h"

#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

namespace tinsmith::tflite {

/// The graph with operators that TFLite does not have, or whose kernels do not take these types, expressed by operators
/// that it has: HardSigmoid by additions and multiplications, a softmax along another axis by transposes. int8
/// functions without an int8 kernel are computed in float32 between DEQUANTIZE and QUANTIZE. Equal in float32 to
/// rounding. Operators that cannot be expressed stay as they are, for the writer to refuse.
Graph lowered(const Graph &graph);

/// Float16, bfloat16 and float64 tensors as float32, constants converted: TFLite's kernels take no others. Sets
/// `changed` to how many tensors that concerned. Constants that a Dequantize reads stay.
Graph withFloat32(const Graph &graph, std::size_t &changed);

/// Puts operators in the place of one of a builder's.
class Replacement {
public:
    /// `graph` is the builder's source.
    Replacement(const Graph &graph, GraphBuilder &builder, OperatorId id)
        : graph_(graph), builder_(builder), id_(id), op_(graph.op(id))
    {
    }

    const Operator &op() const { return op_; }
    /// Copies: adding tensors moves those of the builder.
    Tensor input(std::size_t position = 0) const { return builder_.tensor(op_.inputs.at(position)); }
    Tensor output() const { return builder_.tensor(op_.outputs.at(0)); }
    Tensor tensor(TensorId id) const { return builder_.tensor(id); }
    /// Input or output holds integers that stand for real numbers.
    bool quantized() const;

    /// The input's real numbers: behind a Dequantize where it is quantized.
    TensorId real(std::size_t position = 0);
    TensorId number(float value);
    TensorId constant(
        ElementType type, const Shape &shape, Bytes data, std::optional<Quantization> quantization = std::nullopt);
    /// An operator between; returns its first output.
    TensorId add(OperatorKind kind, std::vector<TensorId> inputs, ElementType type = ElementType::Float32,
        std::optional<Quantization> quantization = std::nullopt);
    /// The same with the type and quantization of a tensor.
    TensorId addLike(TensorId like, OperatorKind kind, std::vector<TensorId> inputs);
    /// The operator that writes the stored output.
    void finish(OperatorKind kind, std::vector<TensorId> inputs);
    /// A value between that is the output already: whatever makes it writes the output.
    void rename(TensorId id);
    /// The output is a constant of this value, and the operator goes; false where it is an output of the graph.
    bool becomeConstant(Bytes value);
    /// Of the operator as it is in the builder.
    std::optional<SpatialGeometry> geometry() const;
    /// The operator that computes the output's real numbers, a Quantize behind it where the output is quantized.
    void finishReal(OperatorKind kind, std::vector<TensorId> inputs);

private:
    const Graph &graph_;
    GraphBuilder &builder_;
    OperatorId id_;
    Operator op_;
};

/// A fused activation that the operator's kernels do not take, as an operator of its own: a hyperbolic tangent, which
/// they leave out without a word, and any in a concatenation.
template <typename Kind>
bool unfuse(Replacement &place, Kind kind)
{
    constexpr bool joins = std::is_same_v<Kind, Concatenation>;
    const FusedActivation fused = kind.activation;
    if (fused == FusedActivation::None || fused == FusedActivation::SignBit
        || (fused != FusedActivation::Tanh && !joins)) {
        return false;
    }
    kind.activation = FusedActivation::None;
    const TensorId result = place.addLike(place.op().outputs.at(0), kind, place.op().inputs);
    place.finish(Activation{fused == FusedActivation::Tanh ? ActivationFunction::Tanh
                         : fused == FusedActivation::Relu  ? ActivationFunction::Relu
                         : fused == FusedActivation::Relu6 ? ActivationFunction::Relu6
                                                           : ActivationFunction::ReluN1To1},
        {result});
    return true;
}

// Each returns false where the operator stays as it is.
bool lower(Replacement &place, const Conv2D &kind);
bool lower(Replacement &place, const DepthwiseConv2D &kind);
bool lower(Replacement &place, const TransposeConv2D &kind);
bool lower(Replacement &place, const FullyConnected &kind);
bool lower(Replacement &place, const Concatenation &kind);
bool lower(Replacement &place, const Activation &kind);
bool lower(Replacement &place, const Unary &kind);
bool lower(Replacement &place, const Binary &kind);
bool lower(Replacement &place, const Nary &kind);
bool lower(Replacement &place, const Softmax &kind);
bool lower(Replacement &place, const LogSoftmax &kind);
bool lower(Replacement &place, const Reduce &kind);
bool lower(Replacement &place, const ArgExtreme &kind);
bool lower(Replacement &place, const Gemm &kind);
bool lower(Replacement &place, const MatMul &kind);
bool lower(Replacement &place, const Triangle &kind);
bool lower(Replacement &place, const Hardmax &kind);
bool lower(Replacement &place, const Pad &kind);
bool lower(Replacement &place, const DepthToSpace &kind);
bool lower(Replacement &place, const Pool2D &kind);
bool lower(Replacement &place, const Dequantize &kind);
bool lower(Replacement &place, const LayerNormalization &kind);
bool lower(Replacement &place, const RmsNormalization &kind);
bool lower(Replacement &place, const GroupNormalization &kind);
bool lower(Replacement &place, const MeanVarianceNormalization &kind);
bool lower(Replacement &place, const LpNormalization &kind);

} // namespace tinsmith::tflite

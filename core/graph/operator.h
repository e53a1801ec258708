// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/activation.h"
#include "core/graph/control.h"
#include "core/graph/convolution.h"
#include "core/graph/dense.h"
#include "core/graph/elementwise.h"
#include "core/graph/index.h"
#include "core/graph/normalization.h"
#include "core/graph/pooling.h"
#include "core/graph/quantization.h"
#include "core/graph/recurrent.h"
#include "core/graph/reduction.h"
#include "core/graph/selection.h"
#include "core/graph/shape.h"
#include "core/graph/signal.h"

#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace tinsmith {

using OperatorAlternatives = std::variant<Custom, Conv2D, DepthwiseConv2D, TransposeConv2D, BatchNormalization, Pool2D,
    GlobalPool, FullyConnected, Gemm, MatMul, Binary, Unary, Activation, PRelu, Softmax, LogSoftmax, L2Normalization,
    Reshape, Squeeze, ExpandDims, Transpose, Pad, Concatenation, Split, Pack, Unpack, StridedSlice, Gather, Resize,
    DepthToSpace, SpaceToDepth, Tile, BroadcastTo, Cast, Identity, Reduce, ArgExtreme, Quantize, Dequantize,
    LayerNormalization, RmsNormalization, GroupNormalization, LocalResponseNormalization, MeanVarianceNormalization,
    LpNormalization, Svdf, SequenceLstm, Recurrent, If, While, Loop, Scan, Call, VariableHandle, ReadVariable,
    AssignVariable, SignalWindow, SignalFftAutoScale, SignalFft, SignalEnergy, SignalFilterBank,
    SignalFilterBankSquareRoot, SignalSpectralSubtraction, SignalPcan, SignalFilterBankLog, SignalDelay, SignalFramer,
    SignalOverlapAdd, SignalStacker, CircularBuffer, Dft, Stft, Select, GatherElements, GatherNd, ScatterElements,
    ScatterNd, ScatterIntoZeros, DynamicUpdateSlice, Triangle, OneHot, TopK, Reverse, ReverseSequence, CumulativeSum,
    Fill, ZerosLike, EyeLike, ShapeOf, NumberRange, BroadcastShapes, Bitcast, SpaceToBatch, BatchToSpace, Compress,
    Hardmax, MaxUnpool, GridSample, RoiAlign, NonMaxSuppression, DetectionPostprocess, Einsum, IntegerMatMul,
    IntegerConv2D, DynamicQuantize, RuntimeQuantize, Nary>;

template <typename Kind, typename... Kinds>
constexpr bool isOneOf(const std::variant<Kinds...> *)
{
    return (std::is_same_v<Kind, Kinds> || ...);
}
/// A struct that an operator can be.
template <typename Kind>
concept OperatorAlternative = isOneOf<Kind>(static_cast<OperatorAlternatives *>(nullptr));

/// What an operator does, with its attributes. Everything that std::variant implements with a jump table over all
/// alternatives is defined in operator_kind.cpp: instantiated in every file, these tables took most of the build time.
class OperatorKind : public OperatorAlternatives {
public:
    /// Custom.
    OperatorKind();
    /// Instantiated in operator_kind.cpp for every alternative.
    template <OperatorAlternative Kind>
    OperatorKind(Kind kind);
    OperatorKind(const OperatorKind &other);
    OperatorKind(OperatorKind &&other) noexcept;
    OperatorKind &operator=(const OperatorKind &other);
    OperatorKind &operator=(OperatorKind &&other) noexcept;
    ~OperatorKind();

    friend bool operator==(const OperatorKind &a, const OperatorKind &b);
};

/// The families by which operators are grouped in files and colours.
enum class OperatorFamily {
    Convolution,
    Pooling,
    Dense,
    Elementwise,
    Activation,
    Shape,
    Reduction,
    Recurrent,
    Quantization,
    Other,
};

/// One step of a model. Inputs may be none() where an optional one is left out in the middle.
struct Operator {
    /// Unique in its graph; the source's name, or one made of its output's name.
    std::string name;
    OperatorKind kind;
    std::vector<TensorId> inputs;
    std::vector<TensorId> outputs;

    template <typename T>
    const T *as() const
    {
        return std::get_if<T>(&kind);
    }
    template <typename T>
    bool is() const
    {
        return std::holds_alternative<T>(kind);
    }
    /// Input `position`, none() where the operator has fewer.
    TensorId input(std::size_t position) const
    {
        return position < inputs.size() ? inputs[position] : TensorId::none();
    }
};

/// TFLite's operator name ("CONV_2D", "AVERAGE_POOL_2D"), Custom's source type, or for what only ONNX has its name.
std::string typeName(const OperatorKind &kind);
/// As cards show it: "Conv2D", "MaxPool", "FullyConnected".
std::string displayName(const OperatorKind &kind);
OperatorFamily familyOf(const OperatorKind &kind);
/// "convolution", "pooling", ...
std::string nameOf(OperatorFamily family);
std::string nameOf(FusedActivation activation);

/// One attribute as an inspector shows it: its name in plain words and its value as text.
struct AttributeText {
    std::string name;
    std::string value;
};
/// All attributes of the operator, in a fixed order ("Stride" "2 × 2", "Padding" "same: 0, 1, 0, 1", ...).
std::vector<AttributeText> describe(const OperatorKind &kind);

} // namespace tinsmith

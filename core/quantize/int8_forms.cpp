// SPDX-License-Identifier: Apache-2.0
#include "core/quantize/int8_forms.h"

#include "core/quantize/scales.h"

namespace tinsmith {
namespace {

template <typename... Kinds>
bool isOneOf(const Operator &op)
{
    return (op.is<Kinds>() || ...);
}

std::string whyNot(const Binary &binary)
{
    switch (binary.function) {
    case BinaryFunction::Add:
    case BinaryFunction::Sub:
    case BinaryFunction::Mul:
    case BinaryFunction::Minimum:
    case BinaryFunction::Maximum:
    case BinaryFunction::Equal:
    case BinaryFunction::NotEqual:
    case BinaryFunction::Less:
    case BinaryFunction::LessEqual:
    case BinaryFunction::Greater:
    case BinaryFunction::GreaterEqual:
        return {};
    default:
        return "has no int8 form";
    }
}

std::string whyNot(const Reduce &reduce)
{
    switch (reduce.function) {
    case ReduceFunction::Mean:
    case ReduceFunction::Sum:
    case ReduceFunction::Max:
    case ReduceFunction::Min:
        return {};
    default:
        return "has no int8 form";
    }
}

/// The activation that is fused into the operator, None where it can have none.
FusedActivation fusedInto(const Operator &op)
{
    return std::visit(
        [](const auto &kind) {
            if constexpr (requires { FusedActivation(kind.activation); }) {
                return kind.activation;
            } else {
                return FusedActivation::None;
            }
        },
        op.kind);
}

} // namespace

bool hasWeights(const Operator &op)
{
    return isOneOf<Conv2D, DepthwiseConv2D, TransposeConv2D, FullyConnected>(op);
}

bool sharesScale(const Operator &op)
{
    if (const auto *binary = op.as<Binary>()) {
        return binary->function == BinaryFunction::Minimum || binary->function == BinaryFunction::Maximum;
    }
    if (const auto *reduce = op.as<Reduce>()) {
        return reduce->function == ReduceFunction::Max || reduce->function == ReduceFunction::Min;
    }
    return isOneOf<Pool2D, Reshape, Squeeze, ExpandDims, Transpose, Pad, Concatenation, Split, Pack, Unpack,
        StridedSlice, Gather, Resize, DepthToSpace, SpaceToDepth, Tile, BroadcastTo, Identity>(op);
}

std::optional<Quantization> prescribedOutput(const Operator &op)
{
    if (op.is<Softmax>()) {
        return unitQuantization();
    }
    const auto *activation = op.as<Activation>();
    if (activation != nullptr && activation->function == ActivationFunction::Logistic) {
        return unitQuantization();
    }
    if (activation != nullptr && activation->function == ActivationFunction::Tanh) {
        return signedUnitQuantization();
    }
    return std::nullopt;
}

std::string whyNoInt8Form(const Operator &op)
{
    if (const auto *custom = op.as<Custom>()) {
        return "operator type " + custom->sourceType + " is not known well enough to be quantized";
    }
    const FusedActivation fused = fusedInto(op);
    if (fused == FusedActivation::Tanh || fused == FusedActivation::SignBit) {
        return "has a fused " + nameOf(fused) + ", which has no int8 form";
    }
    if (const auto *binary = op.as<Binary>()) {
        return whyNot(*binary);
    }
    if (const auto *reduce = op.as<Reduce>()) {
        return whyNot(*reduce);
    }
    if (const auto *pool = op.as<Pool2D>()) {
        return pool->function == PoolFunction::L2 ? "an L2 pool has no int8 form" : std::string();
    }
    if (const auto *unary = op.as<Unary>()) {
        return unary->function == UnaryFunction::LogicalNot ? "has no int8 form" : std::string();
    }
    if (const auto *resize = op.as<Resize>()) {
        return resize->mode == ResizeMode::Cubic ? "a cubic resize has no int8 form" : std::string();
    }
    if (isOneOf<Gemm, GlobalPool>(op)) {
        return "has an int8 form only in the canonical graph";
    }
    if (isOneOf<Quantize, Dequantize>(op)) {
        return "is there already: only a float model can be quantized";
    }
    if (hasWeights(op) || sharesScale(op) || isOneOf<MatMul, Activation, PRelu, Softmax, ArgExtreme>(op)) {
        return {};
    }
    return "has no int8 form";
}

} // namespace tinsmith

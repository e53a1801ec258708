// SPDX-License-Identifier: Apache-2.0
#include "core/graph/folding.h"

#include "core/graph/counts.h"

#include <cmath>
#include <limits>

namespace tinsmith {
namespace {

/// Where an operator's weights keep their output channels: index = ((outer * channels) + channel) * inner + rest.
struct ChannelPlace {
    std::int64_t channels = 0;
    std::int64_t inner = 1;
};

std::int64_t product(const Shape &shape, std::size_t from)
{
    std::int64_t result = 1;
    for (std::size_t i = from; i < shape.rank(); ++i) {
        result = saturatingProduct(result, shape[i]);
    }
    return result;
}

/// Nothing for operators that have no weights, or whose output channels are not one dimension of them.
std::optional<ChannelPlace> channelPlace(const Operator &op, const Shape &weights)
{
    if ((op.is<Conv2D>() && weights.rank() == 4) || (op.is<FullyConnected>() && weights.rank() == 2)) {
        return ChannelPlace{weights[0], product(weights, 1)};
    }
    if (op.is<DepthwiseConv2D>() && weights.rank() == 4) {
        return ChannelPlace{weights[3], 1};
    }
    const auto *transposed = op.as<TransposeConv2D>();
    if (transposed != nullptr && weights.rank() == 4) {
        if (transposed->layout == Layout::ChannelsLast) {
            return ChannelPlace{weights[0], product(weights, 1)};
        }
        if (transposed->groups == 1) {
            return ChannelPlace{weights[1], product(weights, 2)};
        }
    }
    return std::nullopt;
}

std::optional<std::vector<float>> floatsOf(const GraphBuilder &builder, TensorId id)
{
    if (!id.valid()) {
        return std::nullopt;
    }
    const Tensor &tensor = builder.tensor(id);
    if (!tensor.data || tensor.variable || tensor.type != ElementType::Float32) {
        return std::nullopt;
    }
    auto values = tensor.data->copyAs<float>();
    if (tensor.shape.elements() != static_cast<std::int64_t>(values.size())) {
        return std::nullopt;
    }
    return values;
}

/// The operator before `id` where `id` is the only reader of its only output.
OperatorId soleProducer(const GraphBuilder &builder, OperatorId id, const BuilderUses &uses)
{
    const TensorId input = builder.op(id).input(0);
    const OperatorId before = uses.producer(input);
    const bool sole = before.valid() && uses.readers(input) == 1 && builder.op(before).outputs.size() == 1
        && builder.op(id).outputs.size() == 1;
    return sole ? before : OperatorId::none();
}

void mergeInto(GraphBuilder &builder, OperatorId before, OperatorId id, BuilderUses &uses)
{
    const TensorId output = builder.op(id).outputs.front();
    builder.op(before).outputs.front() = output;
    builder.removeOperator(id);
    uses.takeOver(before, output);
}

} // namespace

FusedActivation *fusableActivation(OperatorKind &kind)
{
    return std::visit(
        [](auto &each) -> FusedActivation * {
            using Kind = std::decay_t<decltype(each)>;
            if constexpr (std::is_same_v<Kind, Binary>) {
                const bool fusable = each.function == BinaryFunction::Add || each.function == BinaryFunction::Sub
                    || each.function == BinaryFunction::Mul || each.function == BinaryFunction::Div;
                return fusable ? &each.activation : nullptr;
            } else if constexpr (requires { each.activation; } && !std::is_same_v<Kind, Concatenation>) {
                return &each.activation;
            } else {
                return nullptr;
            }
        },
        kind);
}

BuilderUses::BuilderUses(const GraphBuilder &builder)
    : producers_(builder.tensorCount()), readers_(builder.tensorCount())
{
    for (std::size_t i = 0; i < builder.operatorCount(); ++i) {
        const OperatorId id(i);
        if (builder.removed(id)) {
            continue;
        }
        for (const TensorId output : builder.op(id).outputs) {
            if (output.valid()) {
                producers_[output.position()] = id;
            }
        }
        for (const TensorId input : builder.op(id).inputs) {
            if (input.valid()) {
                ++readers_[input.position()];
            }
        }
    }
    for (const TensorId output : builder.outputs()) {
        ++readers_[output.position()];
    }
}

void BuilderUses::takeOver(OperatorId op, TensorId output)
{
    producers_[output.position()] = op;
}

std::optional<ChannelAffine> affineOf(const GraphBuilder &builder, const Operator &normalization)
{
    const auto *kind = normalization.as<BatchNormalization>();
    const auto gamma = floatsOf(builder, normalization.input(1));
    const auto beta = floatsOf(builder, normalization.input(2));
    const auto mean = floatsOf(builder, normalization.input(3));
    const auto variance = floatsOf(builder, normalization.input(4));
    if (kind == nullptr || !gamma || !beta || !mean || !variance || beta->size() != gamma->size()
        || mean->size() != gamma->size() || variance->size() != gamma->size()) {
        return std::nullopt;
    }
    ChannelAffine affine;
    for (std::size_t c = 0; c < gamma->size(); ++c) {
        const double scale = static_cast<double>((*gamma)[c])
            / std::sqrt(static_cast<double>((*variance)[c]) + static_cast<double>(kind->epsilon));
        const double shift = static_cast<double>((*beta)[c]) - static_cast<double>((*mean)[c]) * scale;
        affine.scale.push_back(static_cast<float>(scale));
        affine.shift.push_back(static_cast<float>(shift));
        if (!std::isfinite(affine.scale.back()) || !std::isfinite(affine.shift.back())) {
            return std::nullopt;
        }
    }
    return affine;
}

bool foldBatchNormalization(GraphBuilder &builder, OperatorId id, BuilderUses &uses)
{
    const OperatorId before = soleProducer(builder, id, uses);
    if (!before.valid()) {
        return false;
    }
    const auto affine = affineOf(builder, builder.op(id));
    const Operator target = builder.op(before);
    const TensorId weightsId = target.input(1);
    auto weights = floatsOf(builder, weightsId);
    if (!affine || !weights) {
        return false;
    }
    const auto place = channelPlace(target, builder.tensor(weightsId).shape);
    const FusedActivation *activation = fusableActivation(builder.op(before).kind);
    if (!place || place->channels != static_cast<std::int64_t>(affine->scale.size()) || activation == nullptr
        || *activation != FusedActivation::None) {
        return false;
    }
    std::vector<float> bias(affine->shift);
    if (target.input(2).valid()) {
        const auto given = floatsOf(builder, target.input(2));
        if (!given || given->size() != bias.size()) {
            return false;
        }
        for (std::size_t c = 0; c < bias.size(); ++c) {
            bias[c] += (*given)[c] * affine->scale[c];
        }
    }
    for (std::size_t i = 0; i < weights->size(); ++i) {
        const auto channel = static_cast<std::int64_t>(i) / place->inner % place->channels;
        (*weights)[i] *= affine->scale[static_cast<std::size_t>(channel)];
    }
    const std::string weightsName = builder.tensor(weightsId).name;
    const std::string biasName = target.input(2).valid() ? builder.tensor(target.input(2)).name : target.name + "/bias";
    const Shape weightsShape = builder.tensor(weightsId).shape;
    const TensorId newWeights = builder.addConstant(
        builder.uniqueTensorName(weightsName + "/folded"), ElementType::Float32, weightsShape, Bytes::of(*weights));
    const TensorId newBias = builder.addConstant(builder.uniqueTensorName(biasName + "/folded"), ElementType::Float32,
        Shape({static_cast<std::int64_t>(bias.size())}), Bytes::of(bias));
    Operator &folded = builder.op(before);
    folded.inputs = {folded.inputs[0], newWeights, newBias};
    mergeInto(builder, before, id, uses);
    return true;
}

std::optional<FusedActivation> fusedForm(const Activation &activation)
{
    constexpr float infinity = std::numeric_limits<float>::infinity();
    switch (activation.function) {
    case ActivationFunction::Relu:
        return FusedActivation::Relu;
    case ActivationFunction::Relu6:
        return FusedActivation::Relu6;
    case ActivationFunction::ReluN1To1:
        return FusedActivation::ReluN1To1;
    case ActivationFunction::Clip:
        if (activation.alpha == 0 && activation.beta >= std::numeric_limits<float>::max()) {
            return FusedActivation::Relu;
        }
        if (activation.alpha == 0 && activation.beta == 6) {
            return FusedActivation::Relu6;
        }
        if (activation.alpha == -1 && activation.beta == 1) {
            return FusedActivation::ReluN1To1;
        }
        if (activation.alpha <= -infinity && activation.beta >= infinity) {
            return FusedActivation::None;
        }
        return std::nullopt;
    default:
        return std::nullopt;
    }
}

bool fuseActivation(GraphBuilder &builder, OperatorId id, BuilderUses &uses)
{
    const auto *activation = builder.op(id).as<Activation>();
    const auto form = activation != nullptr ? fusedForm(*activation) : std::nullopt;
    const OperatorId before = soleProducer(builder, id, uses);
    if (!form || !before.valid() || builder.tensor(builder.op(id).input(0)).type != ElementType::Float32) {
        return false;
    }
    FusedActivation *target = fusableActivation(builder.op(before).kind);
    if (target == nullptr || *target != FusedActivation::None) {
        return false;
    }
    *target = *form;
    mergeInto(builder, before, id, uses);
    return true;
}

} // namespace tinsmith

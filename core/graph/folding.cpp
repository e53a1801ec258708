// SPDX-License-Identifier: Apache-2.0
#include "core/graph/folding.h"

#include "core/graph/counts.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tinsmith {
namespace {

std::int64_t product(const Shape &shape, std::size_t from)
{
    std::int64_t result = 1;
    for (std::size_t i = from; i < shape.rank(); ++i) {
        result = saturatingProduct(result, shape[i]);
    }
    return result;
}

/// Output channels along one dimension of the weights.
std::optional<ChannelPlace> alongAxis(const Shape &weights, std::size_t axis)
{
    const std::int64_t all = std::max<std::int64_t>(product(weights, 0), 1);
    return ChannelPlace{weights[axis], all, weights[axis], std::max<std::int64_t>(product(weights, axis + 1), 1)};
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

bool normalizesLastAxis(const Operator &normalization, std::size_t rank)
{
    const auto *kind = normalization.as<BatchNormalization>();
    return rank == 2 || (kind != nullptr && kind->layout == Layout::ChannelsLast);
}

/// Whether the layer's output channels are the dimension that is normalised.
bool sharesChannelAxis(const GraphBuilder &builder, const Operator &layer, const Operator &normalization)
{
    const bool last = normalizesLastAxis(normalization, builder.tensor(normalization.input(0)).shape.rank());
    if (const auto *conv = layer.as<Conv2D>()) {
        return last == (conv->layout == Layout::ChannelsLast);
    }
    if (const auto *transposed = layer.as<TransposeConv2D>()) {
        return last == (transposed->layout == Layout::ChannelsLast);
    }
    return last;
}

/// `next`, or the operator before it where `next` only renames dimensions before the last one, which is normalised.
OperatorId layerBehindRenames(
    const GraphBuilder &builder, OperatorId normalization, OperatorId next, const BuilderUses &uses)
{
    const Shape &normalized = builder.tensor(builder.op(normalization).input(0)).shape;
    while (next.valid()) {
        const Operator &op = builder.op(next);
        if (!op.is<Reshape>() && !op.is<Squeeze>() && !op.is<ExpandDims>()) {
            return next;
        }
        const Shape &before = builder.tensor(op.input(0)).shape;
        if (before.rank() == 0 || normalized.rank() == 0 || before.dims.back() != normalized.dims.back()
            || before.dims.back() < 1 || !normalizesLastAxis(builder.op(normalization), normalized.rank())) {
            return OperatorId::none();
        }
        next = soleProducer(builder, next, uses);
    }
    return next;
}

void mergeInto(GraphBuilder &builder, OperatorId before, OperatorId id, BuilderUses &uses)
{
    const TensorId output = builder.op(id).outputs.front();
    builder.op(before).outputs.front() = output;
    builder.removeOperator(id);
    uses.takeOver(before, output);
}

} // namespace

std::optional<ChannelPlace> channelPlace(const Operator &op, const Shape &weights)
{
    if (!weights.known()) {
        return std::nullopt;
    }
    if ((op.is<Conv2D>() && weights.rank() == 4) || (op.is<FullyConnected>() && weights.rank() == 2)) {
        return alongAxis(weights, 0);
    }
    if (op.is<DepthwiseConv2D>() && weights.rank() == 4) {
        return alongAxis(weights, 3);
    }
    if (const auto *gemm = op.as<Gemm>(); gemm != nullptr && weights.rank() == 2) {
        return alongAxis(weights, gemm->transposeB ? 0 : 1);
    }
    const auto *transposed = op.as<TransposeConv2D>();
    if (transposed == nullptr || weights.rank() != 4) {
        return std::nullopt;
    }
    if (transposed->layout == Layout::ChannelsLast) {
        return alongAxis(weights, 0);
    }
    if (transposed->groups < 1 || weights[0] % transposed->groups != 0 || weights[0] == 0) {
        return std::nullopt;
    }
    ChannelPlace place = *alongAxis(weights, 1);
    place.channels = saturatingProduct(place.channels, transposed->groups);
    place.groupElements /= transposed->groups;
    return place;
}

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
    const OperatorId next = soleProducer(builder, id, uses);
    const OperatorId before = next.valid() ? layerBehindRenames(builder, id, next, uses) : next;
    if (!before.valid() || !sharesChannelAxis(builder, builder.op(before), builder.op(id))) {
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
    const FusedActivation *activation = place ? fusableActivation(builder.op(before).kind) : nullptr;
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
        (*weights)[i] *= affine->scale[place->channelOf(i)];
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
    mergeInto(builder, next, id, uses);
    return true;
}

std::optional<TensorId> lowerBatchNormalization(GraphBuilder &builder, OperatorId id)
{
    const Operator op = builder.op(id);
    if (!op.input(0).valid() || op.outputs.size() != 1) {
        return std::nullopt;
    }
    const auto affine = affineOf(builder, op);
    const Tensor input = builder.tensor(op.input(0));
    const std::size_t rank = input.shape.rank();
    if (!affine || rank < 2 || !input.shape.known() || input.type != ElementType::Float32) {
        return std::nullopt;
    }
    const bool last = normalizesLastAxis(op, rank);
    const std::size_t axis = last ? rank - 1 : 1;
    const auto channels = static_cast<std::int64_t>(affine->scale.size());
    if (input.shape[axis] != channels) {
        return std::nullopt;
    }
    const auto floats = [&](const std::string &name, Shape shape, const std::vector<float> &values) {
        return builder.addConstant(
            builder.uniqueTensorName(name), ElementType::Float32, std::move(shape), Bytes::of(values));
    };
    const auto between = [&](const std::string &suffix, Shape shape) {
        Tensor tensor = builder.tensor(op.outputs[0]);
        tensor.name = builder.uniqueTensorName(tensor.name + suffix);
        tensor.shape = std::move(shape);
        tensor.dimensionNames.clear();
        return builder.addTensor(tensor);
    };
    if (last) {
        TensorId from = op.inputs[0];
        TensorId to = op.outputs[0];
        if (rank != 4) {
            // The same elements as an image of one column per vector.
            const std::int64_t vectors = input.shape.elements().value_or(0) / std::max<std::int64_t>(channels, 1);
            const Shape image{1, vectors, 1, channels};
            from = between("/image", image);
            to = between("/normalized", image);
            builder.addOperator(
                {builder.uniqueOperatorName(op.name + "/image"), Reshape{image.dims, false}, {op.inputs[0]}, {from}});
            builder.addOperator({builder.uniqueOperatorName(op.name + "/shape"), Reshape{input.shape.dims, false}, {to},
                {op.outputs[0]}});
        }
        const TensorId scale = floats(op.name + "/scale", {1, 1, 1, channels}, affine->scale);
        const TensorId shift = floats(op.name + "/shift", {channels}, affine->shift);
        builder.op(id).kind = DepthwiseConv2D{};
        builder.op(id).inputs = {from, scale, shift};
        builder.op(id).outputs = {to};
        return TensorId::none();
    }
    Shape shape(std::vector<std::int64_t>(rank, 1));
    shape[axis] = channels;
    const TensorId scaled = between("/scaled", input.shape);
    const TensorId scale = floats(op.name + "/scale", shape, affine->scale);
    const TensorId shift = floats(op.name + "/shift", shape, affine->shift);
    builder.addOperator({builder.uniqueOperatorName(op.name + "/scaled"), Binary{BinaryFunction::Mul, {}},
        {op.inputs[0], scale}, {scaled}});
    builder.op(id).kind = Binary{BinaryFunction::Add, {}};
    builder.op(id).inputs = {scaled, shift};
    return scaled;
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

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <optional>
#include <vector>

namespace tinsmith {

/// Who writes and who reads each tensor of a builder, kept up to date by the functions below.
class BuilderUses {
public:
    explicit BuilderUses(const GraphBuilder &builder);

    OperatorId producer(TensorId id) const { return at(producers_, id); }
    /// How many operator inputs and graph outputs refer to the tensor.
    int readers(TensorId id) const { return id.position() < readers_.size() ? readers_[id.position()] : 0; }
    /// `op` now writes `output`, which a removed operator wrote.
    void takeOver(OperatorId op, TensorId output);
    /// A reader of `from` reads `to` instead.
    void moveReader(TensorId from, TensorId to)
    {
        dropReader(from);
        ++readers_[to.position()];
    }
    /// A reader of the tensor is gone.
    void dropReader(TensorId id) { --readers_[id.position()]; }

private:
    static OperatorId at(const std::vector<OperatorId> &list, TensorId id)
    {
        return id.valid() && id.position() < list.size() ? list[id.position()] : OperatorId::none();
    }
    std::vector<OperatorId> producers_;
    std::vector<int> readers_;
};

/// Where the weights of a layer keep their output channels.
struct ChannelPlace {
    std::int64_t channels = 0;
    /// Elements of one group, and its output channels: all of them but for grouped transpose convolutions.
    std::int64_t groupElements = 1;
    std::int64_t groupChannels = 1;
    /// Elements behind the dimension of the channels.
    std::int64_t inner = 1;

    std::size_t channelOf(std::size_t element) const
    {
        const auto index = static_cast<std::int64_t>(element);
        return static_cast<std::size_t>(index / groupElements * groupChannels + index / inner % groupChannels);
    }
};
/// Nothing for operators that have no weights, and weights of another rank than the operator takes.
std::optional<ChannelPlace> channelPlace(const Operator &op, const Shape &weights);

/// Folds batch normalisation `id` into the convolution, transpose convolution or dense layer before it, also through
/// operators that only rename dimensions before the last one: weights and bias take over scale and shift, the operator
/// before writes the normalisation's output. Does nothing and returns false unless the layer has constant float32
/// weights and bias, no fused activation and no other reader, its channels on the axis that is normalised, and the
/// normalisation's parameters are constant.
bool foldBatchNormalization(GraphBuilder &builder, OperatorId id, BuilderUses &uses);

/// Batch normalisation `id`, which nothing before it can take, as operators that have kernels: a depthwise convolution
/// of 1x1 where the channels are the last dimension, else a product and a sum per channel. None of the operators that
/// are added are known to a BuilderUses. Returns the tensor between product and sum, none() for a convolution. Does
/// nothing and returns nothing where the parameters are not constant or the shape is not known.
std::optional<TensorId> lowerBatchNormalization(GraphBuilder &builder, OperatorId id);

/// The form in which TFLite fuses an activation; nothing where it cannot.
std::optional<FusedActivation> fusedForm(const Activation &activation);

/// Where an operator keeps the activation that kernels apply to its result; null where they have none. That is not
/// every kind with such a field: TFLite fuses into additions, subtractions, multiplications and divisions, but not into
/// other arithmetic, and its kernels refuse it in a concatenation.
FusedActivation *fusableActivation(OperatorKind &kind);

/// Makes activation `id` part of the operator before it (convolutions, dense, arithmetic, pooling), which then writes
/// its output. Does nothing and returns false where that has an activation already or another reader, or is not
/// float32.
bool fuseActivation(GraphBuilder &builder, OperatorId id, BuilderUses &uses);

/// The factor and addend per channel that a batch normalisation amounts to; nothing where its parameters are not
/// constant float32 or not finite.
struct ChannelAffine {
    std::vector<float> scale;
    std::vector<float> shift;
};
std::optional<ChannelAffine> affineOf(const GraphBuilder &builder, const Operator &normalization);

} // namespace tinsmith

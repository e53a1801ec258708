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

private:
    static OperatorId at(const std::vector<OperatorId> &list, TensorId id)
    {
        return id.valid() && id.position() < list.size() ? list[id.position()] : OperatorId::none();
    }
    std::vector<OperatorId> producers_;
    std::vector<int> readers_;
};

/// Folds batch normalisation `id` into the convolution, transpose convolution or dense layer before it: weights and
/// bias take over scale and shift, the operator before writes the normalisation's output. Does nothing and returns
/// false unless that operator has constant float32 weights and bias, no fused activation and no other reader, and the
/// normalisation's parameters are constant.
bool foldBatchNormalization(GraphBuilder &builder, OperatorId id, BuilderUses &uses);

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

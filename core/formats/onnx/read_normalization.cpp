// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/node_context.h"

namespace tinsmith::onnxio {
namespace {

std::int32_t axisFrom(NodeContext &context, std::int64_t otherwise)
{
    return static_cast<std::int32_t>(context.axis(context.node.integer("axis", otherwise), context.rank(0)));
}

/// Outputs [y, mean?, inverse deviation?].
void readLayerNormalization(NodeContext &context)
{
    LayerNormalization kind;
    kind.axis = axisFrom(context, -1);
    kind.epsilon = context.node.real("epsilon", 1e-5F);
    std::vector<TensorId> outputs = {context.out()};
    for (std::size_t output = 1; output < 3 && (context.wants(1) || context.wants(2)); ++output) {
        outputs.push_back(context.wants(output) ? context.out(output) : context.temporary("unused"));
        context.setType(outputs.back(), ElementType::Float32);
    }
    context.emit(kind, {context.in(0), context.in(1), context.optional(2)}, std::move(outputs));
}

void readRmsNormalization(NodeContext &context)
{
    context.emit(
        RmsNormalization{axisFrom(context, -1), context.node.real("epsilon", 1e-5F)}, {context.in(0), context.in(1)});
}

void readInstanceNormalization(NodeContext &context)
{
    context.rank(0);
    context.emit(
        GroupNormalization{0, context.node.real("epsilon", 1e-5F)}, {context.in(0), context.in(1), context.in(2)});
}

/// Scale and bias per group in operator set 18, per channel since 21: their lengths say which.
void readGroupNormalization(NodeContext &context)
{
    const std::int64_t groups = context.node.integer("num_groups", 0);
    const std::size_t rank = context.rank(0);
    if (groups < 1 || rank < 2) {
        throw Untyped{"its number of groups or its input is out of range"};
    }
    const std::int64_t channels = context.shape(0)[1];
    if (channels >= 0 && channels % groups != 0) {
        throw Untyped{"its groups do not divide its channels"};
    }
    context.emit(
        GroupNormalization{groups, context.node.real("epsilon", 1e-5F)}, {context.in(0), context.in(1), context.in(2)});
}

void readLocalResponse(NodeContext &context)
{
    LocalResponseNormalization kind;
    kind.size = context.node.integer("size", 0);
    kind.alpha = context.node.real("alpha", 1e-4F);
    kind.beta = context.node.real("beta", 0.75F);
    kind.bias = context.node.real("bias", 1);
    if (kind.size < 1 || kind.size > (std::int64_t{1} << 30) || context.rank(0) < 2) {
        throw Untyped{"its size is out of range"};
    }
    context.emit(kind, {context.in(0)});
}

void readMeanVariance(NodeContext &context)
{
    MeanVarianceNormalization kind;
    kind.axes = context.node.has("axes") ? context.node.integers("axes") : std::vector<std::int64_t>{0, 2, 3};
    const std::size_t rank = context.rank(0);
    for (const std::int64_t axis : kind.axes) {
        context.axis(axis, rank);
    }
    context.emit(std::move(kind), {context.in(0)});
}

void readLpNormalization(NodeContext &context)
{
    const std::int64_t p = context.node.integer("p", 2);
    const std::int32_t axis = axisFrom(context, -1);
    if (p != 1 && p != 2) {
        throw Untyped{"only the norms of p = 1 and p = 2 are supported"};
    }
    if (p == 2 && static_cast<std::size_t>(axis) + 1 == context.rank(0)) {
        context.emit(L2Normalization{}, {context.in(0)});
    } else {
        context.emit(LpNormalization{axis, static_cast<std::int32_t>(p)}, {context.in(0)});
    }
}

} // namespace

void addNormalizationReaders(NodeReaders &readers)
{
    readers["LayerNormalization"] = readLayerNormalization;
    readers["RMSNormalization"] = readRmsNormalization;
    readers["InstanceNormalization"] = readInstanceNormalization;
    readers["GroupNormalization"] = readGroupNormalization;
    readers["LRN"] = readLocalResponse;
    readers["MeanVarianceNormalization"] = readMeanVariance;
    readers["LpNormalization"] = readLpNormalization;
}

} // namespace tinsmith::onnxio

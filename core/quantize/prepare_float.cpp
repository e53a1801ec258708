// SPDX-License-Identifier: Apache-2.0
#include "core/quantize/prepare_float.h"

#include "core/execute/known_values.h"
#include "core/graph/folding.h"

#include <algorithm>

namespace tinsmith {
namespace {

void makeConstants(const Graph &graph, GraphBuilder &builder)
{
    const std::vector<Bytes> values = knownValues(graph);
    for (std::size_t i = 0; i < graph.operators().size(); ++i) {
        const Operator &op = graph.operators()[i];
        const bool known = std::all_of(op.outputs.begin(), op.outputs.end(),
            [&](TensorId id) { return !id.valid() || !values[id.position()].empty(); });
        if (!known) {
            continue;
        }
        for (const TensorId id : op.outputs) {
            if (id.valid()) {
                builder.tensor(id).data = values[id.position()];
            }
        }
        builder.removeOperator(OperatorId(i));
    }
}

TensorId addFloats(GraphBuilder &builder, const std::string &name, const Shape &shape, const std::vector<float> &values)
{
    return builder.addConstant(builder.uniqueTensorName(name), ElementType::Float32, shape, Bytes::of(values));
}

/// A normalisation that nothing before it can take in: one factor and addend per channel.
void lowerNormalization(GraphBuilder &builder, OperatorId id, Ranges &ranges)
{
    const Operator op = builder.op(id);
    const auto affine = affineOf(builder, op);
    const Tensor input = builder.tensor(op.input(0));
    if (!affine || input.shape.rank() < 2) {
        return;
    }
    const bool last = op.as<BatchNormalization>()->layout == Layout::ChannelsLast || input.shape.rank() == 2;
    const auto channels = static_cast<std::int64_t>(affine->scale.size());
    if (last && input.shape.rank() == 4) {
        Operator &conv = builder.op(id);
        conv.kind = DepthwiseConv2D{};
        conv.inputs = {op.inputs[0], addFloats(builder, op.name + "/scale", {1, 1, 1, channels}, affine->scale),
            addFloats(builder, op.name + "/shift", {channels}, affine->shift)};
        return;
    }
    Shape shape(std::vector<std::int64_t>(input.shape.rank(), 1));
    shape[last ? input.shape.rank() - 1 : 1] = channels;
    Tensor scaled = builder.tensor(op.outputs[0]);
    scaled.name = builder.uniqueTensorName(scaled.name + "/scaled");
    scaled.data.reset();
    const TensorId scaledId = builder.addTensor(scaled);
    const TensorId scale = addFloats(builder, op.name + "/scale", shape, affine->scale);
    const TensorId shift = addFloats(builder, op.name + "/shift", shape, affine->shift);
    builder.addOperator({builder.uniqueOperatorName(op.name + "/scaled"), Binary{BinaryFunction::Mul, {}},
        {op.inputs[0], scale}, {scaledId}});
    builder.op(id).kind = Binary{BinaryFunction::Add, {}};
    builder.op(id).inputs = {scaledId, shift};
    // No sample was seen here: the bound that follows from the input's range stands in.
    const Range from = ranges[op.inputs[0].position()];
    ranges.resize(builder.tensorCount());
    if (from.min <= from.max) {
        Range range{0, 0};
        for (const float factor : affine->scale) {
            range.min = std::min({range.min, from.min * factor, from.max * factor});
            range.max = std::max({range.max, from.min * factor, from.max * factor});
        }
        ranges[scaledId.position()] = range;
    }
}

void multiplyInsteadOfDividing(GraphBuilder &builder, OperatorId id)
{
    auto *binary = std::get_if<Binary>(&builder.op(id).kind);
    if (binary == nullptr || binary->function != BinaryFunction::Div) {
        return;
    }
    const TensorId divisorId = builder.op(id).input(1);
    if (!divisorId.valid()) {
        return;
    }
    const Tensor divisor = builder.tensor(divisorId);
    if (!divisor.data || divisor.type != ElementType::Float32) {
        return;
    }
    auto values = divisor.data->copyAs<float>();
    for (float &value : values) {
        if (value == 0) {
            return;
        }
        value = 1 / value;
    }
    binary->function = BinaryFunction::Mul;
    builder.op(id).inputs[1] = addFloats(builder, divisor.name + "/reciprocal", divisor.shape, values);
}

} // namespace

GraphBuilder prepareFloat(const Graph &graph, Ranges &ranges)
{
    GraphBuilder builder(graph);
    makeConstants(graph, builder);
    BuilderUses uses(builder);
    const std::size_t operators = builder.operatorCount();
    const auto each = [&](const auto &visit) {
        for (std::size_t i = 0; i < operators; ++i) {
            if (!builder.removed(OperatorId(i))) {
                visit(OperatorId(i));
            }
        }
    };
    each([&](OperatorId id) {
        if (builder.op(id).is<BatchNormalization>() && !foldBatchNormalization(builder, id, uses)) {
            lowerNormalization(builder, id, ranges);
        }
    });
    each([&](OperatorId id) { fuseActivation(builder, id, uses); });
    each([&](OperatorId id) { multiplyInsteadOfDividing(builder, id); });
    ranges.resize(builder.tensorCount());
    return builder;
}

} // namespace tinsmith

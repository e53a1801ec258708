// SPDX-License-Identifier: Apache-2.0
#include "core/quantize/prepare_float.h"

#include "core/execute/known_values.h"
#include "core/graph/pool_borders.h"
#include "core/quantize/no_values.h"
#include "core/quantize/scale_limits.h"

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
    const std::size_t before = builder.tensorCount();
    const auto scaled = lowerBatchNormalization(builder, id);
    if (!scaled) {
        return;
    }
    // No sample was seen in new tensors. Reshaped ones have the ranges of what they rename; behind the product the
    // bound that follows from the input's range holds.
    const Range from = ranges[op.inputs[0].position()];
    const Range to = ranges[op.outputs[0].position()];
    ranges.resize(builder.tensorCount());
    for (std::size_t i = before; i < ranges.size(); ++i) {
        ranges[i] = TensorId(i) == builder.op(id).outputs[0] ? to : from;
    }
    if (scaled->valid() && from.min <= from.max) {
        Range range{0, 0};
        for (const float factor : affine->scale) {
            range.min = std::min({range.min, from.min * factor, from.max * factor});
            range.max = std::max({range.max, from.min * factor, from.max * factor});
        }
        ranges[scaled->position()] = range;
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
    each([&](OperatorId id) {
        const OperatorId border = borderOf(builder, id, uses);
        if (border.valid()) {
            const Range image = ranges[builder.op(border).inputs[0].position()];
            if (image.min <= image.max && std::get<Pad>(builder.op(border).kind).value <= image.min) {
                foldBorder(builder, id, border, uses);
            }
        }
    });
    saturateMasks(builder, ranges);
    scaleComparisons(builder, ranges);
    return builder;
}

} // namespace tinsmith

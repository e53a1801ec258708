// SPDX-License-Identifier: Apache-2.0
#include "core/graph/shape_inference.h"
#include "core/rewrites/canonical_steps.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>

namespace tinsmith::canonical_steps {
namespace {

/// What could not be numbers while the dimension was unknown.
void settle(Operator &op, const Shape &input)
{
    if (auto *slice = std::get_if<StridedSlice>(&op.kind)) {
        for (std::size_t axis = 0; axis < slice->end.size() && axis < input.rank(); ++axis) {
            if (slice->end[axis] == std::numeric_limits<std::int64_t>::max() && input[axis] >= 0) {
                slice->end[axis] = input[axis];
            }
        }
    } else if (auto *resize = std::get_if<Resize>(&op.kind)) {
        const std::size_t h = resize->layout == Layout::ChannelsFirst ? 2 : 1;
        constexpr float largestSide = 1 << 30;
        const auto scaled = [&](std::int64_t size, float scale, std::int64_t known) {
            return known < 0 && size >= 0 && scale > 0
                ? static_cast<std::int64_t>(std::min(std::floor(static_cast<float>(size) * scale), largestSide))
                : known;
        };
        if (input.rank() == 4) {
            resize->outputH = scaled(input[h], resize->scaleH, resize->outputH);
            resize->outputW = scaled(input[h + 1], resize->scaleW, resize->outputW);
        }
    }
}

/// Dimensions of these names are 1 wherever an operator without shape rules shows them.
void bindNames(Tensor &tensor, const std::set<std::string> &names)
{
    for (std::size_t axis = 0; axis < tensor.dimensionNames.size() && axis < tensor.shape.rank(); ++axis) {
        if (tensor.shape[axis] < 0 && names.count(tensor.dimensionNames[axis]) > 0) {
            tensor.shape[axis] = 1;
        }
        if (tensor.shape[axis] >= 0) {
            tensor.dimensionNames[axis].clear();
        }
    }
}

} // namespace

Graph bindBatch(const Graph &graph)
{
    const auto open = [&](TensorId id) {
        const Shape &shape = graph.tensor(id).shape;
        return shape.rank() > 0 && shape[0] < 0;
    };
    if (std::none_of(graph.inputs().begin(), graph.inputs().end(), open)) {
        return graph;
    }
    GraphBuilder builder(graph);
    std::set<std::string> names;
    for (const TensorId id : graph.inputs()) {
        if (open(id)) {
            Tensor &tensor = builder.tensor(id);
            if (!tensor.dimensionNames.empty() && !tensor.dimensionNames[0].empty()) {
                names.insert(tensor.dimensionNames[0]);
            }
            tensor.shape[0] = 1;
        }
    }
    for (std::size_t index = 0; index < builder.tensorCount(); ++index) {
        bindNames(builder.tensor(TensorId(index)), names);
    }
    for (std::size_t index = 0; index < builder.operatorCount(); ++index) {
        Operator &op = builder.op(OperatorId(index));
        if (op.is<Custom>()) {
            continue;
        }
        if (op.input(0).valid()) {
            settle(op, builder.tensor(op.input(0)).shape);
        }
        const auto shapes = inferShapes(op, [&](TensorId id) -> const Tensor & { return builder.tensor(id); });
        for (std::size_t output = 0; output < op.outputs.size() && output < shapes.size(); ++output) {
            if (op.outputs[output].valid()) {
                builder.tensor(op.outputs[output]).shape = shapes[output];
            }
        }
    }
    return builder.build();
}

} // namespace tinsmith::canonical_steps

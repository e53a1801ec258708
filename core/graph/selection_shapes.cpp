// SPDX-License-Identifier: Apache-2.0
#include "core/graph/selection_shapes.h"

#include "core/graph/error.h"
#include "core/graph/geometry.h"
#include "core/graph/shape_rules.h"

#include <algorithm>

namespace tinsmith {

void RuleContext::fail(const std::string &cause) const
{
    throw GraphError({}, op.name, cause);
}

const Tensor &RuleContext::input(std::size_t position) const
{
    if (!has(position)) {
        fail(typeName(op.kind) + " needs input " + std::to_string(position + 1) + ", which is missing");
    }
    return tensor(op.input(position));
}

Shape RuleContext::now(std::size_t output) const
{
    return output < op.outputs.size() && op.outputs[output].valid() ? tensor(op.outputs[output]).shape
                                                                    : Shape::unranked();
}

void RuleContext::checkExtent(const char *what, std::int64_t value) const
{
    if (value > largestExtent || value < -largestExtent) {
        fail(std::string("its ") + what + " of " + std::to_string(value) + " is too large");
    }
}

std::vector<Shape> selectionShapes(const RuleContext &context, const Select &kind)
{
    const Shape choices = shape_rules::broadcast(context.in(1), context.in(2), context.op.name);
    if (kind.firstAxis && context.in(0).rank() == 1 && choices.rank() > 1) {
        return {choices};
    }
    return {shape_rules::broadcast(context.in(0), choices, context.op.name)};
}

std::vector<Shape> selectionShapes(const RuleContext &context, const Nary &)
{
    Shape shape = context.in(0);
    for (std::size_t i = 1; i < context.op.inputs.size(); ++i) {
        shape = shape_rules::broadcast(shape, context.in(i), context.op.name);
    }
    return {shape};
}

std::vector<Shape> selectionShapes(const RuleContext &context, const GatherNd &kind)
{
    const Shape &x = context.in(0);
    const Shape &indices = context.in(1);
    const std::int64_t depth = indices.rank() > 0 ? indices.last() : 0;
    if (indices.rank() == 0 || kind.batchDims < 0) {
        context.fail("its indices do not fit " + x.text());
    }
    if (depth < 0) {
        return {Shape::unranked()};
    }
    const std::int64_t used = kind.batchDims + depth;
    if (used > static_cast<std::int64_t>(x.rank())) {
        context.fail("has " + std::to_string(depth) + " indices for an input of " + x.text());
    }
    Shape shape;
    shape.dims.assign(indices.dims.begin(), indices.dims.end() - 1);
    shape.dims.insert(shape.dims.end(), x.dims.begin() + used, x.dims.end());
    return {shape};
}

std::vector<Shape> selectionShapes(const RuleContext &, const ScatterIntoZeros &kind)
{
    return {Shape(kind.shape)};
}

std::vector<Shape> selectionShapes(const RuleContext &context, const OneHot &kind)
{
    Shape shape = context.in(0);
    const std::size_t axis = shape_rules::axisOf(kind.axis, shape.rank() + 1, context.op.name);
    shape.dims.insert(shape.dims.begin() + static_cast<std::ptrdiff_t>(axis), kind.depth);
    return {shape};
}

std::vector<Shape> selectionShapes(const RuleContext &context, const TopK &kind)
{
    Shape shape = context.in(0);
    const std::size_t axis = shape_rules::axisOf(kind.axis, shape.rank(), context.op.name);
    if (kind.k < 0 || (shape[axis] >= 0 && kind.k > shape[axis])) {
        context.fail("asks for " + std::to_string(kind.k) + " of " + std::to_string(shape[axis]) + " elements");
    }
    shape[axis] = kind.k;
    return std::vector<Shape>(context.op.outputs.size(), shape);
}

std::vector<Shape> selectionShapes(const RuleContext &, const Fill &kind)
{
    return {Shape(kind.shape)};
}

std::vector<Shape> selectionShapes(const RuleContext &context, const ShapeOf &kind)
{
    if (kind.product) {
        return {Shape()};
    }
    const auto rank = static_cast<std::int64_t>(context.in(0).rank());
    const auto within = [rank](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + rank : at, 0, rank); };
    return {Shape{std::max<std::int64_t>(0, within(kind.end) - within(kind.start))}};
}

std::vector<Shape> selectionShapes(const RuleContext &context, const NumberRange &)
{
    return {context.now()};
}

std::vector<Shape> selectionShapes(const RuleContext &context, const BroadcastShapes &)
{
    const Shape &a = context.in(0);
    const Shape &b = context.in(1);
    if (a.rank() != 1 || b.rank() != 1) {
        context.fail("its inputs are not lists of dimensions");
    }
    return {Shape{a[0] < 0 || b[0] < 0 ? -1 : std::max(a[0], b[0])}};
}

std::vector<Shape> selectionShapes(const RuleContext &context, const Bitcast &kind)
{
    Shape shape = context.in(0);
    const int from = bitsOf(context.input(0).type);
    const int to = bitsOf(kind.to);
    if (from < 8 || to < 8 || std::max(from, to) % std::min(from, to) != 0) {
        context.fail("cannot read the bits of its elements as another type");
    }
    if (to < from) {
        shape.dims.push_back(from / to);
    } else if (to > from) {
        if (shape.rank() == 0 || (shape.last() >= 0 && shape.last() != to / from)) {
            context.fail("needs a last dimension of " + std::to_string(to / from) + ", has " + shape.text());
        }
        shape.dims.pop_back();
    }
    return {shape};
}

std::vector<Shape> selectionShapes(const RuleContext &context, const SpaceToBatch &kind)
{
    Shape shape = context.in(0);
    if (kind.block.size() + 1 > shape.rank() || kind.before.size() != kind.block.size()
        || kind.after.size() != kind.block.size()) {
        context.fail("its blocks do not fit " + shape.text());
    }
    for (std::size_t i = 0; i < kind.block.size(); ++i) {
        const std::int64_t block = kind.block[i];
        context.checkExtent("block", block);
        context.checkExtent("padding", kind.before[i]);
        context.checkExtent("padding", kind.after[i]);
        std::int64_t &size = shape[i + 1];
        const std::int64_t padded = size + kind.before[i] + kind.after[i];
        if (block < 1 || (size >= 0 && padded % block != 0)) {
            context.fail("its block does not divide the padded image of " + context.in(0).text());
        }
        size = size < 0 ? -1 : padded / block;
        shape[0] = shape[0] < 0 ? -1 : shape[0] * block;
        context.checkExtent("number of batches", shape[0]);
    }
    return {shape};
}

std::vector<Shape> selectionShapes(const RuleContext &context, const BatchToSpace &kind)
{
    Shape shape = context.in(0);
    if (kind.block.size() + 1 > shape.rank() || kind.cropBefore.size() != kind.block.size()
        || kind.cropAfter.size() != kind.block.size()) {
        context.fail("its blocks do not fit " + shape.text());
    }
    for (std::size_t i = 0; i < kind.block.size(); ++i) {
        const std::int64_t block = kind.block[i];
        context.checkExtent("block", block);
        context.checkExtent("crop", kind.cropBefore[i]);
        context.checkExtent("crop", kind.cropAfter[i]);
        if (block < 1 || (shape[0] >= 0 && shape[0] % block != 0)) {
            context.fail("its block does not divide the batches of " + context.in(0).text());
        }
        std::int64_t &size = shape[i + 1];
        context.checkExtent("dimension", size);
        if (size >= 0) {
            size = size * block - kind.cropBefore[i] - kind.cropAfter[i];
            if (size < 0) {
                context.fail("crops more than there is of " + context.in(0).text());
            }
        }
        shape[0] = shape[0] < 0 ? -1 : shape[0] / block;
    }
    return {shape};
}

std::vector<Shape> selectionShapes(const RuleContext &context, const DetectionPostprocess &kind)
{
    context.checkExtent("number of detections", kind.maxDetections);
    context.checkExtent("number of classes", kind.maxClassesPerDetection);
    const std::int64_t boxes = kind.regularNms ? kind.maxDetections : kind.maxDetections * kind.maxClassesPerDetection;
    std::vector<Shape> shapes = {Shape{1, boxes, 4}, Shape{1, boxes}, Shape{1, boxes}, Shape{1}};
    shapes.resize(context.op.outputs.size(), Shape::unranked());
    return shapes;
}

std::vector<Shape> selectionShapes(const RuleContext &context, const Svdf &kind)
{
    const Shape &x = context.in(0);
    const Shape &weights = context.in(1);
    if (x.rank() != 2 || weights.rank() != 2 || kind.rank < 1 || (weights[0] >= 0 && weights[0] % kind.rank != 0)) {
        context.fail("its weights " + weights.text() + " do not fit its rank and its input " + x.text());
    }
    return {Shape{x[0], weights[0] < 0 ? -1 : weights[0] / kind.rank}};
}

std::vector<Shape> selectionShapes(const RuleContext &context, const SequenceLstm &)
{
    Shape shape = context.in(0);
    // The recurrent weights of the forget gate take the output, projected or not.
    const Shape &recurrent = context.in(6);
    if (shape.rank() != 3 || recurrent.rank() != 2) {
        context.fail("its input " + shape.text() + " is not a batch of sequences");
    }
    shape.last() = recurrent[1];
    return {shape};
}

std::vector<Shape> shapesNow(const RuleContext &context)
{
    std::vector<Shape> shapes;
    for (std::size_t output = 0; output < context.op.outputs.size(); ++output) {
        shapes.push_back(context.now(output));
    }
    return shapes;
}

} // namespace tinsmith

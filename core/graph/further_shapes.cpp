// SPDX-License-Identifier: Apache-2.0
#include "core/graph/further_shapes.h"

#include "core/graph/shape_rules.h"

#include <algorithm>
#include <map>

namespace tinsmith {
namespace {

void requireRank(const RuleContext &context, std::size_t input, std::size_t rank)
{
    if (context.in(input).rank() != rank) {
        context.fail("its input " + std::to_string(input + 1) + " needs " + std::to_string(rank) + " dimensions, has "
            + context.in(input).text());
    }
}

} // namespace

std::vector<Shape> selectionShapes(const RuleContext &context, const LayerNormalization &kind)
{
    Shape statistics = context.in(0);
    for (std::size_t axis = shape_rules::axisOf(kind.axis, statistics.rank(), context.op.name);
         axis < statistics.rank(); ++axis) {
        statistics[axis] = 1;
    }
    std::vector<Shape> shapes = {context.in(0)};
    shapes.resize(std::max<std::size_t>(1, context.op.outputs.size()), statistics);
    return shapes;
}

std::vector<Shape> selectionShapes(const RuleContext &context, const GatherElements &)
{
    return {context.in(1)};
}

std::vector<Shape> selectionShapes(const RuleContext &context, const Compress &)
{
    return {context.now()};
}

std::vector<Shape> selectionShapes(const RuleContext &, const MaxUnpool &kind)
{
    return {Shape(kind.shape)};
}

std::vector<Shape> selectionShapes(const RuleContext &context, const GridSample &)
{
    requireRank(context, 0, 4);
    requireRank(context, 1, 4);
    const Shape &x = context.in(0);
    return {Shape{x[0], x[1], context.in(1)[1], context.in(1)[2]}};
}

std::vector<Shape> selectionShapes(const RuleContext &context, const RoiAlign &kind)
{
    requireRank(context, 0, 4);
    requireRank(context, 1, 2);
    return {Shape{context.in(1)[0], context.in(0)[1], kind.outputH, kind.outputW}};
}

std::vector<Shape> selectionShapes(const RuleContext &context, const NonMaxSuppression &)
{
    return {context.now()};
}

std::vector<Shape> selectionShapes(const RuleContext &context, const Einsum &kind)
{
    std::vector<std::size_t> ranks;
    for (std::size_t input = 0; input < context.op.inputs.size(); ++input) {
        ranks.push_back(context.in(input).rank());
    }
    const EinsumTerms terms = einsumTerms(kind.equation, ranks, context.op.name);
    std::map<char, std::int64_t> sizes;
    for (std::size_t input = 0; input < ranks.size(); ++input) {
        for (std::size_t axis = 0; axis < ranks[input]; ++axis) {
            const std::int64_t size = context.in(input)[axis];
            auto &known = sizes.try_emplace(terms.inputs[input][axis], size).first->second;
            if (known >= 0 && size >= 0 && known != size && known != 1 && size != 1) {
                context.fail("its inputs disagree on the size of " + std::string(1, terms.inputs[input][axis]));
            }
            known = known == 1 ? size : known < 0 ? std::max(known, size) : known;
        }
    }
    Shape shape;
    for (const char letter : terms.output) {
        shape.dims.push_back(sizes.at(letter));
    }
    return {shape};
}

std::vector<Shape> selectionShapes(const RuleContext &context, const IntegerMatMul &)
{
    return {shape_rules::matMul(context.in(0), context.in(1), false, false, context.op.name)};
}

std::vector<Shape> selectionShapes(const RuleContext &context, const DynamicQuantize &)
{
    return {context.in(0), Shape(), Shape()};
}

std::vector<Shape> selectionShapes(const RuleContext &context, const Dft &kind)
{
    Shape shape = context.in(0);
    context.checkExtent("length", kind.length);
    const std::size_t axis = shape_rules::axisOf(kind.axis, shape.rank(), context.op.name);
    if (shape.rank() < 2 || axis + 1 == shape.rank()) {
        context.fail("its input " + shape.text() + " has no axis to transform");
    }
    if (kind.length > 0) {
        shape[axis] = kind.length;
    }
    if (kind.oneSided && shape[axis] >= 0) {
        shape[axis] = shape[axis] / 2 + 1;
    }
    shape.last() = 2;
    return {shape};
}

std::vector<Shape> selectionShapes(const RuleContext &context, const Stft &kind)
{
    const Shape &x = context.in(0);
    context.checkExtent("frame length", kind.frameLength);
    context.checkExtent("frame step", kind.frameStep);
    if (x.rank() < 2 || kind.frameStep < 1 || kind.frameLength < 1 || (x[1] >= 0 && x[1] < kind.frameLength)) {
        context.fail("its frames do not fit " + x.text());
    }
    const std::int64_t frames = x[1] < 0 ? -1 : (x[1] - kind.frameLength) / kind.frameStep + 1;
    return {Shape{x[0], frames, kind.oneSided ? kind.frameLength / 2 + 1 : kind.frameLength, 2}};
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "core/graph/shape_inference.h"

#include "core/graph/bodies.h"
#include "core/graph/error.h"
#include "core/graph/further_shapes.h"
#include "core/graph/geometry.h"
#include "core/graph/selection_shapes.h"
#include "core/graph/shape_rules.h"

#include <algorithm>

namespace tinsmith {
namespace {

constexpr std::int64_t unknown = -1;

struct Infer {
    const Operator &op;
    const std::function<const Tensor &(TensorId)> &tensor;

    [[noreturn]] void fail(const std::string &cause) const { throw GraphError({}, op.name, cause); }

    /// A number that a file gives, before anything is computed with it.
    void checkExtent(const char *what, std::int64_t value) const
    {
        if (value > largestExtent || value < -largestExtent) {
            fail(std::string("its ") + what + " of " + std::to_string(value) + " is too large");
        }
    }

    void checkDimensions(const Shape &shape) const
    {
        for (const std::int64_t dim : shape.dims) {
            checkExtent("dimension", dim);
        }
    }

    bool has(std::size_t input) const { return op.input(input).valid(); }
    const Shape &in(std::size_t input) const
    {
        if (!has(input)) {
            fail(typeName(op.kind) + " needs input " + std::to_string(input + 1) + ", which is missing");
        }
        return tensor(op.input(input)).shape;
    }

    /// [N,H,W,C] numbers of a 4-D image in either layout.
    struct Image {
        std::int64_t n, h, w, c;
    };
    Image image(const Shape &shape, Layout layout) const
    {
        if (shape.rank() != 4) {
            fail("needs 4 dimensions, has " + shape.text());
        }
        return layout == Layout::ChannelsLast ? Image{shape[0], shape[1], shape[2], shape[3]}
                                              : Image{shape[0], shape[2], shape[3], shape[1]};
    }
    static Shape shapeOf(const Image &image, Layout layout)
    {
        return layout == Layout::ChannelsLast ? Shape{image.n, image.h, image.w, image.c}
                                              : Shape{image.n, image.c, image.h, image.w};
    }

    template <typename Kind>
    Shape spatial(const Kind &kind, Layout layout, std::int64_t kernelH, std::int64_t kernelW, std::int64_t channels,
        bool ceil = false) const
    {
        const Image x = image(in(0), layout);
        if (kind.strideH <= 0 || kind.strideW <= 0 || kind.dilationH <= 0 || kind.dilationW <= 0 || kernelH <= 0
            || kernelW <= 0) {
            fail("stride, dilation and kernel must be positive");
        }
        const std::int64_t extentH = (kernelH - 1) * kind.dilationH + 1;
        const std::int64_t extentW = (kernelW - 1) * kind.dilationW + 1;
        const Padding padding = resolvePadding(kind.padding, x.h, x.w, extentH, extentW, kind.strideH, kind.strideW);
        const bool same = kind.padding.mode == PaddingMode::Same;
        Image y = {x.n, 0, 0, channels};
        y.h = x.h < 0 ? unknown
                      : shape_rules::windowCount(x.h, extentH, kind.strideH, padding.top, padding.bottom, ceil, same);
        y.w = x.w < 0 ? unknown
                      : shape_rules::windowCount(x.w, extentW, kind.strideW, padding.left, padding.right, ceil, same);
        if ((x.h >= 0 && y.h <= 0) || (x.w >= 0 && y.w <= 0)) {
            fail("its " + std::to_string(extentH) + "×" + std::to_string(extentW) + " window does not fit the input "
                + in(0).text());
        }
        return shapeOf(y, layout);
    }

    std::vector<Shape> operator()(const Custom &) const
    {
        return std::vector<Shape>(op.outputs.size(), Shape::unranked());
    }
    std::vector<Shape> operator()(const Conv2D &kind) const { return convolved(kind); }
    std::vector<Shape> operator()(const IntegerConv2D &kind) const { return convolved(kind.form); }
    std::vector<Shape> convolved(const Conv2D &kind) const
    {
        const Image weights = image(in(1), kind.layout);
        const Image x = image(in(0), kind.layout);
        if (kind.groups <= 0 || (x.c >= 0 && weights.c >= 0 && x.c != weights.c * kind.groups)) {
            fail("input has " + std::to_string(x.c) + " channels, the weights take " + std::to_string(weights.c)
                + " in " + std::to_string(kind.groups) + " groups");
        }
        return {spatial(kind, kind.layout, weights.h, weights.w, weights.n)};
    }
    std::vector<Shape> operator()(const DepthwiseConv2D &kind) const
    {
        const Image weights = image(in(1), Layout::ChannelsLast);
        const Image x = image(in(0), Layout::ChannelsLast);
        if (x.c >= 0 && weights.c >= 0 && x.c * kind.multiplier != weights.c) {
            fail("input has " + std::to_string(x.c) + " channels times " + std::to_string(kind.multiplier)
                + ", the weights " + std::to_string(weights.c));
        }
        return {spatial(kind, Layout::ChannelsLast, weights.h, weights.w, weights.c)};
    }
    std::vector<Shape> operator()(const TransposeConv2D &kind) const
    {
        const Image x = image(in(0), kind.layout);
        const Image weights = image(in(1), kind.layout);
        const std::int64_t channels = kind.layout == Layout::ChannelsLast ? weights.n : weights.c * kind.groups;
        return {shapeOf({x.n, kind.outputH, kind.outputW, channels}, kind.layout)};
    }
    std::vector<Shape> operator()(const Pool2D &kind) const
    {
        // A second output holds the positions of the largest.
        return std::vector<Shape>(std::max<std::size_t>(1, op.outputs.size()),
            spatial(kind, kind.layout, kind.kernelH, kind.kernelW, image(in(0), kind.layout).c, kind.ceilMode));
    }
    std::vector<Shape> operator()(const GlobalPool &kind) const
    {
        Shape shape = in(0);
        const bool last = kind.layout == Layout::ChannelsLast;
        for (std::size_t axis = last ? 1 : 2; axis + (last ? 1 : 0) < shape.rank(); ++axis) {
            shape[axis] = 1;
        }
        return {shape};
    }
    std::vector<Shape> operator()(const FullyConnected &kind) const
    {
        const Shape &x = in(0);
        const Shape &weights = in(1);
        if (weights.rank() != 2) {
            fail("its weights need 2 dimensions, have " + weights.text());
        }
        if (kind.keepDims) {
            Shape shape = x;
            if (shape.rank() == 0) {
                fail("its input is a scalar");
            }
            if (shape.last() >= 0 && weights[1] >= 0 && shape.last() != weights[1]) {
                fail("input " + x.text() + " does not match weights " + weights.text());
            }
            shape.last() = weights[0];
            return {shape};
        }
        const auto elements = x.elements();
        if (!elements || weights[1] <= 0) {
            return {Shape{unknown, weights[0]}};
        }
        if (*elements % weights[1] != 0) {
            fail("input " + x.text() + " does not divide into rows of " + std::to_string(weights[1]));
        }
        return {Shape{*elements / weights[1], weights[0]}};
    }
    std::vector<Shape> operator()(const Gemm &kind) const
    {
        const Shape &a = in(0);
        const Shape &b = in(1);
        if (a.rank() != 2 || b.rank() != 2) {
            fail("needs matrices, has " + a.text() + " and " + b.text());
        }
        const std::int64_t innerA = a[kind.transposeA ? 0 : 1];
        const std::int64_t innerB = b[kind.transposeB ? 1 : 0];
        if (innerA >= 0 && innerB >= 0 && innerA != innerB) {
            fail("cannot multiply " + a.text() + " by " + b.text());
        }
        return {Shape{a[kind.transposeA ? 1 : 0], b[kind.transposeB ? 0 : 1]}};
    }
    std::vector<Shape> operator()(const MatMul &kind) const
    {
        return {shape_rules::matMul(in(0), in(1), kind.transposeA, kind.transposeB, op.name)};
    }
    std::vector<Shape> operator()(const Binary &) const { return {shape_rules::broadcast(in(0), in(1), op.name)}; }
    std::vector<Shape> operator()(const PRelu &) const { return {in(0)}; }
    std::vector<Shape> operator()(const Reshape &kind) const
    {
        return {shape_rules::reshape(in(0), kind.shape, kind.zeroCopies, op.name)};
    }
    std::vector<Shape> operator()(const Squeeze &kind) const
    {
        return {shape_rules::squeeze(in(0), kind.axes, op.name)};
    }
    std::vector<Shape> operator()(const ExpandDims &kind) const
    {
        return {shape_rules::expandDims(in(0), kind.axes, op.name)};
    }
    std::vector<Shape> operator()(const Transpose &kind) const
    {
        const Shape &x = in(0);
        std::vector<bool> seen(x.rank(), false);
        Shape shape;
        for (const std::int64_t axis : kind.permutation) {
            if (axis < 0 || static_cast<std::size_t>(axis) >= x.rank() || seen[static_cast<std::size_t>(axis)]) {
                fail("its permutation does not fit " + x.text());
            }
            seen[static_cast<std::size_t>(axis)] = true;
            shape.dims.push_back(x[static_cast<std::size_t>(axis)]);
        }
        if (shape.rank() != x.rank()) {
            fail("its permutation does not fit " + x.text());
        }
        return {shape};
    }
    std::vector<Shape> operator()(const Pad &kind) const
    {
        Shape shape = in(0);
        if (kind.before.size() != shape.rank() || kind.after.size() != shape.rank()) {
            fail("its paddings do not fit " + shape.text());
        }
        for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
            checkExtent("padding", kind.before[axis]);
            checkExtent("padding", kind.after[axis]);
            if (shape[axis] >= 0) {
                shape[axis] += kind.before[axis] + kind.after[axis];
                if (shape[axis] < 0) {
                    fail("crops more than dimension " + std::to_string(axis) + " has");
                }
            }
        }
        return {shape};
    }
    std::vector<Shape> operator()(const Concatenation &kind) const
    {
        std::vector<Shape> shapes;
        for (std::size_t input = 0; input < op.inputs.size(); ++input) {
            shapes.push_back(in(input));
        }
        return {shape_rules::concatenate(shapes, kind.axis, op.name)};
    }
    std::vector<Shape> operator()(const Split &kind) const
    {
        const Shape &x = in(0);
        const std::size_t axis = shape_rules::axisOf(kind.axis, x.rank(), op.name);
        std::vector<Shape> shapes;
        std::int64_t total = 0;
        for (const std::int64_t size : kind.sizes) {
            checkExtent("part", size);
            Shape part = x;
            part[axis] = size;
            total += size;
            shapes.push_back(part);
        }
        if (shapes.size() != op.outputs.size() || (x[axis] >= 0 && total != x[axis])) {
            fail("its parts do not add up to dimension " + std::to_string(axis) + " of " + x.text());
        }
        return shapes;
    }
    std::vector<Shape> operator()(const Pack &kind) const
    {
        Shape shape = in(0);
        const std::size_t axis = shape_rules::axisOf(kind.axis, shape.rank() + 1, op.name);
        shape.dims.insert(
            shape.dims.begin() + static_cast<std::ptrdiff_t>(axis), static_cast<std::int64_t>(op.inputs.size()));
        return {shape};
    }
    std::vector<Shape> operator()(const Unpack &kind) const
    {
        Shape shape = in(0);
        const std::size_t axis = shape_rules::axisOf(kind.axis, shape.rank(), op.name);
        shape.dims.erase(shape.dims.begin() + static_cast<std::ptrdiff_t>(axis));
        return std::vector<Shape>(op.outputs.size(), shape);
    }
    std::vector<Shape> operator()(const StridedSlice &kind) const
    {
        return {shape_rules::stridedSlice(in(0), kind.begin, kind.end, kind.stride, kind.droppedAxes, op.name)};
    }
    std::vector<Shape> operator()(const Gather &kind) const
    {
        const Shape &x = in(0);
        const Shape &indices = in(1);
        const std::size_t axis = shape_rules::axisOf(kind.axis, x.rank(), op.name);
        Shape shape;
        shape.dims.assign(x.dims.begin(), x.dims.begin() + static_cast<std::ptrdiff_t>(axis));
        const auto skip = static_cast<std::ptrdiff_t>(
            std::min<std::size_t>(static_cast<std::size_t>(std::max(kind.batchDims, 0)), indices.rank()));
        shape.dims.insert(shape.dims.end(), indices.dims.begin() + skip, indices.dims.end());
        shape.dims.insert(shape.dims.end(), x.dims.begin() + static_cast<std::ptrdiff_t>(axis) + 1, x.dims.end());
        return {shape};
    }
    std::vector<Shape> operator()(const Resize &kind) const
    {
        const Image x = image(in(0), kind.layout);
        return {shapeOf({x.n, kind.outputH, kind.outputW, x.c}, kind.layout)};
    }
    std::vector<Shape> operator()(const DepthToSpace &kind) const
    {
        const Image x = image(in(0), kind.layout);
        const std::int64_t b = kind.block;
        checkExtent("block", b);
        if (b <= 0 || (x.c >= 0 && x.c % (b * b) != 0)) {
            fail("its block does not divide the channels of " + in(0).text());
        }
        return {
            shapeOf({x.n, x.h < 0 ? unknown : x.h * b, x.w < 0 ? unknown : x.w * b, x.c < 0 ? unknown : x.c / (b * b)},
                kind.layout)};
    }
    std::vector<Shape> operator()(const SpaceToDepth &kind) const
    {
        const Image x = image(in(0), kind.layout);
        const std::int64_t b = kind.block;
        checkExtent("block", b);
        if (b > 0 && x.c > largestExtent / b / b) {
            fail("its block of " + std::to_string(b) + " makes too many channels");
        }
        if (b <= 0 || (x.h >= 0 && x.h % b != 0) || (x.w >= 0 && x.w % b != 0)) {
            fail("its block does not divide the image of " + in(0).text());
        }
        return {
            shapeOf({x.n, x.h < 0 ? unknown : x.h / b, x.w < 0 ? unknown : x.w / b, x.c < 0 ? unknown : x.c * b * b},
                kind.layout)};
    }
    std::vector<Shape> operator()(const Tile &kind) const
    {
        Shape shape = in(0);
        if (kind.multiples.size() != shape.rank()) {
            fail("its multiples do not fit " + shape.text());
        }
        for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
            constexpr std::int64_t limit = std::int64_t{1} << 40;
            if (kind.multiples[axis] < 0 || kind.multiples[axis] > limit
                || shape[axis] > limit / (kind.multiples[axis] + 1)) {
                fail("repeats " + shape.text() + " more often than can be counted");
            }
            if (shape[axis] >= 0) {
                shape[axis] *= kind.multiples[axis];
            }
        }
        return {shape};
    }
    std::vector<Shape> operator()(const BroadcastTo &kind) const
    {
        return {shape_rules::broadcast(in(0), Shape(kind.shape), op.name)};
    }
    std::vector<Shape> operator()(const Reduce &kind) const
    {
        return {shape_rules::reduce(in(0), kind.axes, kind.keepDims, op.name)};
    }
    std::vector<Shape> operator()(const ArgExtreme &kind) const
    {
        return {shape_rules::reduce(in(0), {kind.axis}, kind.keepDims, op.name)};
    }
    std::vector<Shape> operator()(const Recurrent &kind) const
    {
        const Shape &x = in(0);
        if (x.rank() != 3) {
            fail("its input " + x.text() + " does not have three dimensions");
        }
        const std::int64_t time = x[kind.batchFirst ? 1 : 0];
        const std::int64_t batch = x[kind.batchFirst ? 0 : 1];
        const std::int64_t directions = kind.direction == RecurrentDirection::Bidirectional ? 2 : 1;
        const Shape state
            = kind.batchFirst ? Shape{batch, directions, kind.hiddenSize} : Shape{directions, batch, kind.hiddenSize};
        const Shape all = kind.batchFirst ? Shape{batch, time, directions, kind.hiddenSize}
                                          : Shape{time, directions, batch, kind.hiddenSize};
        return {all, state, state};
    }
    /// All others keep their input's shape.
    template <typename Other>
    std::vector<Shape> operator()(const Other &kind) const
    {
        if constexpr (requires(const RuleContext &context) { selectionShapes(context, kind); }) {
            return selectionShapes(RuleContext{op, tensor}, kind);
        } else {
            return {in(0)};
        }
    }
};

} // namespace

std::vector<Shape> inferShapes(const Operator &op, const std::function<const Tensor &(TensorId)> &tensor)
{
    const bool takesAny = op.is<Custom>() || keepsItsShapes(op.kind);
    for (const TensorId id : op.inputs) {
        if (!takesAny && id.valid() && !tensor(id).shape.ranked) {
            return std::vector<Shape>(op.outputs.size(), Shape::unranked());
        }
    }
    const Infer infer{op, tensor};
    if (!takesAny) {
        checkSpatialLimits(op, tensor);
        for (const TensorId id : op.inputs) {
            if (id.valid()) {
                infer.checkDimensions(tensor(id).shape);
            }
        }
    }
    if (keepsItsShapes(op.kind)) {
        std::vector<Shape> kept;
        for (const TensorId id : op.outputs) {
            kept.push_back(id.valid() ? tensor(id).shape : Shape::unranked());
        }
        return kept;
    }
    const std::vector<Shape> shapes = std::visit(infer, op.kind);
    for (const Shape &shape : shapes) {
        infer.checkDimensions(shape);
    }
    return shapes;
}

void inferAllShapes(GraphBuilder &builder)
{
    const std::function<const Tensor &(TensorId)> tensor
        = [&builder](TensorId id) -> const Tensor & { return builder.tensor(id); };
    // Running order: a pass over operators whose inputs are settled, repeated by depth-first descent into producers.
    std::vector<std::int32_t> producers(builder.tensorCount(), -1);
    for (std::size_t index = 0; index < builder.operatorCount(); ++index) {
        if (!builder.removed(OperatorId(index))) {
            for (const TensorId output : builder.op(OperatorId(index)).outputs) {
                if (output.valid()) {
                    producers[output.position()] = static_cast<std::int32_t>(index);
                }
            }
        }
    }
    enum class Mark : unsigned char { Fresh, Open, Done };
    std::vector<Mark> marks(builder.operatorCount(), Mark::Fresh);
    std::vector<std::size_t> stack;
    for (std::size_t start = 0; start < builder.operatorCount(); ++start) {
        if (builder.removed(OperatorId(start)) || marks[start] != Mark::Fresh) {
            continue;
        }
        stack.push_back(start);
        while (!stack.empty()) {
            const std::size_t index = stack.back();
            const Operator &op = builder.op(OperatorId(index));
            if (marks[index] == Mark::Fresh) {
                marks[index] = Mark::Open;
                for (const TensorId input : op.inputs) {
                    const std::int32_t producer = input.valid() ? producers[input.position()] : -1;
                    if (producer >= 0 && marks[static_cast<std::size_t>(producer)] == Mark::Fresh) {
                        stack.push_back(static_cast<std::size_t>(producer));
                    }
                }
                continue;
            }
            stack.pop_back();
            if (marks[index] == Mark::Done) {
                continue;
            }
            marks[index] = Mark::Done;
            if (op.is<Custom>() || keepsItsShapes(op.kind)) {
                continue;
            }
            const std::vector<Shape> shapes = inferShapes(op, tensor);
            for (std::size_t output = 0; output < op.outputs.size() && output < shapes.size(); ++output) {
                if (op.outputs[output].valid()) {
                    builder.tensor(op.outputs[output]).shape = shapes[output];
                }
            }
        }
    }
}

} // namespace tinsmith

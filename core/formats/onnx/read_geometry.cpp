// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/further_readers.h"

#include <algorithm>
#include <numeric>

namespace tinsmith::onnxio {
namespace {

using Sizes = std::vector<std::int64_t>;

constexpr std::int64_t mostTable = std::int64_t{1} << 20;

/// The product, or -1 where it is larger than a table may be.
std::int64_t tableSize(const Sizes &sizes)
{
    std::int64_t all = 1;
    for (const std::int64_t size : sizes) {
        if (size < 1 || size > mostTable) {
            return -1;
        }
        all *= size;
        if (all > mostTable) {
            return -1;
        }
    }
    return all;
}

/// Coordinates of an image's pixels, the last axis first and a 1 behind, times each image's matrix.
void readAffineGrid(NodeContext &context)
{
    const Sizes size = context.integers(1, "size");
    const Shape theta = context.shape(0);
    const std::size_t axes = size.size() < 4 ? 0 : size.size() - 2;
    const Sizes image(size.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(2, size.size())), size.end());
    const std::int64_t pixels = tableSize(image);
    if ((axes != 2 && axes != 3) || pixels < 0 || context.rank(0) != 3 || theta[1] != static_cast<std::int64_t>(axes)
        || theta[2] != static_cast<std::int64_t>(axes) + 1
        || context.tensor(context.in(0)).type != ElementType::Float32) {
        throw Untyped{"its size is out of range or its matrices do not fit it"};
    }
    const bool corners = context.node.integer("align_corners", 0) != 0;
    const auto coordinate = [&](std::int64_t at, std::int64_t length) {
        const auto position = static_cast<double>(at);
        const auto whole = static_cast<double>(length);
        if (corners) {
            return length > 1 ? -1 + 2 * position / (whole - 1) : -1.0;
        }
        return (2 * position + 1) / whole - 1;
    };
    std::vector<float> points;
    for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
        std::int64_t rest = pixel;
        for (std::size_t axis = axes; axis-- > 0;) {
            points.push_back(static_cast<float>(coordinate(rest % image[axis], image[axis])));
            rest /= image[axis];
        }
        points.push_back(1);
    }
    const TensorId base = context.constant(
        "pixels", ElementType::Float32, Shape{pixels, static_cast<std::int64_t>(axes) + 1}, Bytes::of(points));
    const TensorId moved = context.step(MatMul{false, true}, {base, context.in(0)}, "moved", ElementType::Float32);
    Reshape kind;
    kind.zeroCopies = true;
    kind.shape = {0};
    kind.shape.insert(kind.shape.end(), image.begin(), image.end());
    kind.shape.push_back(static_cast<std::int64_t>(axes));
    context.emit(std::move(kind), {moved});
}

/// Cuts or pads with zeros both ends of an axis alike; the odd element goes to the end.
void readCenterCropPad(NodeContext &context)
{
    const std::size_t rank = context.rank(0);
    const Shape shape = context.shape(0);
    const Sizes wanted = context.integers(1, "shape");
    Sizes axes = context.node.integers("axes");
    if (!context.node.has("axes")) {
        axes.resize(rank);
        std::iota(axes.begin(), axes.end(), std::int64_t{0});
    }
    if (axes.size() != wanted.size()) {
        throw Untyped{"its axes do not fit its shape"};
    }
    TensorId x = context.in(0);
    Pad pad;
    pad.before.assign(rank, 0);
    pad.after.assign(rank, 0);
    for (std::size_t position = 0; position < axes.size(); ++position) {
        const std::size_t axis = context.axis(axes[position], rank);
        const std::int64_t size = shape[axis];
        const std::int64_t target = wanted[position];
        if (size < 0 || target < 0 || target > (std::int64_t{1} << 30)) {
            throw Untyped{"its sizes are not known or out of range"};
        }
        if (target < size) {
            const std::int64_t begin = (size - target) / 2;
            x = partOf(context, x, axis, begin, begin + target, 1, "cut");
        } else {
            pad.before[axis] = (target - size) / 2;
            pad.after[axis] = target - size - pad.before[axis];
        }
    }
    context.emit(std::move(pad), {x});
}

Sizes listOf(const Node &node, const char *name, std::size_t size, std::int64_t otherwise, std::int64_t least)
{
    Sizes values = node.integers(name);
    if (values.empty()) {
        values.assign(size, otherwise);
    }
    const bool sane = std::all_of(
        values.begin(), values.end(), [&](std::int64_t value) { return value >= least && value <= mostTable; });
    if (values.size() != size || !sane) {
        throw Untyped{std::string("its ") + name + " are out of range"};
    }
    return values;
}

/// Adds blocks, the columns of [N, C * block, blocks], into an image at their places.
void readCol2Im(NodeContext &context)
{
    const Sizes image = context.integers(1, "image_shape");
    const Sizes block = context.integers(2, "block_shape");
    const std::size_t axes = image.size();
    const Shape shape = context.shape(0);
    if (axes < 1 || block.size() != axes || context.rank(0) != 3 || !shape.known()) {
        throw Untyped{"its sizes are not known or do not agree"};
    }
    const Sizes dilations = listOf(context.node, "dilations", axes, 1, 1);
    const Sizes strides = listOf(context.node, "strides", axes, 1, 1);
    const Sizes pads = listOf(context.node, "pads", 2 * axes, 0, 0);
    const std::int64_t perBlock = tableSize(block);
    if (tableSize(image) < 0 || perBlock < 0) {
        throw Untyped{"its sizes are out of range"};
    }
    Sizes padded;
    Sizes counts;
    for (std::size_t axis = 0; axis < axes; ++axis) {
        padded.push_back(image[axis] + pads[axis] + pads[axis + axes]);
        const std::int64_t room = padded[axis] - dilations[axis] * (block[axis] - 1) - 1;
        counts.push_back(room < 0 ? 0 : room / strides[axis] + 1);
    }
    const std::int64_t blocks = tableSize(counts);
    const std::int64_t positions = tableSize(padded);
    const std::int64_t planes = shape[1] > 0 && shape[0] > 0 && shape[1] % perBlock == 0 ? shape[1] / perBlock : -1;
    if (blocks != shape[2] || positions < 0 || tableSize({perBlock, blocks}) < 0 || planes < 1
        || tableSize({positions, shape[0], planes}) < 0) {
        throw Untyped{"its blocks do not fit its image"};
    }
    const auto placeOf = [](std::int64_t index, const Sizes &sizes, const auto &at) {
        for (std::size_t axis = sizes.size(); axis-- > 0;) {
            at(axis, index % sizes[axis]);
            index /= sizes[axis];
        }
    };
    std::vector<std::int64_t> places;
    for (std::int64_t element = 0; element < perBlock; ++element) {
        for (std::int64_t column = 0; column < blocks; ++column) {
            Sizes at(axes, 0);
            placeOf(element, block, [&](std::size_t axis, std::int64_t i) { at[axis] += i * dilations[axis]; });
            placeOf(column, counts, [&](std::size_t axis, std::int64_t i) { at[axis] += i * strides[axis]; });
            std::int64_t place = 0;
            for (std::size_t axis = 0; axis < axes; ++axis) {
                place = place * padded[axis] + at[axis];
            }
            places.push_back(place);
        }
    }
    const std::int64_t updates = perBlock * blocks;
    const ElementType type = context.tensor(context.in(0)).type;
    if (type != ElementType::Float32) {
        throw Untyped{"it is supported for float32 only"};
    }
    const TensorId parts = context.step(Reshape{{shape[0], planes, updates}, false}, {context.in(0)}, "blocks");
    const TensorId rows = context.step(Transpose{{2, 0, 1}}, {parts}, "rows");
    const TensorId zeros = context.constant("zeros", type, Shape{positions, shape[0], planes},
        Bytes::of(std::vector<float>(static_cast<std::size_t>(positions * shape[0] * planes), 0.0F)));
    const TensorId indices = context.constant("places", ElementType::Int64, Shape{updates, 1}, Bytes::of(places));
    const TensorId sums = context.step(ScatterNd{ScatterReduction::Add}, {zeros, indices, rows}, "sums");
    const TensorId turned = context.step(Transpose{{1, 2, 0}}, {sums}, "turned");
    Sizes whole = {shape[0], planes};
    whole.insert(whole.end(), padded.begin(), padded.end());
    if (std::all_of(pads.begin(), pads.end(), [](std::int64_t pad) { return pad == 0; })) {
        context.emit(Reshape{whole, false}, {turned});
        return;
    }
    const TensorId placed = context.step(Reshape{whole, false}, {turned}, "padded");
    StridedSlice cut;
    cut.begin = {0, 0};
    cut.end = {shape[0], planes};
    for (std::size_t axis = 0; axis < axes; ++axis) {
        cut.begin.push_back(pads[axis]);
        cut.end.push_back(pads[axis] + image[axis]);
    }
    cut.stride.assign(axes + 2, 1);
    context.emit(std::move(cut), {placed});
}

} // namespace

void addGeometryReaders(NodeReaders &readers)
{
    readers["AffineGrid"] = readAffineGrid;
    readers["CenterCropPad"] = readCenterCropPad;
    readers["Col2Im"] = readCol2Im;
}

} // namespace tinsmith::onnxio

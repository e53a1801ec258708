// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/lowering.h"
#include "core/formats/tflite/window_padding.h"
#include "core/graph/geometry.h"

#include <algorithm>
#include <numeric>

namespace tinsmith::tflite {
namespace {

/// Output positions of one axis whose windows are of one size inside the image: all that are whole, or a single one
/// that the border cuts.
struct Run {
    std::int64_t start = 0;
    std::int64_t length = 0;
    std::int64_t kernel = 0;
};

/// Empty where a window is wholly outside.
std::vector<Run> runsOf(const AxisGeometry &axis, std::int64_t inside)
{
    std::vector<Run> runs;
    for (std::int64_t at = 0; at < axis.output; ++at) {
        const std::int64_t first = at * axis.stride - axis.padBefore;
        const std::int64_t start = std::max<std::int64_t>(first, 0);
        const std::int64_t end = std::min(first + axis.kernel, inside);
        if (end <= start) {
            return {};
        }
        const bool whole = end - start == axis.kernel;
        if (whole && !runs.empty() && runs.back().kernel == axis.kernel) {
            runs.back().length = end - runs.back().start;
        } else {
            runs.push_back({start, end - start, end - start});
        }
    }
    return runs;
}

TensorId part(Replacement &place, TensorId x, std::size_t axis, std::int64_t start, std::int64_t length)
{
    const Shape shape = place.tensor(x).shape;
    if (start == 0 && length == shape[axis]) {
        return x;
    }
    StridedSlice slice{
        std::vector<std::int64_t>(shape.rank(), 0), shape.dims, std::vector<std::int64_t>(shape.rank(), 1), {}};
    slice.begin[axis] = start;
    slice.end[axis] = start + length;
    return place.addLike(x, slice, {x});
}

/// What a pad makes of one axis, as the positions of the input.
std::vector<std::int32_t> edgePositions(std::int64_t size, std::int64_t before, std::int64_t after)
{
    std::vector<std::int32_t> positions;
    for (std::int64_t at = -before; at < size + after; ++at) {
        positions.push_back(static_cast<std::int32_t>(std::clamp<std::int64_t>(at, 0, size - 1)));
    }
    return positions;
}

} // namespace

bool lower(Replacement &place, const Conv2D &kind)
{
    return unfuse(place, kind);
}

bool lower(Replacement &place, const DepthwiseConv2D &kind)
{
    return unfuse(place, kind);
}

bool lower(Replacement &place, const TransposeConv2D &kind)
{
    return unfuse(place, kind);
}

bool lower(Replacement &place, const FullyConnected &kind)
{
    return unfuse(place, kind);
}

bool lower(Replacement &place, const Concatenation &kind)
{
    return unfuse(place, kind);
}

/// An average does not count the border; where TFLite has no name for how much of it there is, the windows that the
/// border cuts become pools of their own, of the size that is left.
bool lower(Replacement &place, const Pool2D &kind)
{
    if (unfuse(place, kind)) {
        return true;
    }
    const Tensor x = place.input();
    const Tensor y = place.output();
    if (kind.function == PoolFunction::Max || kind.layout != Layout::ChannelsLast || kind.dilationH != 1
        || kind.dilationW != 1 || !x.shape.known() || !y.shape.known() || place.op().outputs.size() != 1) {
        return false;
    }
    const auto geometry = place.geometry();
    if (!geometry || countsBorder(kind, *geometry)) {
        return false;
    }
    const bool counts = kind.countIncludesPadding && kind.function == PoolFunction::Average && reachesPast(*geometry);
    if (!counts && paddingNamed(*geometry, kind.padding.mode)) {
        return false;
    }
    TensorId source = place.op().inputs[0];
    SpatialGeometry g = *geometry;
    if (counts) {
        // The border that counts is put around the image; what the rounded size reaches beyond it is cut off.
        if (g.h.padAfter < 0 || g.w.padAfter < 0 || g.h.padBefore < 0 || g.w.padBefore < 0) {
            return false;
        }
        source = place.addLike(source,
            Pad{PadMode::Constant, {0, g.h.padBefore, g.w.padBefore, 0}, {0, g.h.padAfter, g.w.padAfter, 0}}, {source});
        for (AxisGeometry *axis : {&g.h, &g.w}) {
            axis->input += axis->padBefore + axis->padAfter;
            axis->padBefore = 0;
            axis->padAfter = 0;
        }
    }
    const std::vector<Run> rows = runsOf(g.h, g.h.input);
    const std::vector<Run> columns = runsOf(g.w, g.w.input);
    constexpr std::size_t mostParts = 64;
    if (rows.empty() || columns.empty() || rows.size() * columns.size() > mostParts) {
        return false;
    }
    std::vector<TensorId> bands;
    for (const Run &row : rows) {
        const TensorId band = part(place, source, 1, row.start, row.length);
        std::vector<TensorId> parts;
        for (const Run &column : columns) {
            Pool2D pool = kind;
            pool.padding = {};
            pool.ceilMode = false;
            pool.countIncludesPadding = false;
            pool.kernelH = row.kernel;
            pool.kernelW = column.kernel;
            parts.push_back(
                place.addLike(place.op().outputs[0], pool, {part(place, band, 2, column.start, column.length)}));
        }
        bands.push_back(
            parts.size() == 1 ? parts[0] : place.addLike(place.op().outputs[0], Concatenation{2}, std::move(parts)));
    }
    if (bands.size() == 1) {
        place.rename(bands[0]);
    } else {
        place.finish(Concatenation{1}, std::move(bands));
    }
    return true;
}

/// Cropping before padding; a repeated edge by gathering positions.
bool lower(Replacement &place, const Pad &kind)
{
    const Tensor x = place.input();
    const std::size_t rank = x.shape.rank();
    const auto negative = [](std::int64_t amount) { return amount < 0; };
    const bool crops = std::any_of(kind.before.begin(), kind.before.end(), negative)
        || std::any_of(kind.after.begin(), kind.after.end(), negative);
    if ((!crops && kind.mode != PadMode::Edge) || !x.shape.known() || kind.before.size() != rank
        || kind.after.size() != rank) {
        return false;
    }
    TensorId source = place.op().inputs[0];
    Pad rest = kind;
    if (crops && (kind.mode == PadMode::Constant || kind.mode == PadMode::Edge)) {
        for (std::size_t axis = 0; axis < rank; ++axis) {
            const std::int64_t start = std::max<std::int64_t>(0, -kind.before[axis]);
            const std::int64_t end = x.shape[axis] - std::max<std::int64_t>(0, -kind.after[axis]);
            if (end <= start) {
                return false;
            }
            source = part(place, source, axis, start, end - start);
            rest.before[axis] = std::max<std::int64_t>(0, kind.before[axis]);
            rest.after[axis] = std::max<std::int64_t>(0, kind.after[axis]);
        }
    } else if (crops) {
        return false;
    }
    const auto nothing = [](std::int64_t amount) { return amount == 0; };
    if (std::all_of(rest.before.begin(), rest.before.end(), nothing)
        && std::all_of(rest.after.begin(), rest.after.end(), nothing)) {
        place.rename(source);
        return true;
    }
    if (kind.mode == PadMode::Constant) {
        place.finish(rest, {source});
        return true;
    }
    for (std::size_t axis = 0; axis < rank; ++axis) {
        const std::int64_t size = place.tensor(source).shape[axis];
        if (rest.before[axis] == 0 && rest.after[axis] == 0) {
            continue;
        }
        const auto positions = edgePositions(size, rest.before[axis], rest.after[axis]);
        const TensorId indices
            = place.constant(ElementType::Int32, {static_cast<std::int64_t>(positions.size())}, Bytes::of(positions));
        source = place.addLike(source, Gather{static_cast<std::int32_t>(axis), 0}, {source, indices});
    }
    place.rename(source);
    return true;
}

/// Blocks read column by column: transposed in five dimensions, rows and images joined.
bool lower(Replacement &place, const DepthToSpace &kind)
{
    const Shape shape = place.input().shape;
    if (!kind.columnMajor || kind.layout != Layout::ChannelsLast || !shape.known() || shape.rank() != 4
        || kind.block < 1) {
        return false;
    }
    const std::int64_t block = kind.block;
    const std::int64_t channels = shape[3] / (block * block);
    const TensorId source = place.op().inputs[0];
    const TensorId split
        = place.addLike(source, Reshape{{shape[0] * shape[1], shape[2], channels, block, block}}, {source});
    const TensorId turned = place.addLike(source, Transpose{{0, 3, 1, 4, 2}}, {split});
    place.finish(Reshape{place.output().shape.dims}, {turned});
    return true;
}

/// By a constant mask.
bool lower(Replacement &place, const Triangle &kind)
{
    const Tensor x = place.input();
    const std::size_t rank = x.shape.rank();
    if (x.type != ElementType::Float32 || !x.shape.known() || rank < 2 || place.op().input(1).valid()) {
        return false;
    }
    const std::int64_t rows = x.shape[rank - 2];
    const std::int64_t columns = x.shape[rank - 1];
    constexpr std::int64_t mostElements = std::int64_t{1} << 24;
    if (rows * columns > mostElements) {
        return false;
    }
    std::vector<std::uint8_t> mask;
    for (std::int64_t row = 0; row < rows; ++row) {
        for (std::int64_t column = 0; column < columns; ++column) {
            const std::int64_t above = column - row;
            mask.push_back((kind.upper ? above >= kind.diagonal : above <= kind.diagonal) ? 1 : 0);
        }
    }
    std::vector<std::int64_t> dims(rank, 1);
    dims[rank - 2] = rows;
    dims[rank - 1] = columns;
    const TensorId kept = place.constant(ElementType::Bool, Shape(dims), Bytes::of(mask));
    place.finish(Select{}, {kept, place.op().inputs[0], place.number(0)});
    return true;
}

} // namespace tinsmith::tflite

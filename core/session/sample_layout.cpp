// SPDX-License-Identifier: Apache-2.0
#include "core/session/sample_layout.h"

#include "core/session/pixel_range.h"

#include <algorithm>
#include <cstring>

namespace tinsmith {
namespace {

std::vector<std::int64_t> withoutOnes(const Shape &shape)
{
    std::vector<std::int64_t> dims;
    std::copy_if(
        shape.dims.begin(), shape.dims.end(), std::back_inserter(dims), [](std::int64_t dim) { return dim != 1; });
    return dims;
}

/// The shape, and the shape without a leading 1.
std::vector<Shape> readings(const Shape &shape)
{
    std::vector<Shape> list = {shape};
    if (shape.rank() > 1 && shape[0] == 1) {
        list.emplace_back(std::vector<std::int64_t>(shape.dims.begin() + 1, shape.dims.end()));
    }
    return list;
}

/// The axes of `rank` in order, begun at `first`.
std::vector<std::size_t> rotation(std::size_t rank, std::size_t first)
{
    std::vector<std::size_t> axes;
    for (std::size_t axis = 0; axis < rank; ++axis) {
        axes.push_back((first + axis) % rank);
    }
    return axes;
}

Shape permuted(const Shape &shape, const std::vector<std::size_t> &axes)
{
    Shape result;
    for (const std::size_t axis : axes) {
        result.dims.push_back(shape[axis]);
    }
    return result;
}

bool channelsGoFirst(const SampleLayout &layout)
{
    return layout.permutation.front() + 1 == layout.permutation.size();
}

} // namespace

std::optional<SampleLayout> layoutBetween(const Shape &given, const Shape &wanted)
{
    if (!wanted.known() || !given.known() || !wanted.ranked || !given.ranked) {
        return std::nullopt;
    }
    if (withoutOnes(given) == withoutOnes(wanted)) {
        return SampleLayout{given, {}};
    }
    for (const Shape &from : readings(given)) {
        for (const Shape &to : readings(wanted)) {
            if (from.rank() != to.rank() || from.rank() < 2) {
                continue;
            }
            for (const std::size_t first : {from.rank() - 1, std::size_t{1}}) {
                const auto axes = rotation(from.rank(), first);
                if (permuted(from, axes) == to) {
                    return SampleLayout{from, axes};
                }
            }
        }
    }
    return std::nullopt;
}

std::vector<std::byte> rearranged(std::span<const std::byte> values, const SampleLayout &layout, std::size_t width)
{
    if (!layout.transposed()) {
        return {values.begin(), values.end()};
    }
    const std::size_t rank = layout.from.rank();
    std::vector<std::size_t> strides(rank, width);
    for (std::size_t axis = rank - 1; axis > 0; --axis) {
        strides[axis - 1] = strides[axis] * static_cast<std::size_t>(layout.from[axis]);
    }
    const Shape to = permuted(layout.from, layout.permutation);
    std::vector<std::byte> result(values.size());
    std::vector<std::int64_t> position(rank);
    std::size_t source = 0;
    for (std::size_t at = 0; at + width <= result.size(); at += width) {
        std::memcpy(result.data() + at, values.data() + source, width);
        for (std::size_t axis = rank; axis-- > 0;) {
            const std::size_t stride = strides[layout.permutation[axis]];
            source += stride;
            if (++position[axis] < to[axis]) {
                break;
            }
            source -= stride * static_cast<std::size_t>(to[axis]);
            position[axis] = 0;
        }
    }
    return result;
}

std::optional<std::size_t> channelAxisOf(const SampleLayout &layout, const Shape &shape)
{
    if (!layout.transposed()) {
        return channelAxis(shape);
    }
    return channelsGoFirst(layout) ? shape.rank() - layout.from.rank() : shape.rank() - 1;
}

std::string transpositionText(const SampleLayout &layout)
{
    return layout.from.text() + ", transposed to " + permuted(layout.from, layout.permutation).text()
        + (channelsGoFirst(layout) ? " (channels first)" : " (channels last)");
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "core/graph/shape_rules.h"

#include "core/graph/error.h"
#include "core/graph/geometry.h"

#include <algorithm>
#include <limits>

namespace tinsmith::shape_rules {
namespace {

constexpr std::int64_t unknown = -1;

[[noreturn]] void fail(const std::string &place, const std::string &cause)
{
    throw GraphError({}, place, cause);
}

std::vector<bool> marked(const std::vector<std::int64_t> &axes, std::size_t rank, const std::string &place)
{
    std::vector<bool> marks(rank, false);
    for (const std::int64_t axis : axes) {
        marks[axisOf(axis, rank, place)] = true;
    }
    return marks;
}

} // namespace

std::size_t axisOf(std::int64_t axis, std::size_t rank, const std::string &place)
{
    const auto count = static_cast<std::int64_t>(rank);
    if (axis < -count || axis >= count) {
        fail(place, "axis " + std::to_string(axis) + " is outside " + std::to_string(rank) + " dimensions");
    }
    return static_cast<std::size_t>(axis < 0 ? axis + count : axis);
}

std::int64_t windowCount(std::int64_t input, std::int64_t extent, std::int64_t stride, std::int64_t before,
    std::int64_t after, bool ceil, bool same)
{
    if (same) {
        return (input + stride - 1) / stride;
    }
    const std::int64_t room = input + before + after - extent;
    if (room < 0) {
        return 0;
    }
    if (!ceil) {
        return room / stride + 1;
    }
    std::int64_t count = (room + stride - 1) / stride + 1;
    if ((count - 1) * stride >= input + before) {
        --count;
    }
    return count;
}

Shape broadcast(const Shape &a, const Shape &b, const std::string &place)
{
    const std::size_t rank = std::max(a.rank(), b.rank());
    Shape shape;
    shape.dims.resize(rank);
    for (std::size_t index = 0; index < rank; ++index) {
        const std::int64_t left = index < rank - a.rank() ? 1 : a[index - (rank - a.rank())];
        const std::int64_t right = index < rank - b.rank() ? 1 : b[index - (rank - b.rank())];
        if (left >= 0 && right >= 0 && left != right && left != 1 && right != 1) {
            fail(place, "cannot broadcast " + a.text() + " against " + b.text());
        }
        if (left == right || right == 1) {
            shape[index] = left;
        } else if (left == 1) {
            shape[index] = right;
        } else {
            shape[index] = std::max(left, right);
        }
    }
    return shape;
}

Shape matMul(const Shape &a, const Shape &b, bool transposeA, bool transposeB, const std::string &place)
{
    if (a.rank() == 0 || b.rank() == 0) {
        fail(place, "cannot multiply " + a.text() + " by " + b.text());
    }
    Shape left = a;
    Shape right = b;
    if (left.rank() == 1) {
        left.dims.insert(left.dims.begin(), 1);
    } else if (transposeA) {
        std::swap(left[left.rank() - 1], left[left.rank() - 2]);
    }
    if (right.rank() == 1) {
        right.dims.push_back(1);
    } else if (transposeB) {
        std::swap(right[right.rank() - 1], right[right.rank() - 2]);
    }
    const std::int64_t innerA = left.last();
    const std::int64_t innerB = right[right.rank() - 2];
    if (innerA >= 0 && innerB >= 0 && innerA != innerB) {
        fail(place, "cannot multiply " + a.text() + " by " + b.text());
    }
    const std::int64_t rows = left[left.rank() - 2];
    const std::int64_t columns = right.last();
    Shape shape = broadcast(Shape(std::vector<std::int64_t>(left.dims.begin(), left.dims.end() - 2)),
        Shape(std::vector<std::int64_t>(right.dims.begin(), right.dims.end() - 2)), place);
    if (a.rank() > 1) {
        shape.dims.push_back(rows);
    }
    if (b.rank() > 1) {
        shape.dims.push_back(columns);
    }
    return shape;
}

Shape reshape(const Shape &input, const std::vector<std::int64_t> &target, bool zeroCopies, const std::string &place)
{
    Shape shape;
    std::int64_t rest = -1;
    std::int64_t product = 1;
    bool open = false;
    for (std::size_t index = 0; index < target.size(); ++index) {
        std::int64_t dim = target[index];
        if (dim == 0 && zeroCopies) {
            if (index >= input.rank()) {
                fail(place, "copies dimension " + std::to_string(index) + ", which " + input.text() + " does not have");
            }
            dim = input[index];
        } else if (dim == -1) {
            if (rest >= 0) {
                fail(place, "leaves two dimensions open");
            }
            rest = static_cast<std::int64_t>(index);
        } else if (dim < 0) {
            fail(place, "asks for a dimension of " + std::to_string(dim));
        }
        if (dim >= 0) {
            if (dim > 0 && product > (std::int64_t{1} << 62) / dim) {
                fail(place, "asks for more elements than can be counted");
            }
            product *= dim;
        } else if (static_cast<std::int64_t>(index) != rest) {
            open = true;
        }
        shape.dims.push_back(dim);
    }
    const auto elements = input.elements();
    if (!elements || open) {
        return shape;
    }
    if (rest >= 0) {
        if (product == 0 || *elements % product != 0) {
            fail(place, "cannot reshape " + input.text() + " to " + shape.text());
        }
        shape[static_cast<std::size_t>(rest)] = *elements / product;
    } else if (product != *elements) {
        fail(place, "cannot reshape " + input.text() + " to " + shape.text());
    }
    return shape;
}

Shape squeeze(const Shape &input, const std::vector<std::int64_t> &axes, const std::string &place)
{
    const auto marks = marked(axes, input.rank(), place);
    Shape shape;
    for (std::size_t axis = 0; axis < input.rank(); ++axis) {
        const bool drop = axes.empty() ? input[axis] == 1 : marks[axis];
        if (drop && input[axis] > 1) {
            fail(place, "cannot drop dimension " + std::to_string(axis) + " of " + input.text());
        }
        if (!drop) {
            shape.dims.push_back(input[axis]);
        }
    }
    return shape;
}

Shape expandDims(const Shape &input, const std::vector<std::int64_t> &axes, const std::string &place)
{
    const std::size_t rank = input.rank() + axes.size();
    const auto marks = marked(axes, rank, place);
    if (static_cast<std::size_t>(std::count(marks.begin(), marks.end(), true)) != axes.size()) {
        fail(place, "names an axis twice");
    }
    Shape shape;
    std::size_t next = 0;
    for (std::size_t axis = 0; axis < rank; ++axis) {
        shape.dims.push_back(marks[axis] ? 1 : input[next++]);
    }
    return shape;
}

Shape concatenate(std::span<const Shape> inputs, std::int64_t axis, const std::string &place)
{
    if (inputs.empty()) {
        fail(place, "joins nothing");
    }
    Shape shape = inputs.front();
    const std::size_t joined = axisOf(axis, shape.rank(), place);
    for (const Shape &input : inputs.subspan(1)) {
        if (input.rank() != shape.rank()) {
            fail(place, "cannot join " + shape.text() + " and " + input.text());
        }
        for (std::size_t index = 0; index < shape.rank(); ++index) {
            std::int64_t &dim = shape[index];
            if (index == joined) {
                dim = dim < 0 || input[index] < 0 ? unknown : dim + input[index];
            } else if (dim < 0) {
                dim = input[index];
            } else if (input[index] >= 0 && input[index] != dim) {
                fail(place, "cannot join " + shape.text() + " and " + input.text());
            }
        }
    }
    return shape;
}

Shape stridedSlice(const Shape &input, const std::vector<std::int64_t> &begin, const std::vector<std::int64_t> &end,
    const std::vector<std::int64_t> &stride, const std::vector<std::int64_t> &droppedAxes, const std::string &place)
{
    const std::size_t rank = input.rank();
    if (begin.size() != rank || end.size() != rank || stride.size() != rank) {
        fail(place, "its begin, end and stride do not fit " + input.text());
    }
    const auto dropped = marked(droppedAxes, rank, place);
    Shape shape;
    for (std::size_t axis = 0; axis < rank; ++axis) {
        if (stride[axis] == 0) {
            fail(place, "has a stride of 0");
        }
        if (begin[axis] == 0 && stride[axis] == 1 && end[axis] == std::numeric_limits<std::int64_t>::max()) {
            // The whole of a dimension whose size was not known when the slice was made.
            if (!dropped[axis]) {
                shape.dims.push_back(std::max(input[axis], unknown));
            }
            continue;
        }
        for (const std::int64_t value : {begin[axis], end[axis], stride[axis]}) {
            if (value > largestExtent || value < -largestExtent) {
                fail(place, "slices by " + std::to_string(value) + ", more than a dimension can have");
            }
        }
        const std::int64_t span = stride[axis] > 0 ? end[axis] - begin[axis] : begin[axis] - end[axis];
        const std::int64_t step = stride[axis] > 0 ? stride[axis] : -stride[axis];
        const std::int64_t count = span <= 0 ? 0 : (span + step - 1) / step;
        if (!dropped[axis]) {
            shape.dims.push_back(count);
        }
    }
    return shape;
}

Shape reduce(const Shape &input, const std::vector<std::int64_t> &axes, bool keepDims, const std::string &place)
{
    const auto marks = marked(axes, input.rank(), place);
    Shape shape;
    for (std::size_t axis = 0; axis < input.rank(); ++axis) {
        if (!axes.empty() && !marks[axis]) {
            shape.dims.push_back(input[axis]);
        } else if (keepDims) {
            shape.dims.push_back(1);
        }
    }
    return shape;
}

} // namespace tinsmith::shape_rules

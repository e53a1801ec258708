// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/read_slice.h"

#include <algorithm>

namespace tinsmith::tflite {
namespace {

bool bit(std::int32_t mask, std::size_t position)
{
    return position < 32 && (static_cast<std::uint32_t>(mask) >> position & 1U) != 0;
}

/// What the operator asks of one dimension, before it is resolved.
struct Request {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::int64_t stride = 1;
    bool fromStart = true;
    bool toEnd = true;
    bool drop = false;
};

void resolve(
    const OperatorReader &reader, const Request &request, std::size_t axis, std::int64_t size, StridedSlice &slice)
{
    if (request.stride == 0) {
        throw reader.error("has a stride of 0");
    }
    if (request.drop) {
        const std::int64_t at = request.begin < 0 ? request.begin + size : request.begin;
        if (at < 0 || at >= size) {
            throw reader.error(
                "takes position " + std::to_string(request.begin) + " of a dimension of " + std::to_string(size));
        }
        slice.begin.push_back(at);
        slice.end.push_back(at + 1);
        slice.stride.push_back(1);
        slice.droppedAxes.push_back(static_cast<std::int64_t>(axis));
        return;
    }
    const bool forwards = request.stride > 0;
    const std::int64_t lowest = forwards ? 0 : -1;
    const std::int64_t highest = forwards ? size : size - 1;
    const auto clamped = [&](std::int64_t position) {
        return std::clamp(position < 0 ? position + size : position, lowest, std::max(lowest, highest));
    };
    std::int64_t begin = request.fromStart ? (forwards ? 0 : size - 1) : clamped(request.begin);
    std::int64_t end = request.toEnd ? (forwards ? size : -1) : clamped(request.end);
    if (forwards ? begin >= end : begin <= end) {
        begin = 0;
        end = 0;
    }
    slice.begin.push_back(begin);
    slice.end.push_back(end);
    slice.stride.push_back(request.stride);
}

} // namespace

OperatorKind readStridedSlice(OperatorReader &reader)
{
    const auto &options = reader.options(reader.raw().builtin_options_as_StridedSliceOptions());
    const Shape &shape = reader.requireInput(0).shape;
    reader.requireOutput();
    const auto begin = reader.constantIntegers(1, "begin");
    const auto end = reader.constantIntegers(2, "end");
    const auto stride = reader.constantIntegers(3, "stride");
    if (begin.size() != end.size() || begin.size() != stride.size()) {
        throw reader.error("has begin, end and stride of different lengths");
    }
    if (options.new_axis_mask() != 0) {
        throw CannotRepresent{"it inserts dimensions while it slices"};
    }
    if (!shape.known()) {
        throw CannotRepresent{"the shape of its input is not known"};
    }
    std::vector<Request> requests;
    for (std::size_t at = 0; at < begin.size(); ++at) {
        if (bit(options.ellipsis_mask(), at)) {
            const std::size_t given = begin.size() - 1;
            requests.resize(requests.size() + (shape.rank() > given ? shape.rank() - given : 0));
            continue;
        }
        requests.push_back({begin[at], options.offset() ? begin[at] + end[at] : end[at], stride[at],
            bit(options.begin_mask(), at), bit(options.end_mask(), at), bit(options.shrink_axis_mask(), at)});
    }
    if (requests.size() > shape.rank()) {
        throw reader.error(
            "slices " + std::to_string(requests.size()) + " dimensions of an input of shape " + shape.text());
    }
    requests.resize(shape.rank());
    StridedSlice slice;
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
        resolve(reader, requests[axis], axis, shape[axis], slice);
    }
    reader.keepInputs({0});
    return slice;
}

OperatorKind readSlice(OperatorReader &reader)
{
    const Shape &shape = reader.requireInput(0).shape;
    reader.requireOutput();
    reader.rankOf(reader.requireInput(0));
    const auto begin = reader.constantIntegers(1, "begin");
    reader.requireInput(2);
    std::vector<std::int64_t> size;
    for (std::size_t axis = 0; axis < shape.rank() && !reader.isSettled(2); ++axis) {
        size.push_back(reader.sizeInFile(axis, "size"));
    }
    size = reader.isSettled(2) ? reader.constantIntegers(2, "size") : size;
    if (begin.size() != shape.rank() || size.size() != shape.rank()) {
        throw reader.error("has begin and size that do not fit an input of shape " + shape.text());
    }
    if (!shape.known()) {
        throw CannotRepresent{"the shape of its input is not known"};
    }
    StridedSlice slice;
    slice.plainSlice = true;
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
        const std::int64_t end = size[axis] < 0 ? shape[axis] : begin[axis] + size[axis];
        if (begin[axis] < 0 || begin[axis] > end || end > shape[axis]) {
            throw reader.error("takes positions " + std::to_string(begin[axis]) + " to " + std::to_string(end)
                + " of a dimension of " + std::to_string(shape[axis]));
        }
        slice.begin.push_back(begin[axis]);
        slice.end.push_back(end);
        slice.stride.push_back(1);
    }
    reader.keepInputs({0});
    return slice;
}

} // namespace tinsmith::tflite

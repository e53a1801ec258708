// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/further_readers.h"
#include "core/formats/onnx/moving_slice.h"

#include <algorithm>
#include <limits>

namespace tinsmith::onnxio {
namespace {

/// The end of a dimension whose size is not known.
constexpr std::int64_t openEnd = std::numeric_limits<std::int64_t>::max();

/// A parameter list: an attribute before operator set 10, an input since.
std::vector<std::int64_t> parameter(NodeContext &context, std::size_t input, const char *name)
{
    if (context.node.has(name)) {
        return context.node.integers(name);
    }
    return context.has(input) ? context.integers(input, name) : std::vector<std::int64_t>();
}

void sliceAxis(
    StridedSlice &kind, std::size_t axis, std::int64_t size, std::int64_t start, std::int64_t end, std::int64_t step)
{
    if (step == 0 || step == std::numeric_limits<std::int64_t>::min()) {
        throw Untyped{"its step is out of range"};
    }
    kind.stride[axis] = step;
    if (size < 0) {
        // Only the whole of it, or a part counted from the front, can be named without the size.
        const bool whole = start == 0 && end >= std::numeric_limits<std::int32_t>::max() && step == 1;
        if (!whole) {
            throw Untyped{"it cuts a dimension whose size is not fixed"};
        }
        return;
    }
    const std::int64_t lowest = step > 0 ? 0 : -1;
    const auto counted = [size](std::int64_t at) { return at < 0 ? std::max(at, -size - 1) + size : at; };
    kind.begin[axis]
        = std::clamp<std::int64_t>(counted(start), 0, step > 0 ? size : std::max<std::int64_t>(size - 1, 0));
    kind.end[axis] = end < -size - 1 ? lowest : std::clamp<std::int64_t>(counted(end), lowest, size);
    if (step > 0 && kind.end[axis] < kind.begin[axis]) {
        kind.end[axis] = kind.begin[axis];
    }
    if (size == 0) {
        kind.begin[axis] = kind.end[axis] = 0;
    }
    // A step beyond the dimension takes one element; a shorter one says the same and cannot overflow.
    kind.stride[axis] = std::clamp<std::int64_t>(step, -size - 1, size + 1);
}

void readSlice(NodeContext &context)
{
    const std::size_t rank = context.rank(0);
    const Shape shape = context.shape(0);
    const SmallValue *begins = context.small(1);
    if ((begins == nullptr || !begins->known()) && readMovingSlice(context)) {
        return;
    }
    const auto starts = parameter(context, 1, "starts");
    const auto ends = parameter(context, 2, "ends");
    auto axes = parameter(context, 3, "axes");
    auto steps = parameter(context, 4, "steps");
    if (axes.empty()) {
        for (std::size_t axis = 0; axis < starts.size(); ++axis) {
            axes.push_back(static_cast<std::int64_t>(axis));
        }
    }
    if (steps.empty()) {
        steps.assign(starts.size(), 1);
    }
    if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size()) {
        throw Untyped{"its starts, ends, axes and steps are not equally long"};
    }
    StridedSlice kind;
    kind.begin.assign(rank, 0);
    kind.stride.assign(rank, 1);
    for (std::size_t axis = 0; axis < rank; ++axis) {
        kind.end.push_back(shape[axis] < 0 ? openEnd : shape[axis]);
    }
    for (std::size_t position = 0; position < starts.size(); ++position) {
        const std::size_t axis = context.axis(axes[position], rank);
        sliceAxis(kind, axis, shape[axis], starts[position], ends[position], steps[position]);
    }
    context.emit(std::move(kind), {context.in(0)});
}

void readSplit(NodeContext &context)
{
    const std::size_t rank = context.rank(0);
    Split kind;
    const std::size_t axis = context.axis(context.node.integer("axis", 0), rank);
    kind.axis = static_cast<std::int32_t>(axis);
    const std::int64_t size = context.shape(0)[axis];
    const auto parts = static_cast<std::int64_t>(context.node.outputs.size());
    kind.sizes = parameter(context, 1, "split");
    if (kind.sizes.empty()) {
        const std::int64_t wanted = context.node.integer("num_outputs", parts);
        if (size < 0 || wanted != parts || parts < 1) {
            throw Untyped{"the sizes of its parts are not known"};
        }
        // The last part is the smaller one (operator set 18).
        const std::int64_t each = (size + parts - 1) / parts;
        kind.sizes.assign(static_cast<std::size_t>(parts), each);
        kind.sizes.back() = size - each * (parts - 1);
    }
    if (std::any_of(kind.sizes.begin(), kind.sizes.end(),
            [](std::int64_t part) { return part < 0 || part > (std::int64_t{1} << 40); })
        || kind.sizes.size() != context.node.outputs.size()) {
        throw Untyped{"the sizes of its parts are out of range"};
    }
    std::vector<TensorId> outputs;
    for (std::size_t output = 0; output < context.node.outputs.size(); ++output) {
        outputs.push_back(context.wants(output) ? context.out(output) : context.temporary("unused"));
    }
    context.emit(std::move(kind), {context.in(0)}, std::move(outputs));
}

PadMode padMode(const std::string &mode)
{
    if (mode == "constant") {
        return PadMode::Constant;
    }
    if (mode == "reflect") {
        return PadMode::Reflect;
    }
    if (mode == "edge") {
        return PadMode::Edge;
    }
    throw Untyped{"padding mode " + mode + " is not supported"};
}

/// As if the input stood again on either side of itself (operator set 19): its ends are joined to it, axis by axis.
void emitWrapped(NodeContext &context, const Pad &pad)
{
    TensorId x = context.in(0);
    const std::size_t rank = pad.before.size();
    for (std::size_t axis = 0; axis < rank; ++axis) {
        const std::int64_t size = context.tensor(x).shape[axis];
        if (pad.before[axis] == 0 && pad.after[axis] == 0) {
            continue;
        }
        if (std::min(pad.before[axis], pad.after[axis]) < 0 || std::max(pad.before[axis], pad.after[axis]) > size) {
            throw Untyped{"its pads wrap around a dimension more than once, or around one that is not fixed"};
        }
        std::vector<TensorId> parts;
        if (pad.before[axis] > 0) {
            parts.push_back(partOf(context, x, axis, size - pad.before[axis], size, 1, "end"));
        }
        parts.push_back(x);
        if (pad.after[axis] > 0) {
            parts.push_back(partOf(context, x, axis, 0, pad.after[axis], 1, "begin"));
        }
        x = context.step(
            Concatenation{static_cast<std::int32_t>(axis), FusedActivation::None}, std::move(parts), "wrapped");
    }
    context.emit(Identity{}, {x});
}

void readPad(NodeContext &context)
{
    const Node &node = context.node;
    const std::size_t rank = context.rank(0);
    Pad kind;
    const bool wraps = node.string("mode", "constant") == "wrap";
    kind.mode = wraps ? PadMode::Constant : padMode(node.string("mode", "constant"));
    auto pads = node.has("paddings") ? node.integers("paddings") : parameter(context, 1, "pads");
    kind.value = node.real("value", 0);
    if (context.has(2)) {
        const auto value = context.reals(2, "value");
        if (value.size() != 1) {
            throw Untyped{"its value is not one number"};
        }
        kind.value = value.front();
    }
    std::vector<std::int64_t> axes;
    if (context.has(3)) {
        axes = context.integers(3, "axes");
    } else {
        for (std::size_t axis = 0; axis < rank; ++axis) {
            axes.push_back(static_cast<std::int64_t>(axis));
        }
    }
    if (pads.size() != 2 * axes.size()) {
        throw Untyped{"its pads do not fit its input"};
    }
    kind.before.assign(rank, 0);
    kind.after.assign(rank, 0);
    for (std::size_t position = 0; position < axes.size(); ++position) {
        const std::size_t axis = context.axis(axes[position], rank);
        kind.before[axis] = pads[position];
        kind.after[axis] = pads[position + axes.size()];
    }
    constexpr std::int64_t most = std::int64_t{1} << 30;
    for (std::size_t axis = 0; axis < rank; ++axis) {
        if (std::max(std::abs(kind.before[axis]), std::abs(kind.after[axis])) > most) {
            throw Untyped{"its pads are out of range"};
        }
    }
    if (wraps) {
        emitWrapped(context, kind);
        return;
    }
    context.emit(std::move(kind), {context.in(0)});
}

} // namespace

void addSliceReaders(NodeReaders &readers)
{
    readers["Slice"] = readSlice;
    readers["Split"] = readSplit;
    readers["Pad"] = readPad;
}

} // namespace tinsmith::onnxio

// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/node_context.h"

#include <algorithm>
#include <numeric>

namespace tinsmith::onnxio {
namespace {

/// The shape of a Reshape whose parameter is known in part: an unknown size that is the input's own dimension is
/// copied, one other may be left open.
std::vector<std::int64_t> targetShape(NodeContext &context)
{
    if (context.node.has("shape")) {
        return context.node.integers("shape");
    }
    const SmallValue *value = context.small(1);
    if (value == nullptr) {
        throw Untyped{"its shape is computed while the model runs"};
    }
    const Tensor input = context.tensor(context.in(0));
    std::vector<std::int64_t> target;
    bool open = false;
    for (std::size_t axis = 0; axis < value->elements.size(); ++axis) {
        const auto &element = value->elements[axis];
        std::int64_t size = element.integer;
        if (!element.known) {
            const bool copies = !element.symbol.empty() && axis < input.dimensionNames.size() && input.shape[axis] < 0
                && input.dimensionNames[axis] == element.symbol;
            size = copies ? 0 : -1;
        }
        if (size == -1 && open) {
            throw Untyped{"its shape depends on dimensions that are not fixed"};
        }
        open = open || size == -1;
        target.push_back(size);
    }
    return target;
}

void readReshape(NodeContext &context)
{
    if (context.has(1)) {
        const Tensor shape = context.tensor(context.in(1));
        if (shape.shape.known() && shape.shape.rank() != 1) {
            throw Untyped{"its shape is not a list"};
        }
    }
    Reshape kind;
    kind.shape = targetShape(context);
    kind.zeroCopies = context.node.integer("allowzero", 0) == 0;
    context.emit(kind, {context.in(0)});
}

void readFlatten(NodeContext &context)
{
    const Shape shape = context.shape(0);
    const std::size_t rank = context.rank(0);
    const std::int64_t given = context.node.integer("axis", 1);
    const std::size_t axis = given == static_cast<std::int64_t>(rank) ? rank : context.axis(given, rank);
    Reshape kind;
    kind.zeroCopies = true;
    if (axis == 0) {
        kind.zeroCopies = false;
        kind.shape = {1, -1};
    } else if (axis == 1) {
        kind.shape = {0, -1};
    } else {
        const auto product = [&](std::size_t from, std::size_t to) {
            return Shape(std::vector<std::int64_t>(shape.dims.begin() + static_cast<std::ptrdiff_t>(from),
                             shape.dims.begin() + static_cast<std::ptrdiff_t>(to)))
                .elements();
        };
        const auto outer = product(0, axis);
        const auto inner = product(axis, rank);
        if (!outer && !inner) {
            throw Untyped{"its result depends on dimensions that are not fixed"};
        }
        kind.zeroCopies = false;
        kind.shape = {outer.value_or(-1), outer ? inner.value_or(-1) : *inner};
    }
    context.emit(kind, {context.in(0)});
}

/// Axes that are an attribute before operator set 13 and an input since.
std::vector<std::int64_t> axesOf(NodeContext &context)
{
    if (context.node.has("axes")) {
        return context.node.integers("axes");
    }
    return context.has(1) ? context.integers(1, "axes") : std::vector<std::int64_t>();
}

void readSqueeze(NodeContext &context)
{
    Squeeze kind{axesOf(context)};
    const Shape shape = context.shape(0);
    if (kind.axes.empty() && !shape.known()) {
        throw Untyped{"which dimensions it drops depends on sizes that are not fixed"};
    }
    context.emit(std::move(kind), {context.in(0)});
}

void readUnsqueeze(NodeContext &context)
{
    ExpandDims kind{axesOf(context)};
    context.rank(0);
    context.emit(std::move(kind), {context.in(0)});
}

void readTranspose(NodeContext &context)
{
    const std::size_t rank = context.rank(0);
    Transpose kind{context.node.integers("perm")};
    if (!context.node.has("perm")) {
        kind.permutation.resize(rank);
        std::iota(kind.permutation.rbegin(), kind.permutation.rend(), std::int64_t{0});
    }
    context.emit(std::move(kind), {context.in(0)});
}

void readConcat(NodeContext &context)
{
    std::vector<TensorId> inputs;
    for (std::size_t input = 0; input < context.inputCount(); ++input) {
        inputs.push_back(context.in(input));
    }
    if (inputs.empty()) {
        throw Untyped{"it joins nothing"};
    }
    Concatenation kind;
    kind.axis = static_cast<std::int32_t>(context.axis(context.node.integer("axis", 1), context.rank(0)));
    context.emit(kind, std::move(inputs));
}

void readGather(NodeContext &context)
{
    const std::size_t rank = context.rank(0);
    Gather kind;
    const std::size_t axis = context.axis(context.node.integer("axis", 0), rank);
    kind.axis = static_cast<std::int32_t>(axis);
    context.rank(1);
    TensorId indices = context.in(1);
    const SmallValue *value = context.small(1);
    if (value != nullptr && value->known()) {
        // Negative indices count from the end; the graph has none.
        const std::int64_t size = context.shape(0)[axis];
        SmallValue counted = *value;
        bool changed = false;
        for (auto &element : counted.elements) {
            if (element.integer < 0) {
                element.integer += std::max<std::int64_t>(size, 0);
                changed = true;
            }
            if (element.integer < 0 || (size >= 0 && element.integer >= size)) {
                throw Untyped{"its indices are out of range or count from an end that is not known"};
            }
        }
        if (changed) {
            indices = context.constant("indices", counted.type, Shape(counted.dims), counted.bytes());
        }
    }
    context.emit(kind, {context.in(0), indices});
}

void readTile(NodeContext &context)
{
    if (context.inputCount() == 3) {
        throw Untyped{"Tile of operator set 1 is not supported"};
    }
    context.rank(0);
    context.emit(Tile{context.integers(1, "repeats")}, {context.in(0)});
}

void readExpand(NodeContext &context)
{
    const Shape input = context.shape(0);
    const std::size_t rank = context.rank(0);
    auto target = context.integers(1, "shape");
    if (target.size() < rank) {
        target.insert(target.begin(), rank - target.size(), 1);
    }
    // The target may have ones where the input is larger: both broadcast.
    for (std::size_t axis = target.size() - rank; axis < target.size(); ++axis) {
        const std::int64_t size = input[axis - (target.size() - rank)];
        if (target[axis] == 1 && size < 0) {
            throw Untyped{"its result depends on dimensions that are not fixed"};
        }
        target[axis] = target[axis] == 1 ? size : target[axis];
    }
    context.emit(BroadcastTo{std::move(target)}, {context.in(0)});
}

void readIdentity(NodeContext &context)
{
    context.emit(Identity{}, {context.in(0)});
}

/// Larger masks are made when the model runs.
constexpr std::int64_t mostMaskElements = static_cast<std::int64_t>(mostSmallElements);

/// At inference, or with nothing to drop, the input itself and a mask that keeps all.
void readDropout(NodeContext &context)
{
    const auto nonZero = [&](std::size_t input) {
        const SmallValue *value = context.small(input);
        return context.has(input)
            && (value == nullptr || !value->known() || value->reals() != std::vector<double>{0.0});
    };
    const bool dropsNothing = context.has(1) && !nonZero(1);
    if (context.has(2) && nonZero(2) && !dropsNothing) {
        throw Untyped{"dropout in training mode is not supported"};
    }
    context.emit(Identity{}, {context.in(0)});
    if (!context.needs(1)) {
        return;
    }
    const Shape shape = context.shape(0);
    if (!shape.known()) {
        throw Untyped{"the size of its mask is not known"};
    }
    const ElementType type
        = context.node.opset < 10 && context.node.opset > 0 ? context.tensor(context.in(0)).type : ElementType::Bool;
    const std::int64_t elements = shape.elements().value_or(mostMaskElements + 1);
    if (type != ElementType::Bool || elements > mostMaskElements) {
        context.setType(context.out(1), type);
        context.emit(Fill{shape.dims}, {context.number("kept", type, 1)}, {context.out(1)}, "mask");
        return;
    }
    context.settle(1, type, shape, Bytes::of(std::vector<std::uint8_t>(static_cast<std::size_t>(elements), 1)));
}

void readDepthToSpace(NodeContext &context)
{
    DepthToSpace kind;
    kind.block = context.node.integer("blocksize", 0);
    kind.layout = Layout::ChannelsFirst;
    kind.columnMajor = context.node.string("mode", "DCR") == "CRD";
    if (kind.block < 1 || kind.block > 65536) {
        throw Untyped{"its block size is out of range"};
    }
    context.emit(kind, {context.in(0)});
}

void readSpaceToDepth(NodeContext &context)
{
    SpaceToDepth kind;
    kind.block = context.node.integer("blocksize", 0);
    kind.layout = Layout::ChannelsFirst;
    if (kind.block < 1 || kind.block > 65536) {
        throw Untyped{"its block size is out of range"};
    }
    context.emit(kind, {context.in(0)});
}

} // namespace

void addShapeReaders(NodeReaders &readers)
{
    readers["Reshape"] = readReshape;
    readers["Flatten"] = readFlatten;
    readers["Squeeze"] = readSqueeze;
    readers["Unsqueeze"] = readUnsqueeze;
    readers["Transpose"] = readTranspose;
    readers["Concat"] = readConcat;
    readers["Gather"] = readGather;
    readers["Tile"] = readTile;
    readers["Expand"] = readExpand;
    readers["Identity"] = readIdentity;
    readers["Dropout"] = readDropout;
    readers["DepthToSpace"] = readDepthToSpace;
    readers["SpaceToDepth"] = readSpaceToDepth;
}

} // namespace tinsmith::onnxio

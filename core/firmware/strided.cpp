// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/strided.h"

#include "core/firmware/emitters.h"
#include "core/firmware/strides.h"

#include <array>

namespace tinsmith::firmware {
namespace {

using Dims = std::vector<std::int64_t>;

StridedWalk walkOf(const Dims &in, const Dims &, const Transpose &kind)
{
    const Dims steps = denseSteps(in);
    StridedWalk walk;
    for (const std::int64_t axis : kind.permutation) {
        const auto at = static_cast<std::size_t>(axis < 0 ? axis + static_cast<std::int64_t>(in.size()) : axis);
        walk.dims.push_back(in.at(at));
        walk.steps.push_back(steps.at(at));
    }
    return walk;
}

StridedWalk walkOf(const Dims &in, const Dims &, const StridedSlice &kind)
{
    const Dims steps = denseSteps(in);
    StridedWalk walk;
    for (std::size_t i = 0; i < in.size(); ++i) {
        const std::int64_t stride = kind.stride.at(i);
        const std::int64_t span = kind.end.at(i) - kind.begin.at(i);
        walk.dims.push_back((span + stride + (stride > 0 ? -1 : 1)) / stride);
        walk.steps.push_back(steps[i] * stride);
        walk.start += kind.begin[i] * steps[i];
    }
    return walk;
}

StridedWalk walkOf(const Dims &in, const Dims &out, const BroadcastTo &)
{
    return {out, broadcastSteps(in, out), 0};
}

StridedWalk walkOf(const Dims &in, const Dims &, const Tile &kind)
{
    const Dims steps = denseSteps(in);
    StridedWalk walk;
    for (std::size_t i = 0; i < in.size(); ++i) {
        walk.dims.insert(walk.dims.end(), {kind.multiples.at(i), in[i]});
        walk.steps.insert(walk.steps.end(), {0, steps[i]});
    }
    return walk;
}

StridedWalk walkOf(const Dims &in, const Dims &out, const DepthToSpace &kind)
{
    const std::int64_t b = kind.block;
    const std::int64_t c = out[3];
    const Dims steps = denseSteps(in);
    const std::int64_t row = kind.columnMajor ? b : b * c;
    const std::int64_t column = kind.columnMajor ? 1 : c;
    const std::int64_t channel = kind.columnMajor ? b * b : 1;
    return {{in[0], in[1], b, in[2], b, c}, {steps[0], steps[1], row, steps[2], column, channel}, 0};
}

StridedWalk walkOf(const Dims &in, const Dims &out, const SpaceToDepth &kind)
{
    const std::int64_t b = kind.block;
    const Dims steps = denseSteps(in);
    return {{in[0], out[1], out[2], b, b, in[3]}, {steps[0], steps[1] * b, steps[2] * b, steps[1], steps[2], 1}, 0};
}

/// Loops in bytes and the block that is moved as a whole.
struct StridedLoops {
    std::int64_t bytes = 1;
    std::vector<WalkLoop> loops;
};
constexpr std::size_t mostLoops = 5;

StridedLoops loopsOf(const StridedWalk &walk, std::int64_t elementSize)
{
    std::vector<WalkLoop> loops;
    for (std::size_t i = 0; i < walk.dims.size(); ++i) {
        loops.push_back({walk.dims[i], {walk.steps[i] * elementSize}});
    }
    StridedLoops result = {elementSize, joined(std::move(loops), 1)};
    if (result.loops.back().steps[0] == elementSize) {
        result.bytes = elementSize * result.loops.back().count;
        result.loops.pop_back();
    }
    return result;
}

template <typename Kind>
std::string whyNotStrided(const Graph &graph, const Operator &op, const Kind &kind)
{
    if constexpr (requires { kind.layout; }) {
        if (kind.layout != Layout::ChannelsLast) {
            return "is channels first; the canonical pass should have turned it";
        }
        if (graph.tensor(op.inputs[0]).shape.rank() != 4) {
            return "has no kernel for this number of dimensions";
        }
    }
    std::string reason = whyNotMoved(graph, op);
    if (!reason.empty()) {
        return reason;
    }
    const auto walk = stridedWalk(graph, op);
    std::int64_t elements = 1;
    for (const std::int64_t dim : walk->dims) {
        elements *= dim;
    }
    if (elements != graph.tensor(op.outputs[0]).shape.elements()) {
        return "has a shape that does not fit";
    }
    if (loopsOf(*walk, elementBytes(graph.tensor(op.inputs[0]))).loops.size() > mostLoops) {
        return "moves through more than five dimensions, for which there is no kernel";
    }
    return {};
}

void emitStrided(Emission &emission, OperatorId id, const std::string &hint)
{
    const Graph &graph = emission.graph();
    const Operator &op = graph.op(id);
    const StridedWalk walk = *stridedWalk(graph, op);
    const std::int64_t size = elementBytes(graph.tensor(op.inputs[0]));
    const StridedLoops strided = loopsOf(walk, size);

    std::vector<CArgument> arguments
        = {walk.start == 0 ? "input" : "(const unsigned char *)input + " + std::to_string(walk.start * size), "output",
            {"bytes", strided.bytes}};
    const std::size_t lead = mostLoops - strided.loops.size();
    for (std::size_t i = 0; i < mostLoops; ++i) {
        arguments.emplace_back("n" + std::to_string(i), i < lead ? 1 : strided.loops[i - lead].count);
    }
    for (std::size_t i = 0; i < mostLoops; ++i) {
        arguments.emplace_back("s" + std::to_string(i), i < lead ? 0 : strided.loops[i - lead].steps[0]);
    }
    CWriter body(1);
    body.call("ts_copy_strided", arguments);
    emission.include("ts_shape.h");
    emission.layer(id, hint,
        {{"const void *input", emission.pointer(op.inputs[0])}, {"void *output", emission.pointer(op.outputs[0])}},
        body);
}

} // namespace

std::optional<StridedWalk> stridedWalk(const Graph &graph, const Operator &op)
{
    const Dims &in = graph.tensor(op.inputs[0]).shape.dims;
    const Dims &out = graph.tensor(op.outputs[0]).shape.dims;
    return std::visit(
        [&](const auto &kind) -> std::optional<StridedWalk> {
            if constexpr (requires { walkOf(in, out, kind); }) {
                return walkOf(in, out, kind);
            } else {
                return std::nullopt;
            }
        },
        op.kind);
}

std::string whyNot(const Graph &graph, const Operator &op, const Transpose &kind)
{
    return whyNotStrided(graph, op, kind);
}

std::string whyNot(const Graph &graph, const Operator &op, const StridedSlice &kind)
{
    return whyNotStrided(graph, op, kind);
}

std::string whyNot(const Graph &graph, const Operator &op, const BroadcastTo &kind)
{
    return whyNotStrided(graph, op, kind);
}

std::string whyNot(const Graph &graph, const Operator &op, const Tile &kind)
{
    return whyNotStrided(graph, op, kind);
}

std::string whyNot(const Graph &graph, const Operator &op, const DepthToSpace &kind)
{
    return whyNotStrided(graph, op, kind);
}

std::string whyNot(const Graph &graph, const Operator &op, const SpaceToDepth &kind)
{
    return whyNotStrided(graph, op, kind);
}

void emit(Emission &emission, OperatorId id, const Transpose &)
{
    emitStrided(emission, id, "transpose");
}

void emit(Emission &emission, OperatorId id, const StridedSlice &)
{
    emitStrided(emission, id, "slice");
}

void emit(Emission &emission, OperatorId id, const BroadcastTo &)
{
    emitStrided(emission, id, "broadcast");
}

void emit(Emission &emission, OperatorId id, const Tile &)
{
    emitStrided(emission, id, "tile");
}

void emit(Emission &emission, OperatorId id, const DepthToSpace &)
{
    emitStrided(emission, id, "depth_to_space");
}

void emit(Emission &emission, OperatorId id, const SpaceToDepth &)
{
    emitStrided(emission, id, "space_to_depth");
}

} // namespace tinsmith::firmware

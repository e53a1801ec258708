// SPDX-License-Identifier: Apache-2.0
#include "core/execute/resize_taps.h"
#include "core/firmware/emitters.h"
#include "core/firmware/layer_parts.h"

#include <algorithm>

namespace tinsmith::firmware {
namespace {

struct ResizeGeometry {
    std::int64_t inputH, inputW, outputH, outputW, channels;
};

ResizeGeometry geometryOf(const Graph &graph, const Operator &op)
{
    const Shape &in = graph.tensor(op.inputs[0]).shape;
    const Shape &out = graph.tensor(op.outputs[0]).shape;
    return {in[1], in[2], out[1], out[2], in[3]};
}

std::vector<std::int16_t> narrow(const std::vector<std::int64_t> &values)
{
    return {values.begin(), values.end()};
}

/// Tables of one axis: the two neighbours of each output position and the share of the second.
template <typename Weight>
struct AxisTables {
    std::vector<std::int16_t> low;
    std::vector<std::int16_t> high;
    std::vector<Weight> weights;
};

AxisTables<std::int16_t> fineTables(const Resize &kind, std::int64_t input, std::int64_t output, float scale)
{
    AxisTables<std::int16_t> tables;
    for (const FineResizeTap &tap : fineResizeTaps(kind, input, output, scale)) {
        tables.low.push_back(static_cast<std::int16_t>(tap.low));
        tables.high.push_back(static_cast<std::int16_t>(tap.high));
        tables.weights.push_back(static_cast<std::int16_t>(tap.fraction));
    }
    return tables;
}

AxisTables<float> floatTables(const Resize &kind, std::int64_t input, std::int64_t output, float scale)
{
    AxisTables<float> tables;
    for (const ResizeTaps &tap : resizeTaps(kind, input, output, scale)) {
        tables.low.push_back(static_cast<std::int16_t>(tap.at[0]));
        tables.high.push_back(static_cast<std::int16_t>(tap.at[1]));
        tables.weights.push_back(tap.weight[1]);
    }
    return tables;
}

void emitNearest(Emission &emission, OperatorId id, const Resize &kind)
{
    const Operator &op = emission.graph().op(id);
    const ResizeGeometry g = geometryOf(emission.graph(), op);
    const std::int64_t pixel = g.channels * elementBytes(emission.graph().tensor(op.inputs[0]));
    const auto rows = narrow(nearestTaps(kind, g.inputH, g.outputH, kind.scaleH));
    const auto columns = narrow(nearestTaps(kind, g.inputW, g.outputW, kind.scaleW));
    CWriter body(1);
    body.open("for (int32_t y = 0; y < " + std::to_string(g.outputH) + "; y++)");
    body.call("ts_resize_nearest_row",
        {"(const unsigned char *)input + (int32_t)rows[y] * " + std::to_string(g.inputW * pixel),
            "(unsigned char *)output + y * " + std::to_string(g.outputW * pixel), "columns", {"output_w", g.outputW},
            {"pixel_bytes", pixel}});
    body.close();
    const std::string &name = emission.nameOf(id);
    emission.layer(id, "resize_nearest",
        {{"const void *input", emission.pointer(op.inputs[0])}, {"void *output", emission.pointer(op.outputs[0])},
            {"const int16_t *rows", emission.constant(name + "_rows", std::span<const std::int16_t>(rows))},
            {"const int16_t *columns", emission.constant(name + "_columns", std::span<const std::int16_t>(columns))}},
        body);
}

template <typename Weight>
void emitBilinear(Emission &emission, OperatorId id, const AxisTables<Weight> &rows, const AxisTables<Weight> &columns)
{
    const Operator &op = emission.graph().op(id);
    const ResizeGeometry g = geometryOf(emission.graph(), op);
    constexpr bool isFloat = std::is_same_v<Weight, float>;
    const std::string inputRow = std::to_string(g.inputW * g.channels);
    CWriter body(1);
    body.open("for (int32_t y = 0; y < " + std::to_string(g.outputH) + "; y++)");
    body.call(isFloat ? "ts_resize_bilinear_row_f32" : "ts_resize_bilinear_row_i8",
        {"input + (int32_t)upper[y] * " + inputRow, "input + (int32_t)lower[y] * " + inputRow, "row_weights[y]",
            "output + y * " + std::to_string(g.outputW * g.channels), "left", "right", "weights",
            {"output_w", g.outputW}, {"channels", g.channels}});
    body.close();
    const std::string &name = emission.nameOf(id);
    const auto table = [&](const std::string &what, const auto &values) {
        using T = typename std::decay_t<decltype(values)>::value_type;
        return emission.constant(name + "_" + what, std::span<const T>(values));
    };
    const std::string weight = isFloat ? "const float *" : "const int16_t *";
    std::vector<LayerParameter> parameters = inputAndOutput(emission, op);
    parameters.push_back({"const int16_t *upper", table("upper", rows.low)});
    parameters.push_back({"const int16_t *lower", table("lower", rows.high)});
    parameters.push_back({weight + "row_weights", table("row_weights", rows.weights)});
    parameters.push_back({"const int16_t *left", table("left", columns.low)});
    parameters.push_back({"const int16_t *right", table("right", columns.high)});
    parameters.push_back({weight + "weights", table("weights", columns.weights)});
    emission.layer(id, isFloat ? "resize_bilinear_f32" : "resize_bilinear", parameters, body);
}

} // namespace

std::string whyNot(const Graph &graph, const Operator &op, const Resize &kind)
{
    if (kind.layout != Layout::ChannelsLast) {
        return "is channels first; the canonical pass should have turned it";
    }
    if (kind.mode == ResizeMode::Cubic) {
        return "is cubic, for which there is no kernel";
    }
    const std::string reason = whyNotNumbers(graph, op);
    if (!reason.empty()) {
        return reason;
    }
    const Shape &in = graph.tensor(op.inputs[0]).shape;
    const Shape &out = graph.tensor(op.outputs[0]).shape;
    if (in.rank() != 4 || out.rank() != 4 || in[0] != 1 || out[0] != 1 || in[3] != out[3]) {
        return "is not of a single image";
    }
    if (std::max({in[1], in[2], out[1], out[2]}) > INT16_MAX) {
        return "is of a larger image than its kernel can count";
    }
    return whyNotMoved(graph, op);
}

void emit(Emission &emission, OperatorId id, const Resize &kind)
{
    const Operator &op = emission.graph().op(id);
    const ResizeGeometry g = geometryOf(emission.graph(), op);
    emission.include("ts_resize.h");
    if (kind.mode == ResizeMode::Nearest) {
        emitNearest(emission, id, kind);
    } else if (numbersOf(emission.graph(), op) == Numbers::Int8) {
        emitBilinear(emission, id, fineTables(kind, g.inputH, g.outputH, kind.scaleH),
            fineTables(kind, g.inputW, g.outputW, kind.scaleW));
    } else {
        emitBilinear(emission, id, floatTables(kind, g.inputH, g.outputH, kind.scaleH),
            floatTables(kind, g.inputW, g.outputW, kind.scaleW));
    }
}

} // namespace tinsmith::firmware

// SPDX-License-Identifier: Apache-2.0
#include "core/execute/quantized_parameters.h"
#include "core/firmware/emitters.h"
#include "core/firmware/layer_parts.h"
#include "core/firmware/packing.h"
#include "core/graph/error.h"
#include "core/graph/geometry.h"

namespace tinsmith::firmware {
namespace {

std::string whyNotConvolution(const Graph &graph, const Operator &op, Layout layout)
{
    if (layout != Layout::ChannelsLast) {
        return "is channels first; the canonical pass should have turned it";
    }
    return whyNotWeighted(graph, op);
}

/// The geometry in the order that all convolution kernels have; `channels` is what stands behind output_w.
std::vector<CArgument> geometryArguments(const SpatialGeometry &geometry, std::vector<CArgument> channels)
{
    std::vector<CArgument> arguments
        = {{"input_w", geometry.w.input}, {"input_c", geometry.inputChannels}, {"output_w", geometry.w.output}};
    arguments.insert(arguments.end(), channels.begin(), channels.end());
    arguments.emplace_back("kernel_h", geometry.h.kernel);
    arguments.emplace_back("kernel_w", geometry.w.kernel);
    arguments.emplace_back("stride_w", geometry.w.stride);
    arguments.emplace_back("dilation_w", geometry.w.dilation);
    arguments.emplace_back("pad_left", geometry.w.padBefore);
    return arguments;
}

struct Kernel {
    std::string function;
    std::string hint;
    /// Arguments between output_w and kernel_h, and behind pad_left.
    std::vector<CArgument> channels;
    std::vector<CArgument> behind;
    std::string header;
    bool transposed = false;
};

void emitRows(Emission &emission, OperatorId id, const Kernel &kernel, const WeightedLayer &weighted, bool int8)
{
    const Graph &graph = emission.graph();
    const Operator &op = graph.op(id);
    const SpatialGeometry geometry = *spatialGeometry(graph, op);
    emission.include(kernel.header);

    CWriter body(1);
    openRows(body, geometry, {int8, kernel.transposed, emission.plan().operators[id.position()].bottomUp});
    std::vector<CArgument> arguments
        = {"rows", "output + y * " + std::to_string(geometry.w.output * geometry.outputChannels)};
    arguments.insert(arguments.end(), weighted.kernelArguments.begin(), weighted.kernelArguments.end());
    const auto shape = geometryArguments(geometry, kernel.channels);
    arguments.insert(arguments.end(), shape.begin(), shape.end());
    arguments.insert(arguments.end(), kernel.behind.begin(), kernel.behind.end());
    arguments.insert(arguments.end(), weighted.numberArguments.begin(), weighted.numberArguments.end());
    body.call(kernel.function, arguments);
    closeRows(body, geometry);

    std::vector<LayerParameter> parameters = inputAndOutput(emission, op);
    parameters.insert(parameters.end(), weighted.parameters.begin(), weighted.parameters.end());
    emission.layer(id, kernel.hint, parameters, body);
}

std::string kernelSize(const SpatialGeometry &geometry)
{
    return std::to_string(geometry.h.kernel) + "x" + std::to_string(geometry.w.kernel);
}

} // namespace

std::string whyNot(const Graph &graph, const Operator &op, const Conv2D &kind)
{
    return whyNotConvolution(graph, op, kind.layout);
}

std::string whyNot(const Graph &graph, const Operator &op, const DepthwiseConv2D &)
{
    return whyNotConvolution(graph, op, Layout::ChannelsLast);
}

std::string whyNot(const Graph &graph, const Operator &op, const TransposeConv2D &kind)
{
    if (kind.groups != 1) {
        return "has groups, for which there is no kernel";
    }
    return whyNotConvolution(graph, op, kind.layout);
}

void emit(Emission &emission, OperatorId id, const Conv2D &kind)
{
    const Graph &graph = emission.graph();
    const Operator &op = graph.op(id);
    const SpatialGeometry geometry = *spatialGeometry(graph, op);
    const std::string hint = "convolution_" + kernelSize(geometry);
    const std::vector<CArgument> channels = {{"output_c", geometry.outputChannels}};
    const std::vector<CArgument> behind = {{"groups", geometry.groups}};
    if (numbersOf(graph, op) == Numbers::Int8) {
        const std::int64_t taps = geometry.h.kernel * geometry.w.kernel * (geometry.inputChannels / geometry.groups);
        const auto weights = graph.tensor(op.inputs[1]).data->copyAs<std::int8_t>();
        const auto weighted
            = weightedInt8(emission, id, packGroups(weights, geometry.outputChannels, taps, geometry.groups), weights,
                geometry.outputChannels, taps, ZeroPoint::Folded);
        emitRows(emission, id, {"ts_conv_row_i8", hint, channels, behind, "ts_convolution.h", false}, weighted, true);
    } else {
        emitRows(emission, id, {"ts_conv_row_f32", hint + "_f32", channels, behind, "ts_convolution_f32.h", false},
            weightedFloat(emission, id, geometry.outputChannels, kind.activation), false);
    }
}

void emit(Emission &emission, OperatorId id, const DepthwiseConv2D &kind)
{
    const Graph &graph = emission.graph();
    const Operator &op = graph.op(id);
    const SpatialGeometry geometry = *spatialGeometry(graph, op);
    const std::string hint = "depthwise_" + kernelSize(geometry);
    const std::vector<CArgument> channels = {{"depth_multiplier", geometry.outputChannels / geometry.inputChannels}};
    if (numbersOf(graph, op) == Numbers::Int8) {
        const std::int64_t taps = geometry.h.kernel * geometry.w.kernel;
        const auto weights = graph.tensor(op.inputs[1]).data->copyAs<std::int8_t>();
        const auto plain = channelsFirst(weights, geometry.outputChannels, taps);
        const auto weighted
            = weightedInt8(emission, id, plain, plain, geometry.outputChannels, taps, ZeroPoint::Folded);
        emitRows(emission, id, {"ts_depthwise_row_i8", hint, channels, {}, "ts_depthwise.h", false}, weighted, true);
    } else {
        emitRows(emission, id, {"ts_depthwise_row_f32", hint + "_f32", channels, {}, "ts_convolution_f32.h", false},
            weightedFloat(emission, id, geometry.outputChannels, kind.activation), false);
    }
}

void emit(Emission &emission, OperatorId id, const TransposeConv2D &kind)
{
    const Graph &graph = emission.graph();
    const Operator &op = graph.op(id);
    const SpatialGeometry geometry = *spatialGeometry(graph, op);
    const std::string hint = "transpose_convolution_" + kernelSize(geometry);
    const std::vector<CArgument> channels = {{"output_c", geometry.outputChannels}};
    if (numbersOf(graph, op) == Numbers::Int8) {
        const std::int64_t taps = geometry.h.kernel * geometry.w.kernel * geometry.inputChannels;
        const auto weights = graph.tensor(op.inputs[1]).data->copyAs<std::int8_t>();
        const auto weighted = weightedInt8(emission, id, packBlocksOfFour(weights, geometry.outputChannels, taps),
            weights, geometry.outputChannels, taps, ZeroPoint::PerTap);
        emitRows(
            emission, id, {"ts_transpose_conv_row_i8", hint, channels, {}, "ts_convolution.h", true}, weighted, true);
    } else {
        emitRows(emission, id, {"ts_transpose_conv_row_f32", hint + "_f32", channels, {}, "ts_convolution_f32.h", true},
            weightedFloat(emission, id, geometry.outputChannels, kind.activation), false);
    }
}

} // namespace tinsmith::firmware

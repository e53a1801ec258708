// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/dsp/emit.h"

#include "core/firmware/dsp/pack.h"
#include "core/firmware/layer_parts.h"
#include "core/graph/error.h"
#include "core/planner/dsp_sum.h"

namespace tinsmith::firmware {
namespace {

/// The image as one row: for kernels of 1x1 that need not know where a row ends.
SpatialGeometry flattened(SpatialGeometry geometry)
{
    for (AxisGeometry *axis : {&geometry.w, &geometry.h}) {
        axis->kernel = 1;
        axis->stride = 1;
        axis->dilation = 1;
        axis->padBefore = 0;
    }
    geometry.w.input *= geometry.h.input;
    geometry.w.output *= geometry.h.output;
    geometry.h.input = 1;
    geometry.h.output = 1;
    return geometry;
}

std::string formName(DspForm form)
{
    return form == DspForm::Fast ? "TS_DSP_FAST" : form == DspForm::Addend ? "TS_DSP_ADDEND" : "TS_DSP_GENERAL";
}

/// What ends the arguments of every product.
std::vector<CArgument> productArguments(const DspStream &stream, const OutputBounds &bounds)
{
    return {{"form", formName(stream.form)}, {"shift_a", stream.shiftA}, {"shift_b", stream.shiftB},
        {"minimum", bounds.min}, {"maximum", bounds.max}};
}

void convolution(Emission &emission, CWriter &body, OperatorId id, const Int8Layer &layer, const DspLayer &how,
    const std::vector<CArgument> &product, const std::string &repeated)
{
    const bool bottomUp = emission.plan().operators[id.position()].bottomUp;
    const SpatialGeometry geometry = how.flat && !bottomUp ? flattened(layer.geometry) : layer.geometry;
    openRows(body, geometry, {true, false, bottomUp});
    std::vector<CArgument> arguments
        = {"rows", "output + y * " + std::to_string(geometry.w.output * geometry.outputChannels), "weights", "scratch",
            {"input_w", geometry.w.input}, {"input_c", geometry.inputChannels}, {"output_w", geometry.w.output},
            {"output_c", geometry.outputChannels}, {"kernel_h", geometry.h.kernel}, {"kernel_w", geometry.w.kernel},
            {"stride_w", geometry.w.stride}, {"dilation_w", geometry.w.dilation}, {"pad_left", geometry.w.padBefore},
            {"input_zero", layer.parameters.inputZeroPoint}};
    const bool rows = how.kernel == DspKernel::Rows;
    if (rows) {
        arguments.emplace_back("repeated", repeated);
        arguments.emplace_back("repeats", static_cast<std::int64_t>(how.repeated.size()));
    }
    arguments.emplace_back(rows ? "pixels" : "channels", rows ? how.pixels : how.block);
    arguments.insert(arguments.end(), product.begin(), product.end());
    body.call(rows ? "ts_dsp_conv_row_i8" : "ts_dsp_conv_pixel_row_i8", arguments);
    closeRows(body, geometry);
}

void dense(CWriter &body, const Int8Layer &layer, const DspLayer &how, std::int64_t batch,
    const std::vector<CArgument> &product)
{
    std::vector<CArgument> arguments = {"input", "output", "weights", "scratch", {"batch", batch},
        {"input_c", layer.taps}, {"output_c", layer.channels()}, {"channels", how.block}};
    arguments.insert(arguments.end(), product.begin(), product.end());
    body.call("ts_dsp_dense_i8", arguments);
}

void planes(CWriter &body, const Int8Layer &layer, const DspLayer &how, const DspStream &stream)
{
    const SpatialGeometry &g = layer.geometry;
    const OutputBounds &bounds = layer.parameters.bounds;
    const std::vector<CArgument> arguments = {"input", "output", "weights", "scratch", {"input_h", g.h.input},
        {"input_w", g.w.input}, {"channels", g.inputChannels}, {"output_h", g.h.output}, {"output_w", g.w.output},
        {"stride", g.h.stride}, {"pad_top", g.h.padBefore}, {"pad_left", g.w.padBefore},
        {"input_zero", layer.parameters.inputZeroPoint}, {"band", how.band}, {"form", formName(stream.form)},
        {"shift", stream.shiftA}, {"minimum", bounds.min}, {"maximum", bounds.max}};
    body.call("ts_dsp_depthwise_3x3_i8", arguments);
}

std::string hintOf(const Int8Layer &layer, const DspLayer &how)
{
    if (how.kernel == DspKernel::Dense) {
        return "dense_dsp";
    }
    return (how.kernel == DspKernel::Planes ? "depthwise_" : "convolution_") + std::to_string(layer.geometry.h.kernel)
        + "x" + std::to_string(layer.geometry.w.kernel) + "_dsp";
}

void emitSum(Emission &emission, OperatorId id, const DspSum &sum)
{
    const Operator &op = emission.graph().op(id);
    CWriter body(1);
    body.call("ts_dsp_sum_i8",
        {sum.firstIsLarge ? "input" : "second", sum.firstIsLarge ? "second" : "input", "output", "table",
            {"count", sum.count}, {"sign", sum.sign}, {"multiplier", sum.multiplier}, {"offset", sum.offset},
            {"shift", sum.shift}, {"zero_point", sum.zeroPoint}, {"minimum", sum.bounds.min},
            {"maximum", sum.bounds.max}});
    std::vector<LayerParameter> parameters = inputAndOutput(emission, op);
    parameters.push_back({"const int8_t *second", emission.pointer(op.inputs[1])});
    parameters.push_back({"const int32_t *table",
        emission.constant(emission.nameOf(id) + "_table", std::span<const std::int32_t>(sum.table))});
    emission.include("ts_dsp_sum.h");
    emission.layer(id, "sum_dsp", parameters, body);
}

} // namespace

void emitDsp(Emission &emission, OperatorId id)
{
    const Graph &graph = emission.graph();
    const Operator &op = graph.op(id);
    if (const auto sum = dspSum(graph, id)) {
        emitSum(emission, id, *sum);
        return;
    }
    const auto layer = int8Layer(graph, id);
    const auto how = layer ? dspLayer(*layer) : std::nullopt;
    if (!how) {
        throw UnsupportedError({}, op.name, displayName(op.kind) + " has no kernel of variant dsp");
    }
    const DspStream stream = packDsp(*layer, *how);
    const auto product = productArguments(stream, layer->parameters.bounds);
    CWriter body(1);
    if (how->kernel == DspKernel::Dense) {
        dense(body, *layer, *how, *graph.tensor(op.inputs[0]).shape.elements() / layer->taps, product);
        emission.include("ts_dsp_dense.h");
    } else if (how->kernel == DspKernel::Planes) {
        planes(body, *layer, *how, stream);
        emission.include("ts_dsp_depthwise.h");
    } else {
        convolution(emission, body, id, *layer, *how, product, how->repeated.empty() ? "NULL" : "repeated");
        emission.include(how->kernel == DspKernel::Rows ? "ts_dsp_convolution.h" : "ts_dsp_dense.h");
    }
    std::vector<LayerParameter> parameters = inputAndOutput(emission, op);
    parameters.push_back({"const uint32_t *weights",
        emission.constant(emission.nameOf(id) + "_weights", std::span<const std::uint32_t>(stream.words))});
    parameters.push_back({"void *scratch", emission.scratch(id)});
    if (!how->repeated.empty()) {
        const std::vector<std::int16_t> places = repeatedPlaces(*layer, *how);
        parameters.push_back({"const int16_t *repeated",
            emission.constant(emission.nameOf(id) + "_repeated", std::span<const std::int16_t>(places))});
    }
    emission.layer(id, hintOf(*layer, *how), parameters, body);
}

} // namespace tinsmith::firmware

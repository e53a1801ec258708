// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/layer_parts.h"

#include "core/execute/quantized_parameters.h"
#include "core/firmware/emitters.h"
#include "core/firmware/packing.h"
#include "core/graph/error.h"

#include <algorithm>
#include <optional>

namespace tinsmith::firmware {
namespace {

FusedActivation activationOf(const Operator &op)
{
    return std::visit(
        [](const auto &kind) {
            if constexpr (requires { kind.activation; }) {
                return kind.activation;
            } else {
                return FusedActivation::None;
            }
        },
        op.kind);
}

/// Output channels and taps of each, whatever the operator; nothing where the weights do not fit the geometry.
struct WeightShape {
    std::int64_t channels = 0;
    std::int64_t taps = 0;
};
WeightShape weightShape(const Graph &graph, const Operator &op)
{
    const Shape &shape = graph.tensor(op.inputs[1]).shape;
    const std::int64_t elements = shape.elements().value_or(0);
    if (op.is<FullyConnected>()) {
        return shape.rank() == 2 ? WeightShape{shape[0], shape[1]} : WeightShape{};
    }
    const auto geometry = spatialGeometry(graph, op);
    if (!geometry || geometry->groups <= 0 || geometry->outputChannels <= 0) {
        return {};
    }
    const std::int64_t window = geometry->h.kernel * geometry->w.kernel;
    const std::int64_t taps = op.is<DepthwiseConv2D>() ? window : window * (geometry->inputChannels / geometry->groups);
    return taps * geometry->outputChannels == elements ? WeightShape{geometry->outputChannels, taps} : WeightShape{};
}

/// The shortest requantization of ts_requantize.h that is exact for the layer, whose accumulators' largest magnitude
/// may not be known.
std::string requantizationForm(const AccumulatorParameters &parameters, const std::vector<std::int8_t> &shifts,
    std::optional<std::int64_t> largest)
{
    const auto [smallest, greatest] = std::minmax_element(shifts.begin(), shifts.end());
    if (parameters.rounding() == Rounding::HalfToEven) {
        return *greatest <= -2 && *smallest >= -30 ? "TS_EVEN_NARROW" : "TS_EVEN";
    }
    if (!largest) {
        return "TS_GENERAL";
    }
    if (parameters.bounds.min == parameters.outputZeroPoint && *greatest <= -2 && *smallest >= -20) {
        return "TS_RELU";
    }
    constexpr std::int64_t narrow = std::int64_t{1} << 30;
    return *largest < narrow && *greatest <= -1 && *smallest >= -30 ? "TS_NARROW" : "TS_GENERAL";
}

} // namespace

std::string whyNotWeighted(const Graph &graph, const Operator &op)
{
    std::string reason = whyNotNumbers(graph, op);
    if (reason.empty() && (op.inputs.size() < 2 || !op.inputs[1])) {
        reason = "has no weights";
    }
    if (reason.empty()) {
        reason = whyNotConstant(graph, op, 1);
    }
    if (!reason.empty()) {
        return reason;
    }
    const FusedActivation activation = activationOf(op);
    if (activation == FusedActivation::Tanh || activation == FusedActivation::SignBit) {
        return "has a fused " + nameOf(activation) + ", for which there is no kernel";
    }
    const bool int8 = numbersOf(graph, op) == Numbers::Int8;
    const Tensor &weights = graph.tensor(op.inputs[1]);
    if (weights.type != (int8 ? ElementType::Int8 : ElementType::Float32)) {
        return "has " + std::string(nameOf(weights.type)) + " weights with " + (int8 ? "int8" : "float32")
            + " activations";
    }
    const WeightShape shape = weightShape(graph, op);
    if (shape.channels <= 0 || shape.taps <= 0) {
        return "has weights whose shape does not fit";
    }
    const TensorId bias = op.input(2);
    if (bias) {
        const Tensor &tensor = graph.tensor(bias);
        if (tensor.type != (int8 ? ElementType::Int32 : ElementType::Float32)
            || tensor.shape.elements() != shape.channels) {
            return "has a bias of a type or length that does not fit";
        }
    }
    if (int8) {
        const AccumulatorParameters parameters = accumulatorParameters(graph, op);
        if (parameters.weightZeroPoint != 0) {
            return "has weights with a zero point that is not 0";
        }
        if (parameters.multipliers.size() != 1
            && static_cast<std::int64_t>(parameters.multipliers.size()) != shape.channels) {
            return "has as many weight scales as do not fit its channels";
        }
        const auto values = weights.data->copyAs<std::int8_t>();
        const auto plain = op.is<DepthwiseConv2D>() ? channelsFirst(values, shape.channels, shape.taps) : values;
        foldZeroPoint(bias ? graph.tensor(bias).data->copyAs<std::int32_t>() : std::vector<std::int32_t>(), plain,
            shape.channels, shape.taps, parameters.inputZeroPoint);
    }
    return {};
}

std::string roundingForm(Rounding rounding)
{
    return rounding == Rounding::HalfToEven ? "TS_EVEN" : "TS_GENERAL";
}

std::vector<LayerParameter> inputAndOutput(Emission &emission, const Operator &op)
{
    const Graph &graph = emission.graph();
    const std::string in = cType(graph.tensor(op.inputs[0]).type);
    const std::string out = cType(graph.tensor(op.outputs[0]).type);
    return {{"const " + in + " *input", emission.pointer(op.inputs[0])},
        {out + " *output", emission.pointer(op.outputs[0])}};
}

void openRows(CWriter &body, const SpatialGeometry &geometry, const RowLoop &loop)
{
    const std::string type = loop.int8 ? "int8_t" : "float";
    const std::int64_t inputRow = geometry.w.input * geometry.inputChannels;
    body.line("const " + type + " *rows[" + std::to_string(geometry.h.kernel) + "];");
    if (geometry.batch > 1) {
        body.open("for (int32_t n = 0; n < " + std::to_string(geometry.batch) + "; n++)");
    }
    const std::string rows = std::to_string(geometry.h.output);
    body.open(loop.bottomUp ? "for (int32_t y = " + rows + " - 1; y >= 0; y--)"
                            : "for (int32_t y = 0; y < " + rows + "; y++)");
    body.call(std::string("ts_take_") + (loop.transposed ? "transposed_" : "") + "rows_" + (loop.int8 ? "i8" : "f32"),
        {"rows", "input", "y", {"input_h", geometry.h.input}, {"row_elements", inputRow},
            {"kernel_h", geometry.h.kernel}, {"stride_h", geometry.h.stride}, {"dilation_h", geometry.h.dilation},
            {"pad_top", geometry.h.padBefore}});
}

void closeRows(CWriter &body, const SpatialGeometry &geometry)
{
    body.close();
    if (geometry.batch > 1) {
        body.line("input += " + std::to_string(geometry.h.input * geometry.w.input * geometry.inputChannels) + ";");
        body.line("output += " + std::to_string(geometry.h.output * geometry.w.output * geometry.outputChannels) + ";");
        body.close();
    }
}

WeightedLayer weightedInt8(Emission &emission, OperatorId id, std::span<const std::int8_t> packed,
    std::span<const std::int8_t> plain, std::int64_t channels, std::int64_t taps, ZeroPoint zeroPoint)
{
    const Graph &graph = emission.graph();
    const Operator &op = graph.op(id);
    const AccumulatorParameters parameters = accumulatorParameters(graph, op);
    const TensorId biasId = op.input(2);
    std::vector<std::int32_t> bias;
    if (biasId) {
        bias = graph.tensor(biasId).data->copyAs<std::int32_t>();
    }
    const FoldedBias folded
        = foldZeroPoint(bias, plain, channels, taps, zeroPoint == ZeroPoint::PerTap ? 0 : parameters.inputZeroPoint);

    WeightedLayer layer;
    // Only fully connected kernels know one multiplier for all channels.
    layer.perChannel = !op.is<FullyConnected>() || parameters.multipliers.size() > 1;
    const std::int64_t multipliers = layer.perChannel ? channels : 1;
    std::vector<std::int32_t> multiplier;
    std::vector<std::int8_t> shift;
    for (std::int64_t channel = 0; channel < multipliers; ++channel) {
        const QuantizedMultiplier factor = parameters.multiplier(static_cast<std::size_t>(channel));
        multiplier.push_back(factor.multiplier);
        shift.push_back(static_cast<std::int8_t>(factor.shift));
    }
    const std::string &name = emission.nameOf(id);
    layer.parameters = {{"const int8_t *weights", emission.constant(name + "_weights", packed)},
        {"const int32_t *bias", emission.constant(name + "_bias", std::span<const std::int32_t>(folded.values))},
        {"const int32_t *multiplier",
            emission.constant(name + "_multiplier", std::span<const std::int32_t>(multiplier))},
        {"const int8_t *shift", emission.constant(name + "_shift", std::span<const std::int8_t>(shift))}};
    layer.kernelArguments = {"weights", "bias", "multiplier", "shift"};
    const bool known = zeroPoint != ZeroPoint::PerTap;
    layer.numberArguments.emplace_back(
        "form", requantizationForm(parameters, shift, known ? std::optional(folded.largest) : std::nullopt));
    if (zeroPoint != ZeroPoint::FoldedOnly) {
        layer.numberArguments.emplace_back("input_zero", parameters.inputZeroPoint);
    }
    layer.numberArguments.emplace_back("output_zero", parameters.outputZeroPoint);
    layer.numberArguments.emplace_back("minimum", parameters.bounds.min);
    layer.numberArguments.emplace_back("maximum", parameters.bounds.max);
    return layer;
}

WeightedLayer weightedFloat(Emission &emission, OperatorId id, std::int64_t channels, FusedActivation activation)
{
    const Graph &graph = emission.graph();
    const Operator &op = graph.op(id);
    const TensorId bias = op.input(2);
    const std::vector<float> none(static_cast<std::size_t>(channels), 0.0F);
    const FloatBounds bounds = floatBounds(activation);
    WeightedLayer layer;
    layer.parameters = {{"const float *weights", emission.pointer(op.inputs[1])},
        {"const float *bias",
            bias ? emission.pointer(bias)
                 : emission.constant(emission.nameOf(id) + "_bias", std::span<const float>(none))}};
    layer.kernelArguments = {"weights", "bias"};
    layer.numberArguments = {{"minimum", bounds.minimum}, {"maximum", bounds.maximum}};
    return layer;
}

} // namespace tinsmith::firmware

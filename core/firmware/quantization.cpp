// SPDX-License-Identifier: Apache-2.0
#include "core/execute/quantized_parameters.h"
#include "core/firmware/emitters.h"
#include "core/firmware/layer_parts.h"

namespace tinsmith::firmware {
namespace {

/// Empty where the tensor has one scale and zero point.
std::string whyNotScaled(const Tensor &tensor)
{
    if (!tensor.quantization || tensor.quantization->scales.size() != 1) {
        return "tensor \"" + tensor.name + "\" has no single scale";
    }
    return {};
}

} // namespace

std::string whyNot(const Graph &graph, const Operator &op, const Quantize &)
{
    const Tensor &input = graph.tensor(op.inputs[0]);
    const Tensor &output = graph.tensor(op.outputs[0]);
    const bool fromFloat = input.type == ElementType::Float32 && output.type == ElementType::Int8;
    const bool between = (input.type == ElementType::Int8 || input.type == ElementType::UInt8)
        && (output.type == ElementType::Int8 || (output.type == ElementType::UInt8 && input.type == ElementType::Int8));
    if (!fromFloat && !between) {
        return "has no kernel from " + std::string(nameOf(input.type)) + " to " + std::string(nameOf(output.type));
    }
    if (between) {
        requantizationParameters(graph, op);
    }
    return whyNotScaled(output);
}

void emit(Emission &emission, OperatorId id, const Quantize &)
{
    const Graph &graph = emission.graph();
    const Operator &op = graph.op(id);
    const Tensor &input = graph.tensor(op.inputs[0]);
    const Tensor &output = graph.tensor(op.outputs[0]);
    const std::int64_t count = *output.shape.elements();
    CWriter body(1);
    std::string hint = "quantize";
    if (input.type == ElementType::Float32) {
        body.call("ts_quantize_i8",
            {"input", "output", {"count", count}, {"form", roundingForm(graph.info().rounding)},
                {"scale", floatLiteral(output.quantization->scale())}, {"zero", output.quantization->zeroPoint()}});
    } else {
        const RequantizationParameters parameters = requantizationParameters(graph, op);
        hint = input.type == output.type       ? "requantize_i8"
            : input.type == ElementType::UInt8 ? "requantize_u8_i8"
                                               : "requantize_i8_u8";
        body.call("ts_" + hint,
            {"input", "output", {"count", count}, {"form", roundingForm(parameters.factor.rounding)},
                {"input_zero", parameters.inputZeroPoint}, {"multiplier", parameters.factor.multiplier},
                {"shift", parameters.factor.shift}, {"output_zero", parameters.outputZeroPoint}});
    }
    emission.include("ts_quantization.h");
    emission.layer(id, hint, inputAndOutput(emission, op), body);
}

std::string whyNot(const Graph &graph, const Operator &op, const Dequantize &)
{
    const Tensor &input = graph.tensor(op.inputs[0]);
    const Tensor &output = graph.tensor(op.outputs[0]);
    const bool bytes = input.type == ElementType::Int8 || input.type == ElementType::UInt8;
    if (!bytes || output.type != ElementType::Float32) {
        return "has no kernel from " + std::string(nameOf(input.type)) + " to " + std::string(nameOf(output.type));
    }
    return whyNotScaled(input);
}

void emit(Emission &emission, OperatorId id, const Dequantize &)
{
    const Graph &graph = emission.graph();
    const Operator &op = graph.op(id);
    const Tensor &input = graph.tensor(op.inputs[0]);
    CWriter body(1);
    const bool isUnsigned = graph.tensor(op.inputs[0]).type == ElementType::UInt8;
    body.call(isUnsigned ? "ts_dequantize_u8" : "ts_dequantize_i8",
        {"input", "output", {"count", *input.shape.elements()}, {"scale", floatLiteral(input.quantization->scale())},
            {"zero", input.quantization->zeroPoint()}});
    emission.include("ts_quantization.h");
    emission.layer(id, isUnsigned ? "dequantize_u8" : "dequantize", inputAndOutput(emission, op), body);
}

} // namespace tinsmith::firmware

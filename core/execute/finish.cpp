// SPDX-License-Identifier: Apache-2.0
#include "core/execute/finish.h"

#include "core/execute/element_values.h"

#include <algorithm>

namespace tinsmith {
namespace {

std::string text(ElementType type)
{
    return std::string(nameOf(type));
}

} // namespace

Finish::Finish(const Preparation &preparation, FusedActivation activation)
{
    const ElementType input = preparation.input(0).type;
    const Tensor &weights = preparation.input(1);
    const ElementType output = preparation.output().type;
    preparation.require(activation != FusedActivation::SignBit, "the fused sign bit has no kernel");
    const bool hasBias = preparation.hasInput(2);
    if (input == ElementType::Float32 && output == ElementType::Float32) {
        // int8 weights under float activations ("dynamic range") are taken at their real values.
        const bool quantized = weights.type == ElementType::Int8 || weights.type == ElementType::UInt8
            || weights.type == ElementType::Int4;
        if (!quantized && weights.type != ElementType::Float32 && weights.type != ElementType::Float16) {
            preparation.refuse("weights of type " + text(weights.type) + " have no kernel");
        }
        if (quantized) {
            preparation.require(
                weights.quantization && !weights.quantization->scales.empty(), "the weights have no scale");
        }
        preparation.require(!hasBias || preparation.input(2).type == ElementType::Float32, "the bias is not float32");
        floats_ = floatBounds(activation);
        tanh_ = activation == FusedActivation::Tanh;
        return;
    }
    if (input != ElementType::Int8 || output != ElementType::Int8) {
        preparation.refuse("from " + text(input) + " to " + text(output) + " has no kernel");
    }
    if (weights.type != ElementType::Int8 && weights.type != ElementType::Int4) {
        preparation.refuse("int8 activations with " + text(weights.type) + " weights have no kernel");
    }
    preparation.require(!hasBias || preparation.input(2).type == ElementType::Int32, "the bias is not int32");
    integer_ = true;
    parameters_ = accumulatorParameters(preparation.graph(), preparation.op());
}

std::vector<float> weightValues(const Finish &finish, const Tensor &weights, const std::byte *data)
{
    if (!finish.integer()) {
        return realValues(weights, data);
    }
    std::vector<float> values(static_cast<std::size_t>(elementsOf(weights)));
    storedValues(weights.type, data, elementsOf(weights), values.data());
    const auto zero = static_cast<float>(finish.parameters().weightZeroPoint);
    for (float &value : values) {
        value -= zero;
    }
    return values;
}

float largestInput(const AccumulatorParameters &parameters)
{
    return static_cast<float>(std::max(127 - parameters.inputZeroPoint, parameters.inputZeroPoint + 128));
}

} // namespace tinsmith

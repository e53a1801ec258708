// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/recurrent_names.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace tinsmith::onnxio {
namespace {

using Function = RecurrentActivation::Function;

/// Defaults are those of ONNX's operators of the same names.
constexpr std::array<RecurrentFunction, 11> functions = {{
    {"Relu", Function::Relu, false, false, 0, 0},
    {"Tanh", Function::Tanh, false, false, 0, 0},
    {"Sigmoid", Function::Sigmoid, false, false, 0, 0},
    {"Affine", Function::Affine, true, true, 1, 0},
    {"LeakyRelu", Function::LeakyRelu, true, false, 0.01F, 0},
    {"ThresholdedRelu", Function::ThresholdedRelu, true, false, 1, 0},
    {"ScaledTanh", Function::ScaledTanh, true, true, 1, 1},
    {"HardSigmoid", Function::HardSigmoid, true, true, 0.2F, 0.5F},
    {"Elu", Function::Elu, true, false, 1, 0},
    {"Softsign", Function::Softsign, false, false, 0, 0},
    {"Softplus", Function::Softplus, false, false, 0, 0},
}};

std::string lowered(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
        [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return text;
}

} // namespace

const RecurrentFunction *recurrentFunctionNamed(const std::string &name)
{
    const auto *const found = std::find_if(functions.begin(), functions.end(),
        [&](const RecurrentFunction &candidate) { return lowered(candidate.name) == lowered(name); });
    return found == functions.end() ? nullptr : found;
}

const RecurrentFunction &recurrentFunction(RecurrentActivation::Function function)
{
    return *std::find_if(functions.begin(), functions.end(),
        [&](const RecurrentFunction &candidate) { return candidate.function == function; });
}

} // namespace tinsmith::onnxio

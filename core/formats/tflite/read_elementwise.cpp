// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/code_tables.h"
#include "core/formats/tflite/operator_reader.h"

namespace tinsmith::tflite {
namespace {

using Code = tfl::BuiltinOperator;

template <typename Options>
FusedActivation optionalActivation(const OperatorReader &reader, const Options *options)
{
    return options == nullptr ? FusedActivation::None : reader.activation(options->fused_activation_function());
}

/// Only the four arithmetic operators have options.
FusedActivation binaryActivation(const OperatorReader &reader)
{
    switch (reader.code()) {
    case Code::ADD:
        return optionalActivation(reader, reader.raw().builtin_options_as_AddOptions());
    case Code::SUB:
        return optionalActivation(reader, reader.raw().builtin_options_as_SubOptions());
    case Code::MUL:
        return optionalActivation(reader, reader.raw().builtin_options_as_MulOptions());
    case Code::DIV:
        return optionalActivation(reader, reader.raw().builtin_options_as_DivOptions());
    default:
        return FusedActivation::None;
    }
}

std::optional<OperatorKind> activationKind(const OperatorReader &reader)
{
    switch (reader.code()) {
    case Code::RELU:
        return Activation{ActivationFunction::Relu};
    case Code::RELU6:
        return Activation{ActivationFunction::Relu6};
    case Code::RELU_N1_TO_1:
        return Activation{ActivationFunction::ReluN1To1};
    case Code::RELU_0_TO_1:
        return Activation{ActivationFunction::Relu0To1};
    case Code::LEAKY_RELU:
        return Activation{
            ActivationFunction::LeakyRelu, reader.options(reader.raw().builtin_options_as_LeakyReluOptions()).alpha()};
    case Code::ELU:
        return Activation{ActivationFunction::Elu, 1};
    case Code::LOGISTIC:
        return Activation{ActivationFunction::Logistic};
    case Code::TANH:
        return Activation{ActivationFunction::Tanh};
    case Code::HARD_SWISH:
        return Activation{ActivationFunction::HardSwish};
    case Code::GELU: {
        const auto *const options = reader.raw().builtin_options_as_GeluOptions();
        return Activation{ActivationFunction::Gelu, options != nullptr && options->approximate() ? 1.0F : 0.0F};
    }
    case Code::SOFTMAX:
        return Softmax{reader.options(reader.raw().builtin_options_as_SoftmaxOptions()).beta(), -1};
    case Code::LOG_SOFTMAX:
        return LogSoftmax{};
    case Code::L2_NORMALIZATION:
        if (optionalActivation(reader, reader.raw().builtin_options_as_L2NormOptions()) != FusedActivation::None) {
            throw CannotRepresent{"it has a fused activation"};
        }
        return L2Normalization{};
    case Code::QUANTIZE:
        return Quantize{};
    case Code::DEQUANTIZE:
        return Dequantize{};
    default:
        return std::nullopt;
    }
}

} // namespace

std::optional<OperatorKind> readElementwise(OperatorReader &reader)
{
    if (const auto function = binaryOf(reader.code())) {
        reader.requireInput(0);
        reader.requireInput(1);
        reader.requireOutput();
        reader.keepInputs({0, 1});
        return Binary{*function, binaryActivation(reader)};
    }
    if (reader.code() == Code::PRELU) {
        reader.requireInput(0);
        reader.requireInput(1);
        reader.requireOutput();
        reader.keepInputs({0, 1});
        return PRelu{};
    }
    std::optional<OperatorKind> kind;
    if (const auto function = unaryOf(reader.code())) {
        kind = Unary{*function};
    } else {
        kind = activationKind(reader);
    }
    if (kind) {
        reader.requireInput(0);
        reader.requireOutput();
        reader.keepInputs({0});
    }
    return kind;
}

} // namespace tinsmith::tflite

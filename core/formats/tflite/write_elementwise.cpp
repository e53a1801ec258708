// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/code_tables.h"
#include "core/formats/tflite/operator_writer.h"

#include <cmath>

namespace tinsmith::tflite {
namespace {

using Code = tfl::BuiltinOperator;
using Options = tfl::BuiltinOptions;

/// An operator that has all its own inputs and outputs and no options.
void emitPlain(OperatorWriter &writer, Code code)
{
    writer.emit(code, writer.use(), writer.inputs(), writer.outputs());
}

/// The rectifier that clips to these bounds, where TFLite has one.
std::optional<Code> rectifierOf(float low, float high)
{
    if (low == 0 && (std::isinf(high) || high >= 3e38F)) {
        return Code::RELU;
    }
    if (low == 0 && high == 6) {
        return Code::RELU6;
    }
    if (low == -1 && high == 1) {
        return Code::RELU_N1_TO_1;
    }
    if (low == 0 && high == 1) {
        return Code::RELU_0_TO_1;
    }
    return std::nullopt;
}

void encodeClip(OperatorWriter &writer, const Activation &kind)
{
    if (const auto code = rectifierOf(kind.alpha, kind.beta)) {
        emitPlain(writer, *code);
        return;
    }
    const Tensor &input = writer.input(0);
    if (input.type != ElementType::Float32) {
        throw writer.error("it clips other than float values to bounds that TFLite has no operator for");
    }
    const auto bound = [&writer](float value, const char *what) {
        return writer.constant(ElementType::Float32, Shape(), Bytes::of(std::vector<float>{value}), std::nullopt, what);
    };
    const std::int32_t raised = writer.between(input, input.shape, "raised");
    VersionedUse use;
    use.inputs = {&input, &input};
    use.output = &input;
    writer.emit(Code::MAXIMUM, use, {writer.inputs().front(), bound(kind.alpha, "low")}, {raised});
    writer.emit(Code::MINIMUM, use, {raised, bound(kind.beta, "high")}, writer.outputs());
}

} // namespace

void encode(OperatorWriter &writer, const Binary &kind)
{
    const auto known = codeOf(kind.function);
    if (!known) {
        throw writer.error("TFLite has no such function");
    }
    const Code code = *known;
    const auto activation = activationTypeOf(kind.activation);
    auto &builder = writer.builder();
    const auto emitWith = [&](Options type, auto options) {
        writer.emit(code, writer.use(), writer.inputs(), writer.outputs(), type, options);
    };
    // The schema's default says that int16 scales are powers of two, which they need not be.
    const bool powers = writer.input(0).type != ElementType::Int16;
    switch (kind.function) {
    case BinaryFunction::Add:
        return emitWith(Options::AddOptions, tfl::CreateAddOptions(builder, activation, powers));
    case BinaryFunction::Sub:
        return emitWith(Options::SubOptions, tfl::CreateSubOptions(builder, activation, powers));
    case BinaryFunction::Mul:
        return emitWith(Options::MulOptions, tfl::CreateMulOptions(builder, activation));
    case BinaryFunction::Div:
        return emitWith(Options::DivOptions, tfl::CreateDivOptions(builder, activation));
    default:
        if (kind.activation != FusedActivation::None) {
            throw writer.error("TFLite fuses no activation into it");
        }
        emitPlain(writer, code);
    }
}

void encode(OperatorWriter &writer, const Unary &kind)
{
    const auto code = codeOf(kind.function);
    if (!code) {
        throw writer.error("TFLite has no such function");
    }
    emitPlain(writer, *code);
}

void encode(OperatorWriter &writer, const Activation &kind)
{
    auto &builder = writer.builder();
    const auto emitWith = [&writer](Code code, Options type, auto options) {
        writer.emit(code, writer.use(), writer.inputs(), writer.outputs(), type, options);
    };
    switch (kind.function) {
    case ActivationFunction::Relu:
        return emitPlain(writer, Code::RELU);
    case ActivationFunction::Relu6:
        return emitPlain(writer, Code::RELU6);
    case ActivationFunction::ReluN1To1:
        return emitPlain(writer, Code::RELU_N1_TO_1);
    case ActivationFunction::Relu0To1:
        return emitPlain(writer, Code::RELU_0_TO_1);
    case ActivationFunction::LeakyRelu:
        return emitWith(Code::LEAKY_RELU, Options::LeakyReluOptions, tfl::CreateLeakyReluOptions(builder, kind.alpha));
    case ActivationFunction::Elu:
        if (kind.alpha != 1) {
            throw writer.error("TFLite's ELU has an alpha of 1");
        }
        return emitPlain(writer, Code::ELU);
    case ActivationFunction::Logistic:
        return emitPlain(writer, Code::LOGISTIC);
    case ActivationFunction::Tanh:
        return emitPlain(writer, Code::TANH);
    case ActivationFunction::HardSwish:
        return emitPlain(writer, Code::HARD_SWISH);
    case ActivationFunction::Gelu:
        return emitWith(Code::GELU, Options::GeluOptions, tfl::CreateGeluOptions(builder, kind.alpha == 1));
    case ActivationFunction::Clip:
        return encodeClip(writer, kind);
    case ActivationFunction::HardSigmoid:
    case ActivationFunction::Softplus:
    case ActivationFunction::Softsign:
    case ActivationFunction::Selu:
    case ActivationFunction::Mish:
    case ActivationFunction::ThresholdedRelu:
    case ActivationFunction::Celu:
    case ActivationFunction::Shrink:
    case ActivationFunction::Swish:
        break;
    }
    throw writer.error("TFLite has no such activation");
}

void encode(OperatorWriter &writer, const PRelu &)
{
    emitPlain(writer, Code::PRELU);
}

void encode(OperatorWriter &writer, const Softmax &kind)
{
    const auto rank = static_cast<std::int32_t>(writer.input(0).shape.rank());
    if (kind.axis != -1 && kind.axis != rank - 1) {
        throw writer.error("TFLite's softmax works along the last axis");
    }
    const auto options = tfl::CreateSoftmaxOptions(writer.builder(), kind.beta);
    writer.emit(Code::SOFTMAX, writer.use(), writer.inputs(), writer.outputs(), Options::SoftmaxOptions, options);
}

void encode(OperatorWriter &writer, const LogSoftmax &kind)
{
    const auto rank = static_cast<std::int32_t>(writer.input(0).shape.rank());
    if (kind.axis != -1 && kind.axis != rank - 1) {
        throw writer.error("TFLite's log-softmax works along the last axis");
    }
    emitPlain(writer, Code::LOG_SOFTMAX);
}

void encode(OperatorWriter &writer, const L2Normalization &)
{
    const auto options = tfl::CreateL2NormOptions(writer.builder());
    writer.emit(
        Code::L2_NORMALIZATION, writer.use(), writer.inputs(), writer.outputs(), Options::L2NormOptions, options);
}

void encode(OperatorWriter &writer, const Quantize &)
{
    emitPlain(writer, Code::QUANTIZE);
}

void encode(OperatorWriter &writer, const Dequantize &)
{
    emitPlain(writer, Code::DEQUANTIZE);
}

} // namespace tinsmith::tflite

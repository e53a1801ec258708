// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/operator_writer.h"

#include <limits>

namespace tinsmith::onnxio {
namespace {

void writeClip(Emitter &e, const std::string &input, const std::string &output, TensorId like, double low, double high)
{
    const bool below = low > static_cast<double>(std::numeric_limits<float>::lowest());
    const bool above = high < static_cast<double>(std::numeric_limits<float>::max());
    e.node("Clip", {input, below ? e.number(like, low) : "", above ? e.number(like, high) : ""}, {output});
}

void writeGelu(Emitter &e, TensorId x, bool tanh)
{
    const std::string input = e.real(0);
    const std::string inner = e.temporary();
    const std::string gate = e.temporary();
    if (tanh) {
        // 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))
        const std::string cube = e.temporary();
        const std::string small = e.temporary();
        const std::string sum = e.temporary();
        e.node("Pow", {input, e.number(x, 3)}, {cube});
        e.node("Mul", {cube, e.number(x, 0.044715)}, {small});
        e.node("Add", {input, small}, {sum});
        e.node("Mul", {sum, e.number(x, 0.7978845608028654)}, {inner});
        e.node("Tanh", {inner}, {gate});
    } else {
        // 0.5 x (1 + erf(x / sqrt(2)))
        e.node("Mul", {input, e.number(x, 0.7071067811865476)}, {inner});
        e.node("Erf", {inner}, {gate});
    }
    const std::string shifted = e.temporary();
    const std::string product = e.temporary();
    e.node("Add", {gate, e.number(x, 1)}, {shifted});
    e.node("Mul", {input, shifted}, {product});
    e.node("Mul", {product, e.number(x, 0.5)}, {e.realOutput()});
}

} // namespace

std::string beforeFused(Emitter &e, FusedActivation activation)
{
    return activation == FusedActivation::None ? e.realOutput() : e.temporary();
}

void writeFused(Emitter &e, FusedActivation activation, const std::string &result)
{
    switch (activation) {
    case FusedActivation::None:
        return;
    case FusedActivation::Relu:
        e.node("Relu", {result}, {e.realOutput()});
        return;
    case FusedActivation::Relu6:
        e.node("Clip", {result, e.numberOfOutput(0), e.numberOfOutput(6)}, {e.realOutput()});
        return;
    case FusedActivation::ReluN1To1:
        e.node("Clip", {result, e.numberOfOutput(-1), e.numberOfOutput(1)}, {e.realOutput()});
        return;
    case FusedActivation::Tanh:
        e.node("Tanh", {result}, {e.realOutput()});
        return;
    case FusedActivation::SignBit:
        e.refuse("ONNX has no sign bit activation");
    }
}

void write(Emitter &e, const Operator &op, const Binary &kind)
{
    const std::string result = beforeFused(e, kind.activation);
    const auto plain = [&](const char *type) { e.node(type, {e.real(0), e.real(1)}, {result}); };
    const auto thenUnary = [&](const char *first, const char *second) {
        const std::string between = e.temporary();
        e.node(first, {e.real(0), e.real(1)}, {between});
        e.node(second, {between}, {result});
    };
    switch (kind.function) {
    case BinaryFunction::Add:
        plain("Add");
        break;
    case BinaryFunction::Sub:
        plain("Sub");
        break;
    case BinaryFunction::Mul:
        plain("Mul");
        break;
    case BinaryFunction::Div:
        plain("Div");
        break;
    case BinaryFunction::Pow:
        plain("Pow");
        break;
    case BinaryFunction::Minimum:
        plain("Min");
        break;
    case BinaryFunction::Maximum:
        plain("Max");
        break;
    case BinaryFunction::Equal:
        plain("Equal");
        break;
    case BinaryFunction::Less:
        plain("Less");
        break;
    case BinaryFunction::LessEqual:
        plain("LessOrEqual");
        break;
    case BinaryFunction::Greater:
        plain("Greater");
        break;
    case BinaryFunction::GreaterEqual:
        plain("GreaterOrEqual");
        break;
    case BinaryFunction::LogicalAnd:
        plain("And");
        break;
    case BinaryFunction::LogicalOr:
        plain("Or");
        break;
    case BinaryFunction::LogicalXor:
        plain("Xor");
        break;
    case BinaryFunction::FloatMod:
        e.node("Mod", {e.real(0), e.real(1)}, {result}, {{"fmod", std::int64_t{1}}});
        break;
    case BinaryFunction::ShiftLeft:
    case BinaryFunction::ShiftRight: {
        const char *direction = kind.function == BinaryFunction::ShiftLeft ? "LEFT" : "RIGHT";
        e.node("BitShift", {e.real(0), e.real(1)}, {result}, {{"direction", std::string(direction)}});
        break;
    }
    case BinaryFunction::BitwiseAnd:
        e.needOperatorSet(18);
        plain("BitwiseAnd");
        break;
    case BinaryFunction::BitwiseOr:
        e.needOperatorSet(18);
        plain("BitwiseOr");
        break;
    case BinaryFunction::BitwiseXor:
        e.needOperatorSet(18);
        plain("BitwiseXor");
        break;
    case BinaryFunction::Atan2:
        e.refuse("ONNX has no such function");
    case BinaryFunction::NotEqual:
        thenUnary("Equal", "Not");
        break;
    case BinaryFunction::FloorDiv:
        if (!isFloat(e.tensor(op.inputs[0]).type)) {
            e.refuse("ONNX divides integers towards zero");
        }
        thenUnary("Div", "Floor");
        break;
    case BinaryFunction::FloorMod:
        if (isFloat(e.tensor(op.inputs[0]).type)) {
            e.refuse("ONNX's remainder of real numbers has the dividend's sign");
        }
        plain("Mod");
        break;
    case BinaryFunction::SquaredDifference: {
        const std::string difference = e.temporary();
        e.node("Sub", {e.real(0), e.real(1)}, {difference});
        e.node("Mul", {difference, difference}, {result});
        break;
    }
    }
    writeFused(e, kind.activation, result);
}

void write(Emitter &e, const Operator &, const Unary &kind)
{
    switch (kind.function) {
    case UnaryFunction::Rsqrt: {
        const std::string root = e.temporary();
        e.node("Sqrt", {e.real(0)}, {root});
        e.node("Reciprocal", {root}, {e.realOutput()});
        return;
    }
    case UnaryFunction::Square:
        e.node("Mul", {e.real(0), e.real(0)}, {e.realOutput()});
        return;
    case UnaryFunction::IsPositiveInf:
        e.node("IsInf", {e.real(0)}, {e.realOutput()}, {{"detect_negative", std::int64_t{0}}});
        return;
    case UnaryFunction::IsNegativeInf:
        e.node("IsInf", {e.real(0)}, {e.realOutput()}, {{"detect_positive", std::int64_t{0}}});
        return;
    case UnaryFunction::BitwiseNot:
        e.needOperatorSet(18);
        e.node("BitwiseNot", {e.real(0)}, {e.realOutput()});
        return;
    default:
        break;
    }
    const char *const names[]
        = {"Abs", "Neg", "Exp", "Log", "Sqrt", "", "", "Sin", "Cos", "Floor", "Ceil", "Round", "Reciprocal", "Sign",
            "Erf", "Not", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "IsNaN", "IsInf"};
    e.node(names[static_cast<int>(kind.function)], {e.real(0)}, {e.realOutput()});
}

void write(Emitter &e, const Operator &op, const Activation &kind)
{
    const TensorId x = op.inputs[0];
    const auto plain = [&](const char *type, const AttributeList &attributes = {}) {
        e.node(type, {e.real(0)}, {e.realOutput()}, attributes);
    };
    const auto clip = [&](double low, double high) { writeClip(e, e.real(0), e.realOutput(), x, low, high); };
    switch (kind.function) {
    case ActivationFunction::Relu:
        return plain("Relu");
    case ActivationFunction::Relu6:
        return clip(0, 6);
    case ActivationFunction::ReluN1To1:
        return clip(-1, 1);
    case ActivationFunction::Relu0To1:
        return clip(0, 1);
    case ActivationFunction::Clip:
        return clip(kind.alpha, kind.beta);
    case ActivationFunction::LeakyRelu:
        return plain("LeakyRelu", {{"alpha", kind.alpha}});
    case ActivationFunction::Elu:
        return plain("Elu", {{"alpha", kind.alpha}});
    case ActivationFunction::Logistic:
        return plain("Sigmoid");
    case ActivationFunction::Tanh:
        return plain("Tanh");
    case ActivationFunction::HardSwish:
        return plain("HardSwish");
    case ActivationFunction::HardSigmoid:
        return plain("HardSigmoid", {{"alpha", kind.alpha}, {"beta", kind.beta}});
    case ActivationFunction::Softplus:
        return plain("Softplus");
    case ActivationFunction::Softsign:
        return plain("Softsign");
    case ActivationFunction::Selu:
        return kind.alpha == 0 && kind.beta == 0 ? plain("Selu")
                                                 : plain("Selu", {{"alpha", kind.alpha}, {"gamma", kind.beta}});
    case ActivationFunction::ThresholdedRelu:
        return plain("ThresholdedRelu", {{"alpha", kind.alpha}});
    case ActivationFunction::Celu:
        return plain("Celu", {{"alpha", kind.alpha}});
    case ActivationFunction::Shrink:
        return plain("Shrink", {{"lambd", kind.alpha}, {"bias", kind.beta}});
    case ActivationFunction::Swish:
        e.needOperatorSet(24);
        return plain("Swish", {{"alpha", kind.alpha}});
    case ActivationFunction::Gelu:
        return writeGelu(e, x, kind.alpha == 1);
    case ActivationFunction::Mish: {
        const std::string soft = e.temporary();
        const std::string gate = e.temporary();
        e.node("Softplus", {e.real(0)}, {soft});
        e.node("Tanh", {soft}, {gate});
        e.node("Mul", {e.real(0), gate}, {e.realOutput()});
        return;
    }
    }
}

void write(Emitter &e, const Operator &, const PRelu &)
{
    e.node("PRelu", {e.real(0), e.real(1)}, {e.realOutput()});
}

void write(Emitter &e, const Operator &op, const Softmax &kind)
{
    std::string input = e.real(0);
    if (kind.beta != 1) {
        const std::string scaled = e.temporary();
        e.node("Mul", {input, e.number(op.inputs[0], kind.beta)}, {scaled});
        input = scaled;
    }
    e.node("Softmax", {input}, {e.realOutput()}, {{"axis", std::int64_t{kind.axis}}});
}

void write(Emitter &e, const Operator &, const LogSoftmax &kind)
{
    e.node("LogSoftmax", {e.real(0)}, {e.realOutput()}, {{"axis", std::int64_t{kind.axis}}});
}

void write(Emitter &e, const Operator &, const L2Normalization &)
{
    e.node("LpNormalization", {e.real(0)}, {e.realOutput()}, {{"axis", std::int64_t{-1}}, {"p", std::int64_t{2}}});
}

} // namespace tinsmith::onnxio

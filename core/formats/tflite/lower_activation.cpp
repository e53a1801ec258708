// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/lowering.h"

#include <algorithm>
#include <cmath>

namespace tinsmith::tflite {
namespace {

constexpr float seluAlpha = 1.67326324F;
constexpr float seluGamma = 1.05070098F;

TensorId binary(Replacement &place, BinaryFunction function, TensorId a, TensorId b)
{
    return place.add(Binary{function}, {a, b});
}

TensorId activated(Replacement &place, ActivationFunction function, TensorId x)
{
    return place.add(Activation{function}, {x});
}

/// log(1 + exp(x)) is the sum of these, max(x, 0) and log(1 + exp(-|x|)), which do not overflow.
std::vector<TensorId> softplusParts(Replacement &place, TensorId x)
{
    const TensorId size = place.add(Unary{UnaryFunction::Abs}, {x});
    const TensorId power = place.add(Unary{UnaryFunction::Exp}, {place.add(Unary{UnaryFunction::Neg}, {size})});
    const TensorId sum = binary(place, BinaryFunction::Add, power, place.number(1));
    const TensorId rest = place.add(Unary{UnaryFunction::Log}, {sum});
    return {activated(place, ActivationFunction::Relu, x), rest};
}

/// scale * max(x, 0) + factor * (exp(min(x * inner, 0)) - 1)
void exponentialUnit(Replacement &place, float scale, float factor, float inner)
{
    const TensorId x = place.real();
    TensorId positive = activated(place, ActivationFunction::Relu, x);
    if (scale != 1) {
        positive = binary(place, BinaryFunction::Mul, positive, place.number(scale));
    }
    const TensorId scaled = inner == 1 ? x : binary(place, BinaryFunction::Mul, x, place.number(inner));
    const TensorId negative = binary(place, BinaryFunction::Minimum, scaled, place.number(0));
    const TensorId curve = place.add(Activation{ActivationFunction::Elu, 1}, {negative});
    place.finishReal(
        Binary{BinaryFunction::Add}, {positive, binary(place, BinaryFunction::Mul, curve, place.number(factor))});
}

/// min(max(alpha x + beta, 0), 1) of int8 numbers: a sum that saturates at 0 and 1 / alpha, then a factor of alpha.
bool hardSigmoidOfInt8(Replacement &place, const Activation &kind)
{
    const Tensor x = place.input();
    if (x.type != ElementType::Int8 || place.output().type != ElementType::Int8 || !x.quantization || !(kind.alpha > 0)
        || !std::isfinite(1 / kind.alpha)) {
        return false;
    }
    const auto exact = [&place](float value) {
        // One stored step is the value itself.
        return place.constant(
            ElementType::Int8, Shape(), Bytes::of(std::vector<std::int8_t>{1}), Quantization{{value}, {0}, 0});
    };
    const Quantization clamped{{1 / kind.alpha / 255}, {-128}, 0};
    const float offset = kind.beta / kind.alpha;
    TensorId sum;
    if (offset > 0) {
        sum = place.add(Binary{BinaryFunction::Add}, {place.op().inputs[0], exact(offset)}, ElementType::Int8, clamped);
    } else if (offset < 0) {
        sum = place.add(
            Binary{BinaryFunction::Sub}, {place.op().inputs[0], exact(-offset)}, ElementType::Int8, clamped);
    } else {
        sum = place.add(Quantize{}, {place.op().inputs[0]}, ElementType::Int8, clamped);
    }
    place.finish(Binary{BinaryFunction::Mul}, {sum, exact(kind.alpha)});
    return true;
}

/// As 6 times the function, which TFLite's RELU6 bounds.
void hardSigmoid(Replacement &place, const Activation &kind)
{
    const TensorId scaled = binary(place, BinaryFunction::Mul, place.real(), place.number(6 * kind.alpha));
    const TensorId bounded
        = place.add(Binary{BinaryFunction::Add, FusedActivation::Relu6}, {scaled, place.number(6 * kind.beta)});
    place.finishReal(Binary{BinaryFunction::Mul}, {bounded, place.number(1.0F / 6)});
}

/// Integers are bounded as they are stored, then brought to the output's scale.
bool clip(Replacement &place, const Activation &kind)
{
    const Tensor x = place.input();
    if (x.type != ElementType::Int8 || place.output().type != ElementType::Int8 || !x.quantization) {
        return false;
    }
    const auto bound = [&](float value) {
        const float stored
            = std::nearbyint(value / x.quantization->scale()) + static_cast<float>(x.quantization->zeroPoint());
        const auto kept = static_cast<std::int8_t>(std::isnan(stored) ? 0 : std::clamp(stored, -128.0F, 127.0F));
        return place.constant(ElementType::Int8, Shape(), Bytes::of(std::vector<std::int8_t>{kept}), x.quantization);
    };
    const TensorId source = place.op().inputs[0];
    const TensorId raised = place.addLike(source, Binary{BinaryFunction::Maximum}, {source, bound(kind.alpha)});
    if (x.quantization == place.output().quantization) {
        place.finish(Binary{BinaryFunction::Minimum}, {raised, bound(kind.beta)});
        return true;
    }
    place.finish(Quantize{}, {place.addLike(source, Binary{BinaryFunction::Minimum}, {raised, bound(kind.beta)})});
    return true;
}

bool hasRectifier(const Activation &kind)
{
    const bool six = kind.alpha == 0 && (kind.beta == 6 || kind.beta >= 3e38F);
    return six || (kind.alpha == -1 && kind.beta == 1);
}

bool swish(Replacement &place, const Activation &kind)
{
    const Tensor x = place.input();
    if (kind.alpha == 1 && x.type == ElementType::Int8 && place.output().type == ElementType::Int8 && x.quantization) {
        const TensorId gate = place.add(Activation{ActivationFunction::Logistic}, {place.op().inputs[0]},
            ElementType::Int8, Quantization{{1.0F / 256}, {-128}, 0});
        place.finish(Binary{BinaryFunction::Mul}, {place.op().inputs[0], gate});
        return true;
    }
    const TensorId real = place.real();
    const TensorId scaled = kind.alpha == 1 ? real : binary(place, BinaryFunction::Mul, real, place.number(kind.alpha));
    place.finishReal(Binary{BinaryFunction::Mul}, {real, activated(place, ActivationFunction::Logistic, scaled)});
    return true;
}

bool shrink(Replacement &place, const Activation &kind)
{
    const TensorId x = place.real();
    const auto compared = [&](BinaryFunction function, float bound) {
        return place.add(Binary{function}, {x, place.number(bound)}, ElementType::Bool);
    };
    const TensorId above = place.add(Select{},
        {compared(BinaryFunction::Greater, kind.alpha), binary(place, BinaryFunction::Sub, x, place.number(kind.beta)),
            place.number(0)});
    place.finishReal(Select{},
        {compared(BinaryFunction::Less, -kind.alpha), binary(place, BinaryFunction::Add, x, place.number(kind.beta)),
            above});
    return true;
}

/// Computed in float32 where the numbers are quantized.
bool inFloat(Replacement &place, const Activation &kind)
{
    if (!place.quantized()) {
        return false;
    }
    place.finishReal(kind, {place.real()});
    return true;
}

} // namespace

bool lower(Replacement &place, const Activation &kind)
{
    const ElementType type = place.input().type;
    if (type != ElementType::Float32 && !place.quantized()) {
        return false;
    }
    switch (kind.function) {
    case ActivationFunction::HardSigmoid:
        if (!hardSigmoidOfInt8(place, kind)) {
            hardSigmoid(place, kind);
        }
        return true;
    case ActivationFunction::Clip:
        return !hasRectifier(kind) && (clip(place, kind) || inFloat(place, kind));
    case ActivationFunction::Softplus:
        place.finishReal(Binary{BinaryFunction::Add}, softplusParts(place, place.real()));
        return true;
    case ActivationFunction::Mish: {
        const TensorId x = place.real();
        const TensorId soft = place.add(Binary{BinaryFunction::Add}, softplusParts(place, x));
        place.finishReal(Binary{BinaryFunction::Mul}, {x, activated(place, ActivationFunction::Tanh, soft)});
        return true;
    }
    case ActivationFunction::Softsign: {
        const TensorId x = place.real();
        const TensorId size = place.add(Unary{UnaryFunction::Abs}, {x});
        place.finishReal(Binary{BinaryFunction::Div}, {x, binary(place, BinaryFunction::Add, size, place.number(1))});
        return true;
    }
    case ActivationFunction::Selu: {
        const bool usual = kind.alpha == 0 && kind.beta == 0;
        const float gamma = usual ? seluGamma : kind.beta;
        exponentialUnit(place, gamma, gamma * (usual ? seluAlpha : kind.alpha), 1);
        return true;
    }
    case ActivationFunction::Elu:
        if (kind.alpha == 1) {
            return false;
        }
        exponentialUnit(place, 1, kind.alpha, 1);
        return true;
    case ActivationFunction::Celu:
        if (!(kind.alpha > 0)) {
            return false;
        }
        exponentialUnit(place, 1, kind.alpha, 1 / kind.alpha);
        return true;
    case ActivationFunction::ThresholdedRelu: {
        const TensorId x = place.real();
        const TensorId passes
            = place.add(Binary{BinaryFunction::Greater}, {x, place.number(kind.alpha)}, ElementType::Bool);
        place.finishReal(Select{}, {passes, x, place.number(0)});
        return true;
    }
    case ActivationFunction::Shrink:
        return shrink(place, kind);
    case ActivationFunction::Swish:
        return swish(place, kind);
    default:
        return false;
    }
}

} // namespace tinsmith::tflite

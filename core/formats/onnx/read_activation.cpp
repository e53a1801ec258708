// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/node_context.h"

#include <cmath>
#include <limits>
#include <optional>

namespace tinsmith::onnxio {
namespace {

template <ActivationFunction function>
void readPlain(NodeContext &context)
{
    context.emit(Activation{function, 0, 0}, {context.in(0)});
}

void readLeakyRelu(NodeContext &context)
{
    context.emit(Activation{ActivationFunction::LeakyRelu, context.node.real("alpha", 0.01F), 0}, {context.in(0)});
}

void readElu(NodeContext &context)
{
    context.emit(Activation{ActivationFunction::Elu, context.node.real("alpha", 1), 0}, {context.in(0)});
}

void readHardSigmoid(NodeContext &context)
{
    context.emit(
        Activation{ActivationFunction::HardSigmoid, context.node.real("alpha", 0.2F), context.node.real("beta", 0.5F)},
        {context.in(0)});
}

void readSelu(NodeContext &context)
{
    const float alpha = context.node.real("alpha", 1.67326319F);
    const float gamma = context.node.real("gamma", 1.05070102F);
    const bool usual = std::abs(alpha - 1.67326319F) <= 1e-4F && std::abs(gamma - 1.05070102F) <= 1e-4F;
    if (!usual && alpha == 0 && gamma == 0) {
        throw Untyped{"a Selu of nothing but zeros is not supported"};
    }
    context.emit(Activation{ActivationFunction::Selu, usual ? 0 : alpha, usual ? 0 : gamma}, {context.in(0)});
}

/// One with a single number, 1 where it is left out.
template <ActivationFunction function>
void readWithAlpha(NodeContext &context)
{
    const float alpha = context.node.real("alpha", 1);
    if (function == ActivationFunction::Celu && alpha == 0) {
        throw Untyped{"its alpha is 0, by which it would divide"};
    }
    context.emit(Activation{function, alpha, 0}, {context.in(0)});
}

void readShrink(NodeContext &context)
{
    context.emit(Activation{ActivationFunction::Shrink, context.node.real("lambd", 0.5F), context.node.real("bias", 0)},
        {context.in(0)});
}

void readGelu(NodeContext &context)
{
    const bool tanh = context.node.string("approximate", "none") == "tanh";
    context.emit(Activation{ActivationFunction::Gelu, tanh ? 1.0F : 0.0F, 0}, {context.in(0)});
}

/// A bound of Clip: an attribute before operator set 11, an input since; nothing where there is none.
std::optional<double> clipBound(NodeContext &context, std::size_t input, const char *name)
{
    if (context.node.has(name)) {
        return context.node.real(name, 0);
    }
    if (!context.has(input)) {
        return std::nullopt;
    }
    const auto values = context.reals(input, std::string(name) + "imum");
    if (values.size() != 1) {
        throw Untyped{"a bound of Clip is not one number"};
    }
    return values.front();
}

bool computed(NodeContext &context, std::size_t input)
{
    const SmallValue *value = context.small(input);
    return context.has(input) && (value == nullptr || !value->known());
}

/// Integers, and bounds that are computed: the larger of x and the lower bound, then the smaller of that and the upper.
void readClipAsExtremes(NodeContext &context)
{
    TensorId x = context.in(0);
    const Binary larger{BinaryFunction::Maximum, FusedActivation::None};
    const Binary smaller{BinaryFunction::Minimum, FusedActivation::None};
    if (context.has(1) && context.has(2)) {
        x = context.step(larger, {x, context.in(1)}, "low");
        context.emit(smaller, {x, context.in(2)});
    } else if (context.has(1) || context.has(2)) {
        context.emit(context.has(1) ? larger : smaller, {x, context.in(context.has(1) ? 1 : 2)});
    } else {
        context.emit(Identity{}, {x});
    }
}

void readClip(NodeContext &context)
{
    const ElementType type = context.tensor(context.in(0)).type;
    if ((type != ElementType::Float32 && type != ElementType::Unknown) || computed(context, 1)
        || computed(context, 2)) {
        if (context.node.has("min") || context.node.has("max")) {
            throw Untyped{"Clip of " + std::string(nameOf(type)) + " with bounds as attributes is not supported"};
        }
        readClipAsExtremes(context);
        return;
    }
    const auto lowest = std::numeric_limits<float>::lowest();
    const auto highest = std::numeric_limits<float>::max();
    const double low = clipBound(context, 1, "min").value_or(lowest);
    const double high = clipBound(context, 2, "max").value_or(highest);
    const auto is = [&](double a, double b) { return low == a && high == b; };
    if (is(0, 6)) {
        context.emit(Activation{ActivationFunction::Relu6, 0, 0}, {context.in(0)});
    } else if (is(0, 1)) {
        context.emit(Activation{ActivationFunction::Relu0To1, 0, 0}, {context.in(0)});
    } else if (is(-1, 1)) {
        context.emit(Activation{ActivationFunction::ReluN1To1, 0, 0}, {context.in(0)});
    } else {
        context.emit(
            Activation{ActivationFunction::Clip, static_cast<float>(low), static_cast<float>(high)}, {context.in(0)});
    }
}

void readPRelu(NodeContext &context)
{
    context.emit(PRelu{}, {context.in(0), context.in(1)});
}

template <typename Kind>
Kind alongAxis(std::size_t axis);
template <>
Softmax alongAxis<Softmax>(std::size_t axis)
{
    return {1, static_cast<std::int32_t>(axis)};
}
template <>
LogSoftmax alongAxis<LogSoftmax>(std::size_t axis)
{
    return {static_cast<std::int32_t>(axis)};
}
template <>
Hardmax alongAxis<Hardmax>(std::size_t axis)
{
    return {static_cast<std::int32_t>(axis)};
}

/// Since operator set 13 along one axis; before, over all axes from `axis` on, as if they were one.
template <typename Kind>
void readSoftmax(NodeContext &context)
{
    const bool flattens = context.node.opset < 13 && context.node.opset > 0;
    const std::size_t rank = context.rank(0);
    const std::size_t axis = context.axis(context.node.integer("axis", flattens ? 1 : -1), rank);
    const Shape shape = context.shape(0);
    std::size_t wide = 0;
    std::size_t last = axis;
    std::int64_t inner = 1;
    bool innerKnown = true;
    for (std::size_t at = axis; at < rank && flattens; ++at) {
        if (shape[at] != 1) {
            ++wide;
            last = at;
        }
        innerKnown
            = innerKnown && shape[at] >= 0 && shape[at] < (std::int64_t{1} << 31) && inner < (std::int64_t{1} << 31);
        inner *= innerKnown ? shape[at] : 1;
    }
    if (wide <= 1) {
        context.emit(alongAxis<Kind>(last), {context.in(0)});
        return;
    }
    if (!innerKnown) {
        throw Untyped{"its flattened axes are not of known size"};
    }
    Reshape flatten;
    flatten.zeroCopies = true;
    flatten.shape.assign(axis, 0);
    flatten.shape.push_back(inner);
    Reshape restore;
    restore.zeroCopies = true;
    restore.shape.assign(axis, 0);
    restore.shape.insert(restore.shape.end(), shape.dims.begin() + static_cast<std::ptrdiff_t>(axis), shape.dims.end());
    const TensorId flat = context.temporary("flat");
    const TensorId normalised = context.temporary("normalised");
    context.emit(flatten, {context.in(0)}, {flat}, "flatten");
    context.emit(alongAxis<Kind>(axis), {flat}, {normalised});
    context.emit(restore, {normalised}, {context.out()}, "restore");
}

} // namespace

void addActivationReaders(NodeReaders &readers)
{
    readers["Relu"] = readPlain<ActivationFunction::Relu>;
    readers["Sigmoid"] = readPlain<ActivationFunction::Logistic>;
    readers["Tanh"] = readPlain<ActivationFunction::Tanh>;
    readers["HardSwish"] = readPlain<ActivationFunction::HardSwish>;
    readers["Softplus"] = readPlain<ActivationFunction::Softplus>;
    readers["Softsign"] = readPlain<ActivationFunction::Softsign>;
    readers["Mish"] = readPlain<ActivationFunction::Mish>;
    readers["LeakyRelu"] = readLeakyRelu;
    readers["Elu"] = readElu;
    readers["HardSigmoid"] = readHardSigmoid;
    readers["Selu"] = readSelu;
    readers["Gelu"] = readGelu;
    readers["Clip"] = readClip;
    readers["PRelu"] = readPRelu;
    readers["Softmax"] = readSoftmax<Softmax>;
    readers["LogSoftmax"] = readSoftmax<LogSoftmax>;
    readers["Hardmax"] = readSoftmax<Hardmax>;
    readers["ThresholdedRelu"] = readWithAlpha<ActivationFunction::ThresholdedRelu>;
    readers["Celu"] = readWithAlpha<ActivationFunction::Celu>;
    readers["Swish"] = readWithAlpha<ActivationFunction::Swish>;
    readers["Shrink"] = readShrink;
}

} // namespace tinsmith::onnxio

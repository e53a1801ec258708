// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/quantized.h"
#include "core/formats/onnx/tensor_proto.h"

namespace tinsmith::onnxio {
namespace {

void readCast(NodeContext &context)
{
    Cast kind;
    // Operator sets before 6 name the type.
    const std::string named = context.node.string("to", "");
    kind.to = named == "FLOAT" ? ElementType::Float32 : elementTypeOf(context.node.integer("to", 0));
    if (kind.to == ElementType::Unknown) {
        throw Untyped{"its target type is not supported"};
    }
    context.setType(context.out(), kind.to);
    context.emit(kind, {context.in(0)});
}

std::size_t quantizationAxis(NodeContext &context)
{
    if (context.node.integer("block_size", 0) != 0) {
        throw Untyped{"blocked quantization is not supported"};
    }
    const Shape shape = context.shape(0);
    const std::int64_t axis = context.node.integer("axis", 1);
    return shape.ranked && axis < 0 ? context.axis(axis, shape.rank())
                                    : static_cast<std::size_t>(std::max<std::int64_t>(axis, 0));
}

/// Scale or zero point come from the model itself.
bool readRuntime(NodeContext &context, bool inverse, ElementType type)
{
    const auto computed
        = [&](std::size_t input) { return context.has(input) && !context.tensor(context.in(input)).data; };
    if (!computed(1) && !computed(2)) {
        return false;
    }
    RuntimeQuantize kind;
    kind.inverse = inverse;
    const Shape x = context.shape(0);
    // A scale for all has no axis, whatever the node says.
    const bool several = x.ranked && x.rank() > 0 && context.shape(1).rank() == 1;
    kind.axis = several ? static_cast<std::int32_t>(context.axis(context.node.integer("axis", 1), x.rank())) : 1;
    context.setType(context.out(), type);
    context.emit(kind, {context.in(0), context.in(1), context.optional(2)});
    return true;
}

/// Constants with a scale for each block of `block_size` elements along the axis (operator set 21) become the real
/// numbers that they stand for.
void readBlockedConstant(NodeContext &context)
{
    constexpr std::int64_t most = std::int64_t{1} << 26;
    const std::int64_t block = context.node.integer("block_size", 0);
    const Tensor x = context.tensor(context.in(0));
    const Tensor scale = context.tensor(context.in(1));
    const Tensor point = context.has(2) ? context.tensor(context.in(2)) : Tensor();
    if (!x.data || !scale.data || (context.has(2) && !point.data)) {
        throw Untyped{"blocked quantization is supported for constants only"};
    }
    const std::size_t rank = x.shape.rank();
    const std::size_t axis = context.axis(context.node.integer("axis", 1), rank);
    const std::int64_t elements = x.shape.elements().value_or(most + 1);
    bool fits = block > 0 && elements >= 1 && elements <= most && scale.type == ElementType::Float32
        && scale.shape.rank() == rank && (!context.has(2) || (point.shape == scale.shape && point.type == x.type));
    for (std::size_t at = 0; fits && at < rank; ++at) {
        fits = at == axis ? (x.shape[at] + block - 1) / block == scale.shape[at] : x.shape[at] == scale.shape[at];
    }
    if (!fits) {
        throw Untyped{"its blocks, scales and zero points do not agree"};
    }
    const auto values = storedIntegers(x);
    const auto points = context.has(2) ? storedIntegers(point) : std::vector<std::int64_t>();
    const auto scales = scale.data->copyAs<float>();
    std::int64_t inner = 1;
    for (std::size_t at = axis + 1; at < rank; ++at) {
        inner *= x.shape[at];
    }
    const std::int64_t length = x.shape[axis];
    const std::int64_t blocks = scale.shape[axis];
    std::vector<float> reals;
    reals.reserve(values.size());
    for (std::int64_t at = 0; at < static_cast<std::int64_t>(values.size()); ++at) {
        const std::int64_t outer = at / inner / length;
        const std::int64_t place = (outer * blocks + at / inner % length / block) * inner + at % inner;
        const auto group = static_cast<std::size_t>(place);
        const std::int64_t zero = points.empty() ? 0 : points[group];
        reals.push_back(static_cast<float>(values[static_cast<std::size_t>(at)] - zero) * scales[group]);
    }
    context.settle(0, ElementType::Float32, x.shape, Bytes::of(reals));
}

void readQuantizeLinear(NodeContext &context)
{
    if (readRuntime(context, false, context.has(2) ? context.tensor(context.in(2)).type : ElementType::UInt8)) {
        return;
    }
    const Quantization quantization = quantizationOf(context, 1, 2, quantizationAxis(context));
    ElementType type = ElementType::UInt8;
    if (context.has(2)) {
        type = context.tensor(context.in(2)).type;
    } else if (const auto stated = context.node.integer("output_dtype", 0); stated != 0) {
        type = elementTypeOf(stated);
    }
    context.setType(context.out(), type);
    context.change(context.out()).quantization = quantization;
    context.emit(Quantize{}, {context.in(0)});
}

void readDequantizeLinear(NodeContext &context)
{
    if (context.node.integer("block_size", 0) != 0) {
        readBlockedConstant(context);
        return;
    }
    if (readRuntime(context, true, ElementType::Float32)) {
        return;
    }
    const Quantization quantization = quantizationOf(context, 1, 2, quantizationAxis(context));
    const TensorId input = quantized(context, context.in(0), quantization);
    context.setType(context.out(), ElementType::Float32);
    context.emit(Dequantize{}, {input});
}

} // namespace

void addQuantizationReaders(NodeReaders &readers)
{
    readers["Cast"] = readCast;
    readers["QuantizeLinear"] = readQuantizeLinear;
    readers["DequantizeLinear"] = readDequantizeLinear;
    readers["com.microsoft.QuantizeLinear"] = readQuantizeLinear;
    readers["com.microsoft.DequantizeLinear"] = readDequantizeLinear;
    addQLinearReaders(readers);
}

} // namespace tinsmith::onnxio

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

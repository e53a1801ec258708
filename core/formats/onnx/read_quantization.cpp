// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/quantized.h"
#include "core/formats/onnx/spatial.h"
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

void readQuantizeLinear(NodeContext &context)
{
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
    const Quantization quantization = quantizationOf(context, 1, 2, quantizationAxis(context));
    const TensorId input = quantized(context, context.in(0), quantization);
    context.setType(context.out(), ElementType::Float32);
    context.emit(Dequantize{}, {input});
}

/// Inputs [x, xScale, xZeroPoint, w, wScale, wZeroPoint, yScale, yZeroPoint, bias?].
void readQLinearConv(NodeContext &context)
{
    const std::size_t rank = context.rank(0);
    const Shape weightShape = context.shape(3);
    if (rank != 4 || !weightShape.known() || weightShape.rank() != 4) {
        throw Untyped{"only two spatial dimensions and weights of known size are supported"};
    }
    const Quantization x = quantizationOf(context, 1, 2, 0);
    const Quantization w = quantizationOf(context, 4, 5, 0);
    const Quantization y = quantizationOf(context, 6, 7, 0);
    const Shape shape = context.shape(0);
    const auto spatial
        = spatialAttributes(context.node, {weightShape[2], weightShape[3]}, {shape.dims.begin() + 2, shape.dims.end()});
    Conv2D conv;
    conv.layout = Layout::ChannelsFirst;
    conv.strideH = spatial.strideH;
    conv.strideW = spatial.strideW;
    conv.dilationH = spatial.dilationH;
    conv.dilationW = spatial.dilationW;
    conv.padding = spatial.padding;
    conv.groups = context.node.integer("group", 1);
    const TensorId input = quantized(context, context.in(0), x);
    const TensorId weights = quantized(context, context.in(3), w);
    TensorId bias = context.optional(8);
    if (bias.valid()) {
        Quantization product{{}, {0}, 0};
        for (const float scale : w.scales) {
            product.scales.push_back(x.scale() * scale);
        }
        bias = quantized(context, bias, product);
    }
    context.setType(context.out(), context.tensor(context.in(7)).type);
    context.change(context.out()).quantization = y;
    context.emit(conv, {input, weights, bias}, {context.out()});
}

/// Inputs [a, aScale, aZeroPoint, b, bScale, bZeroPoint, yScale, yZeroPoint].
template <typename Kind>
void readQLinearPair(NodeContext &context, const Kind &kind)
{
    const Quantization a = quantizationOf(context, 1, 2, 0);
    const Quantization b = quantizationOf(context, 4, 5, 1);
    const Quantization y = quantizationOf(context, 6, 7, 0);
    const TensorId first = quantized(context, context.in(0), a);
    const TensorId second = quantized(context, context.in(3), b);
    context.setType(context.out(), context.tensor(context.in(0)).type);
    context.change(context.out()).quantization = y;
    context.emit(kind, {first, second});
}

void readQLinearMatMul(NodeContext &context)
{
    readQLinearPair(context, MatMul{});
}

void readQLinearAdd(NodeContext &context)
{
    readQLinearPair(context, Binary{BinaryFunction::Add, FusedActivation::None});
}

void readQLinearMul(NodeContext &context)
{
    readQLinearPair(context, Binary{BinaryFunction::Mul, FusedActivation::None});
}

/// Inputs [x, xScale, xZeroPoint, yScale, yZeroPoint].
void readQLinearAveragePool(NodeContext &context)
{
    const Node &node = context.node;
    const std::size_t rank = context.rank(0);
    const auto kernel = node.integers("kernel_shape");
    const bool global = node.type == "QLinearGlobalAveragePool";
    if (rank != 4 || (!global && kernel.size() != 2)) {
        throw Untyped{"only two spatial dimensions are supported"};
    }
    const auto layout = node.integer("channels_last", 0) != 0 ? Layout::ChannelsLast : Layout::ChannelsFirst;
    const Quantization x = quantizationOf(context, 1, 2, 0);
    const Quantization y = quantizationOf(context, 3, 4, 0);
    const TensorId input = quantized(context, context.in(0), x);
    context.setType(context.out(), context.tensor(input).type);
    context.change(context.out()).quantization = y;
    if (global) {
        context.emit(GlobalPool{PoolFunction::Average, layout}, {input});
        return;
    }
    const Shape shape = context.shape(0);
    const std::size_t h = layout == Layout::ChannelsLast ? 1 : 2;
    const auto spatial = spatialAttributes(node, kernel, {shape[h], shape[h + 1]});
    Pool2D pool;
    pool.function = PoolFunction::Average;
    pool.layout = layout;
    pool.kernelH = spatial.kernelH;
    pool.kernelW = spatial.kernelW;
    pool.strideH = spatial.strideH;
    pool.strideW = spatial.strideW;
    pool.padding = spatial.padding;
    pool.ceilMode = node.integer("ceil_mode", 0) != 0;
    pool.countIncludesPadding = node.integer("count_include_pad", 0) != 0;
    context.emit(pool, {input});
}

/// Inputs [A, aScale, aZeroPoint, B, bScale, bZeroPoint, C?, yScale?, yZeroPoint?] of com.microsoft.
void readQGemm(NodeContext &context)
{
    const Node &node = context.node;
    if (node.real("alpha", 1) != 1 || !context.has(7)) {
        throw Untyped{"QGemm with a factor or a float output is not supported"};
    }
    const bool transposeB = node.integer("transB", 0) != 0;
    const Quantization a = quantizationOf(context, 1, 2, 0);
    const Quantization b = quantizationOf(context, 4, 5, transposeB ? 0 : 1);
    const Quantization y = quantizationOf(context, 7, 8, 0);
    const TensorId first = quantized(context, context.in(0), a);
    const TensorId second = quantized(context, context.in(3), b);
    TensorId bias = context.optional(6);
    if (bias.valid()) {
        Quantization product{{}, {0}, static_cast<std::int32_t>(context.tensor(bias).shape.rank()) - 1};
        for (const float scale : b.scales) {
            product.scales.push_back(a.scale() * scale);
        }
        product.axis = std::max(product.axis, 0);
        bias = quantized(context, bias, product);
    }
    Gemm kind;
    kind.transposeA = node.integer("transA", 0) != 0;
    kind.transposeB = transposeB;
    context.setType(context.out(), context.tensor(first).type);
    context.change(context.out()).quantization = y;
    context.emit(kind, {first, second, bias});
}

} // namespace

void addQuantizationReaders(NodeReaders &readers)
{
    readers["Cast"] = readCast;
    readers["QuantizeLinear"] = readQuantizeLinear;
    readers["DequantizeLinear"] = readDequantizeLinear;
    readers["QLinearConv"] = readQLinearConv;
    readers["QLinearMatMul"] = readQLinearMatMul;
    readers["com.microsoft.QLinearAdd"] = readQLinearAdd;
    readers["com.microsoft.QLinearMul"] = readQLinearMul;
    readers["com.microsoft.QLinearAveragePool"] = readQLinearAveragePool;
    readers["com.microsoft.QLinearGlobalAveragePool"] = readQLinearAveragePool;
    readers["com.microsoft.QGemm"] = readQGemm;
}

} // namespace tinsmith::onnxio

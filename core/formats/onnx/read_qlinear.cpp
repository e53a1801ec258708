// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/quantized.h"
#include "core/formats/onnx/spatial.h"

#include <numeric>

namespace tinsmith::onnxio {
namespace {

/// `stored` with scale and zero point at inputs `scale` and after it, as real numbers.
TensorId dequantized(
    NodeContext &context, TensorId stored, std::size_t scale, std::size_t axis, const std::string &suffix)
{
    const TensorId known = quantized(context, stored, quantizationOf(context, scale, scale + 1, axis));
    const TensorId real = context.temporary(suffix);
    context.setType(real, ElementType::Float32);
    context.emit(Dequantize{}, {known}, {real}, suffix);
    return real;
}

/// Input `x` with scale and zero point behind it, as real numbers.
TensorId realInput(NodeContext &context, std::size_t x, std::size_t axis, const std::string &suffix)
{
    return dequantized(context, context.in(x), x + 1, axis, suffix);
}

/// A bias without a scale of its own: it has the product of those of x and the weights.
TensorId realBias(NodeContext &context, std::size_t input, const Quantization &x, const Quantization &weights)
{
    if (!context.has(input)) {
        return TensorId::none();
    }
    const std::size_t rank = context.rank(input);
    Quantization product{{}, {0}, rank == 0 ? 0 : static_cast<std::int32_t>(rank) - 1};
    for (const float scale : weights.scales) {
        product.scales.push_back(x.scale() * scale);
    }
    const TensorId stored = quantized(context, context.in(input), product);
    const TensorId real = context.temporary("bias");
    context.setType(real, ElementType::Float32);
    context.emit(Dequantize{}, {stored}, {real}, "bias");
    return real;
}

/// The Quantize of a real result, with scale `scale` and the zero point after that.
void emitStored(NodeContext &context, TensorId real, std::size_t scale)
{
    const Quantization y = quantizationOf(context, scale, scale + 1, 0);
    context.setType(
        context.out(), context.has(scale + 1) ? context.tensor(context.in(scale + 1)).type : ElementType::UInt8);
    context.change(context.out()).quantization = y;
    context.emit(Quantize{}, {real}, {context.out()}, "quantize");
}

/// The operator itself, and the Quantize behind it with scale `scale` and the zero point after that.
void emitQuantized(NodeContext &context, OperatorKind kind, std::vector<TensorId> inputs, std::size_t scale)
{
    const TensorId real = context.temporary("result");
    context.setType(real, ElementType::Float32);
    context.emit(std::move(kind), std::move(inputs), {real});
    emitStored(context, real, scale);
}

/// Inputs [x, xScale, xZeroPoint, w, wScale, wZeroPoint, yScale, yZeroPoint, bias?].
void readQLinearConv(NodeContext &context)
{
    const std::size_t rank = context.rank(0);
    const Shape weights = context.shape(3);
    if ((rank != 3 && rank != 4) || !weights.known() || weights.rank() != rank
        || context.node.integer("channels_last", 0) != 0) {
        throw Untyped{"only one and two spatial dimensions, channels first, and weights of known size are supported"};
    }
    const Shape shape = context.shape(0);
    const auto spatial = spatialAttributes(
        context.node, {weights.dims.begin() + 2, weights.dims.end()}, {shape.dims.begin() + 2, shape.dims.end()});
    Conv2D conv;
    conv.layout = Layout::ChannelsFirst;
    conv.strideH = spatial.strideH;
    conv.strideW = spatial.strideW;
    conv.dilationH = spatial.dilationH;
    conv.dilationW = spatial.dilationW;
    conv.padding = spatial.padding;
    conv.groups = context.node.integer("group", 1);
    const bool line = rank == 3;
    TensorId input = realInput(context, 0, 0, "x");
    const TensorId filter = line ? liftedWeights(context, context.in(3)) : context.in(3);
    const TensorId real = dequantized(context, filter, 4, 0, "weights");
    const TensorId bias = realBias(context, 8, quantizationOf(context, 1, 2, 0), quantizationOf(context, 4, 5, 0));
    if (!line) {
        emitQuantized(context, conv, {input, real, bias}, 6);
        return;
    }
    input = context.step(ExpandDims{{2}}, {input}, "expanded");
    const TensorId image = context.step(conv, {input, real, bias}, "image");
    emitStored(context, context.step(Squeeze{{2}}, {image}, "squeezed"), 6);
}

/// Inputs [a, aScale, aZeroPoint, b, bScale, bZeroPoint, yScale, yZeroPoint].
void readQLinearMatMul(NodeContext &context)
{
    const std::size_t rank = context.rank(3);
    const TensorId a = realInput(context, 0, 0, "a");
    const TensorId b = realInput(context, 3, rank == 0 ? 0 : rank - 1, "b");
    emitQuantized(context, MatMul{}, {a, b}, 6);
}

template <BinaryFunction function>
void readQLinearBinary(NodeContext &context)
{
    const TensorId a = realInput(context, 0, 0, "a");
    const TensorId b = realInput(context, 3, 0, "b");
    emitQuantized(context, Binary{function, FusedActivation::None}, {a, b}, 6);
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
    const TensorId input = realInput(context, 0, 0, "x");
    if (global) {
        emitQuantized(context, GlobalPool{PoolFunction::Average, layout}, {input}, 3);
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
    emitQuantized(context, pool, {input}, 3);
}

void readQLinearSigmoid(NodeContext &context)
{
    emitQuantized(context, Activation{ActivationFunction::Logistic, 0, 0}, {realInput(context, 0, 0, "x")}, 3);
}

void readQLinearLeakyRelu(NodeContext &context)
{
    constexpr float usual = 0.01F;
    const Activation kind{ActivationFunction::LeakyRelu, context.node.real("alpha", usual), 0};
    emitQuantized(context, kind, {realInput(context, 0, 0, "x")}, 3);
}

void readQLinearSoftmax(NodeContext &context)
{
    const std::size_t rank = context.rank(0);
    const std::size_t axis = context.axis(context.node.integer("axis", -1), rank);
    if (axis + 1 != rank) {
        throw Untyped{"only the last axis is supported"};
    }
    emitQuantized(context, Softmax{1, -1}, {realInput(context, 0, 0, "x")}, 3);
}

void readQLinearReduceMean(NodeContext &context)
{
    Reduce reduce;
    reduce.function = ReduceFunction::Mean;
    reduce.keepDims = context.node.integer("keepdims", 1) != 0;
    const std::size_t rank = context.rank(0);
    for (const std::int64_t axis : context.node.integers("axes")) {
        reduce.axes.push_back(static_cast<std::int64_t>(context.axis(axis, rank)));
    }
    if (reduce.axes.empty()) {
        reduce.axes.resize(rank);
        std::iota(reduce.axes.begin(), reduce.axes.end(), std::int64_t{0});
    }
    emitQuantized(context, reduce, {realInput(context, 0, 0, "x")}, 3);
}

/// Inputs [yScale, yZeroPoint, then x, scale, zero point of each part].
void readQLinearConcat(NodeContext &context)
{
    if (context.inputCount() < 5 || (context.inputCount() - 2) % 3 != 0) {
        throw Untyped{"its inputs are not scale, zero point and triples of tensor, scale, zero point"};
    }
    const std::size_t axis = context.axis(context.node.integer("axis", 0), context.rank(2));
    std::vector<TensorId> parts;
    for (std::size_t input = 2; input < context.inputCount(); input += 3) {
        parts.push_back(realInput(context, input, 0, "part" + std::to_string(input / 3)));
    }
    emitQuantized(context, Concatenation{static_cast<std::int32_t>(axis), FusedActivation::None}, std::move(parts), 0);
}

/// Inputs [A, aScale, aZeroPoint, B, bScale, bZeroPoint, C?, yScale?, yZeroPoint?] of com.microsoft.
void readQGemm(NodeContext &context)
{
    const Node &node = context.node;
    if (node.real("alpha", 1) != 1) {
        throw Untyped{"QGemm with a factor is not supported"};
    }
    Gemm kind;
    kind.transposeA = node.integer("transA", 0) != 0;
    kind.transposeB = node.integer("transB", 0) != 0;
    const std::size_t axis = kind.transposeB ? 0 : 1;
    const TensorId a = realInput(context, 0, 0, "a");
    const TensorId b = realInput(context, 3, axis, "b");
    const TensorId bias = realBias(context, 6, quantizationOf(context, 1, 2, 0), quantizationOf(context, 4, 5, axis));
    if (context.has(7)) {
        emitQuantized(context, kind, {a, b, bias}, 7);
    } else {
        context.setType(context.out(), ElementType::Float32);
        context.emit(kind, {a, b, bias}, {context.out()});
    }
}

} // namespace

void addQLinearReaders(NodeReaders &readers)
{
    readers["QLinearConv"] = readQLinearConv;
    readers["com.microsoft.QLinearConv"] = readQLinearConv;
    readers["QLinearMatMul"] = readQLinearMatMul;
    readers["com.microsoft.QLinearAdd"] = readQLinearBinary<BinaryFunction::Add>;
    readers["com.microsoft.QLinearMul"] = readQLinearBinary<BinaryFunction::Mul>;
    readers["com.microsoft.QLinearAveragePool"] = readQLinearAveragePool;
    readers["com.microsoft.QLinearGlobalAveragePool"] = readQLinearAveragePool;
    readers["com.microsoft.QLinearSigmoid"] = readQLinearSigmoid;
    readers["com.microsoft.QLinearLeakyRelu"] = readQLinearLeakyRelu;
    readers["com.microsoft.QLinearSoftmax"] = readQLinearSoftmax;
    readers["com.microsoft.QLinearReduceMean"] = readQLinearReduceMean;
    readers["com.microsoft.QLinearConcat"] = readQLinearConcat;
    readers["com.microsoft.QGemm"] = readQGemm;
}

} // namespace tinsmith::onnxio

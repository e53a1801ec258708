// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/spatial.h"

namespace tinsmith::onnxio {
namespace {

void readMatMulInteger(NodeContext &context)
{
    context.setType(context.out(), ElementType::Int32);
    context.emit(IntegerMatMul{}, {context.in(0), context.in(1), context.optional(2), context.optional(3)});
}

void readConvInteger(NodeContext &context)
{
    const Shape x = context.shape(0);
    const Shape weights = context.shape(1);
    const std::size_t rank = context.rank(0);
    if ((rank != 3 && rank != 4) || context.rank(1) != rank) {
        throw Untyped{"only one and two spatial dimensions are supported"};
    }
    const auto spatial = spatialAttributes(
        context.node, {weights.dims.begin() + 2, weights.dims.end()}, {x.dims.begin() + 2, x.dims.end()});
    context.setType(context.out(), ElementType::Int32);
    asImage(context, [&](TensorId image, TensorId output, bool lifted) {
        IntegerConv2D kind;
        kind.form.layout = Layout::ChannelsFirst;
        kind.form.strideH = spatial.strideH;
        kind.form.strideW = spatial.strideW;
        kind.form.dilationH = spatial.dilationH;
        kind.form.dilationW = spatial.dilationW;
        kind.form.padding = spatial.padding;
        kind.form.groups = context.node.integer("group", 1);
        const TensorId filter = lifted ? liftedWeights(context, context.in(1)) : context.in(1);
        context.emit(kind, {image, filter, context.optional(2), context.optional(3)}, {output});
    });
}

void readDynamicQuantize(NodeContext &context)
{
    context.rank(0);
    std::vector<TensorId> outputs;
    for (std::size_t output = 0; output < 3; ++output) {
        outputs.push_back(context.wants(output) ? context.out(output) : context.temporary("unused"));
        context.setType(outputs.back(), output == 1 ? ElementType::Float32 : ElementType::UInt8);
    }
    context.emit(DynamicQuantize{}, {context.in(0)}, std::move(outputs));
}

void readEinsum(NodeContext &context)
{
    std::vector<TensorId> inputs;
    for (std::size_t input = 0; input < context.inputCount(); ++input) {
        context.rank(input);
        inputs.push_back(context.in(input));
    }
    context.emit(Einsum{context.node.string("equation", "")}, std::move(inputs));
}

} // namespace

void addIntegerReaders(NodeReaders &readers)
{
    readers["MatMulInteger"] = readMatMulInteger;
    readers["ConvInteger"] = readConvInteger;
    readers["DynamicQuantizeLinear"] = readDynamicQuantize;
    readers["Einsum"] = readEinsum;
}

} // namespace tinsmith::onnxio

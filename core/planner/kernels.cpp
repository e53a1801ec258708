// SPDX-License-Identifier: Apache-2.0
#include "core/planner/kernels.h"

#include "core/graph/geometry.h"
#include "core/planner/dsp_layers.h"
#include "core/planner/dsp_sum.h"

#include <optional>

namespace tinsmith {

namespace {

/// Bytes of the tables that a portable kernel reads besides its constant inputs: all values of an int8 function, and
/// where each row and column of a resized image comes from.
std::int64_t tableBytes(const Graph &graph, const Operator &op)
{
    if (op.inputs.empty() || op.outputs.empty()) {
        return 0;
    }
    const Tensor &input = graph.tensor(op.inputs[0]);
    const bool int8 = input.type == ElementType::Int8;
    if (op.is<Activation>() || op.is<Unary>()) {
        constexpr std::int64_t int8Values = 256;
        return int8 ? int8Values : 0;
    }
    const Shape &shape = graph.tensor(op.outputs[0]).shape;
    if (const auto *resize = std::get_if<Resize>(&op.kind); resize != nullptr && shape.rank() == 4 && shape.known()) {
        constexpr std::int64_t position = 2;
        const std::int64_t weight = int8 ? 2 : 4;
        const std::int64_t entry = resize->mode == ResizeMode::Nearest ? position : 2 * position + weight;
        return entry * (shape[1] + shape[2]);
    }
    return 0;
}

/// Bytes of what a portable kernel stores for an operator: constant inputs as they are, a bias where the operator has
/// none, where the output is requantized a 32-bit multiplier and an 8-bit shift per channel, and tables.
std::int64_t portableWeightBytes(const Graph &graph, const Operator &op)
{
    std::int64_t bytes = tableBytes(graph, op);
    for (const TensorId id : op.inputs) {
        if (id && graph.tensor(id).constant()) {
            bytes += graph.tensor(id).bytes().value_or(0);
        }
    }
    const bool weighted
        = op.is<Conv2D>() || op.is<DepthwiseConv2D>() || op.is<TransposeConv2D>() || op.is<FullyConnected>();
    const TensorId weights = op.input(1);
    if (weighted && weights && !op.outputs.empty() && graph.tensor(op.outputs[0]).shape.known()) {
        const Shape &output = graph.tensor(op.outputs[0]).shape;
        const std::int64_t channels = output.rank() > 0 ? output.dims.back() : 1;
        constexpr std::int64_t biasBytes = 4;
        bytes += op.input(2) ? 0 : biasBytes * channels;
        const Tensor &tensor = graph.tensor(weights);
        if (isInteger(tensor.type) && tensor.quantization) {
            constexpr std::int64_t multiplierAndShift = 5;
            const bool one = op.is<FullyConnected>() && tensor.quantization->scales.size() == 1;
            bytes += multiplierAndShift * (one ? 1 : channels);
        }
    }
    return bytes;
}

bool sameShape(const Graph &graph, TensorId a, TensorId b)
{
    return a && b && graph.tensor(a).shape == graph.tensor(b).shape;
}

/// Output element i only depends on element i of the first input, and is not wider than it.
bool elementwise(const Graph &graph, const Operator &op)
{
    const bool mapsElements = op.is<Activation>() || op.is<Unary>() || op.is<Quantize>() || op.is<Dequantize>()
        || op.is<Cast>() || op.is<PRelu>() || op.is<BatchNormalization>() || op.is<Binary>();
    if (!mapsElements || op.inputs.empty() || op.outputs.empty()) {
        return false;
    }
    const TensorId in = op.inputs[0];
    const TensorId out = op.outputs[0];
    return sameShape(graph, in, out) && bitsOf(graph.tensor(out).type) <= bitsOf(graph.tensor(in).type);
}

AccessOrder portableOrder(const Graph &graph, const Operator &op)
{
    if (elementwise(graph, op)) {
        return AccessOrder::Elementwise;
    }
    if (op.is<Conv2D>() || op.is<DepthwiseConv2D>() || op.is<Pool2D>()) {
        const auto geometry = spatialGeometry(graph, op);
        return geometry && geometry->batch == 1 ? AccessOrder::Rows : AccessOrder::Any;
    }
    return AccessOrder::Any;
}

/// A layer on the DSP kernels; nothing where it cannot run there.
std::optional<KernelFacts> dspFacts(const Graph &graph, OperatorId id)
{
    if (const auto sum = dspSum(graph, id)) {
        return KernelFacts{KernelVariant::Dsp, 0, static_cast<std::int64_t>(4 * sum->table.size()),
            AccessOrder::Elementwise, false, 0};
    }
    const auto layer = int8Layer(graph, id);
    const auto how = layer ? dspLayer(*layer) : std::nullopt;
    if (!how) {
        return std::nullopt;
    }
    const SpatialGeometry &g = layer->geometry;
    KernelFacts facts;
    facts.variant = KernelVariant::Dsp;
    facts.scratchBytes = how->scratchBytes;
    facts.weightBytes = how->weightBytes;
    facts.furtherProducts = 4 * how->repeatedSteps();
    if (how->kernel == DspKernel::Planes) {
        facts.order = AccessOrder::Elementwise;
    } else if (how->kernel != DspKernel::Dense && g.batch == 1) {
        // A group of pixels is read before its outputs are written, and never again.
        const bool inPlace = how->flat && g.inputChannels == g.outputChannels;
        facts.order = inPlace ? AccessOrder::Elementwise : AccessOrder::Rows;
        facts.bottomUp = !inPlace && g.w.output >= how->pixels;
    }
    return facts;
}

} // namespace

bool mayShareOffset(const Graph &graph, const Operator &op, const KernelFacts &facts, std::size_t which)
{
    const Tensor &input = graph.tensor(op.inputs[which]);
    const Tensor &output = graph.tensor(op.outputs[0]);
    const std::int64_t inputs = input.shape.elements().value_or(0);
    const std::int64_t outputs = output.shape.elements().value_or(0);
    return facts.order == AccessOrder::Elementwise && bitsOf(input.type) == bitsOf(output.type)
        && (which == 0 ? outputs <= inputs : outputs == inputs);
}

KernelFacts kernelFor(const Graph &graph, OperatorId id, const Target &target, bool portableOnly)
{
    if (target.dsp && !portableOnly) {
        if (const auto facts = dspFacts(graph, id)) {
            return *facts;
        }
    }
    const Operator &op = graph.op(id);
    KernelFacts facts;
    facts.weightBytes = portableWeightBytes(graph, op);
    facts.order = portableOrder(graph, op);
    facts.bottomUp = facts.order == AccessOrder::Rows;
    return facts;
}

} // namespace tinsmith

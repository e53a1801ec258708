// SPDX-License-Identifier: Apache-2.0
#include "core/planner/kernels.h"

#include "core/graph/geometry.h"
#include "core/planner/dsp_layers.h"
#include "core/planner/dsp_sum.h"

#include <optional>

namespace tinsmith {

namespace {

/// Bytes of an operator's constant inputs as a portable kernel stores them: the values as they are and, where the
/// output is requantized per channel, a 32-bit multiplier and an 8-bit shift each.
std::int64_t portableWeightBytes(const Graph &graph, const Operator &op)
{
    std::int64_t bytes = 0;
    for (const TensorId id : op.inputs) {
        if (id && graph.tensor(id).constant()) {
            bytes += graph.tensor(id).bytes().value_or(0);
        }
    }
    const bool requantizes
        = op.is<Conv2D>() || op.is<DepthwiseConv2D>() || op.is<TransposeConv2D>() || op.is<FullyConnected>();
    const TensorId weights = op.input(1);
    if (requantizes && weights && isInteger(graph.tensor(weights).type) && graph.tensor(weights).quantization) {
        constexpr std::int64_t multiplierAndShift = 5;
        bytes += multiplierAndShift * static_cast<std::int64_t>(graph.tensor(weights).quantization->scales.size());
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
        const bool inPlace = how->flat && g.inputChannels == g.outputChannels;
        facts.order = inPlace ? AccessOrder::Elementwise : AccessOrder::Rows;
        facts.bottomUp = !inPlace && g.w.output >= how->pixels;
    }
    return facts;
}

} // namespace

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

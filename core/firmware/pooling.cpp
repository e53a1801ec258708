// SPDX-License-Identifier: Apache-2.0
#include "core/execute/quantized_parameters.h"
#include "core/firmware/emitters.h"
#include "core/firmware/layer_parts.h"

namespace tinsmith::firmware {

std::string whyNot(const Graph &graph, const Operator &op, const Pool2D &kind)
{
    if (kind.layout != Layout::ChannelsLast) {
        return "is channels first; the canonical pass should have turned it";
    }
    if (kind.function == PoolFunction::L2) {
        return "is an L2 pool, for which there is no kernel";
    }
    if (kind.activation == FusedActivation::Tanh || kind.activation == FusedActivation::SignBit) {
        return "has a fused " + nameOf(kind.activation) + ", for which there is no kernel";
    }
    std::string reason = whyNotNumbers(graph, op);
    if (reason.empty() && numbersOf(graph, op) == Numbers::Int8) {
        reason = whyNotMoved(graph, op);
        if (reason.empty() && kind.function == PoolFunction::Average && kind.countIncludesPadding) {
            reason = "counts padding in the average, for which there is no int8 kernel";
        }
        if (reason.empty()) {
            outputBounds(graph, op, kind.activation);
        }
    }
    if (reason.empty() && kind.countIncludesPadding && kind.ceilMode) {
        reason = "counts padding in the average and rounds its size up, for which there is no kernel";
    }
    if (reason.empty() && !spatialGeometry(graph, op)) {
        reason = "has a shape that is not known";
    }
    return reason;
}

void emit(Emission &emission, OperatorId id, const Pool2D &kind)
{
    const Graph &graph = emission.graph();
    const Operator &op = graph.op(id);
    const SpatialGeometry geometry = *spatialGeometry(graph, op);
    const bool int8 = numbersOf(graph, op) == Numbers::Int8;
    const bool max = kind.function == PoolFunction::Max;

    CWriter body(1);
    openRows(body, geometry, {int8, false, emission.plan().operators[id.position()].bottomUp});
    std::vector<CArgument> arguments
        = {"rows", "output + y * " + std::to_string(geometry.w.output * geometry.outputChannels),
            {"input_w", geometry.w.input}, {"channels", geometry.inputChannels}, {"output_w", geometry.w.output},
            {"kernel_h", geometry.h.kernel}, {"kernel_w", geometry.w.kernel}, {"stride_w", geometry.w.stride},
            {"dilation_w", geometry.w.dilation}, {"pad_left", geometry.w.padBefore}};
    if (int8) {
        const OutputBounds bounds = outputBounds(graph, op, kind.activation);
        if (!max) {
            arguments.emplace_back("form", roundingForm(graph.info().rounding));
            arguments.emplace_back("zero", graph.tensor(op.inputs[0]).quantization->zeroPoint());
        }
        arguments.emplace_back("minimum", bounds.min);
        arguments.emplace_back("maximum", bounds.max);
    } else {
        const FloatBounds bounds = floatBounds(kind.activation);
        if (!max) {
            arguments.emplace_back("count_padding", std::int64_t{kind.countIncludesPadding});
        }
        arguments.emplace_back("minimum", bounds.minimum);
        arguments.emplace_back("maximum", bounds.maximum);
    }
    const std::string name = max ? "max_pool" : "average_pool";
    body.call("ts_" + name + "_row_" + (int8 ? "i8" : "f32"), arguments);
    closeRows(body, geometry);
    emission.include("ts_pooling.h");
    emission.layer(id, name + (int8 ? "" : "_f32"), inputAndOutput(emission, op), body);
}

} // namespace tinsmith::firmware

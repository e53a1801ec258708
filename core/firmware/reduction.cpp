// SPDX-License-Identifier: Apache-2.0
#include "core/execute/quantized_parameters.h"
#include "core/firmware/emitters.h"
#include "core/firmware/layer_parts.h"

#include <optional>

namespace tinsmith::firmware {
namespace {

/// The tensor as [outer, reduced, inner]; nothing where the reduced axes do not lie together.
struct Reduction {
    std::int64_t outer = 1;
    std::int64_t reduced = 1;
    std::int64_t inner = 1;
};

std::optional<Reduction> reductionOf(const Graph &graph, const Operator &op, const Reduce &kind)
{
    const auto &dims = graph.tensor(op.inputs[0]).shape.dims;
    const auto rank = static_cast<std::int64_t>(dims.size());
    std::vector<bool> reduces(dims.size(), kind.axes.empty());
    for (const std::int64_t axis : kind.axes) {
        const std::int64_t at = axis < 0 ? axis + rank : axis;
        if (at < 0 || at >= rank) {
            return std::nullopt;
        }
        reduces[static_cast<std::size_t>(at)] = true;
    }
    Reduction result;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        if (dims[i] == 1) {
            continue;
        }
        if (!reduces[i]) {
            (result.reduced == 1 ? result.outer : result.inner) *= dims[i];
        } else if (result.inner != 1) {
            return std::nullopt;
        } else {
            result.reduced *= dims[i];
        }
    }
    return result;
}

std::string kernelName(ReduceFunction function)
{
    switch (function) {
    case ReduceFunction::Mean:
    case ReduceFunction::Sum:
        return "sum";
    case ReduceFunction::Max:
        return "reduce_max";
    case ReduceFunction::Min:
        return "reduce_min";
    default:
        return {};
    }
}

} // namespace

std::string whyNot(const Graph &graph, const Operator &op, const Reduce &kind)
{
    std::string reason = whyNotNumbers(graph, op);
    if (!reason.empty()) {
        return reason;
    }
    if (kernelName(kind.function).empty()) {
        return "has no kernel for this reduction";
    }
    const auto shape = reductionOf(graph, op, kind);
    if (!shape) {
        return "reduces axes that do not lie together";
    }
    const bool sum = kernelName(kind.function) == "sum";
    if (numbersOf(graph, op) == Numbers::Int8) {
        constexpr std::int64_t most = INT32_MAX / 256;
        if (shape->reduced > most) {
            return "sums more values than 32 bits hold";
        }
        if (!sum) {
            return whyNotMoved(graph, op);
        }
        reductionParameters(graph, op);
    }
    return {};
}

void emit(Emission &emission, OperatorId id, const Reduce &kind)
{
    const Graph &graph = emission.graph();
    const Operator &op = graph.op(id);
    const Reduction shape = *reductionOf(graph, op, kind);
    const bool int8 = numbersOf(graph, op) == Numbers::Int8;
    const std::string kernel = kernelName(kind.function);
    std::vector<CArgument> arguments
        = {"input", "output", {"outer", shape.outer}, {"reduced", shape.reduced}, {"inner", shape.inner}};
    if (kernel == "sum" && int8) {
        const ReductionParameters parameters = reductionParameters(graph, op);
        arguments.emplace_back("form", roundingForm(parameters.factor.rounding));
        arguments.emplace_back("input_zero", parameters.inputZeroPoint);
        arguments.emplace_back("multiplier", parameters.factor.multiplier);
        arguments.emplace_back("shift", parameters.factor.shift);
        arguments.emplace_back("output_zero", parameters.outputZeroPoint);
    } else if (kernel == "sum") {
        arguments.emplace_back("divisor", kind.function == ReduceFunction::Mean ? shape.reduced : 1);
    }
    CWriter body(1);
    body.call("ts_" + kernel + (int8 ? "_i8" : "_f32"), arguments);
    emission.include("ts_reduction.h");
    const std::string hint = kind.function == ReduceFunction::Mean ? "mean" : kernel;
    emission.layer(id, hint + (int8 ? "" : "_f32"), inputAndOutput(emission, op), body);
}

} // namespace tinsmith::firmware

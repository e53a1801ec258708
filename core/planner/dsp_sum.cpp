// SPDX-License-Identifier: Apache-2.0
#include "core/planner/dsp_sum.h"

#include "core/graph/error.h"

namespace tinsmith {

namespace {

bool isInt8Activation(const Graph &graph, TensorId id)
{
    return id && !graph.tensor(id).constant() && graph.tensor(id).type == ElementType::Int8;
}

std::vector<std::int32_t> tableOf(const SumParameters &p, bool firstIsLarge, bool subtracts)
{
    const std::int32_t largeZero = firstIsLarge ? p.zeroPoint1 : p.zeroPoint2;
    const std::int32_t smallZero = firstIsLarge ? p.zeroPoint2 : p.zeroPoint1;
    const QuantizedMultiplier factor = firstIsLarge ? p.factor2 : p.factor1;
    const std::int32_t smallSign = subtracts && firstIsLarge ? -1 : 1;
    const std::int32_t largeSign = subtracts && !firstIsLarge ? -1 : 1;
    std::vector<std::int32_t> table(256);
    for (std::int32_t value = -128; value < 128; ++value) {
        const std::int32_t scaled = requantize((value - smallZero) * (1 << 20), factor);
        table[static_cast<std::size_t>(value & 255)] = 2 * smallSign * scaled - largeSign * largeZero * (1 << 20);
    }
    return table;
}

} // namespace

std::optional<DspSum> dspSum(const Graph &graph, OperatorId id)
{
    const Operator &op = graph.op(id);
    const auto *binary = op.as<Binary>();
    if (binary == nullptr || (binary->function != BinaryFunction::Add && binary->function != BinaryFunction::Sub)
        || op.inputs.size() != 2 || op.outputs.size() != 1 || !isInt8Activation(graph, op.inputs[0])
        || !isInt8Activation(graph, op.inputs[1]) || !isInt8Activation(graph, op.outputs[0])) {
        return std::nullopt;
    }
    const Shape &shape = graph.tensor(op.outputs[0]).shape;
    if (!shape.elements() || graph.tensor(op.inputs[0]).shape != shape || graph.tensor(op.inputs[1]).shape != shape) {
        return std::nullopt;
    }
    SumParameters p;
    try {
        p = sumParameters(graph, op);
    } catch (const Error &) {
        return std::nullopt;
    }
    // At twice its own scale, exactly.
    constexpr QuantizedMultiplier half{1 << 30, 0};
    constexpr std::int32_t largestShift = 22;
    const std::int32_t shift = -p.output.shift;
    if (p.output.rounding != Rounding::Twice || (p.factor1 != half && p.factor2 != half) || p.leftShift != 20
        || shift < 1 || shift > largestShift) {
        return std::nullopt;
    }
    const bool subtracts = binary->function == BinaryFunction::Sub;
    DspSum sum;
    sum.firstIsLarge = p.factor1 == half;
    sum.sign = subtracts && !sum.firstIsLarge ? -1 : 1;
    sum.table = tableOf(p, sum.firstIsLarge, subtracts);
    sum.count = *shape.elements();
    sum.multiplier = p.output.multiplier;
    sum.offset = p.outputZeroPoint * (1 << shift) + (1 << (shift - 1));
    sum.shift = shift;
    sum.zeroPoint = p.outputZeroPoint;
    sum.bounds = p.bounds;
    return sum;
}

} // namespace tinsmith

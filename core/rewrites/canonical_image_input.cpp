// SPDX-License-Identifier: Apache-2.0
#include "core/rewrites/canonical_steps.h"

#include <cmath>
#include <optional>

namespace tinsmith::canonical_steps {
namespace {

/// real = scale * (q - zero), as a Dequantize has it.
struct Codes {
    double scale = 1;
    double zero = 0;
};

std::optional<double> scalarOf(const Graph &graph, TensorId id)
{
    if (!id.valid()) {
        return std::nullopt;
    }
    const Tensor &tensor = graph.tensor(id);
    if (!tensor.constant() || tensor.variable || tensor.type != ElementType::Float32 || tensor.shape.elements() != 1) {
        return std::nullopt;
    }
    return static_cast<double>(tensor.data->copyAs<float>().front());
}

/// The codes with the arithmetic applied; nothing where it is not a factor or an addend.
std::optional<Codes> applied(const Codes &codes, BinaryFunction function, double value, bool constantFirst)
{
    Codes result = codes;
    if (function == BinaryFunction::Mul) {
        result.scale *= value;
    } else if (function == BinaryFunction::Div && !constantFirst) {
        result.scale /= value;
    } else if (function == BinaryFunction::Add) {
        result.zero -= value / codes.scale;
    } else if (function == BinaryFunction::Sub && !constantFirst) {
        result.zero += value / codes.scale;
    } else {
        return std::nullopt;
    }
    return result;
}

/// Whether a stored integer of eight bits can be the zero point, and the scale a scale.
bool fits(const Codes &codes, ElementType type)
{
    constexpr double leastScale = 1e-9;
    constexpr double mostScale = 1e9;
    const double lowest = type == ElementType::UInt8 ? 0 : -128;
    return codes.scale >= leastScale && codes.scale <= mostScale && codes.zero >= lowest - 1e-3
        && codes.zero <= lowest + 255 + 1e-3 && std::fabs(codes.zero - std::round(codes.zero)) < 1e-3;
}

/// The only reader of an activation that nothing else needs.
OperatorId onlyReader(const Graph &graph, TensorId id)
{
    const auto readers = graph.consumers(id);
    return readers.size() == 1 && !graph.isOutput(id) ? readers[0] : OperatorId::none();
}

} // namespace

Graph lowerByteCasts(const Graph &graph)
{
    GraphBuilder builder(graph);
    bool changed = false;
    for (std::size_t index = 0; index < graph.operators().size(); ++index) {
        const Operator &op = graph.operators()[index];
        const auto *cast = op.as<Cast>();
        if (cast == nullptr || cast->to != ElementType::Float32 || op.outputs.size() != 1) {
            continue;
        }
        const Tensor &from = graph.tensor(op.inputs[0]);
        const bool bytes = from.type == ElementType::UInt8 || from.type == ElementType::Int8;
        if (!bytes || from.quantization || from.constant() || onlyReader(graph, op.inputs[0]) != OperatorId(index)) {
            continue;
        }
        // Factors and addends behind it become part of scale and zero point, as far as those can hold them.
        Codes codes;
        TensorId last = op.outputs[0];
        std::vector<OperatorId> absorbed;
        Codes sofar;
        std::vector<OperatorId> pending;
        TensorId output = last;
        for (OperatorId next = onlyReader(graph, last); next.valid(); next = onlyReader(graph, last)) {
            const Operator &arithmetic = graph.op(next);
            const auto *binary = arithmetic.as<Binary>();
            if (binary == nullptr || binary->activation != FusedActivation::None || arithmetic.inputs.size() != 2
                || graph.tensor(arithmetic.outputs[0]).shape != from.shape) {
                break;
            }
            const bool constantFirst = arithmetic.inputs[1] == last;
            const auto value = scalarOf(graph, arithmetic.inputs[constantFirst ? 0 : 1]);
            const auto result = value ? applied(sofar, binary->function, *value, constantFirst) : std::nullopt;
            if (!result || !std::isfinite(result->scale) || !std::isfinite(result->zero) || result->scale <= 0) {
                break;
            }
            sofar = *result;
            pending.push_back(next);
            last = arithmetic.outputs[0];
            if (fits(sofar, from.type)) {
                codes = sofar;
                output = last;
                absorbed.insert(absorbed.end(), pending.begin(), pending.end());
                pending.clear();
            }
        }
        for (const OperatorId id : absorbed) {
            builder.removeOperator(id);
        }
        builder.tensor(op.inputs[0]).quantization
            = Quantization{{static_cast<float>(codes.scale)}, {static_cast<std::int64_t>(std::llround(codes.zero))}, 0};
        builder.op(OperatorId(index)).kind = Dequantize{};
        builder.op(OperatorId(index)).outputs = {output};
        changed = true;
    }
    return changed ? builder.build() : graph;
}

} // namespace tinsmith::canonical_steps

// SPDX-License-Identifier: Apache-2.0
#include "core/execute/compare.h"
#include "core/graph/bodies.h"
#include "core/rewrites/canonical_steps.h"

#include <algorithm>
#include <map>

namespace tinsmith::canonical_steps {
namespace {

bool isStoredInteger(ElementType type)
{
    return type == ElementType::Int8 || type == ElementType::UInt8 || type == ElementType::Int16
        || type == ElementType::Int4;
}

/// A constant that stands for real numbers, with one scale or one for each slice along its axis.
bool isStored(const Tensor &tensor)
{
    if (!tensor.constant() || tensor.variable || !tensor.quantization || !isStoredInteger(tensor.type)) {
        return false;
    }
    const Quantization &quantization = *tensor.quantization;
    const auto axis = static_cast<std::size_t>(quantization.axis);
    return quantization.scales.size() == 1
        || (quantization.axis >= 0 && axis < tensor.shape.rank()
            && tensor.shape[axis] == static_cast<std::int64_t>(quantization.scales.size()));
}

/// The constant's real values, as float32.
Tensor asFloat(const Tensor &constant)
{
    Tensor result = constant;
    result.data = Bytes::of(realsOf(constant, constant.data->view()));
    result.type = ElementType::Float32;
    result.quantization.reset();
    return result;
}

bool takesStoredWeights(const Operator &op)
{
    return op.is<Conv2D>() || op.is<DepthwiseConv2D>() || op.is<TransposeConv2D>() || op.is<FullyConnected>()
        || op.is<Gemm>() || op.is<MatMul>();
}

/// Operators that hold graphs exchange tensors with them by type.
bool holdsBodies(const Graph &graph)
{
    return std::any_of(
        graph.operators().begin(), graph.operators().end(), [](const Operator &op) { return keepsItsShapes(op.kind); });
}

} // namespace

Graph widenHalves(const Graph &graph)
{
    const auto isHalf = [](const Tensor &tensor) {
        return tensor.type == ElementType::Float16 || tensor.type == ElementType::BFloat16;
    };
    if (std::none_of(graph.tensors().begin(), graph.tensors().end(), isHalf) || holdsBodies(graph)) {
        return graph;
    }
    GraphBuilder builder(graph);
    for (std::size_t index = 0; index < graph.operators().size(); ++index) {
        const Operator &op = graph.operators()[index];
        const auto half = [&](const std::vector<TensorId> &ids) {
            return !ids.empty() && ids[0].valid() && isHalf(graph.tensor(ids[0]));
        };
        const auto single = [&](const std::vector<TensorId> &ids) {
            return !ids.empty() && ids[0].valid() && graph.tensor(ids[0]).type == ElementType::Float32;
        };
        auto *cast = std::get_if<Cast>(&builder.op(OperatorId(index)).kind);
        const bool widens = half(op.inputs) && single(op.outputs) && (cast != nullptr || op.is<Dequantize>());
        const bool narrows = single(op.inputs) && half(op.outputs) && cast != nullptr;
        if (widens || narrows || (cast != nullptr && half(op.inputs) && half(op.outputs))) {
            builder.op(OperatorId(index)).kind = Identity{};
        } else if (cast != nullptr && (cast->to == ElementType::Float16 || cast->to == ElementType::BFloat16)) {
            cast->to = ElementType::Float32;
        }
    }
    for (std::size_t index = 0; index < graph.tensors().size(); ++index) {
        Tensor &tensor = builder.tensor(TensorId(index));
        if (isHalf(tensor)) {
            tensor = tensor.data ? asFloat(tensor) : tensor;
            tensor.type = ElementType::Float32;
        }
    }
    return builder.build();
}

Graph decompressWeights(const Graph &graph)
{
    GraphBuilder builder(graph);
    std::map<TensorId, TensorId> made;
    bool changed = false;
    for (std::size_t index = 0; index < graph.operators().size(); ++index) {
        const OperatorId id(index);
        const Operator &op = graph.op(id);
        const TensorId first = op.input(0);
        if (!first.valid() || op.outputs.size() != 1 || !op.outputs[0].valid()) {
            continue;
        }
        if (op.is<Dequantize>() && isStored(graph.tensor(first)) && !graph.isOutput(op.outputs[0])) {
            builder.tensor(op.outputs[0]).data = asFloat(graph.tensor(first)).data;
            builder.removeOperator(id);
            changed = true;
            continue;
        }
        if (!takesStoredWeights(op) || graph.tensor(op.outputs[0]).type != ElementType::Float32) {
            continue;
        }
        for (std::size_t position = 0; position < op.inputs.size(); ++position) {
            const TensorId weights = op.inputs[position];
            if (!weights.valid() || !isStored(graph.tensor(weights))) {
                continue;
            }
            const auto [real, isNew] = made.emplace(weights, TensorId::none());
            if (isNew) {
                Tensor tensor = asFloat(graph.tensor(weights));
                tensor.name = builder.uniqueTensorName(tensor.name + "/float");
                real->second = builder.addTensor(std::move(tensor));
            }
            builder.op(id).inputs[position] = real->second;
            changed = true;
        }
    }
    return changed ? builder.build() : graph;
}

} // namespace tinsmith::canonical_steps

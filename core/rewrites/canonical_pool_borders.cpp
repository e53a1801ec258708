// SPDX-License-Identifier: Apache-2.0
#include "core/execute/quantized_parameters.h"
#include "core/execute/quantized_tensor.h"
#include "core/graph/pool_borders.h"
#include "core/rewrites/canonical_steps.h"

#include <limits>

namespace tinsmith::canonical_steps {
namespace {

/// The lowest finite half: borders are written as it, as the lowest float, as -1e9 or as -infinity. No network computes
/// such values.
constexpr double noValue = -65504;

double leastOf(FusedActivation activation)
{
    switch (activation) {
    case FusedActivation::Relu:
    case FusedActivation::Relu6:
        return 0;
    case FusedActivation::ReluN1To1:
    case FusedActivation::Tanh:
    case FusedActivation::SignBit:
        return -1;
    case FusedActivation::None:
        break;
    }
    return -std::numeric_limits<double>::infinity();
}

double leastOf(const Activation &activation)
{
    switch (activation.function) {
    case ActivationFunction::Relu:
    case ActivationFunction::Relu6:
    case ActivationFunction::Relu0To1:
    case ActivationFunction::Logistic:
    case ActivationFunction::HardSigmoid:
    case ActivationFunction::Softplus:
        return 0;
    case ActivationFunction::ReluN1To1:
    case ActivationFunction::Tanh:
    case ActivationFunction::Softsign:
        return -1;
    case ActivationFunction::Clip:
        return static_cast<double>(activation.alpha);
    default:
        return -std::numeric_limits<double>::infinity();
    }
}

/// A bound below every value of a float tensor, from the operator that makes it; -infinity where none is known.
double leastValue(const Graph &graph, TensorId id)
{
    constexpr int mostSteps = 16;
    for (int step = 0; step < mostSteps && graph.producer(id).valid(); ++step) {
        const Operator &op = graph.op(graph.producer(id));
        if (op.is<Softmax>()) {
            return 0;
        }
        if (const auto *activation = op.as<Activation>()) {
            return leastOf(*activation);
        }
        OperatorKind kind = op.kind;
        if (const FusedActivation *fused = fusableActivation(kind); fused != nullptr && leastOf(*fused) >= -1) {
            return leastOf(*fused);
        }
        const auto *pool = op.as<Pool2D>();
        const bool keeps = op.is<Reshape>() || op.is<Squeeze>() || op.is<ExpandDims>() || op.is<Transpose>()
            || op.is<StridedSlice>() || op.is<Split>() || op.is<DepthToSpace>() || op.is<SpaceToDepth>()
            || (pool != nullptr && pool->function == PoolFunction::Max);
        if (!keeps) {
            break;
        }
        id = op.inputs[0];
    }
    return -std::numeric_limits<double>::infinity();
}

/// Whether no value of the tensor is below the border.
bool isBelowAll(const Graph &graph, TensorId id, double border)
{
    const Tensor &tensor = graph.tensor(id);
    switch (tensor.type) {
    case ElementType::Float32:
        return border <= noValue || border <= leastValue(graph, id);
    case ElementType::Int8:
    case ElementType::UInt8:
    case ElementType::Int16:
        // What is stored of it counts.
        return tensor.quantization && !tensor.quantization->perChannel()
            && quantizedValue(border, tensor) == limitsOf(tensor.type).min;
    default:
        return false;
    }
}

} // namespace

Graph foldPoolBorders(const Graph &graph)
{
    GraphBuilder builder(graph);
    BuilderUses uses(builder);
    bool changed = false;
    for (std::size_t index = 0; index < graph.operators().size(); ++index) {
        const OperatorId id(index);
        const OperatorId border = graph.op(id).is<Pool2D>() ? borderOf(builder, id, uses) : OperatorId::none();
        if (border.valid() && isBelowAll(graph, graph.op(border).inputs[0], graph.op(border).as<Pad>()->value)) {
            foldBorder(builder, id, border, uses);
            changed = true;
        }
    }
    return changed ? builder.build() : graph;
}

} // namespace tinsmith::canonical_steps

// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tflite/lowering.h"

#include "core/graph/shape_inference.h"

#include <utility>
#include <variant>

namespace tinsmith::tflite {
namespace {

bool isQuantized(const Tensor &tensor)
{
    return tensor.quantization && !tensor.quantization->scales.empty() && isInteger(tensor.type);
}

} // namespace

bool Replacement::quantized() const
{
    return isQuantized(input()) || isQuantized(output());
}

TensorId Replacement::real(std::size_t position)
{
    const TensorId id = op_.inputs.at(position);
    return isQuantized(builder_.tensor(id)) ? add(Dequantize{}, {id}) : id;
}

TensorId Replacement::number(float value)
{
    return constant(ElementType::Float32, Shape(), Bytes::of(std::vector<float>{value}));
}

TensorId Replacement::constant(
    ElementType type, const Shape &shape, Bytes data, std::optional<Quantization> quantization)
{
    return builder_.addConstant(
        builder_.uniqueTensorName(op_.name + "/constant"), type, shape, std::move(data), std::move(quantization));
}

TensorId Replacement::add(
    OperatorKind kind, std::vector<TensorId> inputs, ElementType type, std::optional<Quantization> quantization)
{
    Tensor made;
    made.name = builder_.uniqueTensorName(op_.name + "/step");
    made.type = type;
    made.quantization = std::move(quantization);
    const TensorId id = builder_.addTensor(made);
    Operator step{made.name, std::move(kind), std::move(inputs), {id}};
    builder_.tensor(id).shape = inferShapes(step, [this](TensorId each) -> const Tensor & {
        return std::as_const(builder_).tensor(each);
    }).at(0);
    builder_.addOperator(std::move(step));
    return id;
}

TensorId Replacement::addLike(TensorId like, OperatorKind kind, std::vector<TensorId> inputs)
{
    const Tensor model = builder_.tensor(like);
    return add(std::move(kind), std::move(inputs), model.type, model.quantization);
}

void Replacement::finish(OperatorKind kind, std::vector<TensorId> inputs)
{
    builder_.removeOperator(id_);
    builder_.addOperator({op_.name, std::move(kind), std::move(inputs), op_.outputs});
}

void Replacement::finishReal(OperatorKind kind, std::vector<TensorId> inputs)
{
    if (isQuantized(output())) {
        const TensorId result = add(std::move(kind), std::move(inputs));
        finish(Quantize{}, {result});
    } else {
        finish(std::move(kind), std::move(inputs));
    }
}

void Replacement::rename(TensorId id)
{
    if (builder_.tensor(id).constant() || id == op_.inputs[0]) {
        finish(Identity{}, {id});
        return;
    }
    builder_.removeOperator(id_);
    Operator &maker = builder_.op(OperatorId(builder_.operatorCount() - 1));
    maker.name = op_.name;
    maker.outputs = op_.outputs;
}

bool Replacement::becomeConstant(Bytes value)
{
    if (graph_.isOutput(op_.outputs[0])) {
        return false;
    }
    builder_.tensor(op_.outputs[0]).data = std::move(value);
    builder_.removeOperator(id_);
    return true;
}

std::optional<SpatialGeometry> Replacement::geometry() const
{
    return spatialGeometry(graph_, op_);
}

Graph lowered(const Graph &graph)
{
    // What an operator is expressed by may have to be expressed by others again: a tangent by sine and cosine, those of
    // an int8 tensor in float32.
    constexpr int mostPasses = 4;
    Graph result = graph;
    for (int pass = 0; pass < mostPasses; ++pass) {
        GraphBuilder builder(result);
        bool changed = false;
        for (std::size_t index = 0; index < result.operators().size(); ++index) {
            const Operator &op = result.operators()[index];
            if (op.outputs.empty() || !op.outputs[0].valid() || !op.input(0).valid()) {
                continue;
            }
            Replacement place(result, builder, OperatorId(index));
            std::visit(
                [&](const auto &kind) {
                    if constexpr (requires { lower(place, kind); }) {
                        changed = lower(place, kind) || changed;
                    }
                },
                op.kind);
        }
        if (!changed) {
            break;
        }
        result = builder.build();
    }
    return result;
}

} // namespace tinsmith::tflite

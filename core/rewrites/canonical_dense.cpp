// SPDX-License-Identifier: Apache-2.0
#include "core/graph/relayout.h"
#include "core/rewrites/canonical_steps.h"

#include <algorithm>
#include <optional>

namespace tinsmith::canonical_steps {
namespace {

/// Weights [out,in] from [in,out], or as they are.
Tensor outFirst(const Tensor &weights, bool already)
{
    Tensor result = weights;
    if (!already) {
        result.data
            = permuted(*weights.data, weights.shape.dims, {1, 0}, static_cast<std::size_t>(bitsOf(weights.type) / 8));
        result.shape = {weights.shape[1], weights.shape[0]};
        if (result.quantization && result.quantization->perChannel()) {
            result.quantization->axis = 1 - result.quantization->axis;
        }
    }
    return result;
}

Tensor scaled(const Tensor &tensor, float factor)
{
    Tensor result = tensor;
    auto values = tensor.data->copyAs<float>();
    for (float &value : values) {
        value *= factor;
    }
    result.data = Bytes::of(values);
    return result;
}

/// A constant that adds one number per output, as [out]; nothing where it is something else.
std::optional<Tensor> biasOf(const Tensor &constant, std::int64_t outputs)
{
    const auto elements = constant.shape.elements();
    if (!constant.data || !elements || constant.shape.rank() == 0 || constant.shape.last() != *elements) {
        return std::nullopt;
    }
    Tensor result = constant;
    if (*elements == 1 && outputs != 1 && constant.type == ElementType::Float32) {
        result.data
            = Bytes::of(std::vector<float>(static_cast<std::size_t>(outputs), constant.data->copyAs<float>().front()));
    } else if (*elements != outputs) {
        return std::nullopt;
    }
    result.shape = {outputs};
    if (result.quantization) {
        result.quantization->axis = 0;
    }
    return result;
}

class Dense {
public:
    explicit Dense(const Graph &graph) : graph_(graph), builder_(graph) { }

    Graph run()
    {
        for (std::size_t index = 0; index < graph_.operators().size(); ++index) {
            const OperatorId id(index);
            const Operator &op = graph_.op(id);
            if (const auto *gemm = op.as<Gemm>()) {
                fromGemm(id, op, *gemm);
            } else if (const auto *product = op.as<MatMul>()) {
                fromMatMul(id, op, *product);
            }
        }
        return changed_ ? builder_.build() : graph_;
    }

private:
    bool weightsFit(const Operator &op) const
    {
        const Tensor &weights = graph_.tensor(op.inputs[1]);
        return weights.constant() && weights.shape.rank() == 2 && bitsOf(weights.type) >= 8;
    }

    void fromGemm(OperatorId id, const Operator &op, const Gemm &gemm)
    {
        const Tensor &x = graph_.tensor(op.inputs[0]);
        const bool isFloat = x.type == ElementType::Float32;
        if (!weightsFit(op) || x.shape.rank() != 2 || x.constant()
            || (!isFloat && (gemm.alpha != 1 || gemm.beta != 1))) {
            return;
        }
        Tensor weights = outFirst(graph_.tensor(op.inputs[1]), gemm.transposeB);
        weights = gemm.alpha == 1 ? weights : scaled(weights, gemm.alpha);
        TensorId input = op.inputs[0];
        std::optional<Tensor> bias;
        if (op.input(2).valid()) {
            bias = biasOf(graph_.tensor(op.inputs[2]), weights.shape[0]);
            if (!bias) {
                return;
            }
            bias = gemm.beta == 1 ? *bias : scaled(*bias, gemm.beta);
        }
        if (gemm.transposeA) {
            Tensor turned = x;
            turned.name = builder_.uniqueTensorName(x.name + "/transposed");
            std::swap(turned.shape[0], turned.shape[1]);
            input = builder_.addTensor(turned);
            builder_.addOperator({turned.name, Transpose{{1, 0}}, {op.inputs[0]}, {input}});
        }
        std::vector<TensorId> inputs = {input, builder_.addTensor(std::move(weights))};
        if (bias) {
            inputs.push_back(builder_.addTensor(std::move(*bias)));
        }
        become(id, false, std::move(inputs));
    }

    void fromMatMul(OperatorId id, const Operator &op, const MatMul &product)
    {
        const Tensor &x = graph_.tensor(op.inputs[0]);
        const std::size_t rank = x.shape.rank();
        if (!weightsFit(op) || product.transposeA || rank < 2 || x.constant()) {
            return;
        }
        Tensor weights = outFirst(graph_.tensor(op.inputs[1]), product.transposeB);
        const std::int64_t outputs = weights.shape[0];
        std::vector<TensorId> inputs = {op.inputs[0], builder_.addTensor(std::move(weights))};
        // In float a following sum with one number per output is the bias.
        const OperatorId next = onlyReader(op.outputs[0]);
        if (x.type == ElementType::Float32 && next.valid()) {
            const Operator &sum = graph_.op(next);
            const auto *binary = sum.as<Binary>();
            if (binary != nullptr && binary->function == BinaryFunction::Add && sum.inputs[0] != sum.inputs[1]) {
                const TensorId other = sum.inputs[sum.inputs[0] == op.outputs[0] ? 1 : 0];
                const auto bias = biasOf(graph_.tensor(other), outputs);
                if (bias && graph_.tensor(other).shape.rank() <= rank) {
                    inputs.push_back(builder_.addTensor(*bias));
                    builder_.op(id).outputs = sum.outputs;
                    builder_.removeOperator(next);
                    become(id, rank > 2, std::move(inputs), binary->activation);
                    return;
                }
            }
        }
        become(id, rank > 2, std::move(inputs));
    }

    OperatorId onlyReader(TensorId id) const
    {
        const auto readers = graph_.consumers(id);
        return readers.size() == 1 && !graph_.isOutput(id) ? readers[0] : OperatorId::none();
    }

    void become(
        OperatorId id, bool keepDims, std::vector<TensorId> inputs, FusedActivation activation = FusedActivation::None)
    {
        Operator &op = builder_.op(id);
        op.kind = FullyConnected{keepDims, activation};
        op.inputs = std::move(inputs);
        changed_ = true;
    }

    const Graph &graph_;
    GraphBuilder builder_;
    bool changed_ = false;
};

} // namespace

Graph lowerDense(const Graph &graph)
{
    return Dense(graph).run();
}

} // namespace tinsmith::canonical_steps

// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/operator_writer.h"
#include "core/graph/relayout.h"

#include <optional>
#include <utility>

namespace tinsmith::onnxio {

namespace {

/// Weights [out,in] as [in,out], stored so; none where they are not constant.
std::optional<Tensor> turned(const Tensor &weights)
{
    if (!weights.constant() || weights.shape.rank() != 2 || bitsOf(weights.type) < 8) {
        return std::nullopt;
    }
    Tensor result = weights;
    result.data
        = permuted(*weights.data, weights.shape.dims, {1, 0}, static_cast<std::size_t>(bitsOf(weights.type) / 8));
    std::swap(result.shape[0], result.shape[1]);
    if (result.quantization && result.quantization->perChannel()) {
        result.quantization->axis = 1 - result.quantization->axis;
    }
    return result;
}

/// A layer over the rows of more than a matrix is a product and a sum, as ONNX models have it: with reshapes around a
/// Gemm a quantized one would not be recognised.
bool writeAsProduct(Emitter &e, const Operator &op, const FullyConnected &kind)
{
    const Tensor &x = e.tensor(op.inputs[0]);
    const Tensor &weights = e.tensor(op.inputs[1]);
    const auto matrix = turned(weights);
    if (!kind.keepDims || x.shape.rank() == 2 || x.shape.rank() == 0 || !matrix) {
        return false;
    }
    const std::string result = beforeFused(e, kind.activation);
    const bool biased = op.input(2).valid();
    const std::string product = biased ? e.temporary() : result;
    e.node("MatMul", {e.real(0), e.realConstant(*matrix)}, {product});
    if (biased) {
        e.node("Add", {product, e.real(2)}, {result});
    }
    writeFused(e, kind.activation, result);
    return true;
}

} // namespace

void write(Emitter &e, const Operator &op, const FullyConnected &kind)
{
    if (writeAsProduct(e, op, kind)) {
        return;
    }
    const Tensor &x = e.tensor(op.inputs[0]);
    const Tensor &weights = e.tensor(op.inputs[1]);
    const Shape &output = e.tensor(op.outputs[0]).shape;
    std::string input = e.real(0);
    if (x.shape.rank() != 2 || x.shape[1] != weights.shape[1]) {
        const std::string flat = e.temporary();
        e.node("Reshape", {input, e.integers({-1, weights.shape[1]})}, {flat});
        input = flat;
    }
    const std::string result = beforeFused(e, kind.activation);
    const bool restores = output.rank() != 2;
    const std::string product = restores ? e.temporary() : result;
    e.node("Gemm", {input, e.real(1), e.real(2)}, {product}, {{"transB", std::int64_t{1}}});
    if (restores) {
        e.node("Reshape", {product, e.integers(output.dims)}, {result});
    }
    writeFused(e, kind.activation, result);
}

void write(Emitter &e, const Operator &, const Gemm &kind)
{
    AttributeList attributes;
    const auto add = [&](const char *name, const AttributeValue &value, bool differs) {
        if (differs) {
            attributes.emplace_back(name, value);
        }
    };
    add("alpha", kind.alpha, kind.alpha != 1);
    add("beta", kind.beta, kind.beta != 1);
    add("transA", std::int64_t{1}, kind.transposeA);
    add("transB", std::int64_t{1}, kind.transposeB);
    e.node("Gemm", {e.real(0), e.real(1), e.real(2)}, {e.realOutput()}, attributes);
}

void write(Emitter &e, const Operator &op, const MatMul &kind)
{
    const auto side = [&](std::size_t input, bool transposed) {
        const std::string name = e.real(input);
        const std::size_t rank = e.tensor(op.inputs[input]).shape.rank();
        if (!transposed || rank < 2) {
            return name;
        }
        std::vector<std::int64_t> order;
        for (std::size_t axis = 0; axis < rank; ++axis) {
            order.push_back(static_cast<std::int64_t>(axis));
        }
        std::swap(order[rank - 1], order[rank - 2]);
        std::string turned = e.temporary();
        e.node("Transpose", {name}, {turned}, {{"perm", order}});
        return turned;
    };
    const std::string a = side(0, kind.transposeA);
    const std::string b = side(1, kind.transposeB);
    e.node("MatMul", {a, b}, {e.realOutput()});
}

} // namespace tinsmith::onnxio

// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/further_readers.h"

namespace tinsmith::onnxio {
namespace {

/// x with the bias at input 1, where there is one.
TensorId biased(NodeContext &context)
{
    const TensorId x = context.in(0);
    return context.has(1)
        ? context.step(Binary{BinaryFunction::Add, FusedActivation::None}, {x, context.in(1)}, "biased")
        : x;
}

/// Gelu by its definition, and FastGelu by tanh; BiasGelu and FastGelu may add a bias before.
template <bool tanh>
void readGelu(NodeContext &context)
{
    context.emit(Activation{ActivationFunction::Gelu, tanh ? 1.0F : 0.0F, 0}, {biased(context)});
}

/// x * logistic(alpha * x)
void readQuickGelu(NodeContext &context)
{
    constexpr float usual = 1.702F;
    context.emit(Activation{ActivationFunction::Swish, context.node.real("alpha", usual), 0}, {context.in(0)});
}

void readFusedMatMul(NodeContext &context)
{
    const Node &node = context.node;
    if (node.integer("transBatchA", 0) != 0 || node.integer("transBatchB", 0) != 0) {
        throw Untyped{"a product of transposed batches is not supported"};
    }
    const MatMul product{node.integer("transA", 0) != 0, node.integer("transB", 0) != 0};
    const float alpha = node.real("alpha", 1);
    if (alpha == 1) {
        context.emit(product, {context.in(0), context.in(1)});
        return;
    }
    const TensorId whole = context.step(product, {context.in(0), context.in(1)}, "product");
    const TensorId factor = context.number("alpha", context.tensor(whole).type, static_cast<double>(alpha));
    context.emit(Binary{BinaryFunction::Mul, FusedActivation::None}, {whole, factor});
}

} // namespace

void addMicrosoftReaders(NodeReaders &readers)
{
    readers["com.microsoft.Gelu"] = readGelu<false>;
    readers["com.microsoft.BiasGelu"] = readGelu<false>;
    readers["com.microsoft.FastGelu"] = readGelu<true>;
    readers["com.microsoft.QuickGelu"] = readQuickGelu;
    readers["com.microsoft.FusedMatMul"] = readFusedMatMul;
}

} // namespace tinsmith::onnxio

// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/node_context.h"

namespace tinsmith::onnxio {
namespace {

constexpr Binary product{BinaryFunction::Mul, FusedActivation::None};

/// The weight of each target's class, 0 where the class is to be ignored; none() where all count alike.
TensorId weightsOf(NodeContext &context, TensorId targets, TensorId ignored, ElementType type)
{
    TensorId weights = TensorId::none();
    if (context.has(2)) {
        weights = context.step(Gather{}, {context.in(2), targets}, "weights");
    }
    if (!ignored.valid()) {
        return weights;
    }
    const TensorId one = weights.valid() ? weights : context.number("one", type, 1);
    const TensorId zero = context.number("zero", type, 0);
    return context.step(Select{}, {ignored, zero, one}, "counted", type);
}

/// Minus the logarithms of the probabilities of the targets, weighted and reduced; as the specification of
/// NegativeLogLikelihoodLoss takes it apart.
void emitLoss(NodeContext &context, TensorId logarithms)
{
    const Tensor x = context.tensor(logarithms);
    const ElementType type = x.type;
    if (type != ElementType::Float32) {
        throw Untyped{"a loss in " + std::string(nameOf(type)) + " is not supported"};
    }
    if (x.shape.rank() < 2) {
        throw Untyped{"its input has no classes"};
    }
    TensorId targets = context.in(1);
    const ElementType index = context.tensor(targets).type;
    TensorId ignored = TensorId::none();
    if (context.node.has("ignore_index")) {
        const TensorId number = context.integer("number", index, context.node.integer("ignore_index", 0));
        ignored = context.step(
            Binary{BinaryFunction::Equal, FusedActivation::None}, {targets, number}, "ignored", ElementType::Bool);
        targets = context.step(Select{}, {ignored, context.number("any", index, 0), targets}, "safe", index);
    }
    const TensorId column = context.step(ExpandDims{{1}}, {targets}, "column");
    const TensorId picked = context.step(GatherElements{1}, {logarithms, column}, "picked");
    const TensorId squeezed = context.step(Squeeze{{1}}, {picked}, "squeezed");
    const TensorId weights = weightsOf(context, targets, ignored, type);
    const std::string reduction = context.node.string("reduction", "mean");
    const bool none = reduction == "none";
    if (!none && reduction != "mean" && reduction != "sum") {
        throw Untyped{"reduction " + reduction + " is not known"};
    }
    if (!weights.valid() && none) {
        context.emit(Unary{UnaryFunction::Neg}, {squeezed});
        return;
    }
    const TensorId losses = context.step(Unary{UnaryFunction::Neg}, {squeezed}, "losses");
    if (weights.valid() && none) {
        context.emit(product, {losses, weights});
        return;
    }
    const TensorId weighted = weights.valid() ? context.step(product, {losses, weights}, "weighted") : losses;
    const Reduce sum{ReduceFunction::Sum, {}, false};
    if (reduction == "sum") {
        context.emit(sum, {weighted});
    } else if (!weights.valid()) {
        context.emit(Reduce{ReduceFunction::Mean, {}, false}, {weighted});
    } else {
        const TensorId total = context.step(sum, {weighted}, "total");
        const TensorId share = context.step(sum, {weights}, "share");
        context.emit(Binary{BinaryFunction::Div, FusedActivation::None}, {total, share});
    }
}

void readNegativeLogLikelihood(NodeContext &context)
{
    context.rank(0);
    context.rank(1);
    emitLoss(context, context.in(0));
}

void readSoftmaxCrossEntropy(NodeContext &context)
{
    context.rank(0);
    context.rank(1);
    const LogSoftmax kind{1};
    if (context.wants(1)) {
        context.emit(kind, {context.in(0)}, {context.out(1)}, "logarithms");
        emitLoss(context, context.out(1));
    } else {
        emitLoss(context, context.step(kind, {context.in(0)}, "logarithms"));
    }
}

} // namespace

void addLossReaders(NodeReaders &readers)
{
    readers["NegativeLogLikelihoodLoss"] = readNegativeLogLikelihood;
    readers["SoftmaxCrossEntropyLoss"] = readSoftmaxCrossEntropy;
}

} // namespace tinsmith::onnxio

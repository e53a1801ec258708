// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <optional>
#include <vector>

namespace tinsmith::onnxio {

/// A graph under change that knows who writes and who reads each tensor.
class FoldedGraph {
public:
    explicit FoldedGraph(const Graph &graph);

    GraphBuilder builder;

    const Tensor &tensor(TensorId id) const { return builder.tensor(id); }
    OperatorId producer(TensorId id) const { return producers_[id.position()]; }
    /// Once per input that reads it.
    const std::vector<OperatorId> &readers(TensorId id) const { return readers_[id.position()]; }
    bool isInput(TensorId id) const { return inputs_[id.position()]; }
    bool isOutput(TensorId id) const { return outputs_[id.position()]; }

    TensorId add(Tensor tensor);
    OperatorId add(Operator op);
    void remove(OperatorId id);
    void setInputs(OperatorId id, std::vector<TensorId> inputs);
    void setOutputs(OperatorId id, std::vector<TensorId> outputs);
    /// Operators that read `from` read `to`; graph outputs stay.
    void replaceReaders(TensorId from, TensorId to);
    /// A tensor like this one under a new name, without data.
    TensorId addLike(TensorId like, const std::string &suffix);

    /// The 8-bit tensor of one scale whose real values `real` holds; none() where there is no such.
    TensorId quantizedSource(TensorId real) const;
    /// The quantized constant that `real` is made of, whatever its scales; none() where there is no such.
    TensorId constantSource(TensorId real) const;

private:
    std::vector<OperatorId> producers_;
    std::vector<std::vector<OperatorId>> readers_;
    std::vector<bool> inputs_;
    std::vector<bool> outputs_;
};

/// int8 or uint8 with one scale and zero point.
bool isQuantizedByte(const Tensor &tensor);

/// Where the real output of an operator goes: only to QuantizeLinear of one scale, an activation before it or not.
struct Sink {
    /// What the operator is to write.
    TensorId stored;
    FusedActivation activation = FusedActivation::None;
    /// The operators that go.
    std::vector<OperatorId> removed;
};

/// Nothing where something else reads the output, or the activation has no fused form.
std::optional<Sink> sinkOf(const FoldedGraph &graph, TensorId real);
/// Removes the sink's operators and makes `id` write its tensor.
void takeSink(FoldedGraph &graph, OperatorId id, const Sink &sink);

/// Folds a convolution, transpose convolution, Gemm or product with constant weights; false where it has no integer
/// form.
bool foldWeighted(FoldedGraph &graph, OperatorId id);

/// Folds an operator that moves or chooses values: they are dequantized behind it. False where it is none.
bool foldMovement(FoldedGraph &graph, OperatorId id);

/// Gives bytes that are only moved to or from a quantized tensor its scale: in ONNX it stands beside the one that
/// DequantizeLinear reads, and the graph's input may lie before it.
void spreadScales(FoldedGraph &graph);

/// Makes int8 of the uint8 tensors between the operators.
void makeSigned(FoldedGraph &graph);

} // namespace tinsmith::onnxio

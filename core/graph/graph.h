// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/operator.h"
#include "core/graph/tensor.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tinsmith {

class GraphBuilder;

/// What a source file says about itself, and what its reader could not represent.
struct GraphInfo {
    /// "TFLite" or "ONNX"; empty for a graph made in code.
    std::string format;
    /// What its int8 operators mean: the file's own convention, unless it says that of the other.
    Rounding rounding = Rounding::Twice;
    /// Key and value, as the file has them ("Producer", "IR version", "Opset ai.onnx", "Description", ...).
    std::vector<std::pair<std::string, std::string>> metadata;
    /// Something the reader could not represent, and the operator or tensor it concerns (may be empty).
    struct Problem {
        std::string place;
        std::string text;
    };
    std::vector<Problem> problems;
};

/// A neural network as an immutable value; copying is cheap. Operators stand in an order in which they can run. Made by
/// GraphBuilder, which checks it: every index is in range, every tensor has at most one producer, there is no cycle.
class Graph {
public:
    Graph();

    const std::string &name() const;
    const GraphInfo &info() const;
    std::span<const Tensor> tensors() const;
    std::span<const Operator> operators() const;
    std::span<const TensorId> inputs() const;
    std::span<const TensorId> outputs() const;
    /// Further subgraphs of the file (bodies of loops and branches, functions), shown but not run.
    std::span<const Graph> subgraphs() const;

    const Tensor &tensor(TensorId id) const { return tensors()[id.position()]; }
    const Operator &op(OperatorId id) const { return operators()[id.position()]; }

    /// The operator that writes the tensor; none() for inputs and constants.
    OperatorId producer(TensorId id) const;
    /// The operators that read the tensor, in order, each once.
    std::span<const OperatorId> consumers(TensorId id) const;
    bool isInput(TensorId id) const;
    bool isOutput(TensorId id) const;

    OperatorId operatorNamed(std::string_view name) const;
    TensorId tensorNamed(std::string_view name) const;

private:
    friend class GraphBuilder;
    struct Data;
    explicit Graph(std::shared_ptr<const Data> data);
    std::shared_ptr<const Data> data_;
};

/// Makes a graph, or a changed copy of one. Ids of the source graph stay valid in the builder; build() drops removed
/// operators and tensors that nothing refers to, and numbers the rest anew.
class GraphBuilder {
public:
    GraphBuilder();
    explicit GraphBuilder(const Graph &source);
    ~GraphBuilder();
    GraphBuilder(GraphBuilder &&) noexcept;
    GraphBuilder &operator=(GraphBuilder &&) noexcept;

    std::string &name();
    GraphInfo &info();
    std::vector<Graph> &subgraphs();

    TensorId addTensor(Tensor tensor);
    /// Shorthand for a constant. `data` must have the bytes that type and shape say (build() checks).
    TensorId addConstant(std::string name, ElementType type, Shape shape, Bytes data,
        std::optional<Quantization> quantization = std::nullopt);
    OperatorId addOperator(Operator op);
    void removeOperator(OperatorId id);

    std::size_t tensorCount() const;
    std::size_t operatorCount() const;
    Tensor &tensor(TensorId id);
    const Tensor &tensor(TensorId id) const;
    Operator &op(OperatorId id);
    const Operator &op(OperatorId id) const;
    bool removed(OperatorId id) const;

    void setInputs(std::vector<TensorId> inputs);
    void setOutputs(std::vector<TensorId> outputs);
    const std::vector<TensorId> &inputs() const;
    const std::vector<TensorId> &outputs() const;

    /// Every reader of `from`, graph outputs included, reads `to` instead.
    void replaceUses(TensorId from, TensorId to);
    /// `wish`, or it with a number behind it where a tensor has that name.
    std::string uniqueTensorName(const std::string &wish) const;
    std::string uniqueOperatorName(const std::string &wish) const;

    /// Checks, sorts into an order that can run (the given order where that already can), makes empty and repeated
    /// operator names unique, drops what nothing uses. The builder is empty afterwards.
    /// Throws GraphError: index out of range, two producers, a cycle (named), a constant of the wrong size.
    Graph build();

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace tinsmith

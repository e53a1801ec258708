// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/onnx/folding.h"
#include "core/formats/onnx/node.h"
#include "core/graph/graph.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace tinsmith::onnxio {

/// Thrown by a node's reader: the node has no typed form, and opens as Custom with this reason.
struct Untyped {
    std::string reason;
};

/// What the readers of one graph share: its builder and its values by name.
class Values {
public:
    explicit Values(std::string file) : file_(std::move(file)) { }

    GraphBuilder builder;

    const std::string &file() const { return file_; }
    /// Makes the name known. Throws FormatError where it is already.
    void define(const std::string &name, TensorId tensor);
    void define(const std::string &name, SmallValue value);
    /// Elements of a value that an operator computes.
    void settle(const std::string &name, SmallValue value);
    bool known(const std::string &name) const { return values_.count(name) > 0; }
    /// The tensor of a value, a constant where it was folded. Throws FormatError where the name is not known.
    TensorId tensor(const std::string &name, const std::string &reader);
    /// Notes that something reads the value.
    void noteRead(const std::string &name) { read_.insert(name); }
    bool isRead(const std::string &name) const { return read_.count(name) > 0; }
    /// Its elements where they are few and known in part at least; else null.
    const SmallValue *small(const std::string &name);
    /// Adds an operator to the graph.
    OperatorId add(Operator op);
    /// Operators that came into the builder otherwise, from this one on.
    void noteMakers(std::size_t first);
    /// The operator that makes the tensor; null where none does.
    const Operator *maker(TensorId id) const;
    /// In a loop's body, the number of the round.
    TensorId round;

private:
    struct Value {
        TensorId tensor;
        std::optional<SmallValue> small;
        bool looked = false;
    };
    std::string file_;
    std::unordered_map<std::string, Value> values_;
    std::unordered_set<std::string> read_;
    std::unordered_map<std::int32_t, OperatorId> makers_;
};

/// A node on its way to becoming operators: inputs looked up, operators held back until the whole node has been read.
class NodeContext {
public:
    NodeContext(const Node &source, Values &values) : node(source), values_(values) { }

    const Node &node;

    std::size_t inputCount() const { return node.inputs.size(); }
    bool has(std::size_t input) const { return input < node.inputs.size() && !node.inputs[input].empty(); }
    /// Throws Untyped where the input is left out.
    TensorId in(std::size_t input);
    /// none() where it is left out.
    TensorId optional(std::size_t input) { return has(input) ? in(input) : TensorId::none(); }
    /// A copy, for adding tensors moves them.
    Tensor tensor(TensorId id) const { return values_.builder.tensor(id); }
    Shape shape(std::size_t input) { return tensor(in(input)).shape; }
    /// Throws Untyped where it is not known.
    std::size_t rank(std::size_t input);
    /// Partly known elements; null where there are none.
    const SmallValue *small(std::size_t input);
    /// The elements of a parameter; throws Untyped ("its WHAT is computed") where they are not known.
    std::vector<std::int64_t> integers(std::size_t input, std::string_view what);
    std::vector<double> reals(std::size_t input, std::string_view what);
    /// An axis counted from the front; throws Untyped where it is out of range.
    std::size_t axis(std::int64_t value, std::size_t rank) const;

    /// The operator that makes a value, among those of the nodes before; null where none does.
    const Operator *maker(TensorId id) const { return values_.maker(id); }
    /// Whether the value is the number of the round, in a loop's body.
    bool isRound(TensorId id) const { return values_.round.valid() && id == values_.round; }

    /// Whether the node has this output at all.
    bool wants(std::size_t output) const { return output < node.outputs.size() && !node.outputs[output].empty(); }
    /// Whether it has it, and something reads it.
    bool needs(std::size_t output) const { return wants(output) && values_.isRead(node.outputs[output]); }
    TensorId out(std::size_t output = 0);
    /// A tensor between the operators that one node becomes.
    TensorId temporary(const std::string &suffix);
    TensorId constant(const std::string &suffix, ElementType type, Shape shape, Bytes data);
    /// A scalar constant of the type; throws Untyped where that has no numbers or not this one.
    TensorId number(const std::string &suffix, ElementType type, double value);
    TensorId integer(const std::string &suffix, ElementType type, std::int64_t value);
    /// An intermediate result of one output, of the first input's type unless another is given.
    TensorId step(OperatorKind kind, std::vector<TensorId> inputs, const std::string &suffix,
        ElementType type = ElementType::Unknown);
    Tensor &change(TensorId id) { return values_.builder.tensor(id); }

    /// Adds an operator. Its outputs get their shapes, and the type of the first input where they have none yet.
    /// Throws GraphError where shapes do not agree.
    void emit(
        OperatorKind kind, std::vector<TensorId> inputs, std::vector<TensorId> outputs, const std::string &suffix = {});
    /// The usual case: one output.
    void emit(OperatorKind kind, std::vector<TensorId> inputs) { emit(std::move(kind), std::move(inputs), {out()}); }
    /// Makes the output a constant: nothing has to be computed.
    void settle(std::size_t output, ElementType type, Shape shape, Bytes data);
    /// Gives an output a type other than the first input's.
    void setType(TensorId id, ElementType type) { change(id).type = type; }

    std::vector<Operator> &pending() { return pending_; }
    /// Outputs that are constants.
    const std::vector<TensorId> &settled() const { return settled_; }

private:
    TensorId scalar(const std::string &suffix, const SmallValue &value);

    Values &values_;
    std::vector<TensorId> outputs_;
    std::vector<Operator> pending_;
    std::vector<TensorId> settled_;
};

using NodeReader = void (*)(NodeContext &);
using NodeReaders = std::unordered_map<std::string, NodeReader>;

/// All typed readers, by ONNX's name; those of other domains as "domain.Name".
const NodeReaders &nodeReaders();

void addConvolutionReaders(NodeReaders &readers);
void addPoolingReaders(NodeReaders &readers);
void addDenseReaders(NodeReaders &readers);
void addElementwiseReaders(NodeReaders &readers);
void addActivationReaders(NodeReaders &readers);
void addShapeReaders(NodeReaders &readers);
void addSliceReaders(NodeReaders &readers);
void addResizeReaders(NodeReaders &readers);
void addReductionReaders(NodeReaders &readers);
void addRecurrentReaders(NodeReaders &readers);
void addQuantizationReaders(NodeReaders &readers);
void addNormalizationReaders(NodeReaders &readers);
void addSelectionReaders(NodeReaders &readers);
void addMakingReaders(NodeReaders &readers);
void addImageReaders(NodeReaders &readers);
void addIntegerReaders(NodeReaders &readers);
void addSignalReaders(NodeReaders &readers);
void addLossReaders(NodeReaders &readers);

} // namespace tinsmith::onnxio

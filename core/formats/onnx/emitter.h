// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace onnx {
class GraphProto;
class ModelProto;
} // namespace onnx

namespace tinsmith::onnxio {

/// A tensor of one element as an attribute.
struct AttributeTensor {
    ElementType type = ElementType::Float32;
    Bytes value;
};
/// An attribute of a node to be written.
using AttributeValue = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>, std::vector<float>,
    std::vector<std::string>, AttributeTensor>;
using AttributeList = std::vector<std::pair<std::string, AttributeValue>>;

/// Operator set 17, which libonnx 1.12 can check, where nothing in the graph needs a newer one.
inline constexpr std::int64_t usualOperatorSet = 17;

/// Thrown where an operator has a form only in a newer operator set than the model is being written for.
struct NeedsOperatorSet {
    std::int64_t version = 0;
};

/// Writes nodes, constants and value declarations of one graph into a model, free of protobuf for those who call it.
class Emitter {
public:
    explicit Emitter(const Graph &graph, std::int64_t operatorSet = usualOperatorSet);
    /// A body of an operator that `around` writes: the last inputs are values of the graph around it, whose names there
    /// are `captured`.
    Emitter(const Graph &body, Emitter &around, const std::vector<std::string> &captured);
    ~Emitter();

    std::int64_t operatorSet() const { return operatorSet_; }
    /// Throws NeedsOperatorSet where the model is written for an older one.
    void needOperatorSet(std::int64_t version) const;

    const Graph &graph() const { return graph_; }
    const Tensor &tensor(TensorId id) const { return graph_.tensor(id); }

    /// The operator whose nodes follow; they are named after it.
    void begin(const Operator &op);
    /// Quantizes what the operator's nodes wrote as real numbers.
    void end();
    [[noreturn]] void refuse(const std::string &cause) const;

    /// An input as the node reads it: real numbers, dequantized where the tensor is quantized. Empty where left out.
    std::string real(std::size_t input);
    /// A constant that the graph does not have, as real() gives one that it has.
    std::string realConstant(const Tensor &constant);
    /// An output as the node writes it: real numbers, which end() quantizes.
    std::string realOutput(std::size_t output = 0);
    /// The stored values.
    std::string stored(std::size_t input);
    std::string storedOutput(std::size_t output = 0);
    /// A value between the nodes of one operator.
    std::string temporary();

    void node(const std::string &type, std::vector<std::string> inputs, std::vector<std::string> outputs,
        const AttributeList &attributes = {}, const std::string &domain = {});
    /// A node from its encoding, with these inputs and outputs in place of its own. Refuses one that means something
    /// else in the operator set that is written.
    void encodedNode(
        const Bytes &encoded, const std::vector<std::string> &inputs, const std::vector<std::string> &outputs);
    std::string integers(const std::vector<std::int64_t> &values);
    std::string reals(const std::vector<float> &values);
    /// A number of the real type that stands for this tensor's.
    std::string number(TensorId like, double value);
    /// The same for the operator's first output.
    std::string numberOfOutput(double value) { return number(op_->outputs.at(0), value); }
    /// ONNX's number of the type; refuses those that it does not have.
    std::int64_t dataType(ElementType type) const;
    std::string constant(ElementType type, const std::vector<std::int64_t> &dims, const Bytes &bytes);
    /// Scale and zero point inputs of a quantized tensor; refuses what ONNX cannot say.
    std::pair<std::string, std::string> quantizationOf(const Tensor &tensor);
    static AttributeList quantizationAxis(const Tensor &tensor);

    /// Adds a body, by its position in the whole model's subgraphs(), as an attribute to the node written last. Its
    /// last inputs are the operator's from `firstCaptured` on.
    void attach(const std::string &attribute, std::int32_t body, std::size_t firstCaptured);
    /// Writes a body as a function of the model, once; returns its domain and name.
    std::pair<std::string, std::string> function(std::int32_t body, const std::string &wish);

    /// The whole model; checked by libonnx.
    std::vector<std::byte> finish();

private:
    Emitter(const Graph &graph, std::int64_t operatorSet, Emitter *around);
    Emitter &root() { return around_ == nullptr ? *this : around_->root(); }
    const Graph &bodyAt(std::int32_t body);
    void declareInputs(std::size_t count);
    /// Outputs, and the types of what lies between.
    void declareValues();
    void importDomain(const std::string &domain);
    void writeAll();
    /// A body's outputs are values of its own, each once.
    void ownOutputs();
    std::string nameOfTensor(TensorId id);
    std::string unique(const std::string &wish);

    const Graph &graph_;
    std::int64_t operatorSet_;
    Emitter *around_ = nullptr;
    /// The model's, where this writes the model itself.
    std::unique_ptr<::onnx::ModelProto> model_;
    /// The body's, where this writes one.
    std::unique_ptr<::onnx::GraphProto> own_;
    ::onnx::GraphProto *target_ = nullptr;
    std::vector<std::string> outputNames_;
    std::unordered_map<std::int32_t, std::pair<std::string, std::string>> functions_;
    const Operator *op_ = nullptr;
    int nodes_ = 0;
    std::vector<std::string> names_;
    std::unordered_set<std::string> taken_;
    std::unordered_map<std::int32_t, std::string> dequantized_;
    std::unordered_map<std::string, std::string> shared_;
    std::vector<std::pair<std::string, TensorId>> toQuantize_;
    std::unordered_set<std::string> domains_;
};

/// Whether the values are integers that stand for real numbers.
bool isQuantized(const Tensor &tensor);

/// Writes one operator. Throws UnsupportedError where ONNX has no form for it.
void writeOperator(Emitter &emitter, const Operator &op);

} // namespace tinsmith::onnxio

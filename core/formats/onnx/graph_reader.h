// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/onnx/node_context.h"
#include "core/formats/onnx/node_proto.h"
#include "core/formats/onnx/onnx_reader.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace onnx {
class FunctionProto;
class GraphProto;
class NodeProto;
class TypeProto;
} // namespace onnx

namespace tinsmith::onnxio {

/// A function of the file: its operators are read anew for every different way in which it is called.
struct LocalFunction {
    const ::onnx::FunctionProto *proto = nullptr;
    OperatorSets sets;
    bool called = false;
};

/// A function read for one way of calling it.
struct FunctionBody {
    Graph graph;
    /// The elements of its outputs, where they are few and known at least in part.
    std::vector<std::optional<SmallValue>> known;
    /// Positions of the operators that compute shapes.
    std::vector<std::size_t> shapeComputing;
    /// The constant arguments: the way is told by their addresses, so nothing else may get these.
    std::vector<Bytes> arguments;
};

/// What the graphs of one file share.
struct FileContext {
    const OnnxOptions &options;
    OperatorSets sets;
    ExternalData external;
    /// The bodies read so far, subgraphs() of the model's graph.
    std::vector<Graph> bodies = {};
    /// By name, that of a domain as "domain.Name".
    std::map<std::string, LocalFunction> functions = {};
    /// The body of a function for given attributes and inputs, by a text of these.
    std::map<std::string, FunctionBody> functionBodies = {};
    /// The functions that are being read, the outermost first.
    std::vector<std::string> openFunctions = {};
    /// Nodes read so far, those of a function for every way in which it is called; and the bytes of such functions.
    std::size_t nodes = 0;
    std::size_t functionBytes = 0;
};

/// What a body knows of the operator that runs it.
struct BodyScope {
    /// The graph around; null for functions, which see nothing of it.
    Values *outer = nullptr;
    /// Types and shapes of the inputs that the body declares, from the operator's.
    std::vector<Tensor> inputs;
    /// The elements of these inputs, where they are few and settled.
    std::vector<std::optional<SmallValue>> known;
    /// Of functions: which of the inputs are constants, with their data; they are no inputs of the body.
    std::vector<bool> constant;
    /// Values around it that become inputs behind the declared ones.
    std::vector<std::string> captured;
    /// The first declared input counts rounds.
    bool countsRounds = false;
};

/// Reads one graph, body or function.
class GraphReader {
public:
    explicit GraphReader(FileContext &file) : file_(file), values_(file.external.file()) { }

    /// The model's graph, or a body.
    Graph read(::onnx::GraphProto &graph, const BodyScope *scope = nullptr);
    FunctionBody read(::onnx::FunctionProto &function, const BodyScope &scope);

private:
    void readInitializers(::onnx::GraphProto &graph);
    void readInputs(const ::onnx::GraphProto &graph, const BodyScope *scope);
    void fixInput(const std::string &name, const Tensor &value, const ::onnx::TypeProto *type);
    void readSurroundings(const ::onnx::GraphProto &graph, const BodyScope &scope);
    void readNodes(const std::vector<::onnx::NodeProto *> &protos);
    void readNode(const Node &node, const std::vector<std::string> &captured, ::onnx::NodeProto &proto);
    bool readConstant(const Node &node);
    bool fold(const Node &node);
    bool readTyped(const Node &node);
    void readCustom(const Node &node, const std::vector<std::string> &captured, const std::string &reason);
    void readControl(const Node &node, const std::vector<std::string> &captured, ::onnx::NodeProto &proto);
    bool readSettledBranch(const Node &node, const std::vector<std::string> &captured, ::onnx::NodeProto &proto);
    /// Scan before operator set 9, whose values have a batch dimension in front: as the later form, of one batch.
    bool readEarlyScan(const Node &node, const std::vector<std::string> &captured, ::onnx::NodeProto &proto);
    bool readCall(const Node &node, const ::onnx::NodeProto &proto);
    const FunctionBody &functionBody(const Node &node, const ::onnx::NodeProto &proto, LocalFunction &function,
        const std::vector<TensorId> &arguments);
    /// The body in the place of the node; see spliceBody(). Its outputs get the names of the node's.
    void inlineBody(const Node &node, const Graph &body, const std::vector<TensorId> &inputs, const std::string &prefix,
        const std::unordered_map<TensorId, TensorId> &shared = {});
    std::string prefixOf(const Node &node) const;
    BodyScope scopeOf(const Node &node, const std::vector<std::string> &captured);
    std::int32_t readBody(const Node &node, ::onnx::GraphProto &graph, const std::string &name, const BodyScope &scope);
    void addControl(const Node &node, OperatorKind kind, const std::vector<std::string> &captured,
        const std::vector<Tensor> &outputs);
    void commit(const Node &node, std::vector<Operator> operators);
    void declareOutput(TensorId id);
    void finish(const std::vector<std::string> &outputs);
    void problem(const std::string &place, const std::string &text);

    FileContext &file_;
    Values values_;
    std::unordered_map<std::string, const ::onnx::TypeProto *> declared_;
    /// The names that the nodes make, of which none may be given to a tensor of a body in the place of a node.
    std::set<std::string> made_;
    /// Operators that compute shapes: gone where all that read them were settled.
    std::vector<OperatorId> shapeComputing_;
    std::size_t folded_ = 0;
    /// Why the node read last has no typed form.
    std::string untypedReason_;
};

} // namespace tinsmith::onnxio

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/onnx/node_context.h"
#include "core/formats/onnx/node_proto.h"
#include "core/formats/onnx/onnx_reader.h"

#include <memory>
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

/// What the graphs of one file share.
struct FileContext {
    const OnnxOptions &options;
    OperatorSets sets;
    ExternalData external;
};

/// Reads one graph, body or function.
class GraphReader {
public:
    explicit GraphReader(FileContext &file) : file_(file), values_(file.external.file()) { }

    /// A graph of the file, or a body that may read values around it.
    Graph read(::onnx::GraphProto &graph, bool body);
    Graph read(::onnx::FunctionProto &function);

private:
    void readInitializers(::onnx::GraphProto &graph);
    void readInputs(const ::onnx::GraphProto &graph, bool body);
    void fixInput(const std::string &name, const Tensor &value, const ::onnx::TypeProto *type);
    void readNodes(const std::vector<::onnx::NodeProto *> &protos);
    void readNode(const Node &node, const std::vector<std::string> &captured, ::onnx::NodeProto &proto);
    bool readConstant(const Node &node);
    bool fold(const Node &node);
    bool readTyped(const Node &node);
    void readCustom(const Node &node, const std::vector<std::string> &captured, const std::string &reason);
    void readBodies(const Node &node, ::onnx::NodeProto &proto);
    void commit(const Node &node, std::vector<Operator> operators);
    void declareOutput(TensorId id);
    void finish(const std::vector<std::string> &outputs);
    void problem(const std::string &place, const std::string &text);

    FileContext &file_;
    Values values_;
    std::unordered_map<std::string, const ::onnx::TypeProto *> declared_;
    /// Operators that compute shapes: gone where all that read them were settled.
    std::vector<OperatorId> shapeComputing_;
    std::size_t folded_ = 0;
    /// Why the node read last has no typed form.
    std::string untypedReason_;
};

} // namespace tinsmith::onnxio

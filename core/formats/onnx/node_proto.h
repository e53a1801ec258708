// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/onnx/node.h"
#include "core/formats/onnx/tensor_proto.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace onnx {
class AttributeProto;
class FunctionProto;
class GraphProto;
} // namespace onnx

namespace tinsmith::onnxio {

/// Versions of operator sets by domain; "" is ai.onnx.
using OperatorSets = std::map<std::string, std::int64_t>;

/// The node free of protobuf; tensors of its attributes are taken out of the message.
Node takeNode(::onnx::NodeProto &proto, const OperatorSets &sets, ExternalData &external);

/// The operator's name, that of a domain other than ai.onnx as "domain.Name".
std::string qualifiedName(const ::onnx::NodeProto &proto);
/// The name by which a node calls a function of the file: qualifiedName() and the overload, if there is one.
std::string functionName(const ::onnx::NodeProto &proto);
std::string functionName(const ::onnx::FunctionProto &proto);
/// The attributes of a function that have a value where a call gives them none.
std::vector<::onnx::AttributeProto> defaultAttributes(const ::onnx::FunctionProto &function);
/// Whether graphs stand in the node's attributes.
bool hasBodies(const ::onnx::NodeProto &proto);

/// Names that a graph reads but does not make: what a body takes from around it.
std::vector<std::string> freeNames(const ::onnx::GraphProto &graph);
/// The free names of all bodies in a node's attributes.
std::vector<std::string> capturedNames(const ::onnx::NodeProto &node);

/// The nodes in an order that can run: the given one where it already can. Throws FormatError naming a node of a cycle.
std::vector<std::size_t> runningOrder(
    const std::vector<Node> &nodes, const std::vector<std::vector<std::string>> &captured, const std::string &file);

/// The node as bytes, tensors of attributes among them again, without its bodies: what Custom::encoded holds.
Bytes encodedNode(const Node &node);

} // namespace tinsmith::onnxio

// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/node_proto.h"

#include "core/graph/error.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <climits>
#include <queue>
#include <unordered_map>
#include <unordered_set>

namespace tinsmith::onnxio {
namespace {

using Names = std::unordered_set<std::string>;

void collectFree(const ::onnx::GraphProto &graph, std::vector<std::string> &free, Names &seen)
{
    Names made;
    for (const auto &input : graph.input()) {
        made.insert(input.name());
    }
    for (const auto &constant : graph.initializer()) {
        made.insert(constant.name());
    }
    for (const auto &constant : graph.sparse_initializer()) {
        made.insert(constant.values().name());
    }
    for (const auto &node : graph.node()) {
        made.insert(node.output().begin(), node.output().end());
    }
    const auto note = [&](const std::string &name) {
        if (!name.empty() && made.count(name) == 0 && seen.insert(name).second) {
            free.push_back(name);
        }
    };
    for (const auto &node : graph.node()) {
        for (const auto &input : node.input()) {
            note(input);
        }
        for (const auto &name : capturedNames(node)) {
            note(name);
        }
    }
    for (const auto &output : graph.output()) {
        note(output.name());
    }
}

} // namespace

Node takeNode(::onnx::NodeProto &proto, const OperatorSets &sets, ExternalData &external)
{
    Node node;
    node.name = proto.name();
    node.type = proto.op_type();
    node.domain = proto.domain() == "ai.onnx" ? std::string() : proto.domain();
    const auto set = sets.find(node.domain);
    node.opset = set == sets.end() ? 0 : set->second;
    node.inputs.assign(proto.input().begin(), proto.input().end());
    node.outputs.assign(proto.output().begin(), proto.output().end());
    node.proto = &proto;
    for (auto &attribute : *proto.mutable_attribute()) {
        try {
            node.attributes.push_back(takeAttribute(attribute, external));
        } catch (const FormatError &problem) {
            throw FormatError(external.file(), node.place(), "attribute " + attribute.name() + ": " + problem.cause());
        }
    }
    return node;
}

std::string qualifiedName(const ::onnx::NodeProto &proto)
{
    const bool standard = proto.domain().empty() || proto.domain() == "ai.onnx";
    return standard ? proto.op_type() : proto.domain() + "." + proto.op_type();
}

namespace {

/// A text of a message in a field that came after the libonnx 1.12 of Debian 12, whose messages keep it unread.
template <typename Message>
std::string overloadOf(const Message &message, int number)
{
    if constexpr (requires { message.overload(); }) {
        return message.overload();
    } else {
        const auto &unread = message.GetReflection()->GetUnknownFields(message);
        for (int at = 0; at < unread.field_count(); ++at) {
            const auto &field = unread.field(at);
            if (field.number() == number && field.type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED) {
                return field.length_delimited();
            }
        }
        return {};
    }
}

template <typename Message>
std::vector<::onnx::AttributeProto> defaultsOf(const Message &function)
{
    std::vector<::onnx::AttributeProto> defaults;
    if constexpr (requires { function.attribute_proto(); }) {
        defaults.assign(function.attribute_proto().begin(), function.attribute_proto().end());
    } else {
        constexpr int attributeField = 11;
        const auto &unread = function.GetReflection()->GetUnknownFields(function);
        for (int at = 0; at < unread.field_count(); ++at) {
            const auto &field = unread.field(at);
            ::onnx::AttributeProto attribute;
            if (field.number() == attributeField
                && field.type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED
                && attribute.ParseFromString(field.length_delimited())) {
                defaults.push_back(std::move(attribute));
            }
        }
    }
    return defaults;
}

std::string withOverload(std::string name, const std::string &overload)
{
    return overload.empty() ? name : std::move(name) + ":" + overload;
}

} // namespace

std::string functionName(const ::onnx::NodeProto &proto)
{
    constexpr int overloadField = 8;
    return withOverload(qualifiedName(proto), overloadOf(proto, overloadField));
}

std::string functionName(const ::onnx::FunctionProto &proto)
{
    constexpr int overloadField = 13;
    const bool standard = proto.domain().empty() || proto.domain() == "ai.onnx";
    return withOverload((standard ? "" : proto.domain() + ".") + proto.name(), overloadOf(proto, overloadField));
}

std::vector<::onnx::AttributeProto> defaultAttributes(const ::onnx::FunctionProto &function)
{
    return defaultsOf(function);
}

bool hasBodies(const ::onnx::NodeProto &proto)
{
    return std::any_of(proto.attribute().begin(), proto.attribute().end(),
        [](const auto &attribute) { return attribute.has_g() || attribute.graphs_size() > 0; });
}

std::vector<std::string> freeNames(const ::onnx::GraphProto &graph)
{
    std::vector<std::string> free;
    Names seen;
    collectFree(graph, free, seen);
    return free;
}

std::vector<std::string> capturedNames(const ::onnx::NodeProto &node)
{
    std::vector<std::string> names;
    Names seen;
    for (const auto &attribute : node.attribute()) {
        if (attribute.has_g()) {
            collectFree(attribute.g(), names, seen);
        }
        for (const auto &graph : attribute.graphs()) {
            collectFree(graph, names, seen);
        }
    }
    return names;
}

std::vector<std::size_t> runningOrder(
    const std::vector<Node> &nodes, const std::vector<std::vector<std::string>> &captured, const std::string &file)
{
    std::unordered_map<std::string, std::size_t> makers;
    for (std::size_t index = 0; index < nodes.size(); ++index) {
        for (const std::string &output : nodes[index].outputs) {
            if (!output.empty()) {
                makers.emplace(output, index);
            }
        }
    }
    std::vector<std::vector<std::size_t>> readers(nodes.size());
    std::vector<std::size_t> waiting(nodes.size(), 0);
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    for (std::size_t index = 0; index < nodes.size(); ++index) {
        for (const auto *names : {&nodes[index].inputs, &captured[index]}) {
            for (const std::string &name : *names) {
                const auto maker = makers.find(name);
                if (maker != makers.end()) {
                    readers[maker->second].push_back(index);
                    ++waiting[index];
                }
            }
        }
        if (waiting[index] == 0) {
            ready.push(index);
        }
    }
    std::vector<std::size_t> order;
    order.reserve(nodes.size());
    while (!ready.empty()) {
        const std::size_t index = ready.top();
        ready.pop();
        order.push_back(index);
        for (const std::size_t reader : readers[index]) {
            if (--waiting[reader] == 0) {
                ready.push(reader);
            }
        }
    }
    for (std::size_t index = 0; index < nodes.size(); ++index) {
        if (waiting[index] > 0) {
            throw FormatError(file, nodes[index].place(), "It depends on its own output: the graph has a cycle");
        }
    }
    return order;
}

Bytes encodedNode(const Node &node)
{
    ::onnx::NodeProto copy = *node.proto;
    const auto count = static_cast<std::size_t>(copy.attribute_size());
    for (std::size_t index = 0; index < count && index < node.attributes.size(); ++index) {
        auto &attribute = *copy.mutable_attribute(static_cast<int>(index));
        attribute.clear_g();
        attribute.clear_graphs();
        const auto &tensor = node.attributes[index].tensor;
        // Reading took the values out of the message; those in typed fields are still there.
        const bool taken = tensor && tensor->data && tensor->type != ElementType::String;
        if (taken) {
            auto &made = *attribute.mutable_t();
            made.clear_external_data();
            made.clear_data_location();
            made.clear_float_data();
            made.clear_int32_data();
            made.clear_int64_data();
            made.clear_double_data();
            made.clear_uint64_data();
            made.set_raw_data(tensor->data->data(), tensor->data->size());
        }
    }
    const std::size_t size = copy.ByteSizeLong();
    std::vector<std::byte> bytes(size <= INT_MAX ? size : 0);
    if (bytes.empty() || !copy.SerializeToArray(bytes.data(), static_cast<int>(size))) {
        return {};
    }
    return Bytes(std::move(bytes));
}

} // namespace tinsmith::onnxio

// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/graph_reader.h"
#include "core/graph/bodies.h"
#include "core/graph/error.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <string_view>
#include <unordered_set>

namespace tinsmith::onnxio {
namespace {

/// Of functions, all of the ways in which they are called together.
constexpr std::size_t mostFunctionBytes = std::size_t{256} << 20;
/// A small file of functions that call each other twice must not take minutes to open.
constexpr std::size_t mostInlined = 50'000;
constexpr std::size_t deepestCalls = 64;

/// Puts the attributes of a call where the function's nodes refer to them, and empties the names of inputs that the
/// call leaves out.
void bindCall(::google::protobuf::RepeatedPtrField<::onnx::NodeProto> &nodes,
    const std::map<std::string, const ::onnx::AttributeProto *> &given, const std::unordered_set<std::string> &absent)
{
    for (auto &node : nodes) {
        for (auto &input : *node.mutable_input()) {
            if (absent.count(input) > 0) {
                input.clear();
            }
        }
        for (int i = node.attribute_size(); i-- > 0;) {
            auto &attribute = *node.mutable_attribute(i);
            if (!attribute.ref_attr_name().empty()) {
                const auto found = given.find(attribute.ref_attr_name());
                if (found == given.end()) {
                    node.mutable_attribute()->DeleteSubrange(i, 1);
                    continue;
                }
                const std::string name = attribute.name();
                attribute = *found->second;
                attribute.set_name(name);
                continue;
            }
            if (attribute.has_g()) {
                bindCall(*attribute.mutable_g()->mutable_node(), given, absent);
            }
            for (auto &graph : *attribute.mutable_graphs()) {
                bindCall(*graph.mutable_node(), given, absent);
            }
        }
    }
}

/// What of an argument the function's body depends on: type, shape and, where it is known, the value.
std::string keyOf(const Tensor &argument, const SmallValue *small)
{
    std::string key = std::string(nameOf(argument.type)) + argument.shape.text();
    for (const std::string &name : argument.dimensionNames) {
        key += "," + name;
    }
    if (small != nullptr) {
        for (const auto &element : small->elements) {
            key += !element.known ? "?" + element.symbol : std::to_string(element.integer);
            key.append(reinterpret_cast<const char *>(&element.real), isFloat(small->type) ? sizeof element.real : 0);
            key += ' ';
        }
    } else if (argument.data) {
        key += "@" + std::to_string(reinterpret_cast<std::uintptr_t>(argument.data->data())) + "+"
            + std::to_string(argument.data->size());
    }
    return key;
}

/// A place in a body ("node conv (Conv)", "node Conv that makes y", the name of a tensor), as it is called where the
/// body is in the place of the node.
std::string placeWith(const Node &node, const Graph &body, const std::string &prefix, const std::string &place)
{
    constexpr std::string_view nodeWord = "node ";
    constexpr std::string_view makes = " that makes ";
    const auto tensorName = [&](const std::string &name) {
        for (std::size_t output = 0; output < node.outputs.size(); ++output) {
            if (!node.outputs[output].empty() && body.tensor(body.outputs()[output]).name == name) {
                return node.outputs[output];
            }
        }
        return prefix + name;
    };
    if (const auto at = place.rfind(makes); at != std::string::npos) {
        return place.substr(0, at + makes.size()) + tensorName(place.substr(at + makes.size()));
    }
    return place.rfind(nodeWord, 0) == 0 ? std::string(nodeWord) + prefix + place.substr(nodeWord.size())
                                         : tensorName(place);
}

} // namespace

std::string GraphReader::prefixOf(const Node &node) const
{
    const auto named
        = std::find_if(node.outputs.begin(), node.outputs.end(), [](const std::string &name) { return !name.empty(); });
    std::string prefix = (!node.name.empty() ? node.name : named != node.outputs.end() ? *named : node.type) + "/";
    // A node further on may make a value of such a name.
    const auto isTaken = [&] {
        const auto next = made_.lower_bound(prefix);
        return next != made_.end() && next->rfind(prefix, 0) == 0;
    };
    while (isTaken()) {
        prefix.insert(prefix.size() - 1, "_body");
    }
    return prefix;
}

void GraphReader::inlineBody(const Node &node, const Graph &body, const std::vector<TensorId> &inputs,
    const std::string &prefix, const std::unordered_map<TensorId, TensorId> &shared)
{
    GraphBuilder &builder = values_.builder;
    const std::size_t first = builder.operatorCount();
    if (first + body.operators().size() > mostInlined) {
        throw FormatError(values_.file(), node.place(),
            "The functions and branches have more than " + std::to_string(mostInlined)
                + " operators once each is in the place of its calls");
    }
    const std::vector<TensorId> results = spliceBody(builder, body, inputs, prefix, shared);
    values_.noteMakers(first);
    for (const auto &problem : body.info().problems) {
        this->problem(placeWith(node, body, prefix, problem.place), problem.text);
    }
    for (std::size_t output = 0; output < node.outputs.size(); ++output) {
        const std::string &name = node.outputs[output];
        if (name.empty()) {
            continue;
        }
        TensorId id = results[output];
        const auto before = results.begin() + static_cast<std::ptrdiff_t>(output);
        const bool taken
            = std::count(inputs.begin(), inputs.end(), id) > 0 || std::find(results.begin(), before, id) != before;
        if (taken || builder.tensor(id).constant()) {
            Tensor own = builder.tensor(id);
            own.name = name;
            const TensorId made = builder.addTensor(std::move(own));
            if (!builder.tensor(id).constant()) {
                values_.add({name, Identity{}, {id}, {made}});
            }
            id = made;
        }
        builder.tensor(id).name = name;
        declareOutput(id);
        values_.define(name, id);
    }
}

/// The body for these arguments, read once for all calls that are alike.
const FunctionBody &GraphReader::functionBody(
    const Node &node, const ::onnx::NodeProto &proto, LocalFunction &function, const std::vector<TensorId> &arguments)
{
    const std::string name = functionName(proto);
    std::map<std::string, const ::onnx::AttributeProto *> given;
    const std::vector<::onnx::AttributeProto> defaults = defaultAttributes(*function.proto);
    for (const auto &attribute : defaults) {
        given[attribute.name()] = &attribute;
    }
    std::string key = name;
    for (const auto &attribute : proto.attribute()) {
        given[attribute.name()] = &attribute;
        key += '\n' + attribute.SerializeAsString();
    }
    BodyScope scope;
    std::unordered_set<std::string> absent;
    std::vector<Bytes> kept;
    ::onnx::FunctionProto copy(*function.proto);
    copy.clear_input();
    for (int i = 0; i < function.proto->input_size(); ++i) {
        const TensorId id = arguments[static_cast<std::size_t>(i)];
        if (!id.valid()) {
            absent.insert(function.proto->input(i));
            key += "\nnone";
            continue;
        }
        copy.add_input(function.proto->input(i));
        const Tensor &argument = values_.builder.tensor(id);
        const SmallValue *const small = values_.small(node.inputs[static_cast<std::size_t>(i)]);
        key += '\n' + keyOf(argument, small);
        scope.inputs.push_back(argument);
        scope.known.push_back(small != nullptr ? std::optional(*small) : std::nullopt);
        scope.constant.push_back(argument.constant());
        if (argument.data) {
            kept.push_back(*argument.data);
        }
    }
    if (const auto found = file_.functionBodies.find(key); found != file_.functionBodies.end()) {
        return found->second;
    }
    file_.functionBytes += copy.ByteSizeLong();
    if (file_.functionBytes > mostFunctionBytes) {
        throw FormatError(values_.file(), node.place(),
            "The functions take more than 256 MB once they are read for each way in which they are called");
    }
    bindCall(*copy.mutable_node(), given, absent);
    OperatorSets sets = file_.sets;
    for (const auto &[domain, version] : function.sets) {
        sets[domain] = version;
    }
    std::swap(sets, file_.sets);
    file_.openFunctions.push_back(name);
    FunctionBody body = GraphReader(file_).read(copy, scope);
    body.arguments = std::move(kept);
    file_.openFunctions.pop_back();
    std::swap(sets, file_.sets);
    return file_.functionBodies.emplace(key, std::move(body)).first->second;
}

bool GraphReader::readCall(const Node &node, const ::onnx::NodeProto &proto)
{
    const std::string name = functionName(proto);
    const auto found = file_.functions.find(name);
    if (found == file_.functions.end()) {
        return false;
    }
    LocalFunction &function = found->second;
    function.called = true;
    const auto &open = file_.openFunctions;
    if (std::count(open.begin(), open.end(), name) > 0) {
        throw FormatError(values_.file(), node.place(), "The function " + name + " calls itself");
    }
    if (open.size() >= deepestCalls) {
        throw FormatError(values_.file(), node.place(),
            "Functions call functions more than " + std::to_string(deepestCalls) + " deep");
    }
    std::vector<TensorId> arguments(static_cast<std::size_t>(function.proto->input_size()));
    for (std::size_t at = 0; at < arguments.size() && at < node.inputs.size(); ++at) {
        arguments[at] = node.inputs[at].empty() ? TensorId::none() : values_.tensor(node.inputs[at], node.place());
    }
    const FunctionBody &read = functionBody(node, proto, function, arguments);
    const Graph &body = read.graph;
    if (node.outputs.size() > body.outputs().size()) {
        throw FormatError(values_.file(), node.place(),
            "It takes " + std::to_string(node.outputs.size()) + " outputs of a function that has "
                + std::to_string(body.outputs().size()));
    }
    std::vector<TensorId> inputs;
    std::unordered_map<TensorId, TensorId> shared;
    for (std::size_t at = 0; at < arguments.size(); ++at) {
        if (!arguments[at].valid()) {
            continue;
        }
        const Tensor &argument = values_.builder.tensor(arguments[at]);
        if (!argument.constant()) {
            inputs.push_back(arguments[at]);
            continue;
        }
        const TensorId inside = body.tensorNamed(function.proto->input(static_cast<int>(at)));
        const bool same = inside.valid() && body.tensor(inside).constant() && !body.isInput(inside)
            && body.tensor(inside).data->data() == argument.data->data()
            && body.tensor(inside).quantization == argument.quantization;
        if (same) {
            shared.emplace(inside, arguments[at]);
        }
    }
    const std::size_t first = values_.builder.operatorCount();
    inlineBody(node, body, inputs, prefixOf(node), shared);
    for (const std::size_t index : read.shapeComputing) {
        shapeComputing_.emplace_back(first + index);
    }
    for (std::size_t output = 0; output < node.outputs.size(); ++output) {
        if (!node.outputs[output].empty() && read.known[output] && !read.known[output]->known()) {
            values_.settle(node.outputs[output], *read.known[output]);
        }
    }
    return true;
}

} // namespace tinsmith::onnxio

// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/graph_reader.h"

#include "core/formats/onnx/library_inference.h"
#include "core/graph/error.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <unordered_set>

namespace tinsmith::onnxio {
namespace {

std::string qualified(const Node &node)
{
    return node.domain.empty() ? node.type : node.domain + "." + node.type;
}

/// Known sizes of the declaration fill what the rules leave open; its names go with what stays unknown.
void complete(Tensor &tensor, const Tensor &declared)
{
    if (tensor.type == ElementType::Unknown) {
        tensor.type = declared.type;
    }
    if (!declared.shape.ranked) {
        return;
    }
    if (!tensor.shape.ranked) {
        tensor.shape = declared.shape;
        tensor.dimensionNames = declared.dimensionNames;
        return;
    }
    if (tensor.shape.rank() != declared.shape.rank()) {
        return;
    }
    bool named = false;
    std::vector<std::string> names(tensor.shape.rank());
    for (std::size_t axis = 0; axis < names.size(); ++axis) {
        if (tensor.shape[axis] < 0) {
            tensor.shape[axis] = declared.shape[axis];
        }
        if (tensor.shape[axis] < 0) {
            names[axis] = axis < tensor.dimensionNames.size() ? tensor.dimensionNames[axis] : std::string();
            if (names[axis].empty() && axis < declared.dimensionNames.size()) {
                names[axis] = declared.dimensionNames[axis];
            }
            named = named || !names[axis].empty();
        }
    }
    tensor.dimensionNames = named ? std::move(names) : std::vector<std::string>();
}

/// An unnamed unknown dimension gets a name, so that it can be bound, and shapes which copy it are recognised.
void nameOpenDimensions(Tensor &tensor, const std::map<std::string, std::int64_t> &bindings)
{
    for (std::size_t axis = 0; axis < tensor.shape.rank(); ++axis) {
        if (tensor.shape[axis] >= 0) {
            continue;
        }
        tensor.dimensionNames.resize(tensor.shape.rank());
        std::string &name = tensor.dimensionNames[axis];
        if (!name.empty()) {
            continue;
        }
        name = tensor.name + "." + std::to_string(axis);
        if (const auto bound = bindings.find(name); bound != bindings.end()) {
            tensor.shape[axis] = bound->second;
            name.clear();
        }
    }
}

} // namespace

void GraphReader::problem(const std::string &place, const std::string &text)
{
    values_.builder.info().problems.push_back({place, text});
}

Graph GraphReader::read(::onnx::GraphProto &graph, const BodyScope *scope)
{
    values_.builder.name() = graph.name();
    values_.builder.info().format = "ONNX";
    for (const auto *list : {&graph.value_info(), &graph.output()}) {
        for (const auto &value : *list) {
            if (value.has_type()) {
                declared_.emplace(value.name(), &value.type());
            }
        }
    }
    readInitializers(graph);
    readInputs(graph, scope);
    for (const auto &output : graph.output()) {
        values_.noteRead(output.name());
    }
    std::vector<::onnx::NodeProto *> nodes;
    for (auto &node : *graph.mutable_node()) {
        nodes.push_back(&node);
    }
    readNodes(nodes);
    std::vector<std::string> outputs;
    for (const auto &output : graph.output()) {
        outputs.push_back(output.name());
    }
    finish(outputs);
    return values_.builder.build();
}

FunctionBody GraphReader::read(::onnx::FunctionProto &function, const BodyScope &scope)
{
    values_.builder.name() = (function.domain().empty() ? "" : function.domain() + ".") + function.name();
    values_.builder.info().format = "ONNX";
    std::vector<TensorId> inputs;
    for (int i = 0; i < function.input_size(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        Tensor tensor;
        tensor.name = function.input(i);
        tensor.type = ElementType::Unknown;
        tensor.shape = Shape::unranked();
        if (at < scope.inputs.size()) {
            complete(tensor, scope.inputs[at]);
        }
        if (at < scope.constant.size() && scope.constant[at]) {
            tensor.data = scope.inputs[at].data;
            tensor.quantization = scope.inputs[at].quantization;
            values_.define(function.input(i), values_.builder.addTensor(std::move(tensor)));
            continue;
        }
        inputs.push_back(values_.builder.addTensor(std::move(tensor)));
        values_.define(function.input(i), inputs.back());
        if (at < scope.known.size() && scope.known[at]) {
            values_.settle(function.input(i), *scope.known[at]);
        }
    }
    values_.builder.setInputs(std::move(inputs));
    for (const auto &name : function.output()) {
        values_.noteRead(name);
    }
    std::vector<::onnx::NodeProto *> nodes;
    for (auto &node : *function.mutable_node()) {
        nodes.push_back(&node);
    }
    readNodes(nodes);
    finish({function.output().begin(), function.output().end()});
    FunctionBody body;
    for (const auto &name : function.output()) {
        const SmallValue *const small = values_.small(name);
        body.known.push_back(small != nullptr ? std::optional(*small) : std::nullopt);
    }
    std::unordered_set<std::string> computing;
    for (const OperatorId id : shapeComputing_) {
        computing.insert(values_.builder.op(id).name);
    }
    body.graph = values_.builder.build();
    for (std::size_t index = 0; index < body.graph.operators().size(); ++index) {
        if (computing.count(body.graph.operators()[index].name) > 0) {
            body.shapeComputing.push_back(index);
        }
    }
    return body;
}

void GraphReader::readInitializers(::onnx::GraphProto &graph)
{
    for (auto &proto : *graph.mutable_initializer()) {
        Tensor tensor = takeTensor(proto, file_.external);
        const std::string name = tensor.name;
        if (name.empty()) {
            continue;
        }
        values_.define(name, values_.builder.addTensor(std::move(tensor)));
    }
    for (auto &proto : *graph.mutable_sparse_initializer()) {
        Tensor tensor = takeSparse(proto, file_.external);
        if (!tensor.data) {
            problem(tensor.name, "A sparse constant that would be vast is shown without its values");
        }
        const std::string name = tensor.name;
        values_.define(name, values_.builder.addTensor(std::move(tensor)));
    }
}

void GraphReader::readInputs(const ::onnx::GraphProto &graph, const BodyScope *scope)
{
    std::vector<TensorId> inputs;
    std::unordered_set<std::string> constants;
    for (const auto &constant : graph.initializer()) {
        constants.insert(constant.name());
    }
    std::size_t fixed = 0;
    for (const auto &input : graph.input()) {
        // Before IR version 4 every initializer stands among the inputs too.
        if (constants.count(input.name()) > 0) {
            continue;
        }
        const auto given = file_.options.constants.find(input.name());
        if (scope == nullptr && given != file_.options.constants.end()) {
            fixInput(input.name(), given->second, input.has_type() ? &input.type() : nullptr);
            ++fixed;
            continue;
        }
        Tensor tensor;
        tensor.name = input.name();
        tensor.type = ElementType::Unknown;
        tensor.shape = Shape::unranked();
        if (input.has_type()) {
            declare(tensor, input.type(), file_.options.bindings, values_.file());
        }
        if (scope == nullptr) {
            nameOpenDimensions(tensor, file_.options.bindings);
        } else if (inputs.size() < scope->inputs.size()) {
            complete(tensor, scope->inputs[inputs.size()]);
        }
        inputs.push_back(values_.builder.addTensor(std::move(tensor)));
        values_.define(input.name(), inputs.back());
    }
    for (const auto &[name, value] : file_.options.constants) {
        if (scope == nullptr && fixed < file_.options.constants.size() && !values_.known(name)) {
            throw FormatError(values_.file(), "input " + name, "The model has no input of this name to be fixed");
        }
    }
    if (scope != nullptr && scope->countsRounds && !inputs.empty()) {
        values_.round = inputs.front();
    }
    values_.builder.setInputs(std::move(inputs));
    if (scope != nullptr) {
        readSurroundings(graph, *scope);
    }
}

/// The input becomes a constant, where the value is one that the declaration allows.
void GraphReader::fixInput(const std::string &name, const Tensor &value, const ::onnx::TypeProto *type)
{
    const auto refuse = [&](const std::string &cause) {
        throw FormatError(values_.file(), "input " + name, "It cannot be fixed: " + cause);
    };
    Tensor declared;
    declared.type = ElementType::Unknown;
    declared.shape = Shape::unranked();
    if (type != nullptr) {
        declare(declared, *type, file_.options.bindings, values_.file());
    }
    const auto bytes = value.bytes();
    if (!value.data || !bytes || static_cast<std::int64_t>(value.data->size()) != *bytes) {
        refuse("the value does not have the bytes that its type and shape say");
    }
    if (declared.type != ElementType::Unknown && declared.type != value.type) {
        refuse("the value is of type " + std::string(nameOf(value.type)) + ", the input of type "
            + std::string(nameOf(declared.type)));
    }
    bool fits = !declared.shape.ranked || declared.shape.rank() == value.shape.rank();
    for (std::size_t axis = 0; fits && declared.shape.ranked && axis < value.shape.rank(); ++axis) {
        fits = declared.shape[axis] < 0 || declared.shape[axis] == value.shape[axis];
    }
    if (!fits) {
        refuse("the value has the shape " + value.shape.text() + ", the input " + declared.shape.text());
    }
    Tensor constant = value;
    constant.name = name;
    constant.variable = false;
    values_.define(name, values_.builder.addTensor(std::move(constant)));
}

void GraphReader::readNodes(const std::vector<::onnx::NodeProto *> &protos)
{
    constexpr std::size_t mostNodes = 400'000;
    file_.nodes += protos.size();
    if (file_.nodes > mostNodes) {
        throw FormatError(values_.file(), values_.builder.name().empty() ? "" : "graph " + values_.builder.name(),
            "The model has more than " + std::to_string(mostNodes)
                + " nodes, those of functions counted for each way in which they are called");
    }
    std::vector<Node> nodes;
    std::vector<std::vector<std::string>> captured;
    nodes.reserve(protos.size());
    for (::onnx::NodeProto *proto : protos) {
        captured.push_back(capturedNames(*proto));
        made_.insert(proto->output().begin(), proto->output().end());
        if (file_.functions.count(functionName(*proto)) > 0) {
            // The function's own nodes take the attributes over.
            ::onnx::NodeProto copy(*proto);
            nodes.push_back(takeNode(copy, file_.sets, file_.external));
            nodes.back().proto = proto;
        } else {
            nodes.push_back(takeNode(*proto, file_.sets, file_.external));
        }
        for (const auto *names : {&nodes.back().inputs, &captured.back()}) {
            for (const std::string &name : *names) {
                values_.noteRead(name);
            }
        }
    }
    for (const std::size_t index : runningOrder(nodes, captured, values_.file())) {
        try {
            readNode(nodes[index], captured[index], *protos[index]);
        } catch (const GraphError &problem) {
            throw FormatError(
                values_.file(), problem.place().empty() ? nodes[index].place() : problem.place(), problem.cause());
        }
    }
}

void GraphReader::readNode(const Node &node, const std::vector<std::string> &captured, ::onnx::NodeProto &proto)
{
    for (const std::string &input : node.inputs) {
        if (!input.empty() && !values_.known(input)) {
            throw FormatError(values_.file(), node.place(), "It reads " + input + ", which nothing in the graph makes");
        }
    }
    if (readCall(node, proto) || readConstant(node) || fold(node) || readTyped(node)) {
        return;
    }
    if (!captured.empty() || hasBodies(proto)) {
        readControl(node, captured, proto);
        return;
    }
    const bool exists = nodeReaders().count(qualified(node)) > 0;
    readCustom(node, captured, exists ? untypedReason_ : std::string());
}

bool GraphReader::readConstant(const Node &node)
{
    if (node.type != "Constant" || !node.domain.empty() || node.outputs.size() != 1) {
        return false;
    }
    for (const Attribute &attribute : node.attributes) {
        if (attribute.name == "value" && attribute.tensor) {
            Tensor tensor = *attribute.tensor;
            tensor.name = node.outputs[0];
            values_.define(node.outputs[0], values_.builder.addTensor(std::move(tensor)));
            return true;
        }
        std::optional<Bytes> data;
        Shape shape;
        ElementType type = ElementType::Int64;
        if (attribute.name == "value_float") {
            data = Bytes::of(std::vector<float>{attribute.real});
            type = ElementType::Float32;
        } else if (attribute.name == "value_floats") {
            data = Bytes::of(attribute.reals);
            type = ElementType::Float32;
            shape = Shape{static_cast<std::int64_t>(attribute.reals.size())};
        } else if (attribute.name == "value_int") {
            data = Bytes::of(std::vector<std::int64_t>{attribute.integer});
        } else if (attribute.name == "value_ints") {
            data = Bytes::of(attribute.integers);
            shape = Shape{static_cast<std::int64_t>(attribute.integers.size())};
        }
        if (data) {
            values_.define(
                node.outputs[0], values_.builder.addConstant(node.outputs[0], type, shape, std::move(*data)));
            return true;
        }
    }
    return false;
}

/// Computes the node now where it computes a shape; its value is then known, at least in part.
bool GraphReader::fold(const Node &node)
{
    if (!node.domain.empty() || node.outputs.size() != 1 || node.inputs.empty() || node.inputs[0].empty()
        || node.outputs[0].empty()) {
        return false;
    }
    std::optional<SmallValue> value;
    if (node.type == "Shape" || node.type == "Size") {
        const Tensor tensor = values_.builder.tensor(values_.tensor(node.inputs[0], node.place()));
        value = shapeValueOf(tensor);
        if (value && node.type == "Size") {
            const auto elements = tensor.shape.elements();
            value = elements ? std::optional(SmallValue{ElementType::Int64, {}, {{*elements, 0, true, {}}}})
                             : std::nullopt;
        } else if (value && (node.has("start") || node.has("end"))) {
            const std::int64_t rank = value->dims[0];
            const auto counted
                = [rank](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + rank : at, 0, rank); };
            const std::int64_t begin = counted(node.integer("start", 0));
            const std::int64_t end = std::max(begin, counted(node.integer("end", rank)));
            value->elements = {value->elements.begin() + begin, value->elements.begin() + end};
            value->dims = {end - begin};
        }
    } else {
        std::vector<const SmallValue *> inputs;
        // Most nodes are no such computation; their weights are not looked into.
        const std::size_t needed = inputsToEvaluate(node);
        for (const std::string &input : node.inputs) {
            if (needed == 0) {
                break;
            }
            inputs.push_back(input.empty() ? nullptr : values_.small(input));
            if (inputs.back() == nullptr && inputs.size() <= needed) {
                break;
            }
        }
        value = inputs.size() == node.inputs.size() ? evaluate(node, inputs) : std::nullopt;
    }
    if (!value) {
        return false;
    }
    if (value->known()) {
        values_.define(node.outputs[0], std::move(*value));
        ++folded_;
        return true;
    }
    // Known in part: the operator stays, unless nothing needs it in the end.
    const std::size_t first = values_.builder.operatorCount();
    if (!readTyped(node)) {
        readCustom(node, {}, {});
    }
    values_.settle(node.outputs[0], std::move(*value));
    for (std::size_t made = first; made < values_.builder.operatorCount(); ++made) {
        shapeComputing_.emplace_back(made);
    }
    return true;
}

bool GraphReader::readTyped(const Node &node)
{
    untypedReason_.clear();
    const auto reader = nodeReaders().find(qualified(node));
    if (reader == nodeReaders().end()) {
        return false;
    }
    NodeContext context(node, values_);
    try {
        reader->second(context);
    } catch (const Untyped &untyped) {
        untypedReason_ = untyped.reason;
        return false;
    } catch (const GraphError &disagreement) {
        untypedReason_ = disagreement.cause();
        problem(node.place(), disagreement.cause());
        return false;
    }
    commit(node, std::move(context.pending()));
    for (const TensorId id : context.settled()) {
        values_.define(values_.builder.tensor(id).name, id);
    }
    return true;
}

void GraphReader::commit(const Node &node, std::vector<Operator> operators)
{
    std::unordered_set<std::string> outputs(node.outputs.begin(), node.outputs.end());
    for (Operator &op : operators) {
        for (const TensorId id : op.outputs) {
            const std::string name = id.valid() ? values_.builder.tensor(id).name : std::string();
            if (id.valid() && outputs.count(name) > 0) {
                declareOutput(id);
                values_.define(name, id);
            }
        }
        values_.add(std::move(op));
    }
}

void GraphReader::declareOutput(TensorId id)
{
    Tensor &tensor = values_.builder.tensor(id);
    const auto found = declared_.find(tensor.name);
    if (found == declared_.end()) {
        return;
    }
    Tensor declared;
    declared.name = tensor.name;
    declare(declared, *found->second, file_.options.bindings, values_.file());
    complete(tensor, declared);
}

void GraphReader::readCustom(const Node &node, const std::vector<std::string> &captured, const std::string &reason)
{
    Custom custom;
    custom.sourceType = qualified(node);
    custom.reason = reason;
    custom.encoded = encodedNode(node);
    for (const Attribute &attribute : node.attributes) {
        custom.attributes.push_back({attribute.name, attribute.text});
    }
    Operator op;
    op.name = node.name;
    op.kind = std::move(custom);
    std::vector<const SmallValue *> values;
    for (const std::string &input : node.inputs) {
        op.inputs.push_back(input.empty() ? TensorId::none() : values_.tensor(input, node.place()));
        values.push_back(input.empty() ? nullptr : values_.small(input));
    }
    std::vector<const Tensor *> inputs;
    for (const TensorId id : op.inputs) {
        inputs.push_back(id.valid() ? &values_.builder.tensor(id) : nullptr);
    }
    const auto inferred = inferByLibrary(node, inputs, values);
    while (!op.inputs.empty() && !op.inputs.back().valid()) {
        op.inputs.pop_back();
    }
    for (const std::string &name : captured) {
        if (values_.known(name)) {
            op.inputs.push_back(values_.tensor(name, node.place()));
        }
    }
    for (std::size_t output = 0; output < node.outputs.size(); ++output) {
        if (node.outputs[output].empty()) {
            op.outputs.push_back(TensorId::none());
            continue;
        }
        Tensor tensor;
        tensor.name = node.outputs[output];
        tensor.type = inferred[output].type;
        tensor.shape = inferred[output].shape;
        const TensorId id = values_.builder.addTensor(std::move(tensor));
        declareOutput(id);
        values_.define(node.outputs[output], id);
        op.outputs.push_back(id);
    }
    values_.builder.addOperator(std::move(op));
}

void GraphReader::finish(const std::vector<std::string> &outputs)
{
    GraphBuilder &builder = values_.builder;
    std::vector<TensorId> ids;
    for (const std::string &name : outputs) {
        if (!values_.known(name)) {
            throw FormatError(values_.file(), "output " + name, "Nothing in the graph makes it");
        }
        ids.push_back(values_.tensor(name, "output " + name));
    }
    builder.setOutputs(ids);

    // Shape computations whose results nobody reads any more go, from the last to the first.
    std::vector<std::size_t> readers(builder.tensorCount(), 0);
    for (const TensorId id : ids) {
        ++readers[id.position()];
    }
    for (std::size_t index = 0; index < builder.operatorCount(); ++index) {
        for (const TensorId id : builder.op(OperatorId(index)).inputs) {
            readers[id.valid() ? id.position() : 0] += id.valid() ? 1 : 0;
        }
    }
    for (auto last = shapeComputing_.rbegin(); last != shapeComputing_.rend(); ++last) {
        const Operator &op = builder.op(*last);
        const bool needed = std::any_of(op.outputs.begin(), op.outputs.end(),
            [&](TensorId id) { return id.valid() && readers[id.position()] > 0; });
        if (!needed) {
            for (const TensorId id : op.inputs) {
                readers[id.valid() ? id.position() : 0] -= id.valid() ? 1 : 0;
            }
            builder.removeOperator(*last);
            ++folded_;
        }
    }
    if (folded_ > 0) {
        builder.info().metadata.emplace_back("Shape computations folded", std::to_string(folded_));
    }
}

} // namespace tinsmith::onnxio

// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/graph_reader.h"
#include "core/graph/bodies.h"
#include "core/graph/error.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <unordered_set>

namespace tinsmith::onnxio {
namespace {

constexpr std::size_t mostBodies = 10'000;

/// Type and shape alone.
Tensor outlineOf(const Tensor &tensor)
{
    Tensor outline;
    outline.type = tensor.type;
    outline.shape = tensor.shape;
    outline.dimensionNames = tensor.dimensionNames;
    return outline;
}

/// Whether the value is settled while the file is read: a constant, or folded to one.
bool isSettled(Values &values, const std::string &name)
{
    const SmallValue *small = values.small(name);
    return (small != nullptr && small->known()) || values.builder.tensor(values.tensor(name, name)).constant();
}

/// What is common to two shapes.
Shape commonShape(const Shape &a, const Shape &b)
{
    if (!a.ranked || !b.ranked || a.rank() != b.rank()) {
        return Shape::unranked();
    }
    Shape common = a;
    for (std::size_t axis = 0; axis < a.rank(); ++axis) {
        common[axis] = a[axis] == b[axis] ? a[axis] : -1;
    }
    return common;
}

const Tensor &outputOf(const Graph &body, std::size_t position)
{
    if (position >= body.outputs().size()) {
        throw Untyped{"its body has only " + std::to_string(body.outputs().size()) + " outputs"};
    }
    const Tensor &tensor = body.tensor(body.outputs()[position]);
    if (tensor.type == ElementType::Unknown) {
        throw Untyped{"its body gives " + tensor.name + ", whose type is not known or no tensor"};
    }
    return tensor;
}

std::int32_t bodyNamed(const std::map<std::string, std::int32_t> &bodies, const std::string &attribute)
{
    const auto found = bodies.find(attribute);
    if (found == bodies.end()) {
        throw Untyped{"it has no " + attribute};
    }
    return found->second;
}

/// Whether a loop's body always says to go on: by a constant, or by handing its own condition through.
bool alwaysGoesOn(const Graph &body)
{
    TensorId condition = body.outputs().front();
    for (int steps = 0; steps < 16; ++steps) {
        const Tensor &tensor = body.tensor(condition);
        if (tensor.constant()) {
            return tensor.data->size() == 1 && *tensor.data->data() != std::byte{0};
        }
        if (body.inputs().size() > 1 && condition == body.inputs()[1]) {
            return true;
        }
        const OperatorId producer = body.producer(condition);
        if (!producer.valid() || !body.op(producer).is<Identity>()) {
            return false;
        }
        condition = body.op(producer).inputs[0];
    }
    return false;
}

} // namespace

void GraphReader::readSurroundings(const ::onnx::GraphProto &graph, const BodyScope &scope)
{
    if (scope.outer == nullptr) {
        return;
    }
    Values &outer = *scope.outer;
    const std::vector<std::string> free = freeNames(graph);
    const std::unordered_set<std::string> read(free.begin(), free.end());
    std::unordered_set<std::string> captured;
    std::vector<TensorId> inputs = values_.builder.inputs();
    for (const std::string &name : scope.captured) {
        captured.insert(name);
        Tensor tensor = outlineOf(outer.builder.tensor(outer.tensor(name, name)));
        tensor.name = name;
        inputs.push_back(values_.builder.addTensor(std::move(tensor)));
        // Another body of the operator may read a name that this one gives to a value of its own.
        if (read.count(name) > 0) {
            values_.define(name, inputs.back());
        }
    }
    for (const std::string &name : free) {
        if (captured.count(name) == 0 && outer.known(name)) {
            Tensor tensor = outer.builder.tensor(outer.tensor(name, name));
            values_.define(name, values_.builder.addTensor(std::move(tensor)));
        }
    }
    values_.builder.setInputs(std::move(inputs));
}

BodyScope GraphReader::scopeOf(const Node &node, const std::vector<std::string> &captured)
{
    BodyScope scope;
    scope.outer = &values_;
    for (const std::string &name : captured) {
        if (!values_.known(name)) {
            throw FormatError(values_.file(), node.place(), "It reads " + name + ", which nothing in the graph makes");
        }
        if (!isSettled(values_, name)) {
            scope.captured.push_back(name);
        }
    }
    const auto outline = [&](std::size_t input) {
        const bool has = input < node.inputs.size() && !node.inputs[input].empty();
        return has ? outlineOf(values_.builder.tensor(values_.tensor(node.inputs[input], node.place()))) : Tensor();
    };
    if (node.type == "Loop" && node.domain.empty()) {
        scope.inputs.resize(2);
        scope.inputs[0].type = ElementType::Int64;
        scope.inputs[1].type = ElementType::Bool;
        scope.countsRounds = true;
        for (std::size_t input = 2; input < node.inputs.size(); ++input) {
            scope.inputs.push_back(outline(input));
        }
    } else if (node.type == "Scan" && node.domain.empty() && (node.opset == 0 || node.opset >= 9)) {
        const auto count = static_cast<std::int64_t>(node.inputs.size());
        const std::int64_t scanned = std::clamp<std::int64_t>(node.integer("num_scan_inputs", 0), 0, count);
        const auto axes = node.integers("scan_input_axes");
        for (std::int64_t input = 0; input < count; ++input) {
            Tensor tensor = outline(static_cast<std::size_t>(input));
            const std::int64_t scan = input - (count - scanned);
            if (scan >= 0 && tensor.shape.ranked) {
                const auto rank = static_cast<std::int64_t>(tensor.shape.rank());
                const std::int64_t given
                    = scan < static_cast<std::int64_t>(axes.size()) ? axes[static_cast<std::size_t>(scan)] : 0;
                const std::int64_t axis = given < 0 ? given + rank : given;
                tensor.dimensionNames.clear();
                if (axis >= 0 && axis < rank) {
                    tensor.shape.dims.erase(tensor.shape.dims.begin() + axis);
                } else {
                    tensor.shape = Shape::unranked();
                }
            }
            scope.inputs.push_back(std::move(tensor));
        }
    }
    return scope;
}

std::int32_t GraphReader::readBody(
    const Node &node, ::onnx::GraphProto &graph, const std::string &name, const BodyScope &scope)
{
    GraphBuilder named(GraphReader(file_).read(graph, &scope));
    named.name() = node.place() + ", " + name + (graph.name().empty() ? "" : ": " + graph.name());
    if (file_.bodies.size() >= mostBodies) {
        throw FormatError(values_.file(), node.place(), "There are more bodies than " + std::to_string(mostBodies));
    }
    file_.bodies.push_back(named.build());
    return static_cast<std::int32_t>(file_.bodies.size() - 1);
}

void GraphReader::addControl(
    const Node &node, OperatorKind kind, const std::vector<std::string> &captured, const std::vector<Tensor> &outputs)
{
    Operator op;
    op.name = node.name;
    op.kind = std::move(kind);
    for (const std::string &input : node.inputs) {
        op.inputs.push_back(input.empty() ? TensorId::none() : values_.tensor(input, node.place()));
    }
    if (op.is<Loop>()) {
        op.inputs.resize(std::max<std::size_t>(2, op.inputs.size()), TensorId::none());
    }
    for (const std::string &name : captured) {
        op.inputs.push_back(values_.tensor(name, node.place()));
    }
    for (std::size_t output = 0; output < node.outputs.size(); ++output) {
        if (node.outputs[output].empty()) {
            op.outputs.push_back(TensorId::none());
            continue;
        }
        Tensor tensor = outputs[output];
        tensor.name = node.outputs[output];
        op.outputs.push_back(values_.builder.addTensor(std::move(tensor)));
        declareOutput(op.outputs.back());
        values_.define(node.outputs[output], op.outputs.back());
    }
    values_.builder.addOperator(std::move(op));
}

bool GraphReader::readSettledBranch(
    const Node &node, const std::vector<std::string> &captured, ::onnx::NodeProto &proto)
{
    const bool branches = node.type == "If" && node.domain.empty() && node.inputs.size() == 1;
    const SmallValue *condition = branches ? values_.small(node.inputs[0]) : nullptr;
    if (condition == nullptr || !condition->known() || condition->elements.size() != 1) {
        return false;
    }
    const std::string wanted = condition->integers().front() != 0 ? "then_branch" : "else_branch";
    const auto chosen = std::find_if(proto.mutable_attribute()->begin(), proto.mutable_attribute()->end(),
        [&](const auto &attribute) { return attribute.name() == wanted && attribute.has_g(); });
    if (chosen == proto.mutable_attribute()->end()) {
        return false;
    }
    const BodyScope scope = scopeOf(node, captured);
    const Graph body = GraphReader(file_).read(*chosen->mutable_g(), &scope);
    if (body.outputs().size() < node.outputs.size() || body.inputs().size() != scope.captured.size()) {
        throw FormatError(values_.file(), node.place(), "Its " + wanted + " takes or gives other values than it");
    }
    std::vector<TensorId> inputs;
    for (const std::string &name : scope.captured) {
        inputs.push_back(values_.tensor(name, node.place()));
    }
    inlineBody(node, body, inputs, {});
    ++folded_;
    return true;
}

void GraphReader::readControl(const Node &node, const std::vector<std::string> &captured, ::onnx::NodeProto &proto)
{
    if (readSettledBranch(node, captured, proto) || readEarlyScan(node, captured, proto)) {
        return;
    }
    const BodyScope scope = scopeOf(node, captured);
    std::map<std::string, std::int32_t> bodies;
    // Files have the two branches in either order; the graph has the one for true first. The node keeps its order.
    std::vector<::onnx::AttributeProto *> attributes;
    for (auto &attribute : *proto.mutable_attribute()) {
        attributes.push_back(&attribute);
    }
    std::stable_sort(attributes.begin(), attributes.end(),
        [](const auto *a, const auto *b) { return (a->name() == "else_branch") < (b->name() == "else_branch"); });
    for (::onnx::AttributeProto *each : attributes) {
        ::onnx::AttributeProto &attribute = *each;
        if (attribute.has_g()) {
            bodies[attribute.name()] = readBody(node, *attribute.mutable_g(), attribute.name(), scope);
        }
        for (auto &graph : *attribute.mutable_graphs()) {
            readBody(node, graph, attribute.name(), scope);
        }
    }
    std::string reason;
    try {
        const auto graphOf = [&](std::int32_t body) -> const Graph & {
            const Graph &graph = file_.bodies[static_cast<std::size_t>(body)];
            if (!scope.inputs.empty() && graph.inputs().size() != scope.inputs.size() + scope.captured.size()) {
                throw Untyped{"its body takes other values than it"};
            }
            return graph;
        };
        std::vector<Tensor> outputs;
        if (node.domain.empty() && node.type == "If") {
            const If kind = {bodyNamed(bodies, "then_branch"), bodyNamed(bodies, "else_branch")};
            for (std::size_t output = 0; output < node.outputs.size(); ++output) {
                const Tensor &a = outputOf(graphOf(kind.thenBody), output);
                const Tensor &b = outputOf(graphOf(kind.elseBody), output);
                if (a.type != b.type) {
                    throw Untyped{"its branches give values of different types"};
                }
                outputs.push_back(outlineOf(a));
                outputs.back().dimensionNames.clear();
                outputs.back().shape = commonShape(a.shape, b.shape);
            }
            return addControl(node, kind, scope.captured, outputs);
        }
        if (node.domain.empty() && node.type == "Loop") {
            const Loop kind = {bodyNamed(bodies, "body"), static_cast<std::int32_t>(scope.inputs.size() - 2)};
            const Graph &body = graphOf(kind.body);
            const auto carried = static_cast<std::size_t>(kind.carried);
            const auto settled = [&](std::size_t input) {
                const bool has = input < node.inputs.size() && !node.inputs[input].empty();
                return has ? values_.small(node.inputs[input]) : nullptr;
            };
            const SmallValue *trips = settled(0);
            const SmallValue *first = settled(1);
            const bool conditional = node.inputs.size() > 1 && !node.inputs[1].empty();
            const bool known = trips != nullptr && trips->known() && trips->elements.size() == 1
                && (!conditional || (first != nullptr && first->known() && first->elements.front().integer != 0))
                && !body.outputs().empty() && alwaysGoesOn(body);
            for (std::size_t output = 0; output < node.outputs.size(); ++output) {
                const Tensor &given = outputOf(body, 1 + output);
                outputs.push_back(outlineOf(given));
                outputs.back().dimensionNames.clear();
                Shape &shape = outputs.back().shape;
                if (output < carried) {
                    shape = commonShape(shape, body.tensor(body.inputs()[2 + output]).shape);
                } else if (shape.ranked) {
                    shape.dims.insert(shape.dims.begin(),
                        known ? std::max<std::int64_t>(0, trips->integers().front()) : std::int64_t{-1});
                }
            }
            return addControl(node, kind, scope.captured, outputs);
        }
        if (node.domain.empty() && node.type == "Scan") {
            if (scope.inputs.empty()) {
                throw Untyped{"Scan before operator set 9 is supported only for a batch of 1 and whole sequences"};
            }
            Scan kind;
            kind.body = bodyNamed(bodies, "body");
            kind.scanInputs = static_cast<std::int32_t>(
                std::clamp<std::int64_t>(node.integer("num_scan_inputs", 0), 0, static_cast<std::int64_t>(1) << 20));
            kind.captured = static_cast<std::int32_t>(scope.captured.size());
            kind.inputAxes = node.integers("scan_input_axes");
            kind.outputAxes = node.integers("scan_output_axes");
            kind.inputReversed = node.integers("scan_input_directions");
            kind.outputReversed = node.integers("scan_output_directions");
            const Graph &body = graphOf(kind.body);
            const auto scans = static_cast<std::size_t>(kind.scanInputs);
            if (scans == 0 || scans > node.inputs.size()) {
                throw Untyped{"its number of scanned inputs is wrong"};
            }
            const std::size_t states = node.inputs.size() - scans;
            const Shape whole = values_.builder.tensor(values_.tensor(node.inputs[states], node.place())).shape;
            const std::int64_t inputAxis = kind.inputAxes.empty() ? 0 : kind.inputAxes.front();
            const auto rank = static_cast<std::int64_t>(whole.rank());
            const std::int64_t at = inputAxis < 0 ? inputAxis + rank : inputAxis;
            const std::int64_t length = whole.ranked && at >= 0 && at < rank ? whole[static_cast<std::size_t>(at)] : -1;
            for (std::size_t output = 0; output < node.outputs.size(); ++output) {
                outputs.push_back(outlineOf(outputOf(body, output)));
                outputs.back().dimensionNames.clear();
                Shape &shape = outputs.back().shape;
                if (output >= states && shape.ranked) {
                    const std::size_t scan = output - states;
                    const auto newRank = static_cast<std::int64_t>(shape.rank()) + 1;
                    const std::int64_t axis = scan < kind.outputAxes.size() ? kind.outputAxes[scan] : 0;
                    const std::int64_t place = axis < 0 ? axis + newRank : axis;
                    if (place < 0 || place >= newRank) {
                        throw Untyped{"an output axis is out of range"};
                    }
                    shape.dims.insert(shape.dims.begin() + place, length);
                }
            }
            return addControl(node, kind, scope.captured, outputs);
        }
    } catch (const Untyped &untyped) {
        reason = untyped.reason;
    }
    readCustom(node, scope.captured, reason);
}

} // namespace tinsmith::onnxio

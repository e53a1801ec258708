// SPDX-License-Identifier: Apache-2.0
#include "core/formats/onnx/operator_writer.h"
#include "core/graph/error.h"
#include "core/graph/relayout.h"

#include <onnx/onnx_pb.h>

#include <algorithm>

namespace tinsmith::onnxio {

Emitter::Emitter(const Graph &body, Emitter &around, const std::vector<std::string> &captured)
    : Emitter(body, around.operatorSet_, &around)
{
    own_ = std::make_unique<::onnx::GraphProto>();
    target_ = own_.get();
    target_->set_name(body.name().empty() ? "body" : body.name());
    if (captured.size() > body.inputs().size()) {
        around.refuse("its body " + body.name() + " takes fewer values than it");
    }
    // What is visible around a body may not be named anew in it.
    taken_ = around.taken_;
    const std::size_t declared = body.inputs().size() - captured.size();
    for (std::size_t i = 0; i < captured.size(); ++i) {
        names_[body.inputs()[declared + i].position()] = captured[i];
    }
    declareInputs(declared);
}

const Graph &Emitter::bodyAt(std::int32_t body)
{
    const auto bodies = root().graph_.subgraphs();
    if (body < 0 || static_cast<std::size_t>(body) >= bodies.size()) {
        refuse("its body is not there");
    }
    return bodies[static_cast<std::size_t>(body)];
}

void Emitter::writeAll()
{
    for (const Operator &op : graph_.operators()) {
        begin(op);
        writeOperator(*this, op);
        end();
    }
    ownOutputs();
    declareValues();
}

void Emitter::ownOutputs()
{
    std::unordered_set<std::string> made;
    for (const TensorId id : graph_.outputs()) {
        std::string name = nameOfTensor(id);
        const bool own = graph_.producer(id).valid() || tensor(id).constant();
        if (!own || !made.insert(name).second) {
            std::string copy = unique(tensor(id).name);
            auto &node = *target_->add_node();
            node.set_op_type("Identity");
            node.set_name(copy);
            node.add_input(name);
            node.add_output(copy);
            name = copy;
        }
        outputNames_.push_back(name);
    }
}

void Emitter::attach(const std::string &attribute, std::int32_t body, std::size_t firstCaptured)
{
    std::vector<std::string> captured;
    for (std::size_t input = firstCaptured; input < op_->inputs.size(); ++input) {
        captured.push_back(stored(input));
    }
    const int node = target_->node_size() - 1;
    const Graph graph = relayout(bodyAt(body), Layout::ChannelsFirst);
    Emitter inner(graph, *this, captured);
    inner.writeAll();
    auto &made = *target_->mutable_node(node)->add_attribute();
    made.set_name(attribute);
    made.set_type(::onnx::AttributeProto::GRAPH);
    *made.mutable_g() = std::move(*inner.own_);
}

std::pair<std::string, std::string> Emitter::function(std::int32_t body, const std::string &wish)
{
    Emitter &model = root();
    if (const auto known = model.functions_.find(body); known != model.functions_.end()) {
        return known->second;
    }
    const std::size_t dot = wish.rfind('.');
    const std::string domain = dot == std::string::npos || dot == 0 ? "tinsmith" : wish.substr(0, dot);
    const std::string plain = wish.empty() ? "function" : wish.substr(dot == std::string::npos ? 0 : dot + 1);
    std::pair<std::string, std::string> name = {domain, plain};
    const auto isTaken = [&] {
        return std::any_of(
            model.functions_.begin(), model.functions_.end(), [&](const auto &entry) { return entry.second == name; });
    };
    for (int number = 1; isTaken(); ++number) {
        name.second = plain + "_" + std::to_string(number);
    }
    model.functions_.emplace(body, name);
    const Graph graph = relayout(bodyAt(body), Layout::ChannelsFirst);
    Emitter inner(graph, operatorSet_, &model);
    inner.own_ = std::make_unique<::onnx::GraphProto>();
    inner.target_ = inner.own_.get();
    inner.declareInputs(graph.inputs().size());
    inner.writeAll();

    auto &made = *model.model_->add_functions();
    made.set_domain(name.first);
    made.set_name(name.second);
    for (const auto &input : inner.own_->input()) {
        made.add_input(input.name());
    }
    for (const auto &output : inner.own_->output()) {
        made.add_output(output.name());
    }
    // A function has no constants of its own but nodes.
    for (auto &constant : *inner.own_->mutable_initializer()) {
        auto &node = *made.add_node();
        node.set_op_type("Constant");
        node.add_output(constant.name());
        auto &value = *node.add_attribute();
        value.set_name("value");
        value.set_type(::onnx::AttributeProto::TENSOR);
        *value.mutable_t() = std::move(constant);
    }
    std::unordered_set<std::string> domains = {""};
    for (auto &node : *inner.own_->mutable_node()) {
        domains.insert(node.domain());
        *made.add_node() = std::move(node);
    }
    for (const std::string &used : domains) {
        auto &set = *made.add_opset_import();
        set.set_domain(used);
        set.set_version(used.empty() ? model.model_->opset_import(0).version() : 1);
    }
    return name;
}

namespace {

std::vector<std::string> storedInputs(Emitter &e, std::size_t count)
{
    std::vector<std::string> names;
    for (std::size_t input = 0; input < count; ++input) {
        names.push_back(e.stored(input));
    }
    return names;
}

std::vector<std::string> storedOutputs(Emitter &e, const Operator &op)
{
    std::vector<std::string> names;
    for (std::size_t output = 0; output < op.outputs.size(); ++output) {
        names.push_back(e.storedOutput(output));
    }
    return names;
}

} // namespace

void write(Emitter &e, const Operator &op, const If &kind)
{
    e.node("If", storedInputs(e, 1), storedOutputs(e, op));
    e.attach("then_branch", kind.thenBody, 1);
    e.attach("else_branch", kind.elseBody, 1);
}

void write(Emitter &e, const Operator &op, const Loop &kind)
{
    const std::size_t own = 2 + static_cast<std::size_t>(std::max(kind.carried, 0));
    if (op.inputs.size() < own) {
        e.refuse("it has fewer inputs than it carries values");
    }
    std::vector<std::string> inputs = storedInputs(e, own);
    if (inputs[1].empty() && own == 2) {
        // ONNX wants two inputs in any case.
        inputs[1] = e.constant(ElementType::Bool, {}, Bytes::of(std::vector<std::uint8_t>{1}));
    }
    e.node("Loop", inputs, storedOutputs(e, op));
    e.attach("body", kind.body, own);
}

void write(Emitter &e, const Operator &op, const Scan &kind)
{
    const std::size_t captured = static_cast<std::size_t>(std::max(kind.captured, 0));
    if (op.inputs.size() < captured) {
        e.refuse("it has fewer inputs than it captures values");
    }
    AttributeList attributes = {{"num_scan_inputs", std::int64_t{kind.scanInputs}}};
    const auto add = [&](const char *name, const std::vector<std::int64_t> &values) {
        if (!values.empty()) {
            attributes.emplace_back(name, values);
        }
    };
    add("scan_input_axes", kind.inputAxes);
    add("scan_output_axes", kind.outputAxes);
    add("scan_input_directions", kind.inputReversed);
    add("scan_output_directions", kind.outputReversed);
    e.node("Scan", storedInputs(e, op.inputs.size() - captured), storedOutputs(e, op), attributes);
    e.attach("body", kind.body, op.inputs.size() - captured);
}

void write(Emitter &e, const Operator &op, const Call &kind)
{
    if (kind.once) {
        e.refuse("ONNX has no operators that run once, before the first inference");
    }
    const auto [domain, name] = e.function(kind.body, kind.function);
    e.node(name, storedInputs(e, op.inputs.size()), storedOutputs(e, op), {}, domain);
}

} // namespace tinsmith::onnxio

// SPDX-License-Identifier: Apache-2.0
#include "app/cli/common.h"
#include "app/cli/output.h"
#include "app/cli/verbs.h"
#include "core/graph/geometry.h"
#include "core/session/model_counts.h"
#include "core/targets/platform.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <map>
#include <memory>

namespace tinsmith::cli {
namespace {

struct Arguments {
    std::string model;
    std::string target;
    std::vector<std::string> bindings;
    bool json = false;
};

/// What the planned form has of the operators as opened, which it keeps by name: those that it fused are not in it.
class PlannedCosts {
public:
    explicit PlannedCosts(const Analysis &analysis)
    {
        for (std::size_t i = 0; analysis.estimate && i < analysis.estimate->operators.size(); ++i) {
            costs_.emplace(analysis.canonical.operators()[i].name, &analysis.estimate->operators[i]);
        }
    }

    /// Null where the operator is not in the planned form.
    const OperatorCost *of(const Operator &op) const
    {
        const auto found = costs_.find(op.name);
        return found == costs_.end() ? nullptr : found->second;
    }

private:
    std::map<std::string, const OperatorCost *> costs_;
};

/// Of the graph as opened; of the planned form where sizes that the file leaves open are settled in that only.
std::int64_t macsOf(const Graph &graph, const Operator &op, const PlannedCosts &planned)
{
    const auto known = [&](TensorId id) { return !id.valid() || graph.tensor(id).shape.known(); };
    const OperatorCost *cost = planned.of(op);
    const bool open = !std::all_of(op.outputs.begin(), op.outputs.end(), known);
    return open && cost != nullptr ? cost->macs : macsOf(graph, op);
}

/// Of the model's own graph: how often the body of a branch or loop runs is not known.
std::int64_t ownMacs(const Graph &graph, const PlannedCosts &planned)
{
    std::int64_t macs = 0;
    for (const Operator &op : graph.operators()) {
        macs += macsOf(graph, op, planned);
    }
    return macs;
}

Json namesJson(const Graph &graph, const std::vector<TensorId> &ids)
{
    Json names = Json::array();
    for (const TensorId id : ids) {
        names.push_back(id.valid() ? Json(graph.tensor(id).name) : Json(nullptr));
    }
    return names;
}

Json quantizationJson(const Quantization &quantization)
{
    return {{"scales", quantization.scales}, {"zero_points", quantization.zeroPoints}, {"axis", quantization.axis}};
}

Json metadataJson(const Graph &graph)
{
    Json json = Json::array();
    for (const auto &[name, value] : graph.info().metadata) {
        json.push_back({{"name", name}, {"value", value}});
    }
    return json;
}

/// Bodies of branches and loops, functions.
Json subgraphsJson(const Graph &graph)
{
    Json json = Json::array();
    for (const Graph &further : graph.subgraphs()) {
        Json types = Json::array();
        for (const Operator &op : further.operators()) {
            types.push_back(typeName(op.kind));
        }
        const auto names = [&](std::span<const TensorId> ids) {
            return namesJson(further, std::vector<TensorId>(ids.begin(), ids.end()));
        };
        json.push_back({{"name", further.name()}, {"inputs", names(further.inputs())},
            {"outputs", names(further.outputs())}, {"operators", types}});
    }
    return json;
}

Json document(const Arguments &arguments, const Session &session)
{
    const Analysis &analysis = *session.state().optimised;
    const Graph &graph = analysis.graph;
    const PlannedCosts planned(analysis);
    const ModelCounts counts = countsOf(graph);
    Json json;
    json["model"] = arguments.model;
    json["name"] = graph.name();
    json["format"] = graph.info().format;
    json["totals"] = {{"operators", counts.operators}, {"macs", ownMacs(graph, planned)},
        {"parameters", counts.parameters}, {"weight_bytes", counts.weightBytes}, {"subgraphs", counts.subgraphs},
        {"operators_in_subgraphs", counts.operatorsInSubgraphs}};
    Json inputs = Json::array();
    Json outputs = Json::array();
    for (const TensorId id : graph.inputs()) {
        inputs.push_back(graph.tensor(id).name);
    }
    for (const TensorId id : graph.outputs()) {
        outputs.push_back(graph.tensor(id).name);
    }
    json["inputs"] = inputs;
    Json symbolic = Json::array();
    for (const AssumedDimension &dimension : session.assumed()) {
        symbolic.push_back(dimension.name);
    }
    for (const std::string &name : symbolicDimensions(graph)) {
        symbolic.push_back(name);
    }
    json["symbolic_dimensions"] = symbolic;
    json["assumed_dimensions"] = assumptionsJson(session);
    json["outputs"] = outputs;
    Json operators = Json::array();
    for (std::size_t index = 0; index < graph.operators().size(); ++index) {
        const Operator &op = graph.operators()[index];
        Json attributes = Json::object();
        for (const AttributeText &attribute : describe(op.kind)) {
            attributes[attribute.name] = attribute.value;
        }
        operators.push_back(
            {{"index", index}, {"name", op.name}, {"type", typeName(op.kind)}, {"family", nameOf(familyOf(op.kind))},
                {"macs", macsOf(graph, op, planned)}, {"inputs", namesJson(graph, op.inputs)},
                {"outputs", namesJson(graph, op.outputs)}, {"attributes", attributes}});
    }
    json["operators"] = operators;
    Json tensors = Json::array();
    for (const Tensor &tensor : graph.tensors()) {
        Json entry;
        entry["name"] = tensor.name;
        entry["shape"] = tensor.shape.ranked ? Json(tensor.shape.dims) : Json(nullptr);
        entry["type"] = nameOf(tensor.type);
        entry["bytes"] = tensor.bytes() ? Json(*tensor.bytes()) : Json(nullptr);
        entry["constant"] = tensor.constant();
        entry["variable"] = tensor.variable;
        if (!tensor.dimensionNames.empty()) {
            entry["dimension_names"] = tensor.dimensionNames;
        }
        if (tensor.quantization) {
            entry["quantization"] = quantizationJson(*tensor.quantization);
        }
        tensors.push_back(entry);
    }
    json["tensors"] = tensors;
    json["metadata"] = metadataJson(graph);
    json["subgraphs"] = subgraphsJson(graph);
    json["memory"] = memoryJson(analysis);
    json["estimate"] = estimateJson(analysis);
    json["core"] = coreJson(analysis.target);
    json["problems"] = problemsJson(analysis);
    return json;
}

void printVerdict(const Analysis &analysis)
{
    const auto without = static_cast<long long>(analysis.estimate->withoutKernel);
    if (without > 0) {
        std::printf(
            "Cannot be exported: %lld operator%s no kernel for packages.\n", without, without == 1 ? " has" : "s have");
        return;
    }
    const Estimate &estimate = *analysis.estimate;
    const std::string unfit
        = whyItDoesNotFit(fitOf(estimate.ramBytes, estimate.flashBytes, analysis.target), analysis.target);
    std::printf("%s\n", unfit.empty() ? "Fits." : ("Does not fit: " + unfit + ".").c_str());
}

void printText(const Arguments &arguments, const Session &session)
{
    const Analysis &analysis = *session.state().optimised;
    const Graph &graph = analysis.graph;
    const PlannedCosts planned(analysis);
    const ModelCounts counts = countsOf(graph);
    std::printf("%s  (%s)\n", arguments.model.c_str(), graph.info().format.c_str());
    printAssumptions(session);
    std::printf("%s; %s MACs%s, %s parameters, %s of constants\n\n", operatorsText(counts).c_str(),
        countText(ownMacs(graph, planned)).c_str(), counts.subgraphs > 0 ? " outside of subgraphs" : "",
        countText(counts.parameters).c_str(), sizeText(counts.weightBytes).c_str());

    Table table({">#", "Operator", "Name", "Output", ">MACs", ">Cycles"});
    for (std::size_t index = 0; index < graph.operators().size(); ++index) {
        const Operator &op = graph.operators()[index];
        std::string output;
        if (!op.outputs.empty() && op.outputs.front().valid()) {
            const Tensor &tensor = graph.tensor(op.outputs.front());
            output = tensor.shape.text() + " " + std::string(nameOf(tensor.type));
            output += tensor.bytes() ? " · " + sizeText(*tensor.bytes()) : std::string();
        }
        const OperatorCost *cost = planned.of(op);
        table.add(
            {std::to_string(index + 1), displayName(op.kind), op.name, output, countText(macsOf(graph, op, planned)),
                cost == nullptr       ? std::string("-")
                    : cost->hasKernel ? countText(cost->cycles)
                                      : std::string("?")});
    }
    table.print();
    std::printf("\n");
    if (analysis.estimate) {
        const Plan &plan = *analysis.plan;
        const Estimate &estimate = *analysis.estimate;
        const Target &target = analysis.target;
        std::printf("Arena    %s (%lld bytes); whole tensors one after the other: %s; peak at %s\n",
            sizeText(plan.arenaBytes).c_str(), static_cast<long long>(plan.arenaBytes),
            sizeText(plan.opByOpBytes).c_str(),
            plan.peakOperator.valid() ? analysis.canonical.op(plan.peakOperator).name.c_str() : "-");
        std::printf("RAM      %s of %s\n", sizeText(estimate.ramBytes).c_str(), sizeText(target.ramBytes).c_str());
        if (estimate.constantRamBytes > 0) {
            std::printf("         %s of it are weights and constants, which %s cannot load from flash\n",
                sizeText(estimate.constantRamBytes).c_str(), std::string(nameOf(target.core)).c_str());
        }
        // Without the operators that have no kernel, whatever is counted is a part of it.
        const char *least = estimate.withoutKernel > 0 ? "at least " : "";
        std::printf(
            "Flash    %s%s of %s\n", least, sizeText(estimate.flashBytes).c_str(), sizeText(target.flashBytes).c_str());
        const bool known = estimate.cycles > 0 || estimate.withoutKernel == 0;
        std::printf("Latency  %s%s modelled on %s (%s, %lld MHz)\n", known ? least : "",
            known ? timeText(estimate.latencyMs).c_str() : "not", target.name.c_str(),
            std::string(nameOf(target.core)).c_str(), static_cast<long long>(target.clockHz / 1000000));
        if (known && estimate.energyUj > 0) {
            std::printf("Energy   %s%s uJ modelled\n", least, fixedText(estimate.energyUj, 1).c_str());
        }
        printVerdict(analysis);
        for (const std::string &fact : unprovedFacts(target)) {
            std::printf("%s\n", fact.c_str());
        }
    } else {
        std::printf("No memory plan: %s\n", analysis.whyNotPlanned.c_str());
        const std::string open = howToBind(analysis.canonical.operators().empty() ? graph : analysis.canonical);
        if (!open.empty()) {
            std::printf("%c%s\n", std::toupper(open.front()), open.substr(1).c_str());
        }
    }
    for (const Problem &problem : analysis.problems) {
        if (problem.stage == Problem::Stage::Note) {
            continue;
        }
        std::printf("%s problem%s%s: %s\n", std::string(nameOf(problem.stage)).c_str(),
            problem.place.empty() ? "" : " at ", problem.place.c_str(), problem.text.c_str());
    }
}

} // namespace

void addInspect(CLI::App &program, Action &action)
{
    const auto arguments = std::make_shared<Arguments>();
    CLI::App *verb
        = program.add_subcommand("inspect", "Operators, tensors, memory over time, and what it costs on a target");
    verb->add_option("MODEL", arguments->model, "A .tflite, .onnx or .tinsmith file")->required();
    verb->add_option("--target", arguments->target, targetHelp);
    addBindings(*verb, arguments->bindings);
    verb->add_flag("--json", arguments->json, "Print one JSON object");
    verb->callback([arguments, &action] {
        action = [arguments] {
            const Session session = openSession(arguments->model, arguments->target, arguments->bindings);
            finishProgress();
            if (arguments->json) {
                printJson(document(*arguments, session));
            } else {
                printText(*arguments, session);
            }
            return exitDone;
        };
    });
}

} // namespace tinsmith::cli

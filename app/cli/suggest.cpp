// SPDX-License-Identifier: Apache-2.0
#include "app/cli/common.h"
#include "app/cli/output.h"
#include "app/cli/verbs.h"
#include "core/session/proposals.h"

#include <cstdio>
#include <memory>

namespace tinsmith::cli {
namespace {

struct Arguments {
    std::string model;
    std::string target;
    DataOptions data;
    std::vector<std::string> bindings;
    bool json = false;
};

std::string signedSize(std::int64_t bytes)
{
    return (bytes > 0 ? "+" : "") + sizeText(bytes);
}

void printImpossible(const std::vector<Obstacle> &obstacles)
{
    for (const Obstacle &obstacle : obstacles) {
        std::string place = obstacle.place.empty() ? std::string() : " at " + obstacle.place;
        if (obstacle.others > 0) {
            place += " and " + std::to_string(obstacle.others) + " more";
        }
        std::printf("\nNot possible: %s%s: %s\n", obstacle.title.c_str(), place.c_str(), obstacle.reason.c_str());
        if (!obstacle.remedy.empty()) {
            std::printf("  %s\n", obstacle.remedy.c_str());
        }
    }
}

int perform(const Arguments &arguments)
{
    Session session = openSession(arguments.model, arguments.target, arguments.bindings);
    const Graph &graph = session.source();
    if (!arguments.data.path.empty()) {
        session.setData(arguments.data.path, loadData(arguments.data, graph));
    }
    const auto data = session.data() ? std::optional(suited(*session.data(), graph)) : std::nullopt;
    const Suggestions suggestions = session.suggestions(terminalProgress());
    const std::vector<Proposal> &proposals = suggestions.proposals;
    finishProgress();
    if (arguments.json) {
        Json list = Json::array();
        for (const Proposal &proposal : proposals) {
            list.push_back({{"id", proposal.id}, {"rewrite", proposal.step.rewrite}, {"title", proposal.title},
                {"explanation", proposal.explanation}, {"operators", proposal.operators},
                {"risk", nameOf(proposal.risk)}, {"parameters", proposal.step.parameters},
                {"delta",
                    {{"ram_bytes", proposal.delta.ramBytes}, {"flash_bytes", proposal.delta.flashBytes},
                        {"macs", proposal.delta.macs}, {"latency_ms", proposal.delta.latencyMs}}},
                {"warnings", warningsJson(proposal.result->problems)}});
        }
        Json impossible = Json::array();
        for (const Obstacle &obstacle : suggestions.obstacles) {
            impossible.push_back(
                {{"rewrite", obstacle.rewrite}, {"title", obstacle.title}, {"operator", obstacle.place},
                    {"other_operators", obstacle.others}, {"reason", obstacle.reason}, {"remedy", obstacle.remedy}});
        }
        printJson({{"model", arguments.model}, {"assumed_dimensions", assumptionsJson(session)},
            {"target", session.state().target.id}, {"data", data ? dataJson(*data, graph) : Json(nullptr)},
            {"proposals", list}, {"impossible", impossible}, {"estimate", estimateJson(*session.state().optimised)}});
        return exitDone;
    }
    printAssumptions(session);
    if (data) {
        printNotes(useOf(*data, graph).notes);
    }
    if (proposals.empty()) {
        std::printf("Nothing to propose for %s on %s.\n", arguments.model.c_str(), session.state().target.name.c_str());
        printImpossible(suggestions.obstacles);
        return exitDone;
    }
    Table table({"Apply as", "What", "Risk", ">RAM", ">Flash", ">MACs", ">Latency"});
    for (const Proposal &proposal : proposals) {
        table.add({textOf(proposal.step), proposal.title, std::string(nameOf(proposal.risk)),
            signedSize(proposal.delta.ramBytes), signedSize(proposal.delta.flashBytes), countText(proposal.delta.macs),
            timeText(proposal.delta.latencyMs)});
    }
    table.print();
    for (const Proposal &proposal : proposals) {
        for (const Problem &problem : proposal.result->problems) {
            if (problem.stage == Problem::Stage::Accuracy) {
                std::printf("Warning for %s%s%s: %s.\n", textOf(proposal.step).c_str(),
                    problem.place.empty() ? "" : ", ", problem.place.c_str(), problem.text.c_str());
            }
        }
    }
    std::printf("\nApply one with: tinsmith optimize %s -o OUT --apply '%s'\n", arguments.model.c_str(),
        textOf(proposals.front().step).c_str());
    printImpossible(suggestions.obstacles);
    return exitDone;
}

} // namespace

void addSuggest(CLI::App &program, Action &action)
{
    const auto arguments = std::make_shared<Arguments>();
    CLI::App *verb
        = program.add_subcommand("suggest", "Rewrites that apply to the model, ranked, each with its effect");
    verb->add_option("MODEL", arguments->model, "A .tflite, .onnx or .tinsmith file")->required();
    verb->add_option("--target", arguments->target, targetHelp);
    addData(*verb, arguments->data, "Data set for calibration");
    addBindings(*verb, arguments->bindings);
    verb->add_flag("--json", arguments->json, "Print one JSON object");
    verb->callback([arguments, &action] { action = [arguments] { return perform(*arguments); }; });
}

} // namespace tinsmith::cli

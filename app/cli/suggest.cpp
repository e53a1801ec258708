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
    std::string data;
    std::vector<std::string> bindings;
    bool json = false;
};

std::string signedSize(std::int64_t bytes)
{
    return (bytes > 0 ? "+" : "") + sizeText(bytes);
}

int perform(const Arguments &arguments)
{
    Session session = openSession(arguments.model, arguments.target, arguments.bindings);
    const Graph &graph = session.source();
    if (!arguments.data.empty() && !graph.inputs().empty()) {
        session.setData(arguments.data, DataSet::load(arguments.data, graph.tensor(graph.inputs().front())));
    }
    const std::vector<Proposal> proposals = session.proposals(terminalProgress());
    finishProgress();
    if (arguments.json) {
        Json list = Json::array();
        for (const Proposal &proposal : proposals) {
            list.push_back({{"id", proposal.id}, {"rewrite", proposal.step.rewrite}, {"title", proposal.title},
                {"explanation", proposal.explanation}, {"operators", proposal.operators},
                {"risk", nameOf(proposal.risk)}, {"parameters", proposal.step.parameters},
                {"delta",
                    {{"ram_bytes", proposal.delta.ramBytes}, {"flash_bytes", proposal.delta.flashBytes},
                        {"macs", proposal.delta.macs}, {"latency_ms", proposal.delta.latencyMs}}}});
        }
        printJson({{"model", arguments.model}, {"target", session.state().target.id}, {"proposals", list},
            {"estimate", estimateJson(*session.state().optimised)}});
        return exitDone;
    }
    if (proposals.empty()) {
        std::printf("Nothing to propose for %s on %s.\n", arguments.model.c_str(), session.state().target.name.c_str());
        return exitDone;
    }
    Table table({"Apply as", "What", "Risk", ">RAM", ">Flash", ">MACs", ">Latency"});
    for (const Proposal &proposal : proposals) {
        table.add({textOf(proposal.step), proposal.title, std::string(nameOf(proposal.risk)),
            signedSize(proposal.delta.ramBytes), signedSize(proposal.delta.flashBytes), countText(proposal.delta.macs),
            timeText(proposal.delta.latencyMs)});
    }
    table.print();
    std::printf("\nApply one with: tinsmith optimize %s -o OUT --apply '%s'\n", arguments.model.c_str(),
        textOf(proposals.front().step).c_str());
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
    verb->add_option("--data", arguments->data, "Data set for calibration");
    addBindings(*verb, arguments->bindings);
    verb->add_flag("--json", arguments->json, "Print one JSON object");
    verb->callback([arguments, &action] { action = [arguments] { return perform(*arguments); }; });
}

} // namespace tinsmith::cli

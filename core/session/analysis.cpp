// SPDX-License-Identifier: Apache-2.0
#include "core/session/analysis.h"

#include "core/execute/executor.h"
#include "core/firmware/package.h"
#include "core/graph/error.h"
#include "core/planner/planner.h"
#include "core/rewrites/canonical.h"

#include <array>
#include <set>
#include <utility>

namespace tinsmith {
namespace {

void addExportProblems(Analysis &analysis)
{
    std::set<std::pair<std::string, std::string>> seen;
    for (std::size_t index = 0; index < analysis.canonical.operators().size(); ++index) {
        const OperatorId id(index);
        const std::string &name = analysis.canonical.op(id).name;
        const std::string run = whyNotExecutable(analysis.canonical, id);
        if (!run.empty()) {
            analysis.problems.push_back({Problem::Stage::Run, name, run});
            continue;
        }
        const std::string exported = whyNotExportable(analysis.canonical, id);
        if (!exported.empty()) {
            analysis.problems.push_back({Problem::Stage::Export, name, exported});
        }
    }
}

std::string amount(std::int64_t bytes)
{
    return std::to_string(bytes) + " bytes";
}

void addFitProblems(Analysis &analysis)
{
    const Estimate &estimate = *analysis.estimate;
    const Target &target = analysis.target;
    if (estimate.ramBytes > target.ramBytes) {
        analysis.problems.push_back({Problem::Stage::Fit,
            analysis.plan->peakOperator.valid() ? analysis.canonical.op(analysis.plan->peakOperator).name
                                                : std::string(),
            "needs " + amount(estimate.ramBytes) + " of RAM, " + target.name + " has " + amount(target.ramBytes)});
    }
    if (estimate.flashBytes > target.flashBytes) {
        analysis.problems.push_back({Problem::Stage::Fit, {},
            "needs " + amount(estimate.flashBytes) + " of flash, " + target.name + " has "
                + amount(target.flashBytes)});
    }
}

} // namespace

std::string_view nameOf(Problem::Stage stage)
{
    constexpr std::array<std::string_view, 4> names = {"import", "run", "export", "fit"};
    return names[static_cast<std::size_t>(stage)];
}

std::shared_ptr<const Analysis> analyse(const Graph &graph, const Target &target)
{
    auto analysis = std::make_shared<Analysis>();
    analysis->graph = graph;
    analysis->target = target;
    for (const GraphInfo::Problem &problem : graph.info().problems) {
        analysis->problems.push_back({Problem::Stage::Import, problem.place, problem.text});
    }
    try {
        analysis->canonical = canonical(graph);
        analysis->plan = makePlan(analysis->canonical, target);
        analysis->estimate = estimate(analysis->canonical, *analysis->plan, target);
        addFitProblems(*analysis);
    } catch (const Error &error) {
        analysis->whyNotPlanned = error.what();
        analysis->problems.push_back({Problem::Stage::Export, error.place(), error.what()});
    }
    addExportProblems(*analysis);
    return analysis;
}

} // namespace tinsmith

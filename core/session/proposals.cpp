// SPDX-License-Identifier: Apache-2.0
#include "core/session/proposals.h"

#include "core/graph/error.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace tinsmith {
namespace {

/// More sites than this are proposed only together: a list of thousands of cards helps nobody.
constexpr std::size_t mostSingleSites = 8;

double relative(std::int64_t change, std::int64_t whole)
{
    return whole > 0 ? static_cast<double>(change) / static_cast<double>(whole) : 0;
}

/// Lower is better: the change in what binds, then in everything a little.
double score(const Proposal &proposal, const Analysis &now)
{
    if (!now.estimate || !proposal.result->estimate) {
        return 0;
    }
    const Estimate &before = *now.estimate;
    const Target &target = now.target;
    const double ram = relative(proposal.delta.ramBytes, before.ramBytes);
    const double flash = relative(proposal.delta.flashBytes, before.flashBytes);
    const double latency = before.latencyMs > 0 ? proposal.delta.latencyMs / before.latencyMs : 0;
    const bool ramBinds = before.ramBytes > target.ramBytes;
    const bool flashBinds = before.flashBytes > target.flashBytes;
    double total = ram * (ramBinds || !flashBinds ? 4 : 1) + flash * (flashBinds ? 4 : 1) + latency;
    // Of two that help alike the less risky one comes first.
    total += 0.05 * static_cast<double>(proposal.risk);
    return total;
}

std::string joinedNames(const std::vector<RewriteSite> &sites, std::vector<std::string> &operators)
{
    std::set<std::string> seen;
    for (const RewriteSite &site : sites) {
        for (const std::string &name : site.operators) {
            if (seen.insert(name).second) {
                operators.push_back(name);
            }
        }
    }
    return sites.front().title;
}

/// Fills step-dependent figures by applying it; false where it does not apply after all.
bool applied(
    Proposal &proposal, const Rewrite &rewrite, const Analysis &now, const RewriteData *data, const Progress &progress)
{
    const auto graph = rewrite.apply(now.graph, proposal.step.parameters, data, progress);
    if (!graph) {
        return false;
    }
    std::vector<Problem> warnings;
    for (const RewriteWarning &warning : rewrite.warnings(now.graph, *graph, data, progress)) {
        warnings.push_back({Problem::Stage::Accuracy, warning.place, warning.text});
    }
    proposal.result = analyse(*graph, now.target, warnings);
    proposal.delta = deltaBetween(now, *proposal.result);
    return true;
}

/// Places of one reason become one obstacle: a model with forty operators of one unknown type has one reason.
void addObstacles(std::vector<Obstacle> &obstacles, const Rewrite &rewrite, const std::vector<RewriteObstacle> &found)
{
    const std::size_t first = obstacles.size();
    for (const RewriteObstacle &each : found) {
        const auto same = std::find_if(obstacles.begin() + static_cast<std::ptrdiff_t>(first), obstacles.end(),
            [&each](const Obstacle &known) { return known.reason == each.reason; });
        if (same != obstacles.end()) {
            ++same->others;
        } else {
            obstacles.push_back({std::string(rewrite.name()), std::string(rewrite.title()), each.place, each.reason,
                each.remedy, 0, Problem::Remedy::None});
        }
    }
}

/// Without a plan no proposal has figures.
void addUnplanned(std::vector<Obstacle> &obstacles, const Analysis &now)
{
    if (now.whyNotPlanned.empty()) {
        return;
    }
    Obstacle obstacle;
    obstacle.title = "Plan the memory";
    obstacle.reason = now.whyNotPlanned;
    const bool open = std::any_of(now.problems.begin(), now.problems.end(), [](const Problem &problem) {
        return problem.stage != Problem::Stage::Note && problem.remedy == Problem::Remedy::BindDimensions;
    });
    if (open) {
        obstacle.action = Problem::Remedy::BindDimensions;
        obstacle.remedy = "Bind the open dimensions of the model to the sizes that they have on the device.";
    }
    obstacles.push_back(std::move(obstacle));
}

} // namespace

Delta deltaBetween(const Analysis &before, const Analysis &after)
{
    Delta delta;
    if (before.estimate && after.estimate) {
        delta.ramBytes = after.estimate->ramBytes - before.estimate->ramBytes;
        delta.flashBytes = after.estimate->flashBytes - before.estimate->flashBytes;
        delta.macs = after.estimate->macs - before.estimate->macs;
        delta.latencyMs = after.estimate->latencyMs - before.estimate->latencyMs;
        delta.energyUj = after.estimate->energyUj - before.estimate->energyUj;
    }
    return delta;
}

Suggestions suggest(const Analysis &now, const RewriteData *data, const Progress &progress)
{
    Suggestions suggestions;
    std::vector<Proposal> &proposals = suggestions.proposals;
    addUnplanned(suggestions.obstacles, now);
    const auto rewrites = rewriteList();
    for (std::size_t index = 0; index < rewrites.size(); ++index) {
        const Rewrite &rewrite = *rewrites[index];
        progress.report(static_cast<double>(index) / static_cast<double>(rewrites.size()),
            "Trying " + std::string(rewrite.title()));
        try {
            const std::vector<RewriteSite> sites = rewrite.sites(now.graph);
            if (sites.empty()) {
                addObstacles(suggestions.obstacles, rewrite, rewrite.obstacles(now.graph));
                continue;
            }
            Proposal all;
            all.id = rewrite.name();
            all.risk = rewrite.risk();
            all.step.rewrite = rewrite.name();
            all.title = joinedNames(sites, all.operators);
            all.explanation = sites.front().explanation;
            const bool several = sites.size() > 1;
            if (several) {
                all.title = sites.front().title + " and " + std::to_string(sites.size() - 1) + " more";
            }
            if (applied(all, rewrite, now, data, progress)) {
                proposals.push_back(std::move(all));
            }
            // Steps that may cost accuracy can be chosen one by one.
            if (!several || rewrite.risk() != Risk::NeedsTraining || sites.size() > mostSingleSites) {
                continue;
            }
            for (const RewriteSite &site : sites) {
                Proposal one;
                one.id = std::string(rewrite.name()) + "@" + site.operators.front();
                one.title = site.title;
                one.explanation = site.explanation;
                one.operators = site.operators;
                one.risk = rewrite.risk();
                one.step.rewrite = rewrite.name();
                one.step.parameters["at"] = site.operators.front();
                if (applied(one, rewrite, now, data, progress)) {
                    proposals.push_back(std::move(one));
                }
            }
        } catch (const Cancelled &) {
            throw;
        } catch (const Error &error) {
            std::vector<RewriteObstacle> found = rewrite.obstacles(now.graph);
            if (found.empty()) {
                found.push_back({error.place(), error.cause(), {}});
            }
            addObstacles(suggestions.obstacles, rewrite, found);
        }
    }
    std::stable_sort(proposals.begin(), proposals.end(),
        [&now](const Proposal &a, const Proposal &b) { return score(a, now) < score(b, now); });
    progress.report(1, "Done");
    return suggestions;
}

} // namespace tinsmith

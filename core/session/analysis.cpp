// SPDX-License-Identifier: Apache-2.0
#include "core/session/analysis.h"

#include "core/execute/executor.h"
#include "core/firmware/package.h"
#include "core/formats/model_file.h"
#include "core/graph/calibration_entry.h"
#include "core/graph/error.h"
#include "core/planner/planner.h"
#include "core/rewrites/canonical.h"
#include "core/session/custom_reasons.h"
#include "core/session/model_path.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <set>
#include <utility>

namespace tinsmith {
namespace {

/// The operator or tensor of `graph` that a reader's text names ("node conv (Conv)", "node Conv that makes y"); the
/// text itself where that is neither.
std::string placeIn(const Graph &graph, const std::string &text)
{
    constexpr std::string_view node = "node ";
    constexpr std::string_view maker = " that makes ";
    constexpr std::string_view ofTensor = "tensor '";
    if (text.rfind(ofTensor, 0) == 0 && text.back() == '\'') {
        const std::string name = text.substr(ofTensor.size(), text.size() - ofTensor.size() - 1);
        return graph.tensorNamed(name).valid() ? name : text;
    }
    if (text.rfind(node, 0) != 0 || graph.operatorNamed(text).valid() || graph.tensorNamed(text).valid()) {
        return text;
    }
    if (const auto made = text.rfind(maker); made != std::string::npos) {
        const TensorId tensor = graph.tensorNamed(text.substr(made + maker.size()));
        const OperatorId producer = tensor.valid() ? graph.producer(tensor) : OperatorId::none();
        return producer.valid() ? graph.op(producer).name : text;
    }
    const std::string name = text.substr(node.size(), text.rfind(" (") - node.size());
    return graph.operatorNamed(name).valid() ? name : text;
}

class ProblemCollector {
public:
    explicit ProblemCollector(Analysis &analysis) : analysis_(analysis) { }

    void add(
        Problem::Stage stage, const Graph &graph, const std::string &place, std::string text, std::int32_t subgraph)
    {
        Problem problem{stage, placeIn(graph, place), std::move(text), subgraph, {}};
        if (const OperatorId op = graph.operatorNamed(problem.place); op.valid()) {
            problem.type = displayName(graph.op(op).kind);
            if (stage == Problem::Stage::Import && graph.op(op).is<Custom>()) {
                notImported_.emplace(subgraph, problem.place);
            }
        }
        analysis_.problems.push_back(std::move(problem));
    }

    void addImport()
    {
        const Graph &model = analysis_.graph;
        for (std::int32_t at = -1; at < static_cast<std::int32_t>(model.subgraphs().size()); ++at) {
            const Graph &graph = graphAt(model, at);
            for (const GraphInfo::Problem &problem : graph.info().problems) {
                add(Problem::Stage::Import, graph, problem.place, problem.text, at);
            }
        }
    }

    /// Of the form that runs, where the model can be brought into it; what was not imported is not listed again.
    void addRunAndExport()
    {
        const Graph &model = runForm();
        for (std::int32_t at = -1; at < static_cast<std::int32_t>(model.subgraphs().size()); ++at) {
            const Graph &graph = graphAt(model, at);
            for (std::size_t index = 0; index < graph.operators().size(); ++index) {
                const OperatorId id(index);
                const std::string &name = graph.op(id).name;
                // Whose shape is not known stands with what makes it.
                if (notImported_.count({at, name}) > 0 || readsUnknownShapes(graph, graph.op(id))) {
                    continue;
                }
                if (std::string run = whyNotRun(graph, id); !run.empty()) {
                    add(Problem::Stage::Run, graph, name, std::move(run), at);
                } else if (const auto why = whyNotExported_.find(index); at < 0 && why != whyNotExported_.end()) {
                    add(Problem::Stage::Export, graph, name, why->second, at);
                }
            }
        }
    }

    /// The operators of the canonical form that packages have no kernel for.
    std::set<std::size_t> findWithoutKernel()
    {
        std::set<std::size_t> without;
        const Graph &graph = analysis_.canonical;
        for (std::size_t index = 0; index < graph.operators().size(); ++index) {
            if (std::string why = whyNotExportable(graph, OperatorId(index)); !why.empty()) {
                whyNotExported_.emplace(index, std::move(why));
                without.insert(index);
            }
        }
        return without;
    }

    /// Guessed ranges; what was measured is among the notes.
    void addAccuracy()
    {
        const GraphInfo &info = analysis_.graph.info();
        if (hasGuessedRanges(info)) {
            add(Problem::Stage::Accuracy, analysis_.graph, {},
                "it was quantized without data: the ranges of its activations were " + *calibrationOf(info)
                    + ". Quantize the float model again with data, and measure the accuracy",
                -1);
        }
    }

    /// One problem for all sizes that the inputs leave open; false where they leave none open.
    bool addOpenSizes()
    {
        const Graph &graph = runForm();
        std::string names;
        for (const std::string &name : symbolicDimensions(graph)) {
            names += (names.empty() ? "" : ", ") + name;
        }
        if (names.empty()) {
            return false;
        }
        const auto open = std::find_if(
            graph.inputs().begin(), graph.inputs().end(), [&](TensorId id) { return !graph.tensor(id).shape.known(); });
        add(Problem::Stage::Run, graph, graph.tensor(*open).name,
            "its shape is " + graph.tensor(*open).shape.text()
                + ": it can be run and planned once these sizes are bound: " + names,
            -1);
        analysis_.problems.back().remedy = Problem::Remedy::BindDimensions;
        return true;
    }

private:
    const Graph &runForm() const
    {
        return analysis_.canonical.operators().empty() ? analysis_.graph : analysis_.canonical;
    }

    static bool readsUnknownShapes(const Graph &graph, const Operator &op)
    {
        // What is only shown has a reason of its own, whatever its inputs are.
        return !op.is<Custom>() && std::any_of(op.inputs.begin(), op.inputs.end(), [&](TensorId id) {
            return id.valid() && !graph.tensor(id).shape.known();
        });
    }

    static std::string whyNotRun(const Graph &graph, OperatorId id)
    {
        const auto *custom = std::get_if<Custom>(&graph.op(id).kind);
        std::string why = custom != nullptr && custom->reason.empty() ? whyNoPlace(custom->sourceType) : std::string();
        return why.empty() ? whyNotExecutable(graph, id) : why;
    }

    Analysis &analysis_;
    std::set<std::pair<std::int32_t, std::string>> notImported_;
    std::map<std::size_t, std::string> whyNotExported_;
};

/// "784 B", "49.0 KB", "1.25 MB".
std::string amount(std::int64_t bytes)
{
    constexpr double kilo = 1024;
    const auto number = static_cast<double>(bytes);
    std::array<char, 32> text{};
    if (number < kilo) {
        std::snprintf(text.data(), text.size(), "%lld B", static_cast<long long>(bytes));
    } else if (number < kilo * kilo) {
        std::snprintf(text.data(), text.size(), "%.1f KB", number / kilo);
    } else {
        std::snprintf(text.data(), text.size(), "%.2f MB", number / kilo / kilo);
    }
    return text.data();
}

/// "needs 2.34 MB of RAM, 1.71 MB more than the 640.0 KB of STM32L4R5xI".
std::string excess(const char *memory, std::int64_t needed, std::int64_t present, const Target &target)
{
    return "needs " + amount(needed) + " of " + memory + ", " + amount(needed - present) + " more than the "
        + amount(present) + " of " + target.name;
}

void addFitProblems(Analysis &analysis)
{
    const Estimate &estimate = *analysis.estimate;
    const Target &target = analysis.target;
    if (estimate.ramBytes > target.ramBytes) {
        analysis.problems.push_back({Problem::Stage::Fit,
            analysis.plan->peakOperator.valid() ? analysis.canonical.op(analysis.plan->peakOperator).name
                                                : std::string(),
            excess("RAM", estimate.ramBytes, target.ramBytes, target)});
    }
    if (estimate.flashBytes > target.flashBytes) {
        analysis.problems.push_back(
            {Problem::Stage::Fit, {}, excess("flash", estimate.flashBytes, target.flashBytes, target)});
    }
}

} // namespace

std::string_view nameOf(Problem::Stage stage)
{
    constexpr std::array<std::string_view, 6> names = {"import", "run", "export", "fit", "note", "accuracy"};
    return names[static_cast<std::size_t>(stage)];
}

bool blocks(Problem::Stage stage)
{
    // Lost on the way in, or inaccurate, is a warning.
    return stage != Problem::Stage::Import && stage != Problem::Stage::Note && stage != Problem::Stage::Accuracy;
}

std::shared_ptr<const Analysis> analyse(const Graph &graph, const Target &target, std::vector<Problem> notes)
{
    auto analysis = std::make_shared<Analysis>();
    analysis->problems = std::move(notes);
    analysis->graph = graph;
    analysis->target = target;
    ProblemCollector problems(*analysis);
    problems.addImport();
    try {
        analysis->canonical = canonical(graph);
        analysis->plan = makePlan(analysis->canonical, target);
        analysis->estimate = estimate(analysis->canonical, *analysis->plan, target, problems.findWithoutKernel());
        addFitProblems(*analysis);
    } catch (const Error &error) {
        analysis->whyNotPlanned = error.what();
        if (!problems.addOpenSizes()) {
            problems.add(Problem::Stage::Export, graph, error.place(), error.cause(), -1);
        }
    }
    problems.addRunAndExport();
    problems.addAccuracy();
    return analysis;
}

bool showsPlanned(const Analysis &analysis, ModelForm form)
{
    const bool same = analysis.canonical.operators().size() == analysis.graph.operators().size()
        && analysis.canonical.tensors().size() == analysis.graph.tensors().size();
    return analysis.plan.has_value() && analysis.estimate.has_value() && (same || form == ModelForm::AsRun);
}

const Graph &shownGraph(const Analysis &analysis, ModelForm form)
{
    return showsPlanned(analysis, form) ? analysis.canonical : analysis.graph;
}

} // namespace tinsmith

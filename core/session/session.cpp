// SPDX-License-Identifier: Apache-2.0
#include "core/session/session.h"

#include "core/graph/error.h"
#include "core/quantize/quantize.h"
#include "core/session/data_use.h"
#include "core/session/step_outcome.h"

#include <algorithm>

namespace tinsmith {
namespace {

/// Enough for calibration; more changes ranges little and takes time.
constexpr std::size_t calibrationSamples = 200;

SessionState opened(const Target &target, const OpenOptions &options = {}, const OpenedModel &model = {})
{
    SessionState state;
    state.target = target;
    state.openOptions = options;
    state.assumed = model.assumed;
    state.description = "Open";
    return state;
}

/// What the state's analyses tell of how the model was opened.
std::vector<Problem> notesOf(const SessionState &state)
{
    std::vector<Problem> notes;
    for (const AssumedDimension &dimension : state.assumed) {
        Problem note{Problem::Stage::Note, dimension.input, dimension.text()};
        note.remedy = Problem::Remedy::BindDimensions;
        notes.push_back(std::move(note));
    }
    return notes;
}

std::vector<Problem> asProblems(const std::vector<RewriteWarning> &warnings)
{
    std::vector<Problem> problems;
    for (const RewriteWarning &warning : warnings) {
        problems.push_back({Problem::Stage::Accuracy, warning.place, warning.text});
    }
    return problems;
}

/// What there is to tell of the model with the steps applied: how it was opened, and the warnings of all steps.
std::vector<Problem> notesOfSteps(const SessionState &state)
{
    std::vector<Problem> problems = notesOf(state);
    for (const StepResult &result : state.stepResults) {
        problems.insert(problems.end(), result.warnings.begin(), result.warnings.end());
    }
    return problems;
}

/// How many steps of the recipe are those that `state` has results of, from the first on.
std::size_t keptSteps(const SessionState &state, const Recipe &recipe)
{
    const std::vector<RecipeStep> &before = state.recipe.steps;
    const std::size_t most = std::min({state.stepResults.size(), before.size(), recipe.steps.size()});
    std::size_t kept = 0;
    while (kept < most && state.stepProblems[kept].empty() && before[kept].rewrite == recipe.steps[kept].rewrite
        && before[kept].parameters == recipe.steps[kept].parameters
        && before[kept].enabled == recipe.steps[kept].enabled) {
        ++kept;
    }
    return kept;
}

/// Projects remember what their steps were calibrated on; opening one computes them on what is there now. True where
/// that differs, of which the state then has warnings.
bool noteOtherData(SessionState &state, const Recipe &saved)
{
    bool other = false;
    for (std::size_t index = 0; index < state.recipe.steps.size(); ++index) {
        const auto &then = saved.steps[index].calibration;
        const auto &now = state.recipe.steps[index].calibration;
        if (then && now && !then->guessed() && then->fingerprint != now->fingerprint) {
            other = true;
            state.stepResults[index].warnings.push_back({Problem::Stage::Accuracy, {},
                "Step " + std::to_string(index + 1) + " was calibrated on " + then->data
                    + (now->guessed() ? ", which is not there: its ranges are guesses now"
                                      : ", which has changed since: its ranges are those of the present data")});
        }
    }
    return other;
}

} // namespace

Session Session::fromGraph(Graph graph, const Target &target, std::filesystem::path modelFile)
{
    Session session;
    session.modelFile_ = std::move(modelFile);
    session.states_.push_back(session.computed(opened(target), graph, {}, {}));
    session.saved_ = session.states_.back();
    return session;
}

Session Session::open(
    const std::filesystem::path &file, const Target &target, const Progress &progress, const OpenOptions &options)
{
    progress.report(0, "Opening " + file.filename().string());
    const Bytes bytes = Bytes::map(file);
    if (!isProject(bytes)) {
        Session session;
        session.modelFile_ = file;
        session.sourceBytes_ = bytes;
        const OpenedModel model = openModel(bytes, file, options);
        progress.report(0.5, "Planning");
        session.states_.push_back(session.computed(opened(target, options, model), model.graph, {}, progress));
        session.saved_ = session.states_.back();
        return session;
    }
    const Project project = readProject(file);
    Session session;
    session.projectFile_ = file;
    session.modelFile_ = project.modelFile;
    session.sourceBytes_ = project.model;
    OpenOptions sizes = options;
    sizes.bindings.insert(project.bindings.begin(), project.bindings.end());
    const OpenedModel model = openModel(project.model, project.modelFile, sizes);
    std::error_code unseen;
    if (!project.dataPath.empty() && std::filesystem::exists(project.dataPath, unseen)
        && !model.graph.inputs().empty()) {
        const DataSet data = DataSet::load(project.dataPath, model.graph);
        session.setData(project.dataPath, project.pixels ? data.with(*project.pixels) : data);
    }
    const Target *named = TargetDatabase::builtIn().find(project.targetId);
    auto state = std::make_shared<SessionState>(*session.computed(
        opened(named != nullptr ? *named : target, sizes, model), model.graph, project.recipe, progress));
    if (noteOtherData(*state, project.recipe)) {
        state->optimised = analyse(state->optimised->graph, state->target, notesOfSteps(*state));
    }
    session.states_.push_back(std::move(state));
    session.saved_ = session.states_.back();
    return session;
}

Graph Session::unbound() const
{
    return openOptions().bindings.empty() && assumed().empty() ? source() : readModel(sourceBytes_, modelFile_);
}

std::optional<Graph> Session::optimisedWithOpenBatch() const
{
    if (assumed().empty()) {
        return std::nullopt;
    }
    Graph graph = readModel(sourceBytes_, modelFile_, openOptions());
    Graph fixed = source();
    for (const RecipeStep &step : state().recipe.steps) {
        const Rewrite *rewrite = step.enabled ? rewriteNamed(step.rewrite) : nullptr;
        if (rewrite == nullptr) {
            continue;
        }
        try {
            const auto changed
                = rewrite->wantsData() ? std::nullopt : rewrite->apply(graph, step.parameters, nullptr, {});
            // Where a size is open, a rewrite may find fewer places.
            if (!changed || rewrite->sites(graph).size() != rewrite->sites(fixed).size()) {
                return std::nullopt;
            }
            const auto changedFixed = rewrite->apply(fixed, step.parameters, nullptr, {});
            if (!changedFixed) {
                return std::nullopt;
            }
            fixed = *changedFixed;
            graph = *changed;
        } catch (const Error &) {
            // It applies to fixed sizes only.
            return std::nullopt;
        }
    }
    return symbolicDimensions(graph).empty() ? std::nullopt : std::optional(graph);
}

RewriteData Session::calibrationData(const Graph &graph) const
{
    RewriteData data;
    data.name = dataPath_.filename().string();
    if (data_) {
        data.samples = suited(data_->first(calibrationSamples), graph).samplesFor(graph);
    }
    return data;
}

std::shared_ptr<const SessionState> Session::computed(
    SessionState start, const Graph &source, Recipe recipe, const Progress &progress) const
{
    auto next = std::make_shared<SessionState>(std::move(start));
    const Target &target = next->target;
    if (next->original == nullptr) {
        next->original = analyse(source, target, notesOf(*next));
    }
    Graph graph = source;
    const std::size_t kept = keptSteps(*next, recipe);
    next->stepProblems.clear();
    next->stepResults.resize(kept);
    for (std::size_t index = 0; index < recipe.steps.size(); ++index) {
        RecipeStep &step = recipe.steps[index];
        next->stepProblems.emplace_back();
        if (index < kept) {
            step.calibration = next->recipe.steps[index].calibration;
            graph = step.enabled ? next->stepResults[index].graph : graph;
            continue;
        }
        step.calibration.reset();
        next->stepResults.emplace_back();
        if (!step.enabled) {
            continue;
        }
        const double share = static_cast<double>(index) / static_cast<double>(recipe.steps.size());
        progress.report(share, "Applying " + titleOf(step));
        const Rewrite *rewrite = rewriteNamed(step.rewrite);
        if (rewrite == nullptr) {
            next->stepProblems.back() = "there is no rewrite of this name";
            continue;
        }
        try {
            const RewriteData data = rewrite->wantsData() ? calibrationData(graph) : RewriteData();
            const RewriteData *given = data.samples.empty() ? nullptr : &data;
            const auto changed = rewrite->apply(graph, step.parameters, given, progress);
            if (changed) {
                next->stepResults.back() = {*changed, asProblems(rewrite->warnings(graph, *changed, given, progress))};
                if (rewrite->wantsData()) {
                    step.calibration = given == nullptr ? Calibration()
                                                        : Calibration{data.name, dataFingerprint_, data.samples.size()};
                }
                graph = *changed;
            } else {
                next->stepProblems.back() = foundNothing;
            }
        } catch (const Cancelled &) {
            throw;
        } catch (const Error &error) {
            next->stepProblems.back() = error.what();
        }
    }
    const bool unchanged
        = std::none_of(recipe.steps.begin(), recipe.steps.end(), [](const auto &step) { return step.enabled; });
    next->optimised = unchanged ? next->original : analyse(graph, target, notesOfSteps(*next));
    next->recipe = std::move(recipe);
    return next;
}

std::shared_ptr<const SessionState> Session::withStep(const RecipeStep &step, const Progress &progress) const
{
    Recipe recipe = state().recipe;
    recipe.steps.push_back(step);
    auto next = withRecipe(std::move(recipe), "Apply " + titleOf(step), progress);
    if (!next->stepProblems.back().empty()) {
        throw Error(titleOf(step) + ": " + next->stepProblems.back());
    }
    return next;
}

std::shared_ptr<const SessionState> Session::withRecipe(
    Recipe recipe, std::string description, const Progress &progress) const
{
    SessionState start = state();
    start.description = std::move(description);
    return computed(std::move(start), source(), std::move(recipe), progress);
}

std::shared_ptr<const SessionState> Session::withBindings(const OpenOptions &options, const Progress &progress) const
{
    progress.report(0, "Opening with other sizes");
    const OpenedModel model = openModel(sourceBytes_, modelFile_, options);
    SessionState start = opened(state().target, options, model);
    start.description = "Bind dimensions";
    return computed(std::move(start), model.graph, state().recipe, progress);
}

std::shared_ptr<const SessionState> Session::withTarget(const Target &target, const Progress &progress) const
{
    progress.report(0, "Planning for " + target.name);
    auto next = std::make_shared<SessionState>(state());
    next->target = target;
    next->description = "Choose " + target.name;
    next->original = analyse(state().original->graph, target, notesOf(*next));
    next->optimised = state().optimised == state().original
        ? next->original
        : analyse(state().optimised->graph, target, notesOfSteps(*next));
    return next;
}

std::shared_ptr<const SessionState> Session::withFreshCalibration(const Progress &progress) const
{
    SessionState start = state();
    start.description = "Calibrate on " + dataPath_.filename().string();
    start.stepResults.resize(std::min(start.stepResults.size(), firstStale()));
    return computed(std::move(start), source(), state().recipe, progress);
}

std::optional<StepCalibration> Session::calibrationOf(std::size_t step) const
{
    const std::vector<RecipeStep> &steps = state().recipe.steps;
    if (step >= steps.size() || !steps[step].enabled || !steps[step].calibration) {
        return std::nullopt;
    }
    const Calibration &calibration = *steps[step].calibration;
    const bool stale = data_ && data_->size() > 0 && calibration.fingerprint != dataFingerprint_;
    return StepCalibration{calibration.guessed() ? "guessed" : calibration.data, calibration.guessed(), stale};
}

std::size_t Session::firstStale() const
{
    const std::size_t count = state().recipe.steps.size();
    for (std::size_t step = 0; step < count; ++step) {
        if (const auto calibration = calibrationOf(step); calibration && calibration->stale) {
            return step;
        }
    }
    return count;
}

bool Session::stale() const
{
    return firstStale() < state().recipe.steps.size();
}

Suggestions Session::suggestions(const Progress &progress) const
{
    const Analysis &now = *state().optimised;
    const RewriteData data = calibrationData(now.graph);
    return suggest(now, data.samples.empty() ? nullptr : &data, progress);
}

void Session::push(std::shared_ptr<const SessionState> next)
{
    if (next->recipe == state().recipe && next->target.id == state().target.id
        && next->openOptions.bindings == openOptions().bindings) {
        return;
    }
    states_.resize(position_ + 1);
    states_.push_back(std::move(next));
    ++position_;
}

std::string Session::undoText() const
{
    return canUndo() ? state().description : std::string();
}

std::string Session::redoText() const
{
    return canRedo() ? states_[position_ + 1]->description : std::string();
}

void Session::undo()
{
    if (canUndo()) {
        --position_;
    }
}

void Session::redo()
{
    if (canRedo()) {
        ++position_;
    }
}

void Session::setData(std::filesystem::path path, DataSet data)
{
    dataPath_ = std::move(path);
    dataFingerprint_ = data.fingerprint();
    data_ = std::move(data);
}

bool Session::modified() const
{
    return states_[position_] != saved_;
}

Project Session::project() const
{
    Project project;
    project.modelFile = modelFile_;
    project.model = sourceBytes_;
    project.targetId = state().target.id;
    project.dataPath = dataPath_;
    if (data_ && data_->pixelSource() == PixelSource::Chosen) {
        project.pixels = data_->pixelRange();
    }
    project.bindings = openOptions().bindings;
    project.recipe = state().recipe;
    return project;
}

void Session::markUnsaved(std::filesystem::path projectFile)
{
    projectFile_ = std::move(projectFile);
    saved_.reset();
}

void Session::save(const std::filesystem::path &file)
{
    const Project project = this->project();
    if (project.model.empty()) {
        throw UnsupportedError(file.string(), {}, "a model that was made in code has no file to keep in a project");
    }
    writeProject(project, file);
    projectFile_ = file;
    saved_ = states_[position_];
}

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/analysis.h"
#include "core/session/data_set.h"
#include "core/session/dimensions.h"
#include "core/session/project_file.h"
#include "core/session/proposals.h"
#include "core/session/recipe.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tinsmith {

/// What applying one step of the recipe gave; empty for a step that is off or could not be applied.
struct StepResult {
    /// The model after the step.
    Graph graph;
    /// What was measured on it and is worse than the rewrite's risk suggests: tensors that quantization ruins.
    std::vector<Problem> warnings;
};

/// One state of an open document. Immutable: undo is keeping the old one.
struct SessionState {
    Recipe recipe;
    Target target;
    /// The sizes that open dimensions of the model have been given.
    OpenOptions openOptions;
    /// Those that opening took as 1.
    std::vector<AssumedDimension> assumed;
    /// The model as opened, and with the enabled steps applied, both on the target.
    std::shared_ptr<const Analysis> original;
    std::shared_ptr<const Analysis> optimised;
    /// One text per step of the recipe that could not be applied to what the steps before it made; empty: it was.
    std::vector<std::string> stepProblems;
    /// One per step of the recipe. Their warnings are among the problems of `optimised` too.
    std::vector<StepResult> stepResults;
    /// What led here, for the undo menu: "Apply Pool to stride".
    std::string description;
};

/// The open document: a model, the recipe applied to it, a target, data. Value semantics for states; the functions that
/// compute take long and may run in a worker thread: they read this object and return a new state, which the owner then
/// adopts in its own thread with push(). Not thread-safe otherwise.
class Session {
public:
    /// Opens a model file or a project (.tinsmith); bindings of `options` stand over those that a project holds.
    /// Throws FormatError, SystemError.
    static Session open(const std::filesystem::path &file, const Target &target, const Progress &progress = {},
        const OpenOptions &options = {});
    static Session fromGraph(Graph graph, const Target &target, std::filesystem::path modelFile = {});

    /// The model file (inside a project: the file that it was made from).
    const std::filesystem::path &modelFile() const { return modelFile_; }
    /// Where save() writes; empty until the document has been saved as a project.
    const std::filesystem::path &projectFile() const { return projectFile_; }
    const Graph &source() const { return state().original->graph; }
    /// The model as its file has it, without the sizes that openOptions() gives to open dimensions. May take long.
    /// Throws as open() does.
    Graph unbound() const;
    /// Dimensions that were taken as 1 when the model was opened.
    const std::vector<AssumedDimension> &assumed() const { return state().assumed; }
    /// The optimised model with those dimensions still open; nothing where none were, or a step of the recipe needs
    /// their sizes. May take long.
    std::optional<Graph> optimisedWithOpenBatch() const;
    /// How the model is opened at present; kept in the project.
    const OpenOptions &openOptions() const { return state().openOptions; }

    const SessionState &state() const { return *states_[position_]; }
    std::shared_ptr<const SessionState> sharedState() const { return states_[position_]; }

    // Computing; const and safe to call on a copy in a worker.
    std::shared_ptr<const SessionState> withStep(const RecipeStep &step, const Progress &progress = {}) const;
    std::shared_ptr<const SessionState> withRecipe(
        Recipe recipe, std::string description, const Progress &progress = {}) const;
    std::shared_ptr<const SessionState> withTarget(const Target &target, const Progress &progress = {}) const;
    /// The model read anew with these sizes of its open dimensions, the recipe applied to it. Throws as open() does.
    std::shared_ptr<const SessionState> withBindings(const OpenOptions &options, const Progress &progress = {}) const;
    /// The recipe with every step computed again that is stale, on the data that are open now, and all steps behind the
    /// first of them. Other functions keep the result of a step that neither it nor a step before it changed.
    std::shared_ptr<const SessionState> withFreshCalibration(const Progress &progress = {}) const;
    Suggestions suggestions(const Progress &progress = {}) const;
    std::vector<Proposal> proposals(const Progress &progress = {}) const { return suggestions(progress).proposals; }

    /// Makes `state` the present one; what could be redone is gone. A state equal to the present one makes no step.
    void push(std::shared_ptr<const SessionState> state);
    bool canUndo() const { return position_ > 0; }
    bool canRedo() const { return position_ + 1 < states_.size(); }
    /// What undo would take back, what redo would do again.
    std::string undoText() const;
    std::string redoText() const;
    void undo();
    void redo();

    /// Data for calibration and accuracy; not part of undo.
    void setData(std::filesystem::path path, DataSet data);
    const std::optional<DataSet> &data() const { return data_; }
    const std::filesystem::path &dataPath() const { return dataPath_; }

    /// What a step of the present recipe was calibrated on; nothing for steps that take no data, are off or could not
    /// be applied. Stale where other data are open than those; never without data. Cheap.
    std::optional<StepCalibration> calibrationOf(std::size_t step) const;
    /// Whether any step is stale.
    bool stale() const;

    /// Something changed since open or save.
    bool modified() const;
    /// All that a project file of the document holds.
    Project project() const;
    /// The document was recovered: it belongs to `projectFile` (may be empty) and has changes that are not in it.
    void markUnsaved(std::filesystem::path projectFile);
    /// Writes the project beside `file` and renames it into place. Throws SystemError.
    void save(const std::filesystem::path &file);

private:
    /// `start` holds target, sizes and either `original` or what is to be analysed: `source`. Its results of the steps
    /// with which `recipe` begins too are taken over.
    std::shared_ptr<const SessionState> computed(
        SessionState start, const Graph &source, Recipe recipe, const Progress &progress) const;
    /// Samples of the open data for the graph; none where the data cannot feed it.
    RewriteData calibrationData(const Graph &graph) const;
    /// The first step that is stale; as many as there are where none is.
    std::size_t firstStale() const;

    std::filesystem::path modelFile_;
    std::filesystem::path projectFile_;
    Bytes sourceBytes_;
    std::vector<std::shared_ptr<const SessionState>> states_;
    std::size_t position_ = 0;
    std::shared_ptr<const SessionState> saved_;
    std::optional<DataSet> data_;
    std::filesystem::path dataPath_;
    std::string dataFingerprint_;
};

} // namespace tinsmith

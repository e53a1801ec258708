// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/studio/step_meter.h"
#include "core/session/dimensions.h"
#include "core/session/evaluation.h"
#include "core/session/session.h"

#include <QObject>
#include <QString>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace tinsmith {

/// The one open document and the work on it. Lives in the window's thread; what takes long runs in a worker on a copy
/// of the session and comes back as a finished, immutable value. One such work at a time; proposals are found in the
/// background beside it.
class DocumentController : public QObject {
    Q_OBJECT
public:
    explicit DocumentController(QObject *parent = nullptr);
    ~DocumentController() override;

    bool isOpen() const { return session_.has_value(); }
    const Session &session() const { return *session_; }
    std::shared_ptr<const SessionState> state() const { return session_->sharedState(); }
    const Suggestions &suggestions() const { return suggestions_; }
    const std::vector<Proposal> &proposals() const { return suggestions_.proposals; }
    /// Something would be lost if the document were closed: target and sizes alone are remembered without a project.
    bool hasUnsavedWork() const;
    /// What each step of the recipe gives is being found.
    bool measuringSteps() const { return meter_->measuring(); }
    bool busy() const { return busy_; }
    /// The name that a title bar shows.
    QString title() const;
    /// What a new document is planned for; the present one's target where one is open.
    const Target &target() const { return target_; }

    /// Remembered sizes that the model has no dimensions for any more are left out.
    void open(const QString &file, const OpenOptions &options = {});
    /// Opens the copy of a document that was not saved; `projectFile` is what it belongs to, or empty.
    void recover(const QString &copy, const QString &projectFile);
    /// Finds the open dimensions of the document's model; dimensionsFound() says them.
    void findDimensions();
    /// Reads the document's model anew with these sizes and applies the recipe to it; an undo step.
    void bind(const OpenOptions &options);
    void apply(const RecipeStep &step);
    /// Measures the ranges of stale steps on the data that are open; an undo step.
    void calibrateAgain();
    /// Several steps as one undo step.
    void setRecipe(Recipe recipe, const QString &description);
    void setTarget(const Target &target);
    void undo();
    void redo();
    void openData(const QString &path);
    /// What the pixels of the data set mean, as PixelRange::parse() reads it; empty: to be guessed.
    void setPixels(const QString &text);
    /// Throws SystemError.
    void save(const QString &file);
    void closeDocument();
    /// Accuracy of the original and the optimised model on the data set.
    void startEvaluation();
    /// Ends the work under way; failed() is not emitted for it.
    void cancel();

signals:
    /// Another document, or none.
    void documentChanged();
    /// The copy that recover() was asked for is open.
    void recovered();
    /// Another state of the same document: applied, undone, another target.
    void stateChanged();
    void proposalsChanged();
    void proposalsBusyChanged(bool busy);
    /// Of the model as opened and after each step, as far as they are known.
    void stepFiguresChanged(const std::vector<tinsmith::StepFigures> &figures);
    void dataChanged();
    void dimensionsFound(const tinsmith::OpenDimensions &open);
    /// The model cannot be opened with these sizes.
    void bindingFailed(const tinsmith::OpenOptions &options, const QString &why);
    void evaluationReady(std::shared_ptr<const tinsmith::Evaluation> evaluation);
    void busyChanged(bool busy, const QString &what);
    void progressed(double share, const QString &phase);
    /// Something a person asked for did not work; `what` says what, `why` is ready to be shown.
    void failed(const QString &what, const QString &why);

private:
    using Finish = std::function<void()>;
    /// Runs `work` in a worker; what it returns runs here afterwards.
    void start(const QString &what, std::function<Finish(const Progress &)> work);
    void adopt(Session opened);
    void findProposals();
    void measureSteps();
    void stopProposals();

    std::optional<Session> session_;
    Target target_;
    Suggestions suggestions_;
    StepMeter *meter_;
    bool busy_ = false;
    std::shared_ptr<std::atomic<bool>> cancelled_;
    std::shared_ptr<std::atomic<bool>> proposalsCancelled_;
    /// Counts states, so that proposals of an older one are dropped.
    int generation_ = 0;
};

} // namespace tinsmith

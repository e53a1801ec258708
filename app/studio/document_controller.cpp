// SPDX-License-Identifier: Apache-2.0
#include "app/studio/document_controller.h"

#include "core/graph/error.h"

#include <QFileInfo>
#include <QPointer>
#include <QThreadPool>

#include <exception>

namespace tinsmith {
namespace {

constexpr const char *firstTarget = "stm32l4r5";

QString textOf(const std::exception &error)
{
    return QString::fromUtf8(error.what());
}

} // namespace

DocumentController::DocumentController(QObject *parent)
    : QObject(parent), target_(TargetDatabase::builtIn().at(firstTarget)), meter_(new StepMeter(this))
{
    connect(meter_, &StepMeter::figuresChanged, this, &DocumentController::stepFiguresChanged);
    connect(this, &DocumentController::stateChanged, this, &DocumentController::measureSteps);
    // What was measured of another document is forgotten.
    connect(this, &DocumentController::documentChanged, this, [this] { meter_->measure(nullptr, {}); });
    connect(this, &DocumentController::dataChanged, this, [this] {
        meter_->dataChanged();
        measureSteps();
    });
}

DocumentController::~DocumentController()
{
    cancel();
    delete meter_;
    stopProposals();
    QThreadPool::globalInstance()->waitForDone();
}

QString DocumentController::title() const
{
    if (!session_) {
        return {};
    }
    const auto &file = session_->projectFile().empty() ? session_->modelFile() : session_->projectFile();
    return QString::fromStdString(file.filename().string());
}

void DocumentController::start(const QString &what, std::function<Finish(const Progress &)> work)
{
    if (busy_) {
        return;
    }
    busy_ = true;
    emit busyChanged(true, what);
    auto flag = std::make_shared<std::atomic<bool>>(false);
    cancelled_ = flag;
    const QPointer<DocumentController> self(this);
    QThreadPool::globalInstance()->start([self, flag, what, work = std::move(work)] {
        const Progress progress([self, flag](double share, const std::string &phase) {
            QMetaObject::invokeMethod(
                self.data(), [self, share, phase] { emit self->progressed(share, QString::fromStdString(phase)); },
                Qt::QueuedConnection);
            return !flag->load();
        });
        Finish finish;
        QString problem;
        try {
            finish = work(progress);
        } catch (const Cancelled &) {
            problem.clear();
        } catch (const std::bad_alloc &) {
            problem = tr("There is not enough memory.");
        } catch (const std::exception &error) {
            problem = textOf(error);
        }
        QMetaObject::invokeMethod(
            self.data(),
            [self, finish, problem, what, flag] {
                self->busy_ = false;
                emit self->busyChanged(false, what);
                if (finish && !flag->load()) {
                    finish();
                } else if (!problem.isEmpty()) {
                    emit self->failed(what, problem);
                }
            },
            Qt::QueuedConnection);
    });
}

void DocumentController::open(const QString &file, const OpenOptions &options)
{
    const std::filesystem::path path = file.toStdString();
    start(tr("Opening %1").arg(QFileInfo(file).fileName()),
        [this, path, options, target = target_](const Progress &progress) -> Finish {
            std::shared_ptr<Session> opened;
            try {
                opened = std::make_shared<Session>(Session::open(path, target, progress, options));
            } catch (const FormatError &) {
                // Perhaps the file has changed since its sizes were remembered; without them it is what it is.
                if (options.bindings.empty()) {
                    throw;
                }
                opened = std::make_shared<Session>(Session::open(path, target, progress));
            }
            return [this, opened] { adopt(std::move(*opened)); };
        });
}

void DocumentController::adopt(Session opened)
{
    stopProposals();
    session_ = std::move(opened);
    target_ = session_->state().target;
    suggestions_ = {};
    emit documentChanged();
    emit stateChanged();
    emit proposalsChanged();
    findProposals();
}

bool DocumentController::hasUnsavedWork() const
{
    return session_ && session_->modified()
        && (!session_->projectFile().empty() || !session_->state().recipe.steps.empty());
}

void DocumentController::measureSteps()
{
    if (session_) {
        meter_->measure(session_->sharedState(), session_->data());
    }
}

void DocumentController::recover(const QString &copy, const QString &projectFile)
{
    const std::filesystem::path path = copy.toStdString();
    const std::filesystem::path project = projectFile.toStdString();
    start(tr("Recovering"), [this, path, project, target = target_](const Progress &progress) -> Finish {
        auto opened = std::make_shared<Session>(Session::open(path, target, progress));
        opened->markUnsaved(project);
        return [this, opened] {
            adopt(std::move(*opened));
            emit recovered();
        };
    });
}

void DocumentController::findDimensions()
{
    if (!session_) {
        return;
    }
    start(tr("Looking for open dimensions"), [this, copy = *session_](const Progress &) -> Finish {
        const auto found = openDimensions(copy.unbound(), copy.openOptions());
        return [this, found] { emit dimensionsFound(found); };
    });
}

void DocumentController::bind(const OpenOptions &options)
{
    if (!session_) {
        return;
    }
    start(tr("Binding dimensions"), [this, options, copy = *session_](const Progress &progress) -> Finish {
        std::shared_ptr<const SessionState> next;
        try {
            next = copy.withBindings(options, progress);
        } catch (const Cancelled &) {
            throw;
        } catch (const Error &error) {
            return [this, options, why = textOf(error)] { emit bindingFailed(options, why); };
        }
        return [this, next] {
            session_->push(next);
            emit stateChanged();
            findProposals();
        };
    });
}

void DocumentController::closeDocument()
{
    cancel();
    stopProposals();
    session_.reset();
    suggestions_ = {};
    emit documentChanged();
    emit proposalsChanged();
}

void DocumentController::apply(const RecipeStep &step)
{
    if (!session_) {
        return;
    }
    start(tr("Applying %1").arg(QString::fromStdString(titleOf(step))),
        [this, step, copy = *session_](const Progress &progress) -> Finish {
            const auto next = copy.withStep(step, progress);
            return [this, next] {
                session_->push(next);
                emit stateChanged();
                findProposals();
            };
        });
}

void DocumentController::calibrateAgain()
{
    if (!session_ || !session_->stale()) {
        return;
    }
    start(tr("Calibrating again"), [this, copy = *session_](const Progress &progress) -> Finish {
        const auto next = copy.withFreshCalibration(progress);
        return [this, next] {
            session_->push(next);
            emit stateChanged();
            findProposals();
        };
    });
}

void DocumentController::setRecipe(Recipe recipe, const QString &description)
{
    if (!session_) {
        return;
    }
    start(description,
        [this, recipe = std::move(recipe), text = description.toStdString(), copy = *session_](
            const Progress &progress) -> Finish {
            const auto next = copy.withRecipe(recipe, text, progress);
            return [this, next] {
                session_->push(next);
                emit stateChanged();
                findProposals();
            };
        });
}

void DocumentController::setTarget(const Target &target)
{
    if (!session_) {
        target_ = target;
        emit stateChanged();
        return;
    }
    start(tr("Planning for %1").arg(QString::fromStdString(target.name)),
        [this, target, copy = *session_](const Progress &progress) -> Finish {
            const auto next = copy.withTarget(target, progress);
            return [this, next, target] {
                target_ = target;
                session_->push(next);
                emit stateChanged();
                findProposals();
            };
        });
}

void DocumentController::undo()
{
    if (session_ && !busy_ && session_->canUndo()) {
        session_->undo();
        target_ = session_->state().target;
        emit stateChanged();
        findProposals();
    }
}

void DocumentController::redo()
{
    if (session_ && !busy_ && session_->canRedo()) {
        session_->redo();
        target_ = session_->state().target;
        emit stateChanged();
        findProposals();
    }
}

void DocumentController::openData(const QString &path)
{
    if (!session_) {
        return;
    }
    start(tr("Opening the data set"), [this, path, source = session_->source()](const Progress &progress) -> Finish {
        progress.report(0, "Reading samples");
        auto data = std::make_shared<DataSet>(DataSet::load(path.toStdString(), source));
        return [this, data, path] {
            session_->setData(path.toStdString(), *data);
            emit dataChanged();
            findProposals();
        };
    });
}

void DocumentController::setPixels(const QString &text)
{
    if (!session_ || !session_->data() || busy_) {
        return;
    }
    try {
        const DataSet &data = *session_->data();
        session_->setData(session_->dataPath(),
            text.isEmpty() ? data.with(PixelRange(), PixelSource::Assumed)
                           : data.with(PixelRange::parse(text.toStdString())));
    } catch (const Error &error) {
        emit dataChanged();
        emit failed(tr("Reading pixels"), textOf(error));
        return;
    }
    emit dataChanged();
    findProposals();
}

void DocumentController::save(const QString &file)
{
    session_->save(file.toStdString());
    emit stateChanged();
}

void DocumentController::startEvaluation()
{
    if (!session_ || !session_->data()) {
        return;
    }
    start(tr("Evaluating"), [this, copy = *session_](const Progress &progress) -> Finish {
        constexpr std::size_t most = 2000;
        const DataSet data = copy.data()->first(most);
        auto evaluation = std::make_shared<const Evaluation>(
            evaluate(copy.state().optimised->graph, data, &copy.state().original->graph, progress));
        return [this, evaluation] { emit evaluationReady(evaluation); };
    });
}

void DocumentController::cancel()
{
    if (cancelled_) {
        cancelled_->store(true);
    }
}

void DocumentController::stopProposals()
{
    ++generation_;
    if (proposalsCancelled_) {
        proposalsCancelled_->store(true);
        proposalsCancelled_.reset();
        emit proposalsBusyChanged(false);
    }
}

void DocumentController::findProposals()
{
    stopProposals();
    suggestions_ = {};
    emit proposalsChanged();
    auto flag = std::make_shared<std::atomic<bool>>(false);
    proposalsCancelled_ = flag;
    emit proposalsBusyChanged(true);
    const QPointer<DocumentController> self(this);
    QThreadPool::globalInstance()->start([self, flag, copy = *session_, generation = generation_] {
        Suggestions found;
        try {
            found = copy.suggestions(Progress([flag](double, const std::string &) { return !flag->load(); }));
        } catch (const std::exception &) {
            // Proposals are an offer: a model for which none can be found is still shown.
            found = {};
        }
        QMetaObject::invokeMethod(
            self.data(),
            [self, generation, found = std::move(found)]() mutable {
                if (generation != self->generation_) {
                    return;
                }
                self->proposalsCancelled_.reset();
                self->suggestions_ = std::move(found);
                emit self->proposalsChanged();
                emit self->proposalsBusyChanged(false);
            },
            Qt::QueuedConnection);
    });
}

} // namespace tinsmith

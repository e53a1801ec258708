// SPDX-License-Identifier: Apache-2.0
#include "app/studio/step_meter.h"

#include <QApplication>
#include <QPointer>
#include <QThreadPool>

#include <algorithm>
#include <exception>

namespace tinsmith {
namespace {

/// Graphs are values; those that share their content are one.
bool same(const Graph &a, const Graph &b)
{
    return a.tensors().data() == b.tensors().data() && a.operators().data() == b.operators().data();
}

std::optional<std::int64_t> ramOf(const Analysis &analysis)
{
    return analysis.estimate ? std::optional(analysis.estimate->ramBytes) : std::nullopt;
}

} // namespace

StepMeter::StepMeter(QObject *parent) : QObject(parent) { }

StepMeter::~StepMeter()
{
    stop();
}

void StepMeter::stop()
{
    if (cancelled_) {
        cancelled_->store(true);
        cancelled_.reset();
    }
}

void StepMeter::dataChanged()
{
    stop();
    for (const auto &each : known_) {
        const auto ram = each->figures.ramBytes;
        each->figures = StepFigures();
        each->figures.ramBytes = ram;
        each->measured = false;
    }
}

StepMeter::Known &StepMeter::known(const Graph &graph, const std::string &target)
{
    const auto found = std::find_if(known_.begin(), known_.end(),
        [&](const auto &each) { return same(each->graph, graph) && each->target == target; });
    if (found != known_.end()) {
        return **found;
    }
    known_.push_back(std::make_unique<Known>(Known{graph, target, {}, false, false}));
    // Accuracy does not depend on the target.
    for (const auto &each : known_) {
        if (same(each->graph, graph) && each->measured) {
            Known &added = *known_.back();
            added.figures = each->figures;
            added.figures.ramBytes.reset();
            added.measured = true;
        }
    }
    return *known_.back();
}

void StepMeter::publish()
{
    std::vector<StepFigures> figures;
    for (std::size_t steps = 0; state_ && steps <= state_->recipe.steps.size(); ++steps) {
        figures.push_back(known(graphAfter(*state_, steps), state_->target.id).figures);
    }
    emit figuresChanged(figures);
}

void StepMeter::measure(std::shared_ptr<const SessionState> state, const std::optional<DataSet> &data)
{
    stop();
    state_ = std::move(state);
    if (!state_ || state_->recipe.steps.empty()) {
        if (!state_) {
            known_.clear();
        }
        publish();
        return;
    }
    const std::string target = state_->target.id;
    for (const auto &analysis : {state_->original, state_->optimised}) {
        Known &entry = known(analysis->graph, target);
        entry.figures.ramBytes = ramOf(*analysis);
        entry.planned = true;
    }
    struct Job {
        Graph graph;
        StepFigures figures;
        bool plan = false;
        bool run = false;
    };
    std::vector<Job> jobs;
    for (std::size_t steps = 0; steps <= state_->recipe.steps.size(); ++steps) {
        const Graph &graph = graphAfter(*state_, steps);
        const Known &entry = known(graph, target);
        const bool listed
            = std::any_of(jobs.begin(), jobs.end(), [&graph](const Job &job) { return same(job.graph, graph); });
        Job job{graph, entry.figures, !entry.planned, data.has_value() && !entry.measured};
        if (!listed && (job.plan || job.run)) {
            jobs.push_back(std::move(job));
        }
    }
    publish();
    if (jobs.empty()) {
        return;
    }
    auto flag = std::make_shared<std::atomic<bool>>(false);
    cancelled_ = flag;
    const QPointer<StepMeter> self(this);
    QThreadPool::globalInstance()->start([self, flag, jobs = std::move(jobs), data, target = state_->target,
                                             original = state_->original->graph]() mutable {
        const Progress progress([&flag](double, const std::string &) { return !flag->load(); });
        const auto give = [&](const Job &job, bool last) {
            QMetaObject::invokeMethod(qApp, [self, flag, job, last, id = target.id] {
                if (self.isNull() || flag->load()) {
                    return;
                }
                Known &entry = self->known(job.graph, id);
                entry.figures = job.figures;
                entry.planned = entry.planned || job.plan;
                entry.measured = entry.measured || job.run;
                if (last) {
                    self->cancelled_.reset();
                }
                self->publish();
            });
        };
        for (std::size_t index = 0; index < jobs.size() && !flag->load(); ++index) {
            Job &job = jobs[index];
            try {
                if (job.plan) {
                    job.figures.ramBytes = ramOf(*analyse(job.graph, target));
                }
                if (job.run) {
                    measureStep(job.figures, job.graph, original, *data, progress);
                }
            } catch (const std::exception &) {
                // A model that cannot run, or not on these data, has no accuracy; the accuracy view says why.
                job.figures.samples = 0;
            }
            give(job, index + 1 == jobs.size());
        }
    });
}

} // namespace tinsmith

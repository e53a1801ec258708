// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/step_figures.h"

#include <QObject>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tinsmith {

/// Finds, in a worker, what the model needs after each step of the recipe and how well it does on the data set. What
/// was measured once is kept, so that undo and another step at the end cost nothing.
class StepMeter : public QObject {
    Q_OBJECT
public:
    explicit StepMeter(QObject *parent = nullptr);
    ~StepMeter() override;
    /// nullptr: no document. Without data only memory is found.
    void measure(std::shared_ptr<const SessionState> state, const std::optional<DataSet> &data);
    /// Accuracies measured so far are of other data.
    void dataChanged();
    bool measuring() const { return cancelled_ != nullptr; }

signals:
    /// Of the model as opened, then after each step; more of them are known each time.
    void figuresChanged(const std::vector<tinsmith::StepFigures> &figures);

private:
    struct Known {
        Graph graph;
        std::string target;
        StepFigures figures;
        bool planned = false;
        bool measured = false;
    };
    Known &known(const Graph &graph, const std::string &target);
    void publish();
    void stop();

    std::shared_ptr<const SessionState> state_;
    std::vector<std::unique_ptr<Known>> known_;
    std::shared_ptr<std::atomic<bool>> cancelled_;
};

} // namespace tinsmith

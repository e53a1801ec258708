// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/session.h"
#include "views/budget/budget.h"

#include <QWidget>

#include <array>
#include <memory>

class QLabel;
class QPushButton;
class QToolButton;

namespace tinsmith {

class GaugeWidget;
class TargetChooser;

/// The bar on top: target, gauges, MACs, Export.
class BudgetBar : public QWidget {
    Q_OBJECT
public:
    explicit BudgetBar(QWidget *parent = nullptr);

    /// nullptr: no document.
    void setState(std::shared_ptr<const SessionState> state);
    /// The effect of a proposal as a hatched piece; nullptr ends it.
    void setPreview(std::shared_ptr<const Analysis> preview);
    void setTarget(const Target &target);
    /// How many problems keep the model from being exported; 0 hides the note beside Export.
    void setBlocking(int problems);
    TargetChooser *chooser() const { return chooser_; }

signals:
    void targetChosen(const tinsmith::Target &target);
    void exportWanted();
    /// The note beside Export was clicked.
    void problemsWanted();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void refresh();
    void showBreakdown(GaugeWidget *gauge);

    std::shared_ptr<const SessionState> state_;
    std::shared_ptr<const Analysis> preview_;
    TargetChooser *chooser_;
    std::array<GaugeWidget *, 4> gauges_{};
    QLabel *macs_;
    QLabel *macsBefore_;
    QToolButton *blocking_;
    QPushButton *export_;
    int problems_ = 0;
};

} // namespace tinsmith

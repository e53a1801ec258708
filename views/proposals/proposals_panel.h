// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/session.h"
#include "core/session/step_figures.h"
#include "views/proposals/recipe_model.h"

#include <QWidget>

#include <memory>
#include <vector>

class QLabel;
class QVBoxLayout;

namespace tinsmith {

class ObstacleCard;
class ProposalCard;
class RecipeView;
class StepForm;

/// The left dock: proposals as cards, what is impossible and why, below them the applied steps (the recipe).
class ProposalsPanel : public QWidget {
    Q_OBJECT
public:
    explicit ProposalsPanel(QWidget *parent = nullptr);

    void setSuggestions(const Suggestions &suggestions);
    void setSearching(bool searching);
    /// nullptr: no document.
    void setState(std::shared_ptr<const SessionState> state);
    /// RAM and accuracy of the model as opened and after each step, as far as they are known.
    void setFigures(std::vector<StepFigures> figures);
    /// What the steps were calibrated on, by step.
    void setCalibrations(std::vector<CalibrationNote> calibrations);
    /// The line below the recipe, for example on accuracy.
    void setNote(const QString &text);
    bool previewing() const { return previewed_ >= 0; }
    void endPreview();
    /// Previews the proposal of this position, as its card's button does.
    void preview(std::size_t index);
    RecipeView *recipe() const { return recipe_; }
    /// Opens the form of a step.
    StepForm *editStep(int row);

signals:
    /// nullptr ends a preview.
    void previewChanged(std::shared_ptr<const tinsmith::Analysis> result);
    void applyWanted(const tinsmith::RecipeStep &step);
    void recipeChangeWanted(const tinsmith::Recipe &recipe, const QString &description);
    void operatorWanted(const QString &name);
    void bindWanted();
    void calibrateWanted();

private:
    void addProposal(std::size_t index);
    void addObstacle(const Obstacle &obstacle);
    void toggleStep(int row, bool enabled);
    void moveStep(int from, int to);
    void removeStep(int row);
    void previewCard(std::size_t index, bool on);
    void updateHint();

    Suggestions suggestions_;
    std::vector<ProposalCard *> cards_;
    std::vector<ObstacleCard *> obstacles_;
    std::shared_ptr<const SessionState> state_;
    /// Position of the proposal that is previewed; -1 where none is.
    int previewed_ = -1;
    bool searching_ = false;
    QVBoxLayout *cardsLayout_;
    QLabel *hint_;
    QLabel *obstaclesTitle_;
    QLabel *recipeTitle_;
    RecipeView *recipe_;
    QLabel *note_;
};

} // namespace tinsmith

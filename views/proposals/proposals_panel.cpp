// SPDX-License-Identifier: Apache-2.0
#include "views/proposals/proposals_panel.h"

#include "views/proposals/obstacle_card.h"
#include "views/proposals/proposal_card.h"
#include "views/proposals/recipe_view.h"
#include "views/proposals/step_form.h"
#include "views/theme/theme.h"

#include <QApplication>
#include <QLabel>
#include <QPointer>
#include <QScrollArea>
#include <QThreadPool>
#include <QVBoxLayout>

#include <algorithm>

namespace tinsmith {
namespace {

QLabel *heading(const QString &text)
{
    auto *label = new QLabel(text.toUpper());
    label->setFont(uiFont(-1, false));
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

bool holds(const std::shared_ptr<const SessionState> &state, int row)
{
    return state != nullptr && row >= 0 && static_cast<std::size_t>(row) < state->recipe.steps.size();
}

} // namespace

ProposalsPanel::ProposalsPanel(QWidget *parent)
    : QWidget(parent), cardsLayout_(nullptr), hint_(new QLabel), obstaclesTitle_(heading(tr("Not possible, and why"))),
      recipeTitle_(heading(tr("Applied — recipe"))), recipe_(new RecipeView), note_(new QLabel)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 8, 10, 8);
    layout->addWidget(heading(tr("Proposals")));
    for (QLabel *label : {hint_, note_}) {
        label->setWordWrap(true);
        label->setMinimumWidth(1);
        label->setForegroundRole(QPalette::PlaceholderText);
    }
    layout->addWidget(hint_);

    auto *scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *cards = new QWidget;
    cardsLayout_ = new QVBoxLayout(cards);
    cardsLayout_->setContentsMargins(0, 0, 4, 0);
    cardsLayout_->setSpacing(8);
    cardsLayout_->addWidget(obstaclesTitle_);
    cardsLayout_->addStretch();
    scroll->setWidget(cards);
    layout->addWidget(scroll, 1);

    layout->addWidget(recipeTitle_);
    layout->addWidget(recipe_);
    layout->addWidget(note_);

    connect(recipe_, &RecipeView::toggleWanted, this, &ProposalsPanel::toggleStep);
    connect(recipe_, &RecipeView::moveWanted, this, &ProposalsPanel::moveStep);
    connect(recipe_, &RecipeView::removeWanted, this, &ProposalsPanel::removeStep);
    connect(recipe_, &RecipeView::calibrateWanted, this, &ProposalsPanel::calibrateWanted);
    connect(recipe_, &RecipeView::editWanted, this, [this](int row) {
        if (StepForm *form = editStep(row)) {
            form->open();
        }
    });
    obstaclesTitle_->hide();
    setState(nullptr);
    setNote({});
}

void ProposalsPanel::setSuggestions(const Suggestions &suggestions)
{
    for (ProposalCard *card : cards_) {
        card->deleteLater();
    }
    for (ObstacleCard *card : obstacles_) {
        card->deleteLater();
    }
    cards_.clear();
    obstacles_.clear();
    suggestions_ = suggestions;
    previewed_ = -1;
    for (std::size_t index = 0; index < suggestions_.proposals.size(); ++index) {
        addProposal(index);
    }
    for (const Obstacle &obstacle : suggestions_.obstacles) {
        addObstacle(obstacle);
    }
    obstaclesTitle_->setVisible(!obstacles_.empty());
    emit previewChanged(nullptr);
    updateHint();
}

void ProposalsPanel::addProposal(std::size_t index)
{
    auto *card = new ProposalCard(suggestions_.proposals[index]);
    cardsLayout_->insertWidget(static_cast<int>(index), card);
    cards_.push_back(card);
    connect(card, &ProposalCard::previewToggled, this, [this, index](bool on) { previewCard(index, on); });
    connect(card, &ProposalCard::applyWanted, this,
        [this, index] { emit applyWanted(suggestions_.proposals[index].step); });
    connect(card, &ProposalCard::showWanted, this, [this, index] {
        if (const auto &operators = suggestions_.proposals[index].operators; !operators.empty()) {
            emit operatorWanted(QString::fromStdString(operators.front()));
        }
    });
}

void ProposalsPanel::addObstacle(const Obstacle &obstacle)
{
    auto *card = new ObstacleCard(obstacle);
    cardsLayout_->insertWidget(cardsLayout_->count() - 1, card);
    obstacles_.push_back(card);
    connect(card, &ObstacleCard::bindWanted, this, &ProposalsPanel::bindWanted);
    connect(card, &ObstacleCard::showWanted, this, [this, place = QString::fromStdString(obstacle.place)] {
        if (!place.isEmpty()) {
            emit operatorWanted(place);
        }
    });
}

void ProposalsPanel::previewCard(std::size_t index, bool on)
{
    previewed_ = on ? static_cast<int>(index) : -1;
    for (std::size_t other = 0; other < cards_.size(); ++other) {
        cards_[other]->setPreviewed(on && other == index);
    }
    emit previewChanged(on ? suggestions_.proposals[index].result : nullptr);
}

void ProposalsPanel::preview(std::size_t index)
{
    if (index < cards_.size()) {
        previewCard(index, true);
    }
}

void ProposalsPanel::endPreview()
{
    if (previewed_ >= 0) {
        previewCard(static_cast<std::size_t>(previewed_), false);
    }
}

void ProposalsPanel::setSearching(bool searching)
{
    searching_ = searching;
    updateHint();
}

void ProposalsPanel::updateHint()
{
    if (searching_) {
        hint_->setText(tr("Looking for rewrites…"));
    } else if (!state_) {
        hint_->setText(tr("Open a model to see what would make it smaller or faster."));
    } else if (suggestions_.proposals.empty() && !suggestions_.obstacles.empty()) {
        hint_->setText(tr("No rewrite applies to the model as it is."));
    } else if (suggestions_.proposals.empty()) {
        hint_->setText(tr("Nothing left to propose for this model."));
    } else {
        hint_->clear();
    }
    hint_->setVisible(!hint_->text().isEmpty());
}

void ProposalsPanel::setState(std::shared_ptr<const SessionState> state)
{
    state_ = std::move(state);
    recipe_->setState(state_);
    const bool any = state_ && !state_->recipe.steps.empty();
    recipeTitle_->setVisible(any);
    recipe_->setVisible(any);
    updateHint();
}

void ProposalsPanel::setFigures(std::vector<StepFigures> figures)
{
    recipe_->setFigures(std::move(figures));
}

void ProposalsPanel::setCalibrations(std::vector<CalibrationNote> calibrations)
{
    recipe_->setCalibrations(std::move(calibrations));
}

void ProposalsPanel::setNote(const QString &text)
{
    note_->setText(text);
    note_->setVisible(!text.isEmpty());
}

void ProposalsPanel::toggleStep(int row, bool enabled)
{
    if (!holds(state_, row)) {
        return;
    }
    Recipe recipe = state_->recipe;
    RecipeStep &step = recipe.steps[static_cast<std::size_t>(row)];
    step.enabled = enabled;
    emit recipeChangeWanted(
        recipe, (enabled ? tr("Switch on %1") : tr("Switch off %1")).arg(QString::fromStdString(titleOf(step))));
}

void ProposalsPanel::moveStep(int from, int to)
{
    if (!holds(state_, from) || !holds(state_, to) || from == to) {
        return;
    }
    Recipe recipe = state_->recipe;
    const RecipeStep step = recipe.steps[static_cast<std::size_t>(from)];
    recipe.steps.erase(recipe.steps.begin() + from);
    recipe.steps.insert(recipe.steps.begin() + to, step);
    emit recipeChangeWanted(
        recipe, (to < from ? tr("Move %1 up") : tr("Move %1 down")).arg(QString::fromStdString(titleOf(step))));
}

StepForm *ProposalsPanel::editStep(int row)
{
    if (!holds(state_, row)) {
        return nullptr;
    }
    const auto index = static_cast<std::size_t>(row);
    auto *form = new StepForm(state_->recipe.steps[index], window());
    form->setAttribute(Qt::WA_DeleteOnClose);
    // The state may be another one by the time the form is accepted: the step is looked up by its place and content.
    connect(form, &QDialog::accepted, this, [this, form, row, old = state_->recipe.steps[index]] {
        const RecipeStep step = form->step();
        if (!holds(state_, row) || !(state_->recipe.steps[static_cast<std::size_t>(row)] == old) || step == old) {
            return;
        }
        Recipe recipe = state_->recipe;
        recipe.steps[static_cast<std::size_t>(row)] = step;
        emit recipeChangeWanted(recipe, tr("Edit %1").arg(QString::fromStdString(titleOf(step))));
    });
    const Graph before = graphAfter(*state_, index);
    const QPointer<StepForm> there(form);
    QThreadPool::globalInstance()->start([there, before, name = state_->recipe.steps[index].rewrite] {
        std::vector<RewriteSite> sites;
        try {
            if (const Rewrite *rewrite = rewriteNamed(name)) {
                sites = rewrite->sites(before);
            }
        } catch (const std::exception &) {
            // A rewrite that cannot handle the model has no places in it.
            sites.clear();
        }
        QMetaObject::invokeMethod(qApp, [there, sites = std::move(sites)] {
            if (!there.isNull()) {
                there->setSites(sites);
            }
        });
    });
    return form;
}

void ProposalsPanel::removeStep(int row)
{
    if (!holds(state_, row)) {
        return;
    }
    Recipe recipe = state_->recipe;
    const QString name = QString::fromStdString(titleOf(recipe.steps[static_cast<std::size_t>(row)]));
    recipe.steps.erase(recipe.steps.begin() + row);
    emit recipeChangeWanted(recipe, tr("Remove %1").arg(name));
}

} // namespace tinsmith

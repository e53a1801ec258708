// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/session/session.h"

#include <QWidget>

#include <memory>
#include <vector>

class QLabel;
class QListWidget;
class QVBoxLayout;

namespace tinsmith {

class ProposalCard;

/// The left dock: proposals as cards, below them the applied steps (the recipe).
class ProposalsPanel : public QWidget {
    Q_OBJECT
public:
    explicit ProposalsPanel(QWidget *parent = nullptr);

    void setProposals(const std::vector<Proposal> &proposals);
    void setSearching(bool searching);
    /// nullptr: no document.
    void setState(std::shared_ptr<const SessionState> state);
    /// The line below the recipe, for example on accuracy.
    void setNote(const QString &text);

signals:
    /// nullptr ends a preview.
    void previewChanged(std::shared_ptr<const tinsmith::Analysis> result);
    void applyWanted(const tinsmith::RecipeStep &step);
    void recipeChangeWanted(const tinsmith::Recipe &recipe, const QString &description);
    void operatorWanted(const QString &name);

private:
    void refreshRecipe();
    void editStep(int row);
    void removeStep(int row);
    void previewCard(std::size_t index, bool on);
    void updateHint();

    std::vector<Proposal> proposals_;
    std::vector<ProposalCard *> cards_;
    std::shared_ptr<const SessionState> state_;
    bool searching_ = false;
    bool filling_ = false;
    QVBoxLayout *cardsLayout_;
    QLabel *hint_;
    QLabel *recipeTitle_;
    QListWidget *recipe_;
    QLabel *note_;
};

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#include "views/proposals/proposals_panel.h"

#include "views/proposals/proposal_card.h"
#include "views/theme/theme.h"

#include <QInputDialog>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QScrollArea>
#include <QShortcut>
#include <QVBoxLayout>

namespace tinsmith {
namespace {

QLabel *heading(const QString &text)
{
    auto *label = new QLabel(text.toUpper());
    label->setFont(uiFont(-1, false));
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

} // namespace

ProposalsPanel::ProposalsPanel(QWidget *parent)
    : QWidget(parent), cardsLayout_(nullptr), hint_(new QLabel), recipeTitle_(heading(tr("Applied — recipe"))),
      recipe_(new QListWidget), note_(new QLabel)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 8, 10, 8);
    layout->addWidget(heading(tr("Proposals")));
    hint_->setWordWrap(true);
    hint_->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(hint_);

    auto *scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *cards = new QWidget;
    cardsLayout_ = new QVBoxLayout(cards);
    cardsLayout_->setContentsMargins(0, 0, 4, 0);
    cardsLayout_->setSpacing(8);
    cardsLayout_->addStretch();
    scroll->setWidget(cards);
    layout->addWidget(scroll, 3);

    layout->addWidget(recipeTitle_);
    recipe_->setFrameShape(QFrame::NoFrame);
    recipe_->setAccessibleName(tr("Applied steps"));
    recipe_->setContextMenuPolicy(Qt::CustomContextMenu);
    recipe_->setToolTip(tr("Untick a step to leave it out; double-click to edit its parameters; Delete removes it"));
    layout->addWidget(recipe_, 1);
    note_->setWordWrap(true);
    note_->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(note_);

    connect(recipe_, &QListWidget::itemChanged, this, [this](QListWidgetItem *item) {
        if (filling_ || !state_) {
            return;
        }
        Recipe recipe = state_->recipe;
        auto &step = recipe.steps[static_cast<std::size_t>(recipe_->row(item))];
        step.enabled = item->checkState() == Qt::Checked;
        emit recipeChangeWanted(recipe,
            (step.enabled ? tr("Switch on %1") : tr("Switch off %1")).arg(QString::fromStdString(step.rewrite)));
    });
    connect(recipe_, &QListWidget::itemDoubleClicked, this,
        [this](QListWidgetItem *item) { editStep(recipe_->row(item)); });
    connect(recipe_, &QListWidget::customContextMenuRequested, this, [this](QPoint point) {
        const int row = recipe_->row(recipe_->itemAt(point));
        if (row < 0) {
            return;
        }
        QMenu menu;
        menu.addAction(tr("Edit parameters…"), this, [this, row] { editStep(row); });
        menu.addAction(tr("Remove"), this, [this, row] { removeStep(row); });
        menu.exec(recipe_->viewport()->mapToGlobal(point));
    });
    auto *remove = new QShortcut(QKeySequence::Delete, recipe_);
    remove->setContext(Qt::WidgetShortcut);
    connect(remove, &QShortcut::activated, this, [this] { removeStep(recipe_->currentRow()); });
    updateHint();
}

void ProposalsPanel::setProposals(const std::vector<Proposal> &proposals)
{
    for (ProposalCard *card : cards_) {
        card->deleteLater();
    }
    cards_.clear();
    proposals_ = proposals;
    for (std::size_t index = 0; index < proposals_.size(); ++index) {
        auto *card = new ProposalCard(proposals_[index]);
        cardsLayout_->insertWidget(static_cast<int>(index), card);
        cards_.push_back(card);
        connect(card, &ProposalCard::previewToggled, this, [this, index](bool on) { previewCard(index, on); });
        connect(card, &ProposalCard::applyWanted, this, [this, index] { emit applyWanted(proposals_[index].step); });
        connect(card, &ProposalCard::showWanted, this, [this, index] {
            if (!proposals_[index].operators.empty()) {
                emit operatorWanted(QString::fromStdString(proposals_[index].operators.front()));
            }
        });
    }
    emit previewChanged(nullptr);
    updateHint();
}

void ProposalsPanel::previewCard(std::size_t index, bool on)
{
    for (std::size_t other = 0; other < cards_.size(); ++other) {
        cards_[other]->setPreviewed(on && other == index);
    }
    emit previewChanged(on ? proposals_[index].result : nullptr);
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
    } else if (proposals_.empty()) {
        hint_->setText(tr("Nothing left to propose for this model."));
    } else {
        hint_->clear();
    }
    hint_->setVisible(!hint_->text().isEmpty());
}

void ProposalsPanel::setState(std::shared_ptr<const SessionState> state)
{
    state_ = std::move(state);
    refreshRecipe();
    updateHint();
}

void ProposalsPanel::setNote(const QString &text)
{
    note_->setText(text);
    note_->setVisible(!text.isEmpty());
}

void ProposalsPanel::refreshRecipe()
{
    filling_ = true;
    recipe_->clear();
    const bool any = state_ && !state_->recipe.steps.empty();
    if (any) {
        int number = 0;
        for (const RecipeStep &step : state_->recipe.steps) {
            const auto index = static_cast<std::size_t>(number);
            auto *item
                = new QListWidgetItem(QStringLiteral("%1  %2").arg(++number).arg(QString::fromStdString(textOf(step))));
            item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
            item->setCheckState(step.enabled ? Qt::Checked : Qt::Unchecked);
            const std::string &problem = state_->stepProblems[index];
            item->setToolTip(QString::fromStdString(problem.empty() ? textOf(step) : problem));
            if (!problem.empty()) {
                item->setForeground(theme().bad);
                item->setText(item->text() + tr("  (does not apply)"));
            }
            recipe_->addItem(item);
        }
    }
    recipeTitle_->setVisible(any);
    recipe_->setVisible(any);
    filling_ = false;
}

void ProposalsPanel::editStep(int row)
{
    if (!state_ || row < 0) {
        return;
    }
    Recipe recipe = state_->recipe;
    RecipeStep &step = recipe.steps[static_cast<std::size_t>(row)];
    bool accepted = false;
    const QString text = QInputDialog::getText(this, tr("Edit step"),
        tr("The rewrite with its parameters, as the command line takes it:"), QLineEdit::Normal,
        QString::fromStdString(textOf(step)), &accepted);
    if (!accepted) {
        return;
    }
    try {
        const bool enabled = step.enabled;
        step = parseStep(text.trimmed().toStdString());
        step.enabled = enabled;
        emit recipeChangeWanted(recipe, tr("Edit %1").arg(QString::fromStdString(step.rewrite)));
    } catch (const Error &error) {
        setNote(QString::fromUtf8(error.what()));
    }
}

void ProposalsPanel::removeStep(int row)
{
    if (!state_ || row < 0) {
        return;
    }
    Recipe recipe = state_->recipe;
    const QString name = QString::fromStdString(recipe.steps[static_cast<std::size_t>(row)].rewrite);
    recipe.steps.erase(recipe.steps.begin() + row);
    emit recipeChangeWanted(recipe, tr("Remove %1").arg(name));
}

} // namespace tinsmith

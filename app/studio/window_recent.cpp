// SPDX-License-Identifier: Apache-2.0
// What MainWindow remembers of documents: recent ones, and those that were not saved. And the menu of the graph.
#include "app/studio/actions.h"
#include "app/studio/autosave.h"
#include "app/studio/graph_area.h"
#include "app/studio/graph_menu.h"
#include "app/studio/main_window.h"
#include "app/studio/recent_files.h"
#include "app/studio/recovery_dialog.h"
#include "views/graph/graph_canvas.h"
#include "views/layers/layer_table.h"
#include "views/proposals/proposals_panel.h"
#include "views/theme/elided_label.h"
#include "views/welcome/welcome_page.h"

#include <QAction>
#include <QClipboard>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMenu>
#include <QMenuBar>

#include <algorithm>

namespace tinsmith {

void MainWindow::makeRecentMenu()
{
    QAction *before = (*actions_)[ActionId::ReopenLast];
    for (QAction *each : menuBar()->actions()) {
        if (each->menu() != nullptr && each->menu()->actions().contains(before)) {
            recentMenu_ = new QMenu(tr("Open &recent"), each->menu());
            recentMenu_->setToolTipsVisible(true);
            each->menu()->insertMenu(before, recentMenu_);
            connect(each->menu(), &QMenu::aboutToShow, this, &MainWindow::fillRecentMenu);
        }
    }
    fillRecentMenu();
}

void MainWindow::fillRecentMenu()
{
    recentMenu_->clear();
    const QStringList files = recentFiles();
    constexpr int longestName = 60;
    for (const QString &file : files) {
        QString name = shortMiddle(QFileInfo(file).fileName(), longestName);
        name.replace(QLatin1Char('&'), QStringLiteral("&&"));
        QAction *open = recentMenu_->addAction(name, this, [this, file] { openFile(file); });
        open->setToolTip(file);
    }
    recentMenu_->addSeparator();
    QAction *clear = recentMenu_->addAction(tr("&Clear this list"), this, [this] {
        clearRecent();
        fillRecentMenu();
        welcome_->setRecent({});
        updateActions();
    });
    clear->setEnabled(!files.isEmpty());
}

void MainWindow::reopenLast()
{
    const QStringList files = recentFiles();
    if (files.isEmpty()) {
        statusText_->setFullText(tr("No document was open before."));
        return;
    }
    openFile(files.first());
}

MainWindow::~MainWindow() = default;

bool MainWindow::startRecovery(const QString &folder)
{
    autosave_ = new Autosave(document_, folder, this);
    connect(autosave_, &Autosave::failed, this, [this](const QString &why) {
        statusText_->setFullText(tr("Unsaved work cannot be kept for recovery: %1").arg(why));
    });
    connect(&document_, &DocumentController::recovered, this, [this] { autosave_->replaces(std::move(recovering_)); });
    return offerRecovery();
}

bool MainWindow::offerRecovery()
{
    auto files = RecoveryFile::abandoned(autosave_->folder());
    if (files.empty()) {
        return false;
    }
    auto *dialog = new RecoveryDialog(std::move(files), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &RecoveryDialog::recoverWanted, this, [this, dialog] {
        if (document_.busy() || !mayLoseChanges()) {
            // Offered again, once the locks of this dialog are free.
            connect(dialog, &QObject::destroyed, this, [this] { offerRecovery(); });
            return;
        }
        recovering_ = dialog->takeChosen();
        if (recovering_) {
            newDocument_ = true;
            document_.recover(recovering_->projectPath(), recovering_->note().projectFile);
        }
    });
    dialog->open();
    return true;
}

void MainWindow::showCalibrations()
{
    std::vector<CalibrationNote> notes;
    const std::size_t steps = document_.isOpen() ? document_.state()->recipe.steps.size() : 0;
    for (std::size_t step = 0; step < steps; ++step) {
        const auto calibration = document_.session().calibrationOf(step);
        CalibrationNote note;
        if (calibration) {
            note.stale = calibration->stale;
            note.text = calibration->guessed && note.stale
                ? tr("Its ranges are guesses, made before the data set was opened.")
                : calibration->guessed ? tr("Its ranges are guesses: it was quantized without data.")
                : note.stale           ? tr("It was calibrated on %1; another data set is open.")
                                   .arg(shortMiddle(QString::fromStdString(calibration->calibratedOn), 40))
                             : QString();
        }
        notes.push_back(std::move(note));
    }
    proposals_->setCalibrations(std::move(notes));
}

void MainWindow::cancel()
{
    if (document_.busy()) {
        document_.cancel();
    } else {
        proposals_->endPreview();
    }
}

void MainWindow::showGraphMenu(int card, int edge, const QPoint &globalPosition)
{
    const auto scene = graph_->activeScene();
    if (scene == nullptr) {
        return;
    }
    GraphMenuCalls calls;
    calls.show = [this](const QString &place) { graph_->showPlace(place, graph_->shownSubgraph()); };
    calls.open = [this](int opened) { graph_->openCard(opened); };
    calls.copy = [](const QString &text) { QGuiApplication::clipboard()->setText(text); };
    calls.showTab = [this, card](const QString &tab) {
        goToTab(tab);
        const auto shown = graph_->activeScene();
        if (shown != nullptr && card >= 0 && static_cast<std::size_t>(card) < shown->scene().cards.size()) {
            layers_->selectOperator(shown->scene().cards[static_cast<std::size_t>(card)].name);
        }
    };
    constexpr std::size_t mostProposals = 4;
    const auto &proposals = document_.proposals();
    if (card >= 0 && graph_->atTop()) {
        const std::string name = scene->scene().cards[static_cast<std::size_t>(card)].name.toStdString();
        for (std::size_t at = 0; at < proposals.size() && calls.proposals.size() < mostProposals; ++at) {
            const auto &operators = proposals[at].operators;
            if (std::find(operators.begin(), operators.end(), name) != operators.end()) {
                calls.proposals.emplace_back(
                    QString::fromStdString(proposals[at].title), [this, at] { proposals_->preview(at); });
            }
        }
    }
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("graphMenu"));
    fillGraphMenu(*menu, *scene, card, edge, *actions_, calls);
    menu->popup(globalPosition);
}

} // namespace tinsmith

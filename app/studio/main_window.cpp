// SPDX-License-Identifier: Apache-2.0
#include "app/studio/main_window.h"

#include "app/studio/actions.h"
#include "app/studio/autosave.h"
#include "app/studio/desktop_habits.h"
#include "app/studio/examples.h"
#include "app/studio/graph_area.h"
#include "app/studio/memory_panel.h"
#include "app/studio/recent_files.h"
#include "app/studio/remembered_sizes.h"
#include "app/studio/settings.h"
#include "core/graph/calibration_entry.h"
#include "core/graph/error.h"
#include "core/session/model_counts.h"
#include "views/accuracy/accuracy_panel.h"
#include "views/budget/budget_bar.h"
#include "views/budget/target_chooser.h"
#include "views/budget/target_model.h"
#include "views/graph/graph_canvas.h"
#include "views/inspector/inspector_panel.h"
#include "views/layers/layer_table.h"
#include "views/memory/memory_map.h"
#include "views/problems/problem_list.h"
#include "views/proposals/proposals_panel.h"
#include "views/theme/elided_label.h"
#include "views/theme/number_text.h"
#include "views/theme/theme.h"
#include "views/welcome/welcome_page.h"

#include <QAction>
#include <QCloseEvent>
#include <QDockWidget>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QTimer>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace tinsmith {
namespace {

/// The title of a dock: its name and a button that hides it, drawn like the rest of the window.
QWidget *dockTitle(QDockWidget *dock)
{
    auto *bar = new QWidget;
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(12, 5, 6, 5);
    auto *name = new QLabel(dock->windowTitle());
    name->setFont(uiFont(0, true));
    row->addWidget(name);
    row->addStretch();
    auto *hide = new QToolButton;
    hide->setIcon(themedIcon(QStringLiteral("close")));
    hide->setIconSize(QSize(14, 14));
    hide->setToolTip(MainWindow::tr("Hide this panel; the View menu brings it back"));
    hide->setAccessibleName(MainWindow::tr("Hide %1").arg(dock->windowTitle()));
    QObject::connect(hide, &QToolButton::clicked, dock, &QDockWidget::close);
    row->addWidget(hide);
    return bar;
}

QDockWidget *dock(
    QMainWindow *window, const QString &title, const char *name, QWidget *content, Qt::DockWidgetArea area)
{
    auto *made = new QDockWidget(title, window);
    made->setObjectName(QString::fromLatin1(name));
    made->setWidget(content);
    made->setTitleBarWidget(dockTitle(made));
    window->addDockWidget(area, made);
    return made;
}

} // namespace

MainWindow::MainWindow(ThemeController &themes, QWidget *parent)
    : QMainWindow(parent), themes_(themes), actions_(new ActionSet(this)), budget_(new BudgetBar),
      centre_(new QStackedWidget), welcome_(new WelcomePage), graph_(new GraphArea), proposals_(new ProposalsPanel),
      inspector_(new InspectorPanel), memory_(new MemoryPanel), layers_(new LayerTable), accuracy_(new AccuracyPanel),
      problems_(new ProblemList), bottom_(new QTabWidget), statusText_(new ElidedLabel),
      statusProgress_(new QProgressBar), statusCancel_(new QPushButton(tr("Cancel")))
{
    setAcceptDrops(true);
    actions_->fillMenus(menuBar());
    auto *middle = new QWidget;
    auto *column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(centre_, 1);
    // However many models are listed, the window may be small.
    auto *welcoming = new QScrollArea;
    welcoming->setWidget(welcome_);
    welcoming->setWidgetResizable(true);
    welcoming->setFrameShape(QFrame::NoFrame);
    centre_->addWidget(welcoming);
    centre_->addWidget(graph_);
    setCentralWidget(middle);
    makeDocks();

    statusText_->setContentsMargins(8, 0, 0, 0);
    statusText_->setForegroundRole(QPalette::PlaceholderText);
    statusBar()->setSizeGripEnabled(false);
    statusProgress_->setMaximumWidth(180);
    statusProgress_->setRange(0, 1000);
    statusProgress_->setTextVisible(false);
    statusBar()->addWidget(statusText_, 1);
    statusBar()->addPermanentWidget(statusProgress_);
    statusBar()->addPermanentWidget(statusCancel_);
    statusProgress_->hide();
    statusCancel_->hide();

    connectActions();
    connectDocument();
    connectViews();
    makeRecentMenu();
    new EnterPressesButtons(this);
    resize(QSize(1440, 900).boundedTo(screen()->availableSize()));
    documentChanged();
}

void MainWindow::makeDocks()
{
    // The bar on top spans the window: a dock area cannot, a tool bar can.
    auto *bar = addToolBar(tr("Budget"));
    bar->setObjectName(QStringLiteral("budget"));
    bar->setMovable(false);
    bar->addWidget(budget_);
    budget_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);

    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    leftDock_ = dock(this, tr("Optimise"), "optimise", proposals_, Qt::LeftDockWidgetArea);
    rightDock_ = dock(this, tr("Inspector"), "inspector", inspector_, Qt::RightDockWidgetArea);
    bottom_->setDocumentMode(true);
    bottom_->addTab(memory_, tr("Memory"));
    bottom_->addTab(layers_, tr("Layers"));
    bottom_->addTab(accuracy_, tr("Accuracy"));
    bottom_->addTab(problems_, tr("Problems"));
    bottomDock_ = dock(this, tr("Figures"), "figures", bottom_, Qt::BottomDockWidgetArea);
    // Its tabs are title enough.
    delete bottomDock_->titleBarWidget();
    bottomDock_->setTitleBarWidget(new QWidget);
    for (QAction *menu : menuBar()->actions()) {
        if (menu->menu() != nullptr && menu->menu()->actions().contains((*actions_)[ActionId::ToggleMinimap])) {
            menu->menu()->addSeparator();
            for (const QDockWidget *each : {leftDock_, rightDock_, bottomDock_}) {
                menu->menu()->addAction(each->toggleViewAction());
            }
        }
    }
    resizeDocks({bottomDock_}, {230}, Qt::Vertical);
}

void MainWindow::shareWidth()
{
    // The graph keeps the larger part of a narrow window.
    const int left = std::clamp(width() * 22 / 100, 236, 310);
    const int right = std::clamp(width() * 19 / 100, 200, 270);
    resizeDocks({leftDock_, rightDock_}, {left, right}, Qt::Horizontal);
}

void MainWindow::fitOnScreen()
{
    if (isMaximized() || isFullScreen()) {
        return;
    }
    // The frame is known once the window is shown; until then it is taken to have none.
    const QRect frame = frameGeometry();
    const QRect fitted = fittedTo(frame, screen()->availableGeometry());
    if (fitted != frame) {
        const QSize border = frame.size() - size();
        move(fitted.topLeft());
        resize(fitted.size() - border);
    }
}

void MainWindow::showEvent(QShowEvent *event)
{
    QMainWindow::showEvent(event);
    if (!shownBefore_) {
        shownBefore_ = true;
        if (!layoutRestored_) {
            shareWidth();
        }
        if (interactive_) {
            QTimer::singleShot(0, this, &MainWindow::fitOnScreen);
        }
    }
}

void MainWindow::connectDocument()
{
    connect(&document_, &DocumentController::documentChanged, this, &MainWindow::documentChanged);
    connect(&document_, &DocumentController::stateChanged, this, &MainWindow::stateChanged);
    connect(&document_, &DocumentController::proposalsChanged, this,
        [this] { proposals_->setSuggestions(document_.suggestions()); });
    connect(&document_, &DocumentController::stepFiguresChanged, proposals_, &ProposalsPanel::setFigures);
    connect(&document_, &DocumentController::proposalsBusyChanged, proposals_, &ProposalsPanel::setSearching);
    connect(&document_, &DocumentController::dataChanged, this, [this] {
        const auto &samples = document_.session().data();
        showData();
        showCalibrations();
        updateActions();
        if (samples && samples->hasLabels()) {
            document_.startEvaluation();
        }
    });
    connect(&document_, &DocumentController::evaluationReady, this,
        [this](const std::shared_ptr<const Evaluation> &evaluation) {
            accuracy_->setEvaluation(evaluation);
            if (evaluation->accuracy && evaluation->otherAccuracy) {
                proposals_->setNote(tr("Accuracy on %1 samples: %2 % (was %3 %)")
                                        .arg(evaluation->samples)
                                        .arg(*evaluation->accuracy * 100, 0, 'f', 2)
                                        .arg(*evaluation->otherAccuracy * 100, 0, 'f', 2)
                    + (hasGuessedRanges(document_.state()->optimised->graph.info())
                            ? tr(". Its ranges are guesses, not measured on these data")
                            : QString()));
            }
            QHash<QString, double> errors;
            for (const auto &layer : evaluation->layers) {
                errors.insert(QString::fromStdString(layer.name), layer.sqnrDb);
            }
            graph_->setLayerErrors(std::move(errors));
        });
    connect(&document_, &DocumentController::busyChanged, this, [this](bool busy, const QString &what) {
        statusText_->setFullText(busy ? what : idleText());
        statusProgress_->setValue(0);
        statusProgress_->setVisible(busy);
        statusCancel_->setVisible(busy);
        updateActions();
    });
    connect(&document_, &DocumentController::progressed, this, [this](double share, const QString &phase) {
        statusProgress_->setValue(static_cast<int>(share * 1000));
        statusText_->setFullText(phase);
    });
    connect(&document_, &DocumentController::dimensionsFound, this,
        [this](const OpenDimensions &open) { askForSizes(open); });
    connect(&document_, &DocumentController::bindingFailed, this, [this](const OpenOptions &tried, const QString &why) {
        lastFailure_ = why;
        statusText_->setFullText(why);
        emit failureShown(why);
        askForSizes(open_, tried, why);
    });
    connect(&document_, &DocumentController::failed, this, &MainWindow::showFailure);
    connect(statusCancel_, &QPushButton::clicked, &document_, &DocumentController::cancel);
}

void MainWindow::connectViews()
{
    connect(welcome_, &WelcomePage::openWanted, this, &MainWindow::openWithDialog);
    connect(welcome_, &WelcomePage::fileWanted, this, &MainWindow::openFile);
    connect(welcome_, &WelcomePage::reopenAtStartChanged, (*actions_)[ActionId::ReopenAtStart], [this](bool on) {
        if ((*actions_)[ActionId::ReopenAtStart]->isChecked() != on) {
            (*actions_)[ActionId::ReopenAtStart]->trigger();
        }
    });
    connect(budget_, &BudgetBar::targetChosen, &document_, &DocumentController::setTarget);
    connect(budget_, &BudgetBar::exportWanted, this, &MainWindow::exportPackage);
    connect(budget_->chooser(), &TargetChooser::favouritesChanged, this, [this] {
        const auto &ids = budget_->chooser()->model()->favourites();
        Settings().setValue(QStringLiteral("favouriteTargets"), QStringList(ids.begin(), ids.end()));
    });
    connect(proposals_, &ProposalsPanel::applyWanted, &document_, &DocumentController::apply);
    connect(proposals_, &ProposalsPanel::recipeChangeWanted, &document_, &DocumentController::setRecipe);
    connect(proposals_, &ProposalsPanel::previewChanged, this, [this](const std::shared_ptr<const Analysis> &result) {
        budget_->setPreview(result);
        graph_->setPreview(result);
        updateActions();
    });
    connect(proposals_, &ProposalsPanel::calibrateWanted, &document_, &DocumentController::calibrateAgain);
    connect(proposals_, &ProposalsPanel::bindWanted, &document_, &DocumentController::findDimensions);
    connect(graph_, &GraphArea::contextMenuWanted, this, &MainWindow::showGraphMenu);
    const auto show = [this](const QString &name) { graph_->showPlace(name); };
    connect(proposals_, &ProposalsPanel::operatorWanted, this, show);
    connect(layers_, &LayerTable::operatorWanted, this, show);
    connect(problems_, &ProblemList::placeWanted, graph_, &GraphArea::showPlace);
    connect(problems_, &ProblemList::bindWanted, &document_, &DocumentController::findDimensions);
    connect(budget_, &BudgetBar::problemsWanted, this, [this] { goToTab(QStringLiteral("problems")); });
    connect(accuracy_, &AccuracyPanel::operatorWanted, this, show);
    connect(accuracy_, &AccuracyPanel::openDataWanted, this, &MainWindow::openDataWithDialog);
    connect(accuracy_, &AccuracyPanel::evaluateWanted, &document_, &DocumentController::startEvaluation);
    connect(accuracy_, &AccuracyPanel::pixelsChosen, &document_, &DocumentController::setPixels);
    connect(graph_, &GraphArea::operatorSelected, this, [this](OperatorId op) {
        inspector_->showOperator(op);
        const Graph &graph = graph_->activeGraph();
        if (op.valid() && op.position() < graph.operators().size()) {
            problems_->follow(graph.op(op).name, graph_->shownSubgraph());
        }
        const bool known = graph_->atTop() && op.valid() && op.position() < graph.operators().size();
        const auto outputs = known ? graph.op(op).outputs : std::vector<TensorId>();
        memory_->map()->selectTensor(outputs.empty() ? TensorId::none() : outputs.front());
    });
    connect(graph_, &GraphArea::tensorSelected, this, [this](TensorId tensor) {
        inspector_->showTensor(tensor);
        if (const Graph &graph = graph_->activeGraph(); tensor.valid() && tensor.position() < graph.tensors().size()) {
            problems_->follow(graph.tensor(tensor).name, graph_->shownSubgraph());
        }
        memory_->map()->selectTensor(graph_->atTop() ? tensor : TensorId::none());
    });
    connect(graph_, &GraphArea::tensorHovered, memory_->map(), &MemoryMap::highlightTensor);
    connect(graph_, &GraphArea::activeChanged, this, &MainWindow::activeChanged);
    connect(memory_->map(), &MemoryMap::tensorHovered, graph_, &GraphArea::highlightTensor);
    connect(memory_->map(), &MemoryMap::tensorSelected, this, [this](TensorId tensor) {
        if (!graph_->atTop()) {
            graph_->showPlace(QString::fromStdString(graph_->activeAnalysis()->canonical.tensor(tensor).name));
            return;
        }
        graph_->activeCanvas()->selectTensor(tensor);
        inspector_->showTensor(tensor);
    });
    connect(memory_->map(), &MemoryMap::operatorSelected, this, [this](OperatorId op) {
        if (!graph_->atTop()) {
            graph_->showPlace(QString::fromStdString(graph_->activeAnalysis()->canonical.op(op).name));
            return;
        }
        graph_->activeCanvas()->selectOperator(op);
        inspector_->showOperator(op);
    });
    connect(inspector_, &InspectorPanel::bodyWanted, graph_, &GraphArea::openBody);
    connect(inspector_, &InspectorPanel::saveTensorWanted, this, &MainWindow::saveTensor);
}

void MainWindow::openFile(const QString &file)
{
    if (!mayLoseChanges()) {
        return;
    }
    newDocument_ = true;
    // A project holds its sizes itself.
    const bool project = file.endsWith(QStringLiteral(".tinsmith"), Qt::CaseInsensitive);
    document_.open(file, project ? OpenOptions() : rememberedSizes(file.toStdString()));
}

void MainWindow::documentChanged()
{
    const bool open = document_.isOpen();
    centre_->setCurrentIndex(open ? 1 : 0);
    for (QDockWidget *each : {leftDock_, rightDock_, bottomDock_}) {
        each->setVisible(open);
    }
    statusText_->setFullText(idleText());
    if (open) {
        newDocument_ = true;
        const auto &session = document_.session();
        const auto &file = session.projectFile().empty() ? session.modelFile() : session.projectFile();
        if (interactive_) {
            rememberRecent(QString::fromStdString(file.string()));
        }
        showData();
        proposals_->setNote({});
        if (interactive_ && !symbolicDimensions(session.source()).empty()) {
            // Once the window shows what has been opened.
            QTimer::singleShot(0, this, [this] {
                askForSizes(openDimensions(document_.session().source(), document_.session().openOptions()));
            });
        }
    } else {
        setWindowTitle(tr("Tinsmith"));
        budget_->setState(nullptr);
        budget_->setTarget(document_.target());
        proposals_->setState(nullptr);
        graph_->setState(nullptr, {}, true);
        welcome_->setRecent(recentFiles());
        welcome_->setReopenAtStart(reopensLast());
        welcome_->setExamples(exampleFiles());
        updateActions();
    }
}

void MainWindow::showData()
{
    const auto &samples = document_.session().data();
    accuracy_->setData(samples ? QString::fromStdString(samples->description()) : QString());
    const bool chosen = samples && samples->pixelSource() == PixelSource::Chosen;
    accuracy_->setPixels(
        samples && samples->hasPixels(), chosen ? QString::fromStdString(samples->pixelRange().text()) : QString());
    accuracy_->setEvaluation(nullptr);
}

void MainWindow::stateChanged()
{
    if (!document_.isOpen()) {
        budget_->setTarget(document_.target());
        return;
    }
    const auto state = document_.state();
    constexpr int longestTitle = 80;
    setWindowTitle(tr("%1[*] — Tinsmith").arg(shortMiddle(document_.title(), longestTitle)));
    setWindowModified(document_.session().modified());
    if (const auto &session = document_.session(); session.projectFile().empty() && !newDocument_
        && rememberedSizes(session.modelFile()).bindings != session.openOptions().bindings) {
        rememberSizes(session.modelFile(), session.openOptions());
    }
    budget_->setState(state);
    proposals_->setState(state);
    showCalibrations();
    accuracy_->setEvaluation(nullptr);
    graph_->setState(state, document_.title(), newDocument_);
    newDocument_ = false;
    Settings().setValue(QStringLiteral("target"), QString::fromStdString(state->target.id));
    updateActions();
    statusText_->setFullText(idleText());
    if (document_.session().data() && document_.session().data()->hasLabels() && !document_.busy()) {
        document_.startEvaluation();
    }
}

QString MainWindow::idleText() const
{
    if (!document_.isOpen()) {
        return tr("Ready. Ctrl+K lists all actions.");
    }
    const auto state = document_.state();
    const ModelCounts counts = countsOf(state->optimised->graph);
    const QString operators = counts.subgraphs == 0
        ? operatorsText(counts.operators)
        : tr("%1, %2 of them in subgraphs")
              .arg(operatorsText(counts.operators), exactCountText(counts.operatorsInSubgraphs));
    if (!state->optimised->estimate) {
        return tr("%1 · no plan: %2").arg(operators, QString::fromStdString(state->optimised->whyNotPlanned));
    }
    return tr("%1 · %2 parameters").arg(operators, countText(counts.parameters));
}

void MainWindow::activeChanged()
{
    const auto analysis = graph_->activeAnalysis();
    inspector_->setAnalysis(analysis, graph_->activeGraph(), graph_->shownSubgraph());
    (*actions_)[ActionId::GoUp]->setEnabled(!graph_->atTop());
    if (analysis == shownAnalysis_) {
        // Another subgraph: the figures of the model stay as they are, with what is selected in them.
        return;
    }
    shownAnalysis_ = analysis;
    memory_->setAnalysis(analysis);
    layers_->setAnalysis(analysis);
    problems_->setAnalysis(analysis);
    updateProblemsTab();
}

void MainWindow::updateProblemsTab()
{
    const int tab = bottom_->indexOf(problems_);
    bottom_->setTabText(tab, tr("Problems (%1)").arg(exactCountText(problems_->count())));
    bottom_->setTabToolTip(tab, problems_->summary());
    budget_->setBlocking(problems_->blockingCount());
    updateActions();
}

void MainWindow::goToTab(const QString &name)
{
    bottomDock_->show();
    showTab(name);
    QWidget *page = bottom_->currentWidget();
    if (QWidget *first = page == problems_ ? problems_->view() : page->nextInFocusChain(); first != nullptr) {
        first->setFocus(Qt::ShortcutFocusReason);
    }
}

void MainWindow::leadToProblem(int step)
{
    bottomDock_->show();
    showTab(QStringLiteral("problems"));
    problems_->leadFurther(step);
}

void MainWindow::showTab(const QString &name)
{
    const QList<QWidget *> tabs = {memory_, layers_, accuracy_, problems_};
    const qsizetype index = QStringList{QStringLiteral("memory"), QStringLiteral("layers"), QStringLiteral("accuracy"),
        QStringLiteral("problems")}
                                .indexOf(name);
    if (index >= 0) {
        bottom_->setCurrentWidget(tabs[index]);
    }
}

void MainWindow::showFailure(const QString &what, const QString &why)
{
    lastFailure_ = why;
    failedWork_ = what;
    statusText_->setFullText(why);
    emit failureShown(why);
    if (interactive_) {
        failureBox()->open();
    }
}

QDialog *MainWindow::failureBox()
{
    auto *box = new QMessageBox(QMessageBox::Warning, tr("Tinsmith"),
        tr("%1 did not work.").arg(shortWords(failedWork_)), QMessageBox::Ok, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    constexpr int side = 32;
    box->setIconPixmap(themedIcon(QStringLiteral("problem-error")).pixmap(QSize(side, side), devicePixelRatioF()));
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(breakable(lastFailure_));
    box->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return box;
}

void MainWindow::restoreLayout()
{
    const Settings settings;
    restoreGeometry(settings.value(QStringLiteral("geometry")).toByteArray());
    layoutRestored_ = restoreState(settings.value(QStringLiteral("layout")).toByteArray());
    (*actions_)[ActionId::ReopenAtStart]->setChecked(reopensLast());
    const QStringList favourites = settings.value(QStringLiteral("favouriteTargets")).toStringList();
    budget_->chooser()->model()->setFavourites(QSet<QString>(favourites.begin(), favourites.end()));
    setTheme(settings.value(QStringLiteral("theme"), 0).toInt());
    const Target *target
        = TargetDatabase::builtIn().find(settings.value(QStringLiteral("target")).toString().toStdString());
    if (target != nullptr && !document_.isOpen()) {
        document_.setTarget(*target);
    }
    documentChanged();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (!mayLoseChanges()) {
        event->ignore();
        return;
    }
    if (autosave_) {
        // Saved, or given up: there is nothing to recover.
        autosave_->discard();
    }
    if (interactive_) {
        Settings settings;
        settings.setValue(QStringLiteral("geometry"), saveGeometry());
        if (document_.isOpen()) {
            settings.setValue(QStringLiteral("layout"), saveState());
        }
    }
    document_.cancel();
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (event->mimeData()->hasUrls() && event->mimeData()->urls().first().isLocalFile()) {
        event->acceptProposedAction();
    }
}

void MainWindow::dropEvent(QDropEvent *event)
{
    event->acceptProposedAction();
    openFile(event->mimeData()->urls().first().toLocalFile());
}

} // namespace tinsmith

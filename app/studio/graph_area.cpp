// SPDX-License-Identifier: Apache-2.0
#include "app/studio/graph_area.h"

#include "views/graph/graph_canvas.h"
#include "views/graph/path_bar.h"
#include "views/graph/scene_fold.h"
#include "views/theme/theme.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QShortcut>
#include <QSplitter>
#include <QTabBar>
#include <QThreadPool>
#include <QToolButton>
#include <QVBoxLayout>

#include <utility>

namespace tinsmith {
namespace {

constexpr std::size_t originalCanvas = 0;
constexpr std::size_t optimisedCanvas = 1;

/// Marks the cards that have problems.
void markProblems(GraphScene &scene, const Analysis &analysis, std::int32_t subgraph)
{
    QHash<QString, const Problem *> found;
    for (const Problem &problem : analysis.problems) {
        const QString place = QString::fromStdString(problem.place);
        if (problem.subgraph == subgraph && !place.isEmpty() && problem.stage != Problem::Stage::Fit
            && problem.stage != Problem::Stage::Note && !found.contains(place)) {
            found.insert(place, &problem);
        }
    }
    for (SceneCard &card : scene.cards) {
        if (const Problem *problem = found.value(card.name); problem != nullptr && card.kind != CardKind::Output) {
            card.problem = QString::fromStdString(problem->text);
            card.blocks = blocks(problem->stage);
        }
    }
}

GraphScene sceneFor(const Analysis &analysis, ModelForm form, ColourBy colourBy, const QHash<QString, double> &errors,
    const QString &title)
{
    const bool planned = showsPlanned(analysis, form);
    const Graph &graph = shownGraph(analysis, form);
    SceneOptions options;
    options.colourBy = colourBy;
    if (colourBy == ColourBy::QuantizationError && !errors.isEmpty()) {
        constexpr double noError = 200;
        for (const Operator &op : graph.operators()) {
            options.sqnrDb.push_back(errors.value(QString::fromStdString(op.name), noError));
        }
    }
    GraphScene scene
        = sceneOf(graph, planned ? &*analysis.plan : nullptr, planned ? &*analysis.estimate : nullptr, options);
    scene.title = title;
    markProblems(scene, analysis, -1);
    return scene;
}

GraphScene bodyScene(const Analysis &analysis, std::int32_t subgraph, ColourBy colourBy)
{
    SceneOptions options;
    options.colourBy = colourBy;
    options.model = &analysis.graph;
    GraphScene scene = sceneOf(graphAt(analysis.graph, subgraph), nullptr, nullptr, options);
    scene.title = QString::fromStdString(titleOf(analysis.graph, subgraph));
    markProblems(scene, analysis, subgraph);
    return scene;
}

/// What search looks through. Only texts count, so no plan is needed.
std::vector<GraphScene> scenesToSearch(const Analysis &analysis, ModelForm form)
{
    std::vector<GraphScene> scenes;
    scenes.push_back(sceneOf(shownGraph(analysis, form)));
    for (std::size_t at = 0; at < analysis.graph.subgraphs().size(); ++at) {
        scenes.push_back(bodyScene(analysis, static_cast<std::int32_t>(at), ColourBy::Family));
    }
    return scenes;
}

} // namespace

GraphArea::GraphArea(QWidget *parent)
    : QWidget(parent), pathBar_(new PathBar), tabs_(new QTabBar), colour_(new QComboBox), zoom_(new QLabel),
      findBar_(new QWidget), find_(new QLineEdit), findCount_(new QLabel)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    makeBar(layout);
    layout->addWidget(pathBar_);
    connect(pathBar_, &PathBar::pathWanted, this, [this](const ModelPath &path) { openPath(path); });
    makeFindBar(layout);

    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    for (std::size_t index = 0; index < canvases_.size(); ++index) {
        auto *canvas = new GraphCanvas;
        canvases_[index] = canvas;
        splitter->addWidget(canvas);
        connect(canvas, &GraphCanvas::operatorSelected, this, [this, index](OperatorId op) {
            activate(index);
            emit operatorSelected(op);
        });
        connect(canvas, &GraphCanvas::tensorSelected, this, [this, index](TensorId tensor) {
            activate(index);
            emit tensorSelected(tensor);
        });
        connect(canvas, &GraphCanvas::tensorHovered, this, [this, index](TensorId tensor) {
            if (index == active_) {
                emit tensorHovered(shownPath_.steps.empty() ? tensor : TensorId::none());
            }
        });
        connect(canvas, &GraphCanvas::cardActivated, this, [this, index](int card) {
            activate(index);
            openCard(card);
        });
        connect(canvas, &GraphCanvas::contextMenuWanted, this, [this, index](int card, int edge, const QPoint &at) {
            activate(index);
            emit contextMenuWanted(card, edge, at);
        });
        connect(canvas, &GraphCanvas::viewChanged, this, &GraphArea::updateZoom);
    }
    layout->addWidget(splitter, 1);
    auto *back = new QShortcut(Qt::Key_Backspace, this);
    back->setContext(Qt::WidgetWithChildrenShortcut);
    connect(back, &QShortcut::activated, this, &GraphArea::goUp);
    setView(View::Optimised);
}

void GraphArea::makeBar(QVBoxLayout *layout)
{
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(6, 0, 10, 0);
    tabs_->addTab(tr("Original"));
    tabs_->addTab(tr("Optimised"));
    tabs_->addTab(tr("Side by side"));
    tabs_->setDrawBase(false);
    tabs_->setCurrentIndex(1);
    bar->addWidget(tabs_);
    bar->addStretch();
    colour_->addItem(tr("Colour by family"), int(ColourBy::Family));
    colour_->addItem(tr("Colour by RAM"), int(ColourBy::Ram));
    colour_->addItem(tr("Colour by MACs"), int(ColourBy::Macs));
    colour_->addItem(tr("Colour by latency"), int(ColourBy::Latency));
    colour_->addItem(tr("Colour by weight bytes"), int(ColourBy::WeightBytes));
    colour_->addItem(tr("Colour by quantization error"), int(ColourBy::QuantizationError));
    // The longest entry would push the other controls out of a narrow window.
    constexpr int usualLength = 14;
    colour_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    colour_->setMinimumContentsLength(usualLength);
    colour_->view()->setTextElideMode(Qt::ElideNone);
    colour_->view()->setMinimumWidth(fontMetrics().horizontalAdvance(colour_->itemText(colour_->count() - 1)) + 30);
    colour_->setAccessibleName(tr("Colour of the cards"));
    bar->addWidget(colour_);
    zoom_->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("1000 %")));
    zoom_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    bar->addWidget(zoom_);
    auto *openFindButton = new QToolButton;
    openFindButton->setIcon(themedIcon(QStringLiteral("find")));
    openFindButton->setToolTip(tr("Find by name, type or tensor (Ctrl+F)"));
    openFindButton->setAccessibleName(tr("Find"));
    connect(openFindButton, &QToolButton::clicked, this, &GraphArea::openFind);
    bar->addWidget(openFindButton);
    layout->addLayout(bar);
    connect(tabs_, &QTabBar::currentChanged, this, [this](int index) { setView(static_cast<View>(index)); });
    connect(colour_, &QComboBox::currentIndexChanged, this, [this] { rebuild(false); });
}

void GraphArea::makeFindBar(QVBoxLayout *layout)
{
    auto *find = new QHBoxLayout(findBar_);
    find->setContentsMargins(10, 4, 10, 4);
    find_->setPlaceholderText(tr("Find by name, type or tensor"));
    find_->setClearButtonEnabled(true);
    find_->setMaximumWidth(360);
    find->addWidget(find_);
    for (const auto &[text, slot, tip] :
        {std::tuple(QStringLiteral("↑"), &GraphArea::findPrevious, tr("Previous (Shift+F3)")),
            std::tuple(QStringLiteral("↓"), &GraphArea::findNext, tr("Next (F3)"))}) {
        auto *button = new QToolButton;
        button->setText(text);
        button->setToolTip(tip);
        find->addWidget(button);
        connect(button, &QToolButton::clicked, this, slot);
    }
    find->addWidget(findCount_);
    find->addStretch();
    auto *close = new QToolButton;
    close->setText(QStringLiteral("×"));
    close->setToolTip(tr("Close"));
    find->addWidget(close);
    findBar_->hide();
    layout->addWidget(findBar_);
    connect(find_, &QLineEdit::textChanged, this, &GraphArea::search);
    connect(find_, &QLineEdit::returnPressed, this, &GraphArea::findNext);
    connect(close, &QToolButton::clicked, this, &GraphArea::closeFind);
    // Not a shortcut: that would be ambiguous with Esc of the window, which cancels.
    find_->installEventFilter(this);
}

bool GraphArea::eventFilter(QObject *watched, QEvent *event)
{
    const bool press = event->type() == QEvent::KeyPress;
    if (watched != find_ || (!press && event->type() != QEvent::ShortcutOverride)
        || static_cast<QKeyEvent *>(event)->key() != Qt::Key_Escape) {
        return QWidget::eventFilter(watched, event);
    }
    if (press) {
        closeFind();
    }
    event->accept();
    return true;
}

void GraphArea::setState(std::shared_ptr<const SessionState> state, const QString &modelName, bool newDocument)
{
    state_ = std::move(state);
    modelName_ = modelName;
    preview_.reset();
    if (newDocument) {
        errors_.clear();
    }
    rebuild(newDocument);
}

void GraphArea::setPreview(std::shared_ptr<const Analysis> preview)
{
    if (preview == preview_) {
        return;
    }
    preview_ = std::move(preview);
    rebuild(false);
}

void GraphArea::setLayerErrors(QHash<QString, double> sqnrDb)
{
    errors_ = std::move(sqnrDb);
    if (colour_->currentData().toInt() == int(ColourBy::QuantizationError)) {
        rebuild(false);
    }
}

void GraphArea::rebuild(bool newDocument, bool newPath)
{
    const int generation = ++generation_;
    if (!state_) {
        shown_ = {};
        allScenes_ = {};
        scenesOf_ = {};
        path_ = shownPath_ = {};
        pathBar_->setModel({}, {});
        return;
    }
    shown_ = {state_->original, preview_ ? preview_ : state_->optimised};
    const auto subgraphs = std::min(shown_[0]->graph.subgraphs().size(), shown_[1]->graph.subgraphs().size());
    if (newDocument || path_.subgraph() >= static_cast<std::int32_t>(subgraphs)) {
        path_ = {};
    }
    if (newDocument) {
        unfolded_.clear();
    }
    if (!newPath) {
        shownPath_ = path_;
        pathBar_->setModel(modelName_, shown_[1]->graph);
        emit activeChanged();
    }
    pathBar_->setPath(path_);
    const auto colourBy = static_cast<ColourBy>(colour_->currentData().toInt());
    const std::size_t steps = state_->recipe.steps.size();
    const QString before = tr("%1 — as opened").arg(modelName_);
    const QString after = preview_ ? tr("preview")
        : steps == 0               ? tr("%1 — no steps yet").arg(modelName_)
        : steps == 1               ? tr("optimised — one step")
                                   : tr("optimised — %1 steps").arg(steps);
    Built built{{}, scenesOf_ == shown_ ? allScenes_ : decltype(allScenes_)(), path_};
    scenesOf_ = {};
    ++pending_;
    const bool keepView = !newDocument && !newPath;
    const QPointer<GraphArea> self(this);
    QThreadPool::globalInstance()->start(
        [self, generation, keepView, colourBy, before, after, errors = errors_, built, fold = repeatsFolded_,
            unfolded = unfolded_, shown = shown_, style = SceneStyle::fromApplication()]() mutable {
            const std::int32_t subgraph = built.path.subgraph();
            const auto scene = [&](std::size_t index, ModelForm form, const QString &title) {
                return subgraph >= 0 ? bodyScene(*shown[index], subgraph, colourBy)
                                     : sceneFor(*shown[index], form, colourBy, errors, title);
            };
            GraphScene first = scene(originalCanvas, ModelForm::AsOpened, before);
            GraphScene second = scene(optimisedCanvas, ModelForm::AsRun, after);
            if (shown[0] != shown[1]) {
                markDifferences(first, second);
            }
            if (fold) {
                first = foldRepeats(first, findRepeats(first), unfolded);
                second = foldRepeats(second, findRepeats(second), unfolded);
            }
            built.scenes = {placeScene(std::move(first), style), nullptr};
            built.scenes[1] = placeScene(std::move(second), style);
            if (built.all[0] == nullptr && (fold || !shown[0]->graph.subgraphs().empty())) {
                const auto forms = std::array{ModelForm::AsOpened, ModelForm::AsRun};
                for (std::size_t index = 0; index < forms.size(); ++index) {
                    built.all[index] = std::make_shared<const AllScenes>(scenesToSearch(*shown[index], forms[index]));
                }
            }
            QMetaObject::invokeMethod(qApp, [self, generation, built, keepView] {
                if (!self.isNull()) {
                    self->adopt(generation, built, keepView);
                }
            });
        });
}

void GraphArea::adopt(int generation, const Built &built, bool keepView)
{
    --pending_;
    if (generation != generation_) {
        return;
    }
    allScenes_ = built.all;
    scenesOf_ = shown_;
    if (shownPath_ != built.path) {
        shownPath_ = built.path;
        emit activeChanged();
    }
    for (std::size_t index = 0; index < canvases_.size(); ++index) {
        canvases_[index]->setScene(built.scenes[index], keepView);
    }
    if (findBar_->isVisible()) {
        const int match = match_;
        search(find_->text());
        match_ = match < static_cast<int>(hits_.size()) ? match : -1;
        if (match_ >= 0) {
            findCount_->setText(tr("%1 of %2").arg(match_ + 1).arg(hits_.size()));
        }
    }
    updateZoom();
    emit placed();
    if (!wantedPlace_.isEmpty()) {
        showPlace(std::exchange(wantedPlace_, {}), shownPath_.subgraph());
    }
}

void GraphArea::setView(View view)
{
    view_ = view;
    const QSignalBlocker quiet(tabs_);
    tabs_->setCurrentIndex(static_cast<int>(view));
    const bool both = view == View::SideBySide;
    canvases_[originalCanvas]->setVisible(view == View::Original || both);
    canvases_[optimisedCanvas]->setVisible(view == View::Optimised || both);
    canvases_[originalCanvas]->scrollWith(both ? canvases_[optimisedCanvas] : nullptr);
    canvases_[optimisedCanvas]->scrollWith(both ? canvases_[originalCanvas] : nullptr);
    canvases_[originalCanvas]->setMinimapVisible(!both);
    activate(view == View::Original ? originalCanvas : optimisedCanvas);
    emit viewChanged(view);
}

void GraphArea::setColourBy(ColourBy colourBy)
{
    colour_->setCurrentIndex(colour_->findData(int(colourBy)));
}

void GraphArea::activate(std::size_t index)
{
    if (index == active_) {
        return;
    }
    active_ = index;
    emit activeChanged();
    updateZoom();
}

const Graph &GraphArea::graphOf(std::size_t canvas) const
{
    static const Graph none;
    const auto &analysis = shown_[canvas];
    if (!analysis) {
        return none;
    }
    if (shownPath_.subgraph() >= 0) {
        return graphAt(analysis->graph, shownPath_.subgraph());
    }
    return shownGraph(*analysis, canvas == originalCanvas ? ModelForm::AsOpened : ModelForm::AsRun);
}

const Graph &GraphArea::activeGraph() const
{
    return graphOf(active_);
}

std::shared_ptr<const PlacedScene> GraphArea::activeScene() const
{
    return activeCanvas()->scene();
}

void GraphArea::highlightTensor(TensorId tensor)
{
    if (shownPath_.steps.empty()) {
        activeCanvas()->highlightTensor(tensor);
    }
}

void GraphArea::setMinimapVisible(bool visible)
{
    canvases_[optimisedCanvas]->setMinimapVisible(visible);
    canvases_[originalCanvas]->setMinimapVisible(visible && view_ == View::Original);
}

void GraphArea::setLegendVisible(bool visible)
{
    for (GraphCanvas *canvas : canvases_) {
        canvas->setLegendVisible(visible);
    }
}

void GraphArea::setRepeatsFolded(bool folded)
{
    repeatsFolded_ = folded;
    unfolded_.clear();
    rebuild(false);
}

void GraphArea::updateZoom()
{
    zoom_->setText(state_ ? QStringLiteral("%1 %").arg(qRound(activeCanvas()->zoom() * 100)) : QString());
}

} // namespace tinsmith

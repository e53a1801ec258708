// SPDX-License-Identifier: Apache-2.0
#include "app/studio/graph_area.h"

#include "views/graph/graph_canvas.h"
#include "views/graph/scene_search.h"
#include "views/theme/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QShortcut>
#include <QSplitter>
#include <QTabBar>
#include <QThreadPool>
#include <QToolButton>
#include <QVBoxLayout>

namespace tinsmith {
namespace {

constexpr std::size_t originalCanvas = 0;
constexpr std::size_t optimisedCanvas = 1;

GraphScene sceneFor(const Analysis &analysis, bool planned, ColourBy colourBy, const QHash<QString, double> &errors,
    const QString &title)
{
    const Graph &graph = planned ? analysis.canonical : analysis.graph;
    SceneOptions options;
    options.colourBy = colourBy;
    if (colourBy == ColourBy::QuantizationError) {
        constexpr double noError = 200;
        for (const Operator &op : graph.operators()) {
            options.sqnrDb.push_back(errors.value(QString::fromStdString(op.name), noError));
        }
    }
    GraphScene scene
        = sceneOf(graph, planned ? &*analysis.plan : nullptr, planned ? &*analysis.estimate : nullptr, options);
    scene.title = title;
    return scene;
}

/// Plan and estimate are of the canonical form. The original is shown as its file has it, and with them where that is
/// the same; what is optimised is shown in the form that runs.
bool showsPlanned(const Analysis &analysis, bool original)
{
    const bool same = analysis.canonical.operators().size() == analysis.graph.operators().size()
        && analysis.canonical.tensors().size() == analysis.graph.tensors().size();
    return analysis.plan.has_value() && analysis.estimate.has_value() && (same || !original);
}

} // namespace

GraphArea::GraphArea(QWidget *parent)
    : QWidget(parent), tabs_(new QTabBar), colour_(new QComboBox), zoom_(new QLabel), findBar_(new QWidget),
      find_(new QLineEdit), findCount_(new QLabel)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
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
                emit tensorHovered(tensor);
            }
        });
        connect(canvas, &GraphCanvas::viewChanged, this, &GraphArea::updateZoom);
    }
    layout->addWidget(splitter, 1);

    connect(tabs_, &QTabBar::currentChanged, this, [this](int index) { setView(static_cast<View>(index)); });
    connect(colour_, &QComboBox::currentIndexChanged, this, [this] { rebuild(false); });
    connect(find_, &QLineEdit::textChanged, this, &GraphArea::search);
    connect(find_, &QLineEdit::returnPressed, this, &GraphArea::findNext);
    connect(close, &QToolButton::clicked, this, [this] {
        findBar_->hide();
        activeCanvas()->setMatches({});
        activeCanvas()->setFocus();
    });
    auto *escape = new QShortcut(Qt::Key_Escape, findBar_);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, close, &QToolButton::click);
    setView(View::Optimised);
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

void GraphArea::rebuild(bool newDocument)
{
    const int generation = ++generation_;
    if (!state_) {
        shown_ = {};
        return;
    }
    shown_ = {state_->original, preview_ ? preview_ : state_->optimised};
    emit activeChanged();
    const auto colourBy = static_cast<ColourBy>(colour_->currentData().toInt());
    const std::size_t steps = state_->recipe.steps.size();
    const QString before = tr("%1 — as opened").arg(modelName_);
    const QString after = preview_ ? tr("preview")
        : steps == 0               ? tr("%1 — no steps yet").arg(modelName_)
        : steps == 1               ? tr("optimised — one step")
                                   : tr("optimised — %1 steps").arg(steps);
    ++pending_;
    const QPointer<GraphArea> self(this);
    QThreadPool::globalInstance()->start([self, generation, newDocument, colourBy, before, after, errors = errors_,
                                             shown = shown_, style = SceneStyle::fromApplication()] {
        GraphScene first = sceneFor(*shown[0], showsPlanned(*shown[0], true), colourBy, errors, before);
        GraphScene second = sceneFor(*shown[1], showsPlanned(*shown[1], false), colourBy, errors, after);
        if (shown[0] != shown[1]) {
            markDifferences(first, second);
        }
        std::array<std::shared_ptr<const PlacedScene>, 2> scenes = {placeScene(std::move(first), style), nullptr};
        scenes[1] = placeScene(std::move(second), style);
        QMetaObject::invokeMethod(qApp, [self, generation, scenes, newDocument] {
            if (!self.isNull()) {
                self->adopt(generation, scenes, !newDocument);
            }
        });
    });
}

void GraphArea::adopt(int generation, std::array<std::shared_ptr<const PlacedScene>, 2> scenes, bool keepView)
{
    --pending_;
    if (generation != generation_) {
        return;
    }
    for (std::size_t index = 0; index < canvases_.size(); ++index) {
        canvases_[index]->setScene(scenes[index], keepView);
    }
    if (findBar_->isVisible()) {
        search(find_->text());
    }
    updateZoom();
    emit placed();
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

void GraphArea::activate(std::size_t index)
{
    if (index == active_) {
        return;
    }
    active_ = index;
    emit activeChanged();
    updateZoom();
}

const Graph &GraphArea::activeGraph() const
{
    static const Graph none;
    const auto &analysis = shown_[active_];
    if (!analysis) {
        return none;
    }
    return showsPlanned(*analysis, active_ == originalCanvas) ? analysis->canonical : analysis->graph;
}

std::shared_ptr<const PlacedScene> GraphArea::activeScene() const
{
    return activeCanvas()->scene();
}

void GraphArea::selectOperator(const QString &name)
{
    for (std::size_t index = 0; index < canvases_.size(); ++index) {
        const auto &scene = canvases_[index]->scene();
        const int card = scene ? scene->cardNamed(CardKind::Operator, name) : -1;
        if (card >= 0 && canvases_[index]->isVisible()) {
            canvases_[index]->selectCard(card);
        }
    }
}

void GraphArea::highlightTensor(TensorId tensor)
{
    activeCanvas()->highlightTensor(tensor);
}

void GraphArea::setMinimapVisible(bool visible)
{
    canvases_[optimisedCanvas]->setMinimapVisible(visible);
    canvases_[originalCanvas]->setMinimapVisible(visible && view_ == View::Original);
}

void GraphArea::openFind()
{
    findBar_->show();
    find_->setFocus();
    find_->selectAll();
}

void GraphArea::search(const QString &text)
{
    match_ = -1;
    const auto &scene = activeCanvas()->scene();
    const std::vector<int> cards = scene ? searchScene(scene->scene(), text) : std::vector<int>();
    activeCanvas()->setMatches(cards);
    findCount_->setText(text.isEmpty() ? QString()
            : cards.empty()            ? tr("nothing found")
                                       : tr("%1 found").arg(cards.size()));
}

void GraphArea::showMatch(int step)
{
    const auto &cards = activeCanvas()->matches();
    if (cards.empty()) {
        return;
    }
    const int count = static_cast<int>(cards.size());
    match_ = match_ < 0 ? (step > 0 ? 0 : count - 1) : (match_ + step + count) % count;
    activeCanvas()->selectCard(cards[static_cast<std::size_t>(match_)]);
    findCount_->setText(tr("%1 of %2").arg(match_ + 1).arg(count));
}

void GraphArea::findNext()
{
    showMatch(1);
}

void GraphArea::findPrevious()
{
    showMatch(-1);
}

void GraphArea::updateZoom()
{
    zoom_->setText(state_ ? QStringLiteral("%1 %").arg(qRound(activeCanvas()->zoom() * 100)) : QString());
}

} // namespace tinsmith

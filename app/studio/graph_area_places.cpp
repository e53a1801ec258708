// SPDX-License-Identifier: Apache-2.0
// How GraphArea finds its way in a model: places by name, bodies and the way back, search through all graphs.
#include "app/studio/graph_area.h"
#include "views/graph/graph_canvas.h"
#include "views/graph/scene_search.h"

#include <QLabel>
#include <QLineEdit>

#include <algorithm>

namespace tinsmith {

void GraphArea::openPath(const ModelPath &path, const QString &place)
{
    if (!state_ || path.subgraph() >= static_cast<std::int32_t>(shown_[active_]->graph.subgraphs().size())) {
        return;
    }
    if (path == path_) {
        if (pending_ > 0) {
            wantedPlace_ = place;
        } else if (!place.isEmpty()) {
            showPlace(place, path.subgraph());
        }
        return;
    }
    path_ = path;
    wantedPlace_ = place;
    rebuild(false, true);
}

void GraphArea::openBody(OperatorId op, std::size_t body)
{
    const Graph &graph = activeGraph();
    if (!op.valid() || op.position() >= graph.operators().size()) {
        return;
    }
    const auto bodies = bodiesOf(shown_[active_]->graph, graph.op(op).kind);
    if (body < bodies.size()) {
        openPath(entered(shownPath_, graph.op(op), bodies[body]));
    }
}

void GraphArea::openCard(int card)
{
    const auto scene = activeScene();
    if (scene == nullptr || card < 0 || static_cast<std::size_t>(card) >= scene->scene().cards.size()) {
        return;
    }
    const SceneCard activated = scene->scene().cards[static_cast<std::size_t>(card)];
    if (activated.folded.empty()) {
        openBody(activated.op);
    } else {
        unfold(activated.name, activated.name);
    }
}

void GraphArea::closeFind()
{
    findBar_->hide();
    search({});
    activeCanvas()->setFocus();
}

void GraphArea::goUp()
{
    if (path_.steps.empty()) {
        return;
    }
    ModelPath up = path_;
    const QString from = QString::fromStdString(up.steps.back().op);
    up.steps.pop_back();
    openPath(up, from);
}

namespace {

/// Brings a card to the middle, unless all of the graph shows anyway.
void centre(GraphCanvas &canvas, int card)
{
    const auto &scene = *canvas.scene();
    if (!canvas.visibleArea().contains(scene.bounds())) {
        canvas.centreOn(scene.cardRect(card).center());
    }
}

} // namespace

bool GraphArea::selectPlace(std::size_t canvas, const QString &name)
{
    GraphCanvas &shown = *canvases_[canvas];
    const auto scene = shown.scene();
    if (scene == nullptr) {
        return false;
    }
    for (const CardKind kind : {CardKind::Operator, CardKind::Input, CardKind::Output}) {
        if (const int card = scene->cardNamed(kind, name); card >= 0) {
            centre(shown, card);
            shown.selectCard(card);
            return true;
        }
    }
    const auto &edges = scene->scene().edges;
    const auto edge
        = std::find_if(edges.begin(), edges.end(), [&name](const SceneEdge &each) { return each.name == name; });
    if (edge != edges.end()) {
        centre(shown, edge->from);
        shown.selectEdge(static_cast<int>(edge - edges.begin()));
        return true;
    }
    return false;
}

void GraphArea::showPlace(const QString &name, int subgraph)
{
    if (!state_ || name.isEmpty()) {
        return;
    }
    if (subgraph != shownPath_.subgraph() || pending_ > 0) {
        const Graph &model = shown_[active_]->graph;
        const auto paths = subgraph == path_.subgraph() ? std::vector<ModelPath>() : pathsOf(model);
        if (subgraph == path_.subgraph()) {
            wantedPlace_ = name;
        } else if (subgraph < 0) {
            openPath({}, name);
        } else if (static_cast<std::size_t>(subgraph) < paths.size()) {
            openPath(paths[static_cast<std::size_t>(subgraph)], name);
        }
        return;
    }
    if (unfoldAround(name)) {
        return;
    }
    bool found = false;
    for (std::size_t index = 0; index < canvases_.size(); ++index) {
        found = (!canvases_[index]->isHidden() && selectPlace(index, name)) || found;
    }
    if (found) {
        return;
    }
    // What the form that runs has no more, the form as opened may have, and the other way round.
    for (std::size_t index = 0; index < canvases_.size(); ++index) {
        if (canvases_[index]->isHidden() && selectPlace(index, name)) {
            setView(index == 0 ? View::Original : View::Optimised);
            selectPlace(index, name);
            return;
        }
    }
    // A constant has no place of its own: its first reader has.
    const Graph &graph = activeGraph();
    const TensorId tensor = graph.tensorNamed(name.toStdString());
    if (tensor.valid() && !graph.consumers(tensor).empty()) {
        selectPlace(active_, QString::fromStdString(graph.op(graph.consumers(tensor).front()).name));
        emit tensorSelected(tensor);
    }
}

int GraphArea::cardOf(std::size_t canvas, CardKind kind, const QString &name) const
{
    const auto &scene = canvases_[canvas]->scene();
    if (scene == nullptr) {
        return -1;
    }
    const int card = scene->cardNamed(kind, name);
    return card < 0 && kind == CardKind::Operator ? scene->cardOf(graphOf(canvas).operatorNamed(name.toStdString()))
                                                  : card;
}

bool GraphArea::folds(std::size_t canvas, int card) const
{
    return card >= 0 && !canvases_[canvas]->scene()->scene().cards[static_cast<std::size_t>(card)].folded.empty();
}

bool GraphArea::unfoldAround(const QString &name)
{
    for (std::size_t canvas = 0; canvas < canvases_.size(); ++canvas) {
        const auto &scene = canvases_[canvas]->scene();
        if (scene == nullptr) {
            continue;
        }
        const Graph &graph = graphOf(canvas);
        OperatorId op = graph.operatorNamed(name.toStdString());
        const TensorId tensor = graph.tensorNamed(name.toStdString());
        if (!op.valid() && tensor.valid() && scene->edgeOf(tensor) < 0) {
            op = graph.producer(tensor);
        }
        if (const int card = scene->cardOf(op); folds(canvas, card)) {
            unfold(scene->scene().cards[static_cast<std::size_t>(card)].name, name);
            return true;
        }
    }
    return false;
}

void GraphArea::unfold(const QString &key, const QString &wantedPlace)
{
    unfolded_.insert(key);
    wantedPlace_ = wantedPlace;
    rebuild(false);
}

void GraphArea::openFind()
{
    findBar_->show();
    find_->setFocus();
    find_->selectAll();
}

void GraphArea::find(const QString &text)
{
    openFind();
    find_->setText(text);
}

void GraphArea::search(const QString &text)
{
    match_ = -1;
    hits_.clear();
    const auto add = [this, &text](const GraphScene &scene, int subgraph) {
        for (const int card : searchScene(scene, text)) {
            const SceneCard &found = scene.cards[static_cast<std::size_t>(card)];
            hits_.push_back({subgraph, found.kind, found.name});
        }
    };
    if (const auto &all = allScenes_[active_]; all != nullptr) {
        for (std::size_t at = 0; at < all->size(); ++at) {
            add((*all)[at], static_cast<int>(at) - 1);
        }
    } else if (const auto &scene = activeCanvas()->scene(); scene != nullptr) {
        add(scene->scene(), shownPath_.subgraph());
    }
    markHits();
    const auto here = static_cast<std::size_t>(std::count_if(
        hits_.begin(), hits_.end(), [this](const Hit &hit) { return hit.subgraph == shownPath_.subgraph(); }));
    findCount_->setText(text.isEmpty() ? QString()
            : hits_.empty()            ? tr("nothing found")
            : here == hits_.size()     ? tr("%1 found").arg(hits_.size())
                                       : tr("%1 found, %2 of them here").arg(hits_.size()).arg(here));
}

void GraphArea::markHits()
{
    std::vector<int> cards;
    for (const Hit &hit : hits_) {
        if (hit.subgraph == shownPath_.subgraph()) {
            if (const int card = cardOf(active_, hit.kind, hit.name); card >= 0) {
                cards.push_back(card);
            }
        }
    }
    std::sort(cards.begin(), cards.end());
    cards.erase(std::unique(cards.begin(), cards.end()), cards.end());
    activeCanvas()->setMatches(std::move(cards));
}

void GraphArea::showMatch(int step)
{
    if (hits_.empty()) {
        return;
    }
    const int count = static_cast<int>(hits_.size());
    if (match_ < 0) {
        // From what is shown onwards.
        const auto here = std::find_if(
            hits_.begin(), hits_.end(), [this](const Hit &hit) { return hit.subgraph >= shownPath_.subgraph(); });
        match_ = step < 0 ? count - 1 : here == hits_.end() ? 0 : static_cast<int>(here - hits_.begin());
    } else {
        match_ = (match_ + step + count) % count;
    }
    const Hit hit = hits_[static_cast<std::size_t>(match_)];
    const int match = match_;
    const int card = cardOf(active_, hit.kind, hit.name);
    if (hit.subgraph == shownPath_.subgraph() && pending_ == 0 && !folds(active_, card)) {
        activeCanvas()->selectCard(card);
    } else {
        showPlace(hit.name, hit.subgraph);
    }
    findCount_->setText(tr("%1 of %2").arg(match + 1).arg(count));
}

void GraphArea::findNext()
{
    showMatch(1);
}

void GraphArea::findPrevious()
{
    showMatch(-1);
}

} // namespace tinsmith

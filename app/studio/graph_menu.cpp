// SPDX-License-Identifier: Apache-2.0
#include "app/studio/graph_menu.h"

#include "app/studio/actions.h"
#include "views/theme/elided_label.h"

#include <QCoreApplication>
#include <QMenu>

namespace tinsmith {
namespace {

constexpr int longestName = 48;
constexpr int mostReaders = 8;

QString tr(const char *text)
{
    return QCoreApplication::translate("GraphMenu", text);
}

/// A name as a menu's text: shortened in its middle, its ampersands no shortcuts.
QString inMenu(const QString &name)
{
    return shortMiddle(name, longestName).replace(QLatin1Char('&'), QStringLiteral("&&"));
}

void addTitle(QMenu &menu, const QString &text)
{
    QAction *title = menu.addAction(inMenu(text));
    title->setEnabled(false);
    menu.addSeparator();
}

void fillForCard(QMenu &menu, const SceneCard &card, int index, const GraphMenuCalls &calls)
{
    addTitle(menu, card.name.isEmpty() ? card.title : QStringLiteral("%1 — %2").arg(card.title, card.name));
    if (!card.folded.empty()) {
        menu.addAction(tr("Unfold"), &menu, [open = calls.open, index] { open(index); });
    } else if (!card.bodies.isEmpty()) {
        menu.addAction(
            tr("Open its bodies: %1").arg(inMenu(card.bodies)), &menu, [open = calls.open, index] { open(index); });
    }
    for (const auto &[title, preview] : calls.proposals) {
        menu.addAction(tr("Preview: %1").arg(inMenu(title)), &menu, preview);
    }
    if (!card.problem.isEmpty()) {
        menu.addAction(tr("Show its problem"), &menu, [show = calls.showTab] { show(QStringLiteral("problems")); });
    }
    menu.addAction(tr("Show in the memory map"), &menu, [show = calls.showTab] { show(QStringLiteral("memory")); });
    if (card.kind == CardKind::Operator) {
        menu.addAction(
            tr("Show in the table of layers"), &menu, [show = calls.showTab] { show(QStringLiteral("layers")); });
    }
    menu.addSeparator();
    menu.addAction(tr("Copy name"), &menu, [copy = calls.copy, name = card.name] { copy(name); });
}

void fillForEdge(QMenu &menu, const GraphScene &scene, const SceneEdge &edge, const GraphMenuCalls &calls)
{
    addTitle(menu, edge.name);
    const auto lead = [&](const QString &text, int card) {
        const SceneCard &to = scene.cards[static_cast<std::size_t>(card)];
        const QString name = to.name.isEmpty() ? to.title : to.name;
        menu.addAction(text.arg(inMenu(name)), &menu, [show = calls.show, name] { show(name); });
    };
    lead(tr("Go to what makes it: %1"), edge.from);
    int readers = 0;
    for (const int card : edge.to) {
        if (readers++ == mostReaders) {
            break;
        }
        lead(tr("Go to what reads it: %1"), card);
    }
    menu.addAction(tr("Show in the memory map"), &menu, [show = calls.showTab] { show(QStringLiteral("memory")); });
    menu.addSeparator();
    menu.addAction(tr("Copy name"), &menu, [copy = calls.copy, name = edge.name] { copy(name); });
}

} // namespace

void fillGraphMenu(
    QMenu &menu, const PlacedScene &scene, int card, int edge, const ActionSet &actions, const GraphMenuCalls &calls)
{
    if (card >= 0 && static_cast<std::size_t>(card) < scene.scene().cards.size()) {
        fillForCard(menu, scene.scene().cards[static_cast<std::size_t>(card)], card, calls);
        return;
    }
    if (edge >= 0 && static_cast<std::size_t>(edge) < scene.scene().edges.size()) {
        fillForEdge(menu, scene.scene(), scene.scene().edges[static_cast<std::size_t>(edge)], calls);
        return;
    }
    using Id = ActionId;
    for (const ActionId id : {Id::Fit, Id::ActualSize, Id::GoToPeak, Id::GoUp}) {
        menu.addAction(actions[id]);
    }
    menu.addSeparator();
    for (const ActionId id : {Id::Find, Id::FoldRepeats, Id::ToggleMinimap}) {
        menu.addAction(actions[id]);
    }
    menu.addSeparator();
    menu.addAction(actions[Id::SavePicture]);
    menu.addAction(actions[Id::Print]);
}

} // namespace tinsmith

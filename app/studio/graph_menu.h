// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/graph/placed_scene.h"

#include <QString>

#include <functional>
#include <utility>
#include <vector>

class QMenu;

namespace tinsmith {

class ActionSet;

/// What the context menu of the graph can do that no action of the menu bar does.
struct GraphMenuCalls {
    /// Selects and centres an operator or tensor by name.
    std::function<void(const QString &place)> show;
    /// Opens the bodies of a card's operator, or unfolds its blocks.
    std::function<void(int card)> open;
    std::function<void(const QString &text)> copy;
    /// Brings a tab of the bottom dock to the front: "memory", "layers", "problems".
    std::function<void(const QString &tab)> showTab;
    /// Proposals that change the operator: their titles, and what previews them.
    std::vector<std::pair<QString, std::function<void()>>> proposals;
};

/// Fills the context menu of a card, an edge, or (both -1) the background.
void fillGraphMenu(
    QMenu &menu, const PlacedScene &scene, int card, int edge, const ActionSet &actions, const GraphMenuCalls &calls);

} // namespace tinsmith

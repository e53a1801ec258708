// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/graph/placed_scene.h"
#include "views/theme/theme.h"

#include <QRectF>

#include <vector>

class QPainter;

namespace tinsmith {

/// What stands out while a scene is painted.
struct SceneMarks {
    int selectedCard = -1;
    int selectedEdge = -1;
    int hoveredCard = -1;
    int hoveredEdge = -1;
    /// The card whose button into its bodies the pointer is over.
    int hoveredOpener = -1;
    /// Cards that a search found, in ascending order.
    std::vector<int> matches;
    /// The selected card shows that it has the keyboard.
    bool focus = false;
};

/// Paints the part of a scene that lies in `area` (scene coordinates). The painter already maps scene to device; `zoom`
/// only says how much detail is worth it: below 0.55 no labels, below 0.4 coloured boxes and plain lines.
void paintScene(QPainter &painter, const PlacedScene &scene, const QRectF &area, double zoom, const Theme &theme,
    const SceneMarks &marks = {});

/// The colour of a badge's text on a card of this fill, on which it can be read.
QColor badgeColour(CardBadge badge, const QColor &fill, const Theme &theme);

/// Every card as a coloured box, every edge left out: the minimap.
void paintSceneOverview(
    QPainter &painter, const PlacedScene &scene, const QRectF &area, double zoom, const Theme &theme);

} // namespace tinsmith

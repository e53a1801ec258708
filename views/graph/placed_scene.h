// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/graph/layered_layout.h"
#include "views/graph/scene.h"

#include <QFont>
#include <QRectF>

#include <array>
#include <memory>
#include <unordered_map>
#include <vector>

namespace tinsmith {

/// How wide texts are, from the fonts; sums of single characters, so that 10,000 cards are measured in no time.
class TextWidths {
public:
    explicit TextWidths(const QFont &font);
    double operator()(const QString &text) const;

private:
    QFont font_;
    std::array<float, 256> latin_{};
    mutable std::unordered_map<char16_t, float> others_;
};

/// The sizes that all cards share, in pixels at 100 %.
struct SceneStyle {
    QFont titleFont;
    QFont detailFont;
    double padding = 11;
    double stripe = 6;
    double radius = 5;
    double cardHeight = 42;
    double narrowestCard = 212;
    double widestCard = 420;
    /// From an edge's line to its label.
    double labelGap = 11;

    /// From the application's font.
    static SceneStyle fromApplication();
};

/// A straight or bent piece of an edge, small enough for the grid index.
struct ScenePiece {
    int edge = 0;
    LayoutPoint a;
    LayoutPoint b;
};

/// A scene with a place for everything, and an index of what lies where. Immutable; shared between canvas, minimap and
/// pictures.
class PlacedScene {
public:
    PlacedScene(GraphScene scene, const SceneStyle &style);

    const GraphScene &scene() const { return scene_; }
    const SceneStyle &style() const { return style_; }
    const std::vector<QRectF> &cardRects() const { return cards_; }
    const QRectF &cardRect(int card) const { return cards_[static_cast<std::size_t>(card)]; }
    const std::vector<ScenePiece> &pieces() const { return pieces_; }
    /// The label's box; the line runs labelGap to its left.
    const QRectF &labelRect(int edge) const { return labels_[static_cast<std::size_t>(edge)]; }
    /// Line width in pixels at 100 %.
    double edgeWidth(int edge) const { return widths_[static_cast<std::size_t>(edge)]; }
    const std::vector<LayoutRoute::Cut> &cuts(int edge) const { return cuts_[static_cast<std::size_t>(edge)]; }
    const QRectF &bounds() const { return bounds_; }

    /// Edges that enter and leave a card.
    const std::vector<int> &edgesInto(int card) const { return into_[static_cast<std::size_t>(card)]; }
    const std::vector<int> &edgesOutOf(int card) const { return outOf_[static_cast<std::size_t>(card)]; }
    /// The button on a card that opens its operator's bodies; empty where it has none.
    QRectF openerRect(int card) const;
    int cardOf(OperatorId op) const;
    /// The edge of a tensor; -1 for constants.
    int edgeOf(TensorId tensor) const;
    /// The card of this kind and name; -1 where there is none.
    int cardNamed(CardKind kind, const QString &name) const;
    /// Cards of one layer from left to right, and a card's layer.
    const std::vector<int> &layer(int index) const { return layers_[static_cast<std::size_t>(index)]; }
    int layerOf(int card) const { return layerOf_[static_cast<std::size_t>(card)]; }
    /// First card that writes or reads a tensor that is live at the peak; -1 where none is marked.
    int peakCard() const;

    /// What may be seen in an area, each once, in ascending order.
    struct Visible {
        std::vector<int> cards;
        std::vector<int> pieces;
        std::vector<int> labels;
    };
    Visible visibleIn(const QRectF &area) const;
    /// -1 where there is none.
    int cardAt(QPointF point) const;
    /// The edge whose line or label is within `reach` of the point.
    int edgeAt(QPointF point, double reach) const;

private:
    void place();
    void buildIndex();
    template <typename See>
    void forCells(const QRectF &area, See &&see) const;

    GraphScene scene_;
    SceneStyle style_;
    std::vector<QRectF> cards_;
    std::vector<ScenePiece> pieces_;
    std::vector<QRectF> labels_;
    std::vector<double> widths_;
    std::vector<std::vector<LayoutRoute::Cut>> cuts_;
    QRectF bounds_;
    std::vector<std::vector<int>> into_;
    std::vector<std::vector<int>> outOf_;
    std::vector<std::vector<int>> layers_;
    std::vector<int> layerOf_;
    std::vector<int> cardByOperator_;
    std::vector<int> edgeByTensor_;
    std::unordered_map<std::string, int> cardByName_;

    /// Uniform grid: entries of cell c are entries_[cellStart_[c]] .. ; kinds are told apart by ranges of numbers.
    double cell_ = 512;
    int columns_ = 1;
    int rows_ = 1;
    std::vector<int> cellStart_;
    std::vector<int> entries_;
};

/// Width of an edge that carries so many bytes: logarithmic, 1.2 to 9 pixels.
double edgeWidthFor(std::int64_t bytes);

/// Places a scene. May run in a worker.
std::shared_ptr<const PlacedScene> placeScene(GraphScene scene, const SceneStyle &style);

} // namespace tinsmith

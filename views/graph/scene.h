// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

#include <QString>

#include <cstdint>
#include <vector>

namespace tinsmith {

/// What a card's colour says.
enum class ColourBy { Family, Ram, Macs, Latency, WeightBytes, QuantizationError };

/// Ratio of signal to quantization error that ColourBy::QuantizationError shows as coldest, in dB.
constexpr double cleanDb = 60;

enum class CardKind { Operator, Input, Output };
/// What a card is beside the other version of the model.
enum class CardBadge { None, Added, Removed, Changed };

/// One operator, graph input or graph output as the canvas shows it.
struct SceneCard {
    CardKind kind = CardKind::Operator;
    /// "Conv2D"
    QString title;
    /// The decisive attributes: "3×3 s2 · 16 ch · ReLU"
    QString details;
    /// The operator's or tensor's own name, for search, tool tips and finding the same card in another version.
    QString name;
    OperatorFamily family = OperatorFamily::Other;
    /// MACs relative to the heaviest operator, 0..1: the hair-thin bar.
    double macBar = 0;
    /// Place on the colour scale 0..1 where cards are coloured by a quantity; negative: by family.
    double heat = -1;
    CardBadge badge = CardBadge::None;
    /// none() for inputs and outputs.
    OperatorId op;
    /// The tensor of an input or output.
    TensorId tensor;
    /// The operators that a folded card stands for, `op` first; empty for all others (see scene_fold.h).
    std::vector<OperatorId> folded;
    /// The operator has bodies that can be opened ("then, else"); empty for all others.
    QString bodies;
    /// What stands between the operator and the firmware, for the tool tip; empty: nothing.
    QString problem;
    /// It keeps the model from the microcontroller; otherwise it is a warning.
    bool blocks = false;
    /// A folded card hides a tensor that is live at the peak.
    bool peakInside = false;
};

/// One activation on its way from the card that makes it to those that read it.
struct SceneEdge {
    TensorId tensor;
    QString name;
    /// "96×96×8 · 72.0 KB"
    QString label;
    /// 0 where not known.
    std::int64_t bytes = 0;
    /// In memory where the arena is fullest.
    bool peak = false;
    int from = 0;
    std::vector<int> to;
};

/// A graph as cards and edges, before anything has a place. A plain value.
struct GraphScene {
    /// Above the canvas: "digits.tflite — as opened"
    QString title;
    std::vector<SceneCard> cards;
    std::vector<SceneEdge> edges;
    /// What was asked for; cards without heat are coloured by family all the same.
    ColourBy colourBy = ColourBy::Family;
    /// The quantity that heat 1 stands for: bytes, MACs, cycles, or dB below cleanDb. Heat is the square root of the
    /// share of it.
    double mostQuantity = 0;
};

/// Marks in both scenes what only one has (removed, added) and what both have under one name but with other details,
/// type, edges' sizes or inputs (changed).
void markDifferences(GraphScene &before, GraphScene &after);

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/rule_context.h"

#include <vector>

namespace tinsmith {

// The shapes of the outputs of operators that choose, place or make elements.
std::vector<Shape> selectionShapes(const RuleContext &context, const Select &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const Nary &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const GatherNd &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const ScatterIntoZeros &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const OneHot &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const TopK &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const Fill &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const ShapeOf &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const NumberRange &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const BroadcastShapes &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const Bitcast &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const SpaceToBatch &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const BatchToSpace &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const DetectionPostprocess &kind);

std::vector<Shape> selectionShapes(const RuleContext &context, const Svdf &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const SequenceLstm &kind);

/// Audio operators keep the shapes that their file gives them.
std::vector<Shape> shapesNow(const RuleContext &context);
#define TINSMITH_KEEPS_SHAPES(Kind)                                                     \
    inline std::vector<Shape> selectionShapes(const RuleContext &context, const Kind &) \
    {                                                                                   \
        return shapesNow(context);                                                      \
    }
TINSMITH_KEEPS_SHAPES(SignalFftAutoScale)
TINSMITH_KEEPS_SHAPES(SignalFft)
TINSMITH_KEEPS_SHAPES(SignalEnergy)
TINSMITH_KEEPS_SHAPES(SignalFilterBank)
TINSMITH_KEEPS_SHAPES(SignalSpectralSubtraction)
TINSMITH_KEEPS_SHAPES(SignalFramer)
TINSMITH_KEEPS_SHAPES(SignalOverlapAdd)
TINSMITH_KEEPS_SHAPES(SignalStacker)
TINSMITH_KEEPS_SHAPES(CircularBuffer)
#undef TINSMITH_KEEPS_SHAPES

} // namespace tinsmith

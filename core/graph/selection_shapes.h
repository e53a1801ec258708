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

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/rule_context.h"

#include <string>
#include <vector>

namespace tinsmith {

// The shapes of the outputs of normalizations, sampled images, transforms and integer products, by the name under which
// shape inference looks for the rules of a kind.
std::vector<Shape> selectionShapes(const RuleContext &context, const LayerNormalization &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const GatherElements &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const Compress &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const MaxUnpool &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const GridSample &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const RoiAlign &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const NonMaxSuppression &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const Einsum &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const IntegerMatMul &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const DynamicQuantize &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const Dft &kind);
std::vector<Shape> selectionShapes(const RuleContext &context, const Stft &kind);

/// An Einsum's equation taken apart: one string of letters per input and that of the output, spaces gone, the usual
/// output (letters that stand once, in alphabetical order) filled in. A digit stands for one dimension of
/// an ellipsis. Throws GraphError where the equation does not fit the ranks.
struct EinsumTerms {
    std::vector<std::string> inputs;
    std::string output;
};
EinsumTerms einsumTerms(const std::string &equation, const std::vector<std::size_t> &ranks, const std::string &place);

} // namespace tinsmith

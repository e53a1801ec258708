// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/operator.h"

#include <vector>

namespace tinsmith {

// What describe() says of operators that choose and make elements, of recurrent and audio operators.
std::vector<AttributeText> attributesOf(const Svdf &op);
std::vector<AttributeText> attributesOf(const SequenceLstm &op);
std::vector<AttributeText> attributesOf(const GatherNd &op);
std::vector<AttributeText> attributesOf(const ScatterIntoZeros &op);
std::vector<AttributeText> attributesOf(const OneHot &op);
std::vector<AttributeText> attributesOf(const TopK &op);
std::vector<AttributeText> attributesOf(const Reverse &op);
std::vector<AttributeText> attributesOf(const ReverseSequence &op);
std::vector<AttributeText> attributesOf(const CumulativeSum &op);
std::vector<AttributeText> attributesOf(const Fill &op);
std::vector<AttributeText> attributesOf(const ShapeOf &op);
std::vector<AttributeText> attributesOf(const Bitcast &op);
std::vector<AttributeText> attributesOf(const SpaceToBatch &op);
std::vector<AttributeText> attributesOf(const BatchToSpace &op);
std::vector<AttributeText> attributesOf(const LocalResponseNormalization &op);
std::vector<AttributeText> attributesOf(const DetectionPostprocess &op);
std::vector<AttributeText> attributesOf(const SignalWindow &op);
std::vector<AttributeText> attributesOf(const SignalFft &op);
std::vector<AttributeText> attributesOf(const SignalEnergy &op);
std::vector<AttributeText> attributesOf(const SignalFilterBank &op);
std::vector<AttributeText> attributesOf(const SignalSpectralSubtraction &op);
std::vector<AttributeText> attributesOf(const SignalPcan &op);
std::vector<AttributeText> attributesOf(const SignalFilterBankLog &op);
std::vector<AttributeText> attributesOf(const SignalDelay &op);
std::vector<AttributeText> attributesOf(const SignalFramer &op);
std::vector<AttributeText> attributesOf(const SignalOverlapAdd &op);
std::vector<AttributeText> attributesOf(const SignalStacker &op);
std::vector<AttributeText> attributesOf(const CircularBuffer &op);

} // namespace tinsmith

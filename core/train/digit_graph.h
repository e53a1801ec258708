// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"
#include "core/train/digit_weights.h"

namespace tinsmith {

/// The classifier as TFLite has it: input "image" float32 [1,28,28,1] in 0..1, output "probabilities" [1,10].
Graph digitGraphChannelsLast(const DigitWeights &weights);

/// The same as PyTorch exports to ONNX: input [1,1,28,28], activations as operators of their own.
Graph digitGraphChannelsFirst(const DigitWeights &weights);

} // namespace tinsmith

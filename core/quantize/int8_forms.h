// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/operator.h"
#include "core/graph/tensor.h"

#include <optional>
#include <string>

namespace tinsmith {

/// Why the operator has no int8 form; empty where it has one.
std::string whyNoInt8Form(const Operator &op);

/// True for operators that move or choose stored values, so that inputs and outputs must have the same scale and zero
/// point.
bool sharesScale(const Operator &op);

/// The output's scale and zero point where TFLite prescribes them.
std::optional<Quantization> prescribedOutput(const Operator &op);

/// True for operators with constant weights and a bias at the product scale.
bool hasWeights(const Operator &op);

} // namespace tinsmith

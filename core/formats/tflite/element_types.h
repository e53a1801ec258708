// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/tflite/tflite_generated.h"
#include "core/graph/convolution.h"
#include "core/graph/element_type.h"

#include <optional>

namespace tinsmith::tflite {

/// Unknown for types that core has no name for (two-bit integers, eight-bit floats) and numbers that no type has.
ElementType elementTypeOf(tfl::TensorType type);
/// Nothing for types that TFLite cannot hold.
std::optional<tfl::TensorType> tensorTypeOf(ElementType type);

/// Nothing for numbers outside the format's list.
std::optional<FusedActivation> activationOf(tfl::ActivationFunctionType type);
tfl::ActivationFunctionType activationTypeOf(FusedActivation activation);

} // namespace tinsmith::tflite

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/tflite/tflite_generated.h"
#include "core/graph/geometry.h"
#include "core/graph/pooling.h"

#include <optional>

namespace tinsmith::tflite {

class OperatorWriter;

/// What TFLite calls the place of these windows: SAME or VALID gives as many, and they begin where they do here. What
/// the padding behind the image amounts to follows from their number. `preferred` where both names are right; nothing
/// where neither is.
std::optional<tfl::Padding> paddingNamed(const SpatialGeometry &geometry, PaddingMode preferred);

/// Some window reaches past the image.
bool reachesPast(const SpatialGeometry &geometry);

/// The pool averages a border of zeros as if it were part of the image, and no window reaches further: the zeros can be
/// put there by an operator of their own.
bool countsBorder(const Pool2D &kind, const SpatialGeometry &geometry);

enum class Filling { Zero, Smallest };

/// The number of a tensor on which VALID windows lie as those of the geometry do on the operator's first input
/// [N,H,W,C]: that input, cropped by SLICE and filled up by PAD (or PADV2 with the smallest value of the type) where
/// necessary.
std::int32_t placedUnderWindows(OperatorWriter &writer, const SpatialGeometry &geometry, Filling filling);

} // namespace tinsmith::tflite

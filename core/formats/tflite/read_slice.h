// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/tflite/operator_reader.h"

namespace tinsmith::tflite {

/// STRIDED_SLICE with its masks resolved against the input's shape; CannotRepresent where it inserts dimensions.
OperatorKind readStridedSlice(OperatorReader &reader);
/// SLICE: begin and size, a size of -1 meaning the rest.
OperatorKind readSlice(OperatorReader &reader);

} // namespace tinsmith::tflite

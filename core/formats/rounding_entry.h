// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace tinsmith {

// TFLite's and ONNX's files each imply how integers are rounded (see Rounding). A model that is written in the other
// format says so in an entry of the file's metadata; other engines pass over it.

constexpr std::string_view roundingKey = "tinsmith.rounding";
/// Rounding::Twice, in an ONNX file.
constexpr std::string_view roundsTwice = "twice";
/// Rounding::HalfToEven, in a TFLite file.
constexpr std::string_view roundsHalfToEven = "half to even";

} // namespace tinsmith

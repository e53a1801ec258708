// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/bytes.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace tinsmith {

// The values of a string tensor, in the form that TFLite stores: the number of texts, where each begins, where the last
// ends, then the texts; all numbers are 32 bits, little-endian, and count from the first byte.
// Source: tensorflow/lite/string_util.h.

/// Throws GraphError where the texts take more than 2 GiB.
Bytes packTexts(std::span<const std::string_view> texts);

/// Views of `bytes`; nothing where they are not of this form.
std::optional<std::vector<std::string_view>> textsIn(const Bytes &bytes);

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace tinsmith {

/// Why an operator type that Tinsmith only shows has no place on a microcontroller, and what to do instead, ready to be
/// shown: "is a decision forest, ...". Empty where nothing is known of the type.
std::string whyNoPlace(const std::string &sourceType);

} // namespace tinsmith

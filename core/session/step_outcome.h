// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace tinsmith {

/// The entry in SessionState::stepProblems of a rewrite that found no place where it applies: nothing went wrong.
inline constexpr std::string_view foundNothing = "does not apply here: the model has no such place";

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/graph/scene.h"

#include <vector>

namespace tinsmith {

/// Cards whose title, name, details or outgoing tensor's name holds `text`, whatever the case, in the scene's order.
/// All words of `text` must be found. Nothing for an empty text.
std::vector<int> searchScene(const GraphScene &scene, const QString &text);

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/graph/scene.h"

#include <set>
#include <vector>

namespace tinsmith {

/// A stretch of a scene's operators that repeats itself: `repeats` times the same `period` operators (type, attributes
/// and connections among themselves), one behind the other.
struct SceneRepeat {
    /// The first card and how many there are in all (period times repeats).
    int first = 0;
    int period = 1;
    int repeats = 1;
    int cards() const { return period * repeats; }
    /// The first operator's name: stays the same from one version of a model to the next.
    QString key;
};

/// All stretches of at least `leastCards` cards that repeat at least three times, without overlap, in order; blocks of
/// at most 48 operators. Work grows with the number of cards times 48.
std::vector<SceneRepeat> findRepeats(const GraphScene &scene, int leastCards = 6);

/// The scene with each of these stretches drawn as one card ("6 × block of 4"), except those
/// whose key is in `open`. What flows within a stretch is not shown.
GraphScene foldRepeats(
    const GraphScene &scene, const std::vector<SceneRepeat> &repeats, const std::set<QString> &open = {});

} // namespace tinsmith

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/graph/layered_layout.h"
#include "views/graph/scene.h"

#include <cstdint>
#include <vector>

/// Graphs of the shapes that networks have, without a model.
namespace tinsmith::test {

struct Shape2 {
    std::vector<LayoutNode> nodes;
    std::vector<LayoutNet> nets;
};

Shape2 chainOf(int nodes);
/// Blocks of three with a skip connection around each.
Shape2 residualOf(int nodes);
/// Blocks of `size` in which each node reads all before it.
Shape2 denseOf(int nodes, int size = 12);
/// Blocks of four towers of 1 to 3 nodes, joined.
Shape2 towersOf(int blocks);
/// A random acyclic graph.
Shape2 randomOf(int nodes, std::uint32_t seed);
/// The same as a scene with made-up texts.
GraphScene sceneFrom(const Shape2 &shape);

} // namespace tinsmith::test

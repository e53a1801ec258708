// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/graph/layered_layout.h"

#include <cstdint>
#include <span>
#include <vector>

namespace tinsmith::layered {

/// A node, or a place where a net passes a layer.
struct Vertex {
    int layer = 0;
    /// Free space needed on either side of the centre.
    double left = 0;
    double right = 0;
    /// -1 for a passing net.
    int node = -1;
    /// The passing net; -1 for a node.
    int net = -1;
    bool passing() const { return node < 0; }
};

/// Vertices in layers; every edge joins neighbouring layers.
struct LayeredGraph {
    struct Edge {
        int from = 0;
        int to = 0;
        int net = 0;
    };
    std::vector<Vertex> vertices;
    std::vector<Edge> edges;
    /// By net: it has several targets.
    std::vector<char> branching;
    /// The order from left to right, and each vertex's place in its layer.
    std::vector<std::vector<int>> layers;
    std::vector<int> position;

    /// Edges that enter (up) or leave (down) a vertex, as indices into `edges`.
    std::span<const int> up(int vertex) const { return slice(upStart_, upEdges_, vertex); }
    std::span<const int> down(int vertex) const { return slice(downStart_, downEdges_, vertex); }
    void indexEdges();
    void indexPositions();

private:
    static std::span<const int> slice(const std::vector<int> &start, const std::vector<int> &edges, int vertex)
    {
        const auto at = static_cast<std::size_t>(vertex);
        return std::span<const int>(edges).subspan(
            static_cast<std::size_t>(start[at]), static_cast<std::size_t>(start[at + 1] - start[at]));
    }
    std::vector<int> upStart_;
    std::vector<int> upEdges_;
    std::vector<int> downStart_;
    std::vector<int> downEdges_;
};

/// Layers by longest path, sources pulled down towards their readers. Targets that lie `mostSpan` layers on or further
/// are left out of the layered graph.
std::vector<int> assignLayers(std::size_t nodeCount, const std::vector<LayoutNet> &nets);
/// The largest span for which all nets together turn at most `mostTurns` times.
int longestSpan(const std::vector<int> &layers, const std::vector<LayoutNet> &nets, std::int64_t mostTurns);
LayeredGraph makeLayered(const std::vector<LayoutNode> &nodes, const std::vector<LayoutNet> &nets,
    const std::vector<int> &layers, int mostSpan, const LayoutOptions &options);

/// Orders the layers so that few lines cross; returns how many do.
std::int64_t orderLayers(LayeredGraph &graph, int sweeps);
std::int64_t countCrossings(const LayeredGraph &graph);

/// Centre of each vertex, leftmost extent at 0.
std::vector<double> assignX(const LayeredGraph &graph, const LayoutOptions &options);

} // namespace tinsmith::layered

// SPDX-License-Identifier: Apache-2.0
#include "views/graph/layered_graph.h"

#include <algorithm>
#include <numeric>

namespace tinsmith::layered {
namespace {

using Adjacency = std::vector<std::vector<int>>;

/// Nodes in an order in which every edge but the closing ones of cycles goes forward.
std::vector<int> topologicalOrder(const Adjacency &successors, std::vector<int> waiting)
{
    const auto count = successors.size();
    std::vector<int> order;
    order.reserve(count);
    std::vector<char> done(count, 0);
    std::size_t next = 0;
    std::size_t stuckFrom = 0;
    for (std::size_t node = 0; node < count; ++node) {
        if (waiting[node] == 0) {
            order.push_back(static_cast<int>(node));
            done[node] = 1;
        }
    }
    while (order.size() < count || next < order.size()) {
        if (next == order.size()) {
            // Only cycles are left: enter one at its first node.
            while (done[stuckFrom] != 0) {
                ++stuckFrom;
            }
            order.push_back(static_cast<int>(stuckFrom));
            done[stuckFrom] = 1;
        }
        for (const int target : successors[static_cast<std::size_t>(order[next++])]) {
            const auto at = static_cast<std::size_t>(target);
            if (--waiting[at] <= 0 && done[at] == 0) {
                order.push_back(target);
                done[at] = 1;
            }
        }
    }
    return order;
}

} // namespace

void LayeredGraph::indexEdges()
{
    upStart_.assign(vertices.size() + 1, 0);
    downStart_.assign(vertices.size() + 1, 0);
    for (const Edge &edge : edges) {
        ++upStart_[static_cast<std::size_t>(edge.to) + 1];
        ++downStart_[static_cast<std::size_t>(edge.from) + 1];
    }
    std::partial_sum(upStart_.begin(), upStart_.end(), upStart_.begin());
    std::partial_sum(downStart_.begin(), downStart_.end(), downStart_.begin());
    upEdges_.resize(edges.size());
    downEdges_.resize(edges.size());
    auto upNext = upStart_;
    auto downNext = downStart_;
    for (std::size_t i = 0; i < edges.size(); ++i) {
        upEdges_[static_cast<std::size_t>(upNext[static_cast<std::size_t>(edges[i].to)]++)] = static_cast<int>(i);
        downEdges_[static_cast<std::size_t>(downNext[static_cast<std::size_t>(edges[i].from)]++)] = static_cast<int>(i);
    }
}

void LayeredGraph::indexPositions()
{
    position.resize(vertices.size());
    for (const auto &layer : layers) {
        for (std::size_t i = 0; i < layer.size(); ++i) {
            position[static_cast<std::size_t>(layer[i])] = static_cast<int>(i);
        }
    }
}

std::vector<int> assignLayers(std::size_t nodeCount, const std::vector<LayoutNet> &nets)
{
    Adjacency successors(nodeCount);
    Adjacency predecessors(nodeCount);
    std::vector<int> waiting(nodeCount, 0);
    for (const LayoutNet &net : nets) {
        for (const int target : net.targets) {
            if (target != net.source) {
                successors[static_cast<std::size_t>(net.source)].push_back(target);
                predecessors[static_cast<std::size_t>(target)].push_back(net.source);
                ++waiting[static_cast<std::size_t>(target)];
            }
        }
    }
    const std::vector<int> order = topologicalOrder(successors, waiting);
    std::vector<int> rank(nodeCount, 0);
    for (std::size_t i = 0; i < order.size(); ++i) {
        rank[static_cast<std::size_t>(order[i])] = static_cast<int>(i);
    }
    std::vector<int> layers(nodeCount, 0);
    for (const int node : order) {
        const auto at = static_cast<std::size_t>(node);
        for (const int target : successors[at]) {
            const auto to = static_cast<std::size_t>(target);
            if (rank[to] > rank[at]) {
                layers[to] = std::max(layers[to], layers[at] + 1);
            }
        }
    }
    // A node with more readers than inputs belongs near its readers: a constant's reader chain, a second input.
    for (auto it = order.rbegin(); it != order.rend(); ++it) {
        const auto at = static_cast<std::size_t>(*it);
        if (successors[at].size() <= predecessors[at].size()) {
            continue;
        }
        int lowest = -1;
        for (const int target : successors[at]) {
            const auto to = static_cast<std::size_t>(target);
            if (rank[to] > rank[at]) {
                lowest = lowest < 0 ? layers[to] - 1 : std::min(lowest, layers[to] - 1);
            }
        }
        layers[at] = std::max(layers[at], lowest);
    }
    return layers;
}

int longestSpan(const std::vector<int> &layers, const std::vector<LayoutNet> &nets, std::int64_t mostTurns)
{
    const int deepest = layers.empty() ? 0 : *std::max_element(layers.begin(), layers.end());
    // How many nets reach at least so far down.
    std::vector<std::int64_t> reaching(static_cast<std::size_t>(deepest) + 2, 0);
    for (const LayoutNet &net : nets) {
        int span = 0;
        for (const int target : net.targets) {
            span = std::max(
                span, layers[static_cast<std::size_t>(target)] - layers[static_cast<std::size_t>(net.source)]);
        }
        ++reaching[static_cast<std::size_t>(span)];
    }
    for (std::size_t span = reaching.size() - 1; span > 0; --span) {
        reaching[span - 1] += reaching[span];
    }
    std::int64_t turns = 0;
    for (std::size_t span = 2; span < reaching.size(); ++span) {
        turns += reaching[span];
        if (turns > mostTurns) {
            return std::max(1, static_cast<int>(span) - 1);
        }
    }
    return deepest + 1;
}

LayeredGraph makeLayered(const std::vector<LayoutNode> &nodes, const std::vector<LayoutNet> &nets,
    const std::vector<int> &layers, int mostSpan, const LayoutOptions &options)
{
    LayeredGraph graph;
    const int deepest = layers.empty() ? -1 : *std::max_element(layers.begin(), layers.end());
    graph.layers.resize(static_cast<std::size_t>(deepest + 1));
    graph.vertices.reserve(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const double half = nodes[i].width / 2;
        graph.vertices.push_back({layers[i], half, std::max(half, nodes[i].labelWidth), static_cast<int>(i), -1});
    }
    // Nodes enter the layers in the order of their first use, which for a model is the order it was written in.
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        graph.layers[static_cast<std::size_t>(layers[i])].push_back(static_cast<int>(i));
    }
    std::vector<int> targets;
    for (std::size_t i = 0; i < nets.size(); ++i) {
        const LayoutNet &net = nets[i];
        const int top = layers[static_cast<std::size_t>(net.source)];
        targets.clear();
        for (const int target : net.targets) {
            const int span = layers[static_cast<std::size_t>(target)] - top;
            if (span > 0 && span <= mostSpan) {
                targets.push_back(target);
            }
        }
        std::sort(targets.begin(), targets.end(), [&layers](int a, int b) {
            const int la = layers[static_cast<std::size_t>(a)];
            const int lb = layers[static_cast<std::size_t>(b)];
            return la != lb ? la < lb : a < b;
        });
        targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
        graph.branching.push_back(targets.size() > 1 ? 1 : 0);
        int from = net.source;
        int layer = top;
        for (const int target : targets) {
            while (layer + 1 < layers[static_cast<std::size_t>(target)]) {
                ++layer;
                const int passing = static_cast<int>(graph.vertices.size());
                const double half = options.lineGap / 2;
                graph.vertices.push_back({layer, half, half, -1, static_cast<int>(i)});
                graph.layers[static_cast<std::size_t>(layer)].push_back(passing);
                graph.edges.push_back({from, passing, static_cast<int>(i)});
                from = passing;
            }
            graph.edges.push_back({from, target, static_cast<int>(i)});
        }
    }
    graph.indexEdges();
    graph.indexPositions();
    return graph;
}

} // namespace tinsmith::layered

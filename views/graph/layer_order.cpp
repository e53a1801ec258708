// SPDX-License-Identifier: Apache-2.0
#include "views/graph/layered_graph.h"

#include <algorithm>
#include <utility>

namespace tinsmith::layered {
namespace {

/// Vertices in the order of a walk downwards from the first layer: branches stay together.
void orderByWalk(LayeredGraph &graph)
{
    std::vector<int> stack;
    std::vector<char> seen(graph.vertices.size(), 0);
    for (auto &layer : graph.layers) {
        layer.clear();
    }
    for (std::size_t start = 0; start < graph.vertices.size(); ++start) {
        if (seen[start] != 0 || !graph.up(static_cast<int>(start)).empty()) {
            continue;
        }
        stack.push_back(static_cast<int>(start));
        while (!stack.empty()) {
            const int vertex = stack.back();
            stack.pop_back();
            if (std::exchange(seen[static_cast<std::size_t>(vertex)], char(1)) != 0) {
                continue;
            }
            graph.layers[static_cast<std::size_t>(graph.vertices[static_cast<std::size_t>(vertex)].layer)].push_back(
                vertex);
            // Passing lines last (they are pushed first): the main chain then stays at the left.
            const auto down = graph.down(vertex);
            for (const bool passing : {true, false}) {
                for (auto it = down.rbegin(); it != down.rend(); ++it) {
                    const int to = graph.edges[static_cast<std::size_t>(*it)].to;
                    if (graph.vertices[static_cast<std::size_t>(to)].passing() == passing) {
                        stack.push_back(to);
                    }
                }
            }
        }
    }
    graph.indexPositions();
}

class Sweeper {
public:
    explicit Sweeper(LayeredGraph &graph) : graph_(graph), key_(graph.vertices.size(), 0) { }

    void sweep(bool downwards)
    {
        const std::size_t count = graph_.layers.size();
        for (std::size_t i = 1; i < count; ++i) {
            order(downwards ? i : count - 1 - i, downwards);
        }
    }

private:
    /// Sorts one layer by the mean place of each vertex's neighbours; those without neighbours keep their places.
    void order(std::size_t layerIndex, bool downwards)
    {
        auto &layer = graph_.layers[layerIndex];
        if (layer.size() < 2) {
            return;
        }
        movable_.clear();
        slots_.clear();
        for (std::size_t i = 0; i < layer.size(); ++i) {
            const int vertex = layer[i];
            const auto edges = downwards ? graph_.up(vertex) : graph_.down(vertex);
            if (edges.empty()) {
                continue;
            }
            double sum = 0;
            for (const int edge : edges) {
                const auto &e = graph_.edges[static_cast<std::size_t>(edge)];
                sum += graph_.position[static_cast<std::size_t>(downwards ? e.from : e.to)];
            }
            key_[static_cast<std::size_t>(vertex)] = sum / static_cast<double>(edges.size());
            movable_.push_back(vertex);
            slots_.push_back(i);
        }
        std::stable_sort(movable_.begin(), movable_.end(),
            [this](int a, int b) { return key_[static_cast<std::size_t>(a)] < key_[static_cast<std::size_t>(b)]; });
        for (std::size_t i = 0; i < slots_.size(); ++i) {
            layer[slots_[i]] = movable_[i];
            graph_.position[static_cast<std::size_t>(movable_[i])] = static_cast<int>(slots_[i]);
        }
    }

    LayeredGraph &graph_;
    std::vector<double> key_;
    std::vector<int> movable_;
    std::vector<std::size_t> slots_;
};

} // namespace

std::int64_t countCrossings(const LayeredGraph &graph)
{
    std::int64_t crossings = 0;
    std::vector<int> tree;
    std::vector<int> targets;
    for (std::size_t l = 0; l + 1 < graph.layers.size(); ++l) {
        const auto width = graph.layers[l + 1].size();
        if (graph.layers[l].size() < 2 || width < 2) {
            continue;
        }
        // Edges from left to right; each crosses the earlier ones that end further right (a Fenwick tree counts them).
        tree.assign(width + 1, 0);
        std::int64_t seen = 0;
        for (const int vertex : graph.layers[l]) {
            targets.clear();
            for (const int edge : graph.down(vertex)) {
                targets.push_back(
                    graph.position[static_cast<std::size_t>(graph.edges[static_cast<std::size_t>(edge)].to)]);
            }
            for (const int target : targets) {
                std::int64_t upTo = 0;
                for (int i = target + 1; i > 0; i -= i & -i) {
                    upTo += tree[static_cast<std::size_t>(i)];
                }
                crossings += seen - upTo;
            }
            for (const int target : targets) {
                for (auto i = static_cast<std::size_t>(target) + 1; i < tree.size(); i += i & (~i + 1)) {
                    ++tree[i];
                }
                ++seen;
            }
        }
    }
    return crossings;
}

std::int64_t orderLayers(LayeredGraph &graph, int sweeps)
{
    orderByWalk(graph);
    std::int64_t best = countCrossings(graph);
    auto bestLayers = graph.layers;
    Sweeper sweeper(graph);
    int withoutGain = 0;
    constexpr int patience = 4;
    for (int i = 0; i < sweeps && best > 0 && withoutGain < patience; ++i) {
        sweeper.sweep(i % 2 == 0);
        const std::int64_t now = countCrossings(graph);
        ++withoutGain;
        if (now < best) {
            best = now;
            bestLayers = graph.layers;
            withoutGain = 0;
        }
    }
    graph.layers = std::move(bestLayers);
    graph.indexPositions();
    return best;
}

} // namespace tinsmith::layered

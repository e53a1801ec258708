// SPDX-License-Identifier: Apache-2.0
#include "views/graph/layered_graph.h"

#include <algorithm>
#include <array>
#include <limits>

namespace tinsmith::layered {
namespace {

/// Edges that cross the inner part of a passing line: the line stays straight, they give way.
std::vector<char> findYieldingEdges(const LayeredGraph &graph)
{
    std::vector<char> yields(graph.edges.size(), 0);
    const auto innerAbove = [&graph](int vertex) {
        if (graph.vertices[static_cast<std::size_t>(vertex)].passing()) {
            for (const int edge : graph.up(vertex)) {
                const int from = graph.edges[static_cast<std::size_t>(edge)].from;
                if (graph.vertices[static_cast<std::size_t>(from)].passing()) {
                    return graph.position[static_cast<std::size_t>(from)];
                }
            }
        }
        return -1;
    };
    for (std::size_t l = 1; l < graph.layers.size(); ++l) {
        const auto &layer = graph.layers[l];
        int leftBorder = 0;
        std::size_t scanned = 0;
        for (std::size_t i = 0; i < layer.size(); ++i) {
            const int inner = innerAbove(layer[i]);
            const bool last = i + 1 == layer.size();
            if (inner < 0 && !last) {
                continue;
            }
            const int rightBorder = inner >= 0 ? inner : static_cast<int>(graph.layers[l - 1].size()) - 1;
            for (; scanned <= i; ++scanned) {
                for (const int edge : graph.up(layer[scanned])) {
                    const auto &e = graph.edges[static_cast<std::size_t>(edge)];
                    const int above = graph.position[static_cast<std::size_t>(e.from)];
                    const bool isInner = graph.vertices[static_cast<std::size_t>(e.from)].passing()
                        && graph.vertices[static_cast<std::size_t>(e.to)].passing();
                    if (!isInner && (above < leftBorder || above > rightBorder)) {
                        yields[static_cast<std::size_t>(edge)] = 1;
                    }
                }
            }
            leftBorder = rightBorder;
        }
    }
    return yields;
}

/// One of the four extreme alignments: vertices join into straight blocks upwards or downwards, then blocks are packed
/// to the left or the right.
class Alignment {
public:
    Alignment(const LayeredGraph &graph, const std::vector<char> &yields, const LayoutOptions &options, bool fromTop,
        bool fromLeft)
        : graph_(graph), yields_(yields), options_(options), fromTop_(fromTop), fromLeft_(fromLeft)
    {
        align();
    }

    std::vector<double> place() const
    {
        const std::size_t count = graph_.vertices.size();
        // Blocks that stand side by side somewhere, with the least distance of their axes.
        struct Beside {
            int left;
            int right;
            double distance;
        };
        std::vector<Beside> besides;
        std::vector<int> start(count + 1, 0);
        std::vector<int> waiting(count, 0);
        for (const auto &layer : graph_.layers) {
            for (std::size_t i = 1; i < layer.size(); ++i) {
                const int a = layer[fromLeft_ ? i - 1 : layer.size() - i];
                const int b = layer[fromLeft_ ? i : layer.size() - 1 - i];
                const int rootA = root_[static_cast<std::size_t>(a)];
                const int rootB = root_[static_cast<std::size_t>(b)];
                besides.push_back({rootA, rootB, distance(a, b)});
                ++start[static_cast<std::size_t>(rootA) + 1];
                ++waiting[static_cast<std::size_t>(rootB)];
            }
        }
        for (std::size_t i = 1; i < start.size(); ++i) {
            start[i] += start[i - 1];
        }
        std::vector<int> sorted(besides.size());
        auto next = start;
        for (std::size_t i = 0; i < besides.size(); ++i) {
            sorted[static_cast<std::size_t>(next[static_cast<std::size_t>(besides[i].left)]++)] = static_cast<int>(i);
        }
        std::vector<int> order;
        for (std::size_t v = 0; v < count; ++v) {
            if (root_[v] == static_cast<int>(v) && waiting[v] == 0) {
                order.push_back(static_cast<int>(v));
            }
        }
        std::vector<double> x(count, 0);
        const auto forEachRight = [&](int block, auto &&see) {
            const auto at = static_cast<std::size_t>(block);
            for (int i = start[at]; i < start[at + 1]; ++i) {
                see(besides[static_cast<std::size_t>(sorted[static_cast<std::size_t>(i)])]);
            }
        };
        for (std::size_t i = 0; i < order.size(); ++i) {
            forEachRight(order[i], [&](const Beside &b) {
                auto &right = x[static_cast<std::size_t>(b.right)];
                right = std::max(right, x[static_cast<std::size_t>(b.left)] + b.distance);
                if (--waiting[static_cast<std::size_t>(b.right)] == 0) {
                    order.push_back(b.right);
                }
            });
        }
        // What has room to its right moves there: blocks end up near what they stand beside.
        for (auto it = order.rbegin(); it != order.rend(); ++it) {
            double most = std::numeric_limits<double>::infinity();
            forEachRight(*it,
                [&](const Beside &b) { most = std::min(most, x[static_cast<std::size_t>(b.right)] - b.distance); });
            if (most < std::numeric_limits<double>::infinity()) {
                x[static_cast<std::size_t>(*it)] = std::max(x[static_cast<std::size_t>(*it)], most);
            }
        }
        std::vector<double> centres(count);
        for (std::size_t v = 0; v < count; ++v) {
            const double at = x[static_cast<std::size_t>(root_[v])];
            centres[v] = fromLeft_ ? at : -at;
        }
        return centres;
    }

private:
    int place(int vertex) const
    {
        const auto at = static_cast<std::size_t>(vertex);
        const int position = graph_.position[at];
        const auto width = graph_.layers[static_cast<std::size_t>(graph_.vertices[at].layer)].size();
        return fromLeft_ ? position : static_cast<int>(width) - 1 - position;
    }

    /// Least distance of the centres of `a` and, beside it, `b` (seen from the side that packing starts at).
    double distance(int a, int b) const
    {
        const Vertex &left = graph_.vertices[static_cast<std::size_t>(fromLeft_ ? a : b)];
        const Vertex &right = graph_.vertices[static_cast<std::size_t>(fromLeft_ ? b : a)];
        const bool line = left.passing() || right.passing();
        return left.right + right.left + (line ? options_.lineGap : options_.nodeGap);
    }

    /// A line that passes on its way from a node that has nearer readers too: a skip connection.
    bool sideLine(int vertex) const
    {
        const Vertex &v = graph_.vertices[static_cast<std::size_t>(vertex)];
        return v.passing() && graph_.branching[static_cast<std::size_t>(v.net)] != 0;
    }

    /// A node with a neighbour, on the side that blocks grow to, that is no skip connection.
    bool onMainChain(int vertex) const
    {
        if (graph_.vertices[static_cast<std::size_t>(vertex)].passing()) {
            return false;
        }
        const auto edges = fromTop_ ? graph_.down(vertex) : graph_.up(vertex);
        return std::any_of(edges.begin(), edges.end(), [this](int edge) {
            const auto &e = graph_.edges[static_cast<std::size_t>(edge)];
            return !sideLine(fromTop_ ? e.to : e.from);
        });
    }

    void align()
    {
        const std::size_t count = graph_.vertices.size();
        root_.resize(count);
        std::vector<char> taken(count, 0);
        for (std::size_t v = 0; v < count; ++v) {
            root_[v] = static_cast<int>(v);
        }
        struct Neighbour {
            int place;
            int vertex;
            int edge;
        };
        std::vector<Neighbour> neighbours;
        const std::size_t layers = graph_.layers.size();
        for (std::size_t i = 1; i < layers; ++i) {
            const auto &layer = graph_.layers[fromTop_ ? i : layers - 1 - i];
            int border = -1;
            for (std::size_t j = 0; j < layer.size(); ++j) {
                const int vertex = layer[fromLeft_ ? j : layer.size() - 1 - j];
                neighbours.clear();
                bool main = false;
                for (const int edge : fromTop_ ? graph_.up(vertex) : graph_.down(vertex)) {
                    const auto &e = graph_.edges[static_cast<std::size_t>(edge)];
                    const int other = fromTop_ ? e.from : e.to;
                    main = main || !sideLine(other);
                    neighbours.push_back({place(other), other, edge});
                }
                if (sideLine(vertex)) {
                    // A branch passing by never takes a node's axis from the main chain.
                    std::erase_if(neighbours, [this](const Neighbour &n) { return onMainChain(n.vertex); });
                } else if (main) {
                    std::erase_if(neighbours, [this](const Neighbour &n) { return sideLine(n.vertex); });
                }
                std::sort(neighbours.begin(), neighbours.end(),
                    [](const Neighbour &a, const Neighbour &b) { return a.place < b.place; });
                if (neighbours.empty()) {
                    continue;
                }
                const std::size_t low = (neighbours.size() - 1) / 2;
                const std::size_t high = neighbours.size() / 2;
                for (std::size_t m = low; m <= high; ++m) {
                    const Neighbour &n = neighbours[m];
                    const auto other = static_cast<std::size_t>(n.vertex);
                    if (yields_[static_cast<std::size_t>(n.edge)] == 0 && border < n.place && taken[other] == 0) {
                        root_[static_cast<std::size_t>(vertex)] = root_[other];
                        taken[other] = 1;
                        border = n.place;
                        break;
                    }
                }
            }
        }
    }

    const LayeredGraph &graph_;
    const std::vector<char> &yields_;
    const LayoutOptions &options_;
    bool fromTop_;
    bool fromLeft_;
    std::vector<int> root_;
};

} // namespace

std::vector<double> assignX(const LayeredGraph &graph, const LayoutOptions &options)
{
    const std::size_t count = graph.vertices.size();
    if (count == 0) {
        return {};
    }
    const std::vector<char> yields = findYieldingEdges(graph);
    std::array<std::vector<double>, 4> all;
    std::array<std::pair<double, double>, 4> extent;
    std::size_t narrowest = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i] = Alignment(graph, yields, options, i < 2, i % 2 == 0).place();
        double low = std::numeric_limits<double>::infinity();
        double high = -low;
        for (std::size_t v = 0; v < count; ++v) {
            low = std::min(low, all[i][v] - graph.vertices[v].left);
            high = std::max(high, all[i][v] + graph.vertices[v].right);
        }
        extent[i] = {low, high};
        if (high - low < extent[narrowest].second - extent[narrowest].first) {
            narrowest = i;
        }
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        const double shift
            = i % 2 == 0 ? extent[narrowest].first - extent[i].first : extent[narrowest].second - extent[i].second;
        for (double &x : all[i]) {
            x += shift;
        }
    }
    std::vector<double> result(count);
    double low = std::numeric_limits<double>::infinity();
    for (std::size_t v = 0; v < count; ++v) {
        std::array<double, 4> four{all[0][v], all[1][v], all[2][v], all[3][v]};
        std::sort(four.begin(), four.end());
        result[v] = (four[1] + four[2]) / 2;
        low = std::min(low, result[v] - graph.vertices[v].left);
    }
    for (double &x : result) {
        x -= low;
    }
    return result;
}

} // namespace tinsmith::layered

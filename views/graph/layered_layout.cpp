// SPDX-License-Identifier: Apache-2.0
#include "views/graph/layered_layout.h"

#include "views/graph/layered_graph.h"

#include <algorithm>
#include <cmath>

namespace tinsmith {
namespace {

using layered::LayeredGraph;

/// Top and bottom of each layer, and where the lines below it start to bend.
struct Rows {
    std::vector<double> top;
    std::vector<double> bottom;
    std::vector<double> bend;
};

class Router {
public:
    Router(const std::vector<LayoutNode> &nodes, const std::vector<LayoutNet> &nets, const LayeredGraph &graph,
        const std::vector<double> &x, const LayoutOptions &options)
        : nodes_(nodes), nets_(nets), graph_(graph), x_(x), options_(options)
    {
        placePorts();
        placeRows();
    }

    LayeredLayout take(int mostSpan)
    {
        LayeredLayout layout;
        layout.nodes.resize(nodes_.size());
        layout.layers.resize(nodes_.size());
        for (std::size_t v = 0; v < nodes_.size(); ++v) {
            const int layer = graph_.vertices[v].layer;
            layout.layers[v] = layer;
            layout.nodes[v] = {x_[v] - nodes_[v].width / 2, rows_.top[static_cast<std::size_t>(layer)]};
        }
        layout.routes.resize(nets_.size());
        for (std::size_t n = 0; n < nets_.size(); ++n) {
            layout.routes[n].start = {outPort(static_cast<int>(n)), bottomOf(nets_[n].source)};
        }
        for (std::size_t v = 0; v < graph_.vertices.size(); ++v) {
            layout.width = std::max(layout.width, x_[v] + graph_.vertices[v].right);
        }
        layout.height = rows_.bottom.empty() ? 0 : rows_.bottom.back();
        route(layout);
        cut(layout, mostSpan);
        return layout;
    }

private:
    double bottomOf(int node) const
    {
        const auto at = static_cast<std::size_t>(node);
        return rows_.top[static_cast<std::size_t>(graph_.vertices[at].layer)] + nodes_[at].height;
    }
    double outPort(int net) const { return out_[static_cast<std::size_t>(net)]; }
    /// Where an edge leaves its upper vertex and enters its lower one.
    double leaves(const LayeredGraph::Edge &edge) const
    {
        const auto from = static_cast<std::size_t>(edge.from);
        return graph_.vertices[from].passing() ? x_[from] : outPort(edge.net);
    }
    double enters(std::size_t edge) const { return in_[edge]; }

    /// Spreads wished places so that neighbours are `gap` apart and all lie within `reach` of the centre.
    static void spread(std::vector<std::pair<double, std::size_t>> &wishes, double centre, double reach, double gap)
    {
        if (wishes.empty()) {
            return;
        }
        std::sort(wishes.begin(), wishes.end());
        const double step = wishes.size() > 1 ? std::min(gap, 2 * reach / static_cast<double>(wishes.size() - 1)) : 0;
        for (auto &wish : wishes) {
            wish.first = std::clamp(wish.first, centre - reach, centre + reach);
        }
        for (std::size_t i = 1; i < wishes.size(); ++i) {
            wishes[i].first = std::max(wishes[i].first, wishes[i - 1].first + step);
        }
        double most = centre + reach;
        for (auto it = wishes.rbegin(); it != wishes.rend(); ++it, most -= step) {
            it->first = std::min(it->first, most);
            most = it->first;
        }
    }

    void placePorts()
    {
        constexpr double edgeOfCard = 22;
        out_.resize(nets_.size());
        in_.resize(graph_.edges.size());
        std::vector<std::vector<std::size_t>> netsOf(nodes_.size());
        for (std::size_t n = 0; n < nets_.size(); ++n) {
            netsOf[static_cast<std::size_t>(nets_[n].source)].push_back(n);
            out_[n] = x_[static_cast<std::size_t>(nets_[n].source)];
        }
        std::vector<double> firstBelow(nets_.size(), 0);
        std::vector<char> known(nets_.size(), 0);
        for (std::size_t e = 0; e < graph_.edges.size(); ++e) {
            const auto &edge = graph_.edges[e];
            if (!graph_.vertices[static_cast<std::size_t>(edge.from)].passing()
                && known[static_cast<std::size_t>(edge.net)] == 0) {
                firstBelow[static_cast<std::size_t>(edge.net)] = x_[static_cast<std::size_t>(edge.to)];
                known[static_cast<std::size_t>(edge.net)] = 1;
            }
        }
        std::vector<std::pair<double, std::size_t>> wishes;
        for (std::size_t v = 0; v < nodes_.size(); ++v) {
            const double reach = std::max(0.0, nodes_[v].width / 2 - edgeOfCard);
            if (netsOf[v].size() > 1) {
                wishes.clear();
                for (const std::size_t n : netsOf[v]) {
                    wishes.emplace_back(known[n] != 0 ? firstBelow[n] : x_[v], n);
                }
                spread(wishes, x_[v], reach, options_.portGap);
                for (const auto &[place, net] : wishes) {
                    out_[net] = place;
                }
            }
        }
        for (std::size_t v = 0; v < graph_.vertices.size(); ++v) {
            const auto up = graph_.up(static_cast<int>(v));
            if (graph_.vertices[v].passing()) {
                for (const int edge : up) {
                    in_[static_cast<std::size_t>(edge)] = x_[v];
                }
                continue;
            }
            wishes.clear();
            for (const int edge : up) {
                wishes.emplace_back(
                    leaves(graph_.edges[static_cast<std::size_t>(edge)]), static_cast<std::size_t>(edge));
            }
            spread(wishes, x_[v], std::max(0.0, nodes_[v].width / 2 - edgeOfCard), options_.portGap);
            for (const auto &[place, edge] : wishes) {
                in_[edge] = place;
            }
        }
    }

    void placeRows()
    {
        const std::size_t count = graph_.layers.size();
        rows_.top.resize(count);
        rows_.bottom.resize(count);
        rows_.bend.resize(count);
        std::vector<double> farthest(count, 0);
        for (std::size_t e = 0; e < graph_.edges.size(); ++e) {
            const auto &edge = graph_.edges[e];
            const auto layer = static_cast<std::size_t>(graph_.vertices[static_cast<std::size_t>(edge.from)].layer);
            farthest[layer] = std::max(farthest[layer], std::abs(leaves(edge) - enters(e)));
        }
        constexpr double straight = 0.5;
        constexpr double slope = 0.2;
        double y = 0;
        for (std::size_t l = 0; l < count; ++l) {
            double height = 0;
            for (const int vertex : graph_.layers[l]) {
                const auto at = static_cast<std::size_t>(vertex);
                height = std::max(height, at < nodes_.size() ? nodes_[at].height : 0);
            }
            rows_.top[l] = y;
            rows_.bottom[l] = y + height;
            rows_.bend[l] = rows_.bottom[l] + options_.layerGap;
            y = rows_.bend[l];
            if (farthest[l] > straight) {
                y += std::clamp(farthest[l] * slope, options_.bendLeast, options_.bendMost);
            }
        }
    }

    static void append(LayoutStrand &strand, LayoutPoint point)
    {
        const std::size_t n = strand.size();
        if (n >= 2 && std::abs(strand[n - 1].x - point.x) < 1e-6 && std::abs(strand[n - 2].x - point.x) < 1e-6) {
            strand.back() = {strand.back().x, point.y};
        } else {
            strand.push_back(point);
        }
    }

    /// Adds one edge to a strand that ends at its upper vertex.
    void follow(LayoutStrand &strand, std::size_t e) const
    {
        const auto &edge = graph_.edges[e];
        const auto layer = static_cast<std::size_t>(graph_.vertices[static_cast<std::size_t>(edge.from)].layer);
        append(strand, {leaves(edge), rows_.bend[layer]});
        append(strand, {enters(e), rows_.top[layer + 1]});
        if (graph_.vertices[static_cast<std::size_t>(edge.to)].passing()) {
            append(strand, {enters(e), rows_.bottom[layer + 1]});
        }
    }

    void route(LayeredLayout &layout) const
    {
        // A net's edges stand together, from top to bottom; the one that goes on (or the last) carries the strand.
        for (std::size_t e = 0; e < graph_.edges.size();) {
            const int net = graph_.edges[e].net;
            LayoutRoute &target = layout.routes[static_cast<std::size_t>(net)];
            LayoutStrand trunk{target.start};
            std::vector<LayoutStrand> branches;
            while (e < graph_.edges.size() && graph_.edges[e].net == net) {
                const int from = graph_.edges[e].from;
                const LayoutPoint forkAt = trunk.back();
                std::size_t last = e;
                while (last + 1 < graph_.edges.size() && graph_.edges[last + 1].from == from
                    && graph_.edges[last + 1].net == net) {
                    ++last;
                }
                for (; e < last; ++e) {
                    branches.push_back({forkAt});
                    follow(branches.back(), e);
                }
                follow(trunk, e++);
            }
            target.strands.push_back(std::move(trunk));
            for (auto &branch : branches) {
                target.strands.push_back(std::move(branch));
            }
        }
    }

    void cut(LayeredLayout &layout, int mostSpan) const
    {
        for (std::size_t n = 0; n < nets_.size(); ++n) {
            const auto source = static_cast<std::size_t>(nets_[n].source);
            for (const int target : nets_[n].targets) {
                const auto at = static_cast<std::size_t>(target);
                const int span = graph_.vertices[at].layer - graph_.vertices[source].layer;
                if (span > 0 && span <= mostSpan) {
                    continue;
                }
                const double half = options_.layerGap / 2;
                layout.routes[n].cuts.push_back(
                    {target, {outPort(static_cast<int>(n)), bottomOf(nets_[n].source) + half},
                        {x_[at], layout.nodes[at].y - half}});
            }
        }
    }

    const std::vector<LayoutNode> &nodes_;
    const std::vector<LayoutNet> &nets_;
    const LayeredGraph &graph_;
    const std::vector<double> &x_;
    const LayoutOptions &options_;
    std::vector<double> out_;
    std::vector<double> in_;
    Rows rows_;
};

/// Only what refers to existing nodes, each target once.
std::vector<LayoutNet> checked(std::size_t nodeCount, const std::vector<LayoutNet> &nets)
{
    const auto exists = [nodeCount](int node) { return node >= 0 && static_cast<std::size_t>(node) < nodeCount; };
    std::vector<LayoutNet> good(nets.size());
    for (std::size_t i = 0; i < nets.size(); ++i) {
        if (!exists(nets[i].source)) {
            continue;
        }
        good[i].source = nets[i].source;
        for (const int target : nets[i].targets) {
            if (exists(target) && target != nets[i].source) {
                good[i].targets.push_back(target);
            }
        }
    }
    return good;
}

} // namespace

LayeredLayout layOut(
    const std::vector<LayoutNode> &nodes, const std::vector<LayoutNet> &nets, const LayoutOptions &options)
{
    if (nodes.empty()) {
        LayeredLayout empty;
        empty.routes.resize(nets.size());
        return empty;
    }
    const std::vector<LayoutNet> good = checked(nodes.size(), nets);
    const std::vector<int> layers = layered::assignLayers(nodes.size(), good);
    const int mostSpan = layered::longestSpan(layers, good, options.mostTurns);
    LayeredGraph graph = layered::makeLayered(nodes, good, layers, mostSpan, options);
    layered::orderLayers(graph, options.sweeps);
    const std::vector<double> x = layered::assignX(graph, options);
    return Router(nodes, good, graph, x, options).take(mostSpan);
}

} // namespace tinsmith

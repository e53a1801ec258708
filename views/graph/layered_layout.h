// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace tinsmith {

/// A node's size, in any unit (the canvas uses pixels at 100 %).
struct LayoutNode {
    double width = 0;
    double height = 0;
    /// Room that is kept free to the right of the node's centre below it, for the label of its outgoing net.
    double labelWidth = 0;
};

/// One value and where it goes: drawn as a single line that branches, however many nodes read it.
struct LayoutNet {
    int source = 0;
    std::vector<int> targets;
};

struct LayoutOptions {
    /// Free space between two nodes of a layer, and between a node and a passing line.
    double nodeGap = 28;
    double lineGap = 14;
    /// Between two layers where all lines go straight down; the upper part carries the labels.
    double layerGap = 26;
    /// Added where lines bend, up to bendMost for far ones.
    double bendLeast = 20;
    double bendMost = 56;
    /// Two lines that enter the same node.
    double portGap = 16;
    int sweeps = 16;
    /// Lines that pass more layers than fit into this many turning points in all are cut into two stubs.
    std::int64_t mostTurns = 400'000;
};

struct LayoutPoint {
    double x = 0;
    double y = 0;
    friend bool operator==(const LayoutPoint &, const LayoutPoint &) = default;
};

/// A line from top to bottom. Between two points of equal x it is straight, elsewhere an S that leaves and arrives
/// vertically.
using LayoutStrand = std::vector<LayoutPoint>;

/// A net's lines: the first one starts at the source, the others branch off it.
struct LayoutRoute {
    std::vector<LayoutStrand> strands;
    /// Targets too far away: a short line out of the source and one into the target stand for the connection.
    struct Cut {
        int target = 0;
        LayoutPoint out;
        LayoutPoint in;
    };
    std::vector<Cut> cuts;
    /// Where the net leaves its source.
    LayoutPoint start;
};

struct LayeredLayout {
    /// Top left corner of each node.
    std::vector<LayoutPoint> nodes;
    /// By net.
    std::vector<LayoutRoute> routes;
    /// Layer of each node, counted from the top.
    std::vector<int> layers;
    double width = 0;
    double height = 0;
};

/// Layered drawing of a graph from top to bottom (Sugiyama's scheme: longest-path layers, barycentre sweeps, horizontal
/// coordinates after Brandes and Köpf, "Fast and Simple Horizontal Coordinate Assignment", 2001). Nodes of one layer
/// never overlap, and no line passes beneath a node. Work and memory grow with sweeps times the lines' turning points.
/// Cycles are drawn with their last line upwards. Indices out of range are ignored.
LayeredLayout layOut(
    const std::vector<LayoutNode> &nodes, const std::vector<LayoutNet> &nets, const LayoutOptions &options = {});

} // namespace tinsmith

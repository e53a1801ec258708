// SPDX-License-Identifier: Apache-2.0
#include "tests/views/graph/shapes.h"

#include <algorithm>
#include <random>

namespace tinsmith::test {
namespace {

constexpr LayoutNode card{200, 42, 120};

/// One net per node that anything reads.
Shape2 fromReaders(const std::vector<std::vector<int>> &readers)
{
    Shape2 shape;
    shape.nodes.assign(readers.size(), card);
    for (std::size_t i = 0; i < readers.size(); ++i) {
        if (!readers[i].empty()) {
            shape.nets.push_back({static_cast<int>(i), readers[i]});
        }
    }
    return shape;
}

} // namespace

Shape2 chainOf(int nodes)
{
    std::vector<std::vector<int>> readers(static_cast<std::size_t>(nodes));
    for (int i = 0; i + 1 < nodes; ++i) {
        readers[static_cast<std::size_t>(i)] = {i + 1};
    }
    return fromReaders(readers);
}

Shape2 residualOf(int nodes)
{
    std::vector<std::vector<int>> readers(static_cast<std::size_t>(nodes));
    for (int i = 0; i + 1 < nodes; ++i) {
        readers[static_cast<std::size_t>(i)].push_back(i + 1);
        if (i % 4 == 0 && i + 4 < nodes) {
            readers[static_cast<std::size_t>(i)].push_back(i + 4);
        }
    }
    return fromReaders(readers);
}

Shape2 denseOf(int nodes, int size)
{
    std::vector<std::vector<int>> readers(static_cast<std::size_t>(nodes));
    for (int i = 0; i < nodes; ++i) {
        const int end = std::min(nodes, (i / size + 1) * size + 1);
        for (int j = i + 1; j < end; ++j) {
            readers[static_cast<std::size_t>(i)].push_back(j);
        }
    }
    return fromReaders(readers);
}

Shape2 towersOf(int blocks)
{
    std::vector<std::vector<int>> readers(1);
    int last = 0;
    for (int b = 0; b < blocks; ++b) {
        std::vector<int> ends;
        for (const int length : {1, 2, 3, 2}) {
            int previous = last;
            for (int k = 0; k < length; ++k) {
                const int node = static_cast<int>(readers.size());
                readers.emplace_back();
                readers[static_cast<std::size_t>(previous)].push_back(node);
                previous = node;
            }
            ends.push_back(previous);
        }
        last = static_cast<int>(readers.size());
        readers.emplace_back();
        for (const int end : ends) {
            readers[static_cast<std::size_t>(end)].push_back(last);
        }
    }
    return fromReaders(readers);
}

Shape2 randomOf(int nodes, std::uint32_t seed)
{
    std::mt19937 random(seed);
    std::vector<std::vector<int>> readers(static_cast<std::size_t>(nodes));
    for (int i = 1; i < nodes; ++i) {
        const int inputs = 1 + static_cast<int>(random() % 3);
        for (int k = 0; k < inputs; ++k) {
            const int from = i - 1 - static_cast<int>(random() % static_cast<unsigned>(std::min(i, 12)));
            auto &list = readers[static_cast<std::size_t>(from)];
            if (std::find(list.begin(), list.end(), i) == list.end()) {
                list.push_back(i);
            }
        }
    }
    Shape2 shape = fromReaders(readers);
    for (LayoutNode &node : shape.nodes) {
        node.width = 120 + static_cast<double>(random() % 200);
        node.labelWidth = static_cast<double>(random() % 160);
    }
    return shape;
}

GraphScene sceneFrom(const Shape2 &shape)
{
    GraphScene scene;
    for (std::size_t i = 0; i < shape.nodes.size(); ++i) {
        SceneCard card;
        card.title = i % 3 == 0 ? QStringLiteral("MaxPool") : QStringLiteral("Conv2D");
        card.details = i % 3 == 0 ? QStringLiteral("2×2 s2") : QStringLiteral("3×3 s1 · 16 ch · ReLU");
        card.name = QStringLiteral("node_%1").arg(i);
        card.family = i % 3 == 0 ? OperatorFamily::Pooling : OperatorFamily::Convolution;
        card.macBar = i % 3 == 0 ? 0 : 0.4;
        card.op = OperatorId(i);
        scene.cards.push_back(card);
    }
    for (const LayoutNet &net : shape.nets) {
        SceneEdge edge;
        edge.tensor = TensorId(scene.edges.size());
        edge.name = QStringLiteral("tensor_%1").arg(net.source);
        edge.label = QStringLiteral("32×32×16 · 16.0 KB");
        edge.bytes = 16384;
        edge.from = net.source;
        edge.to = net.targets;
        scene.edges.push_back(edge);
    }
    return scene;
}

} // namespace tinsmith::test

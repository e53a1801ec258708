// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_main.h"
#include "tests/views/graph/shapes.h"
#include "views/graph/layered_graph.h"

#include <algorithm>
#include <cmath>

using namespace tinsmith;
using namespace tinsmith::test;

namespace {

struct Box {
    double left;
    double top;
    double right;
    double bottom;
};

Box boxOf(const Shape2 &shape, const LayeredLayout &layout, std::size_t node)
{
    const LayoutPoint at = layout.nodes[node];
    return {at.x, at.y, at.x + shape.nodes[node].width, at.y + shape.nodes[node].height};
}

/// Boxes apart, lines downwards and clear of every box, every connection drawn.
void checkDrawing(const Shape2 &shape, const LayeredLayout &layout)
{
    std::vector<Box> boxes;
    for (std::size_t i = 0; i < shape.nodes.size(); ++i) {
        boxes.push_back(boxOf(shape, layout, i));
        QVERIFY(boxes[i].left > -1e-6 && boxes[i].right < layout.width + 1e-6);
    }
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        for (std::size_t j = i + 1; j < boxes.size(); ++j) {
            const bool apart = boxes[i].right <= boxes[j].left || boxes[j].right <= boxes[i].left
                || boxes[i].bottom <= boxes[j].top || boxes[j].bottom <= boxes[i].top;
            QVERIFY2(apart, qPrintable(QStringLiteral("nodes %1 and %2 overlap").arg(i).arg(j)));
        }
    }
    for (std::size_t n = 0; n < shape.nets.size(); ++n) {
        for (const LayoutStrand &strand : layout.routes[n].strands) {
            for (std::size_t k = 1; k < strand.size(); ++k) {
                const LayoutPoint a = strand[k - 1];
                const LayoutPoint b = strand[k];
                QVERIFY(b.y >= a.y);
                for (std::size_t i = 0; i < boxes.size(); ++i) {
                    // An S stays within the box of its ends.
                    const double left = std::min(a.x, b.x);
                    const double right = std::max(a.x, b.x);
                    const bool clear = right <= boxes[i].left || left >= boxes[i].right || b.y <= boxes[i].top + 1e-6
                        || a.y >= boxes[i].bottom - 1e-6;
                    QVERIFY2(clear, qPrintable(QStringLiteral("net %1 runs beneath node %2").arg(n).arg(i)));
                }
            }
        }
        for (const int target : shape.nets[n].targets) {
            const Box &box = boxes[static_cast<std::size_t>(target)];
            const auto arrives = [&](const LayoutStrand &strand) {
                return std::abs(strand.back().y - box.top) < 1e-6 && strand.back().x >= box.left - 1e-6
                    && strand.back().x <= box.right + 1e-6;
            };
            const auto &strands = layout.routes[n].strands;
            QVERIFY(std::any_of(strands.begin(), strands.end(), arrives));
        }
    }
}

} // namespace

class LayeredLayoutTest : public QObject {
    Q_OBJECT
private slots:
    void drawingsAreClean_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("size");
        QTest::newRow("one node") << 0 << 1;
        QTest::newRow("chain") << 0 << 40;
        QTest::newRow("residual") << 1 << 41;
        QTest::newRow("dense") << 2 << 40;
        QTest::newRow("towers") << 3 << 6;
        for (int seed = 0; seed < 12; ++seed) {
            QTest::addRow("random %d", seed) << 4 + seed << 60;
        }
    }

    void drawingsAreClean()
    {
        QFETCH(int, kind);
        QFETCH(int, size);
        const Shape2 shape = kind == 0 ? chainOf(size)
            : kind == 1                ? residualOf(size)
            : kind == 2                ? denseOf(size)
            : kind == 3                ? towersOf(size)
                                       : randomOf(size, static_cast<std::uint32_t>(kind));
        checkDrawing(shape, layOut(shape.nodes, shape.nets));
    }

    void mainChainStaysStraightBesideSkips()
    {
        for (const Shape2 &shape : {residualOf(41), denseOf(37)}) {
            const LayeredLayout layout = layOut(shape.nodes, shape.nets);
            for (const LayoutPoint &node : layout.nodes) {
                QVERIFY(std::abs(node.x - layout.nodes[0].x) < 1e-6);
            }
        }
    }

    void untanglesWhatCanBeUntangled()
    {
        // Two trees whose leaves stand in the wrong order.
        std::vector<LayoutNode> nodes(8, LayoutNode{100, 40, 0});
        const std::vector<LayoutNet> nets{{0, {5, 7}}, {1, {4, 6}}, {5, {2}}, {7, {2}}, {4, {3}}, {6, {3}}};
        const auto layers = layered::assignLayers(nodes.size(), nets);
        auto graph = layered::makeLayered(nodes, nets, layers, 100, {});
        QVERIFY(layered::countCrossings(graph) > 0);
        QCOMPARE(layered::orderLayers(graph, 16), 0);
        QCOMPARE(layered::countCrossings(graph), 0);
    }

    void crossingsAreCountedRight()
    {
        // K(3,3) crosses 9 times however it is drawn.
        std::vector<LayoutNode> nodes(6, LayoutNode{100, 40, 0});
        const std::vector<LayoutNet> nets{{0, {3, 4, 5}}, {1, {3, 4, 5}}, {2, {3, 4, 5}}};
        auto graph = layered::makeLayered(nodes, nets, layered::assignLayers(6, nets), 100, {});
        QCOMPARE(layered::orderLayers(graph, 16), 9);
    }

    void oneTensorIsOneTrunk()
    {
        // Eleven readers: a passing place per layer, not one per reader and layer.
        const Shape2 shape = denseOf(12);
        const auto layers = layered::assignLayers(shape.nodes.size(), shape.nets);
        const auto graph = layered::makeLayered(shape.nodes, shape.nets, layers, 100, {});
        const auto passing = std::count_if(
            graph.vertices.begin(), graph.vertices.end(), [](const auto &vertex) { return vertex.passing(); });
        QCOMPARE(passing, 10 + 9 + 8 + 7 + 6 + 5 + 4 + 3 + 2 + 1);
    }

    void secondInputsStandNearTheirReader()
    {
        Shape2 shape = chainOf(10);
        shape.nodes.push_back(shape.nodes[0]);
        shape.nets.push_back({10, {8}});
        QCOMPARE(layOut(shape.nodes, shape.nets).layers[10], 7);
    }

    void farConnectionsAreCutWhereTurnsRunOut()
    {
        Shape2 shape = chainOf(200);
        for (int i = 0; i < 50; ++i) {
            shape.nets[static_cast<std::size_t>(i)].targets.push_back(199 - i);
        }
        LayoutOptions options;
        options.mostTurns = 500;
        const LayeredLayout layout = layOut(shape.nodes, shape.nets, options);
        QVERIFY(!layout.routes[0].cuts.empty());
        QCOMPARE(layout.routes[0].cuts[0].target, 199);
        QVERIFY(layOut(shape.nodes, shape.nets).routes[0].cuts.empty());
    }

    void oddInputIsHarmless()
    {
        QCOMPARE(layOut({}, {}).nodes.size(), 0U);
        QCOMPARE(layOut({}, {{0, {1}}}).routes.size(), 1U);
        const std::vector<LayoutNode> three(3, LayoutNode{100, 40, 0});
        // Out of range, to itself, a cycle, twice the same, nothing at all.
        const LayeredLayout layout
            = layOut(three, {{7, {0}}, {0, {9, -1}}, {1, {1}}, {0, {1, 1}}, {1, {2}}, {2, {0}}, {0, {}}});
        QCOMPARE(layout.routes.size(), 7U);
        QCOMPARE(layout.nodes.size(), 3U);
        QCOMPARE(layout.routes[5].cuts.size(), 1U);
        for (const LayoutPoint &node : layout.nodes) {
            QVERIFY(std::isfinite(node.x) && std::isfinite(node.y));
        }
    }
};
TINSMITH_TEST(LayeredLayoutTest)

#include "layered_layout_test.moc"

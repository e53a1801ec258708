// SPDX-License-Identifier: Apache-2.0
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"
#include "views/memory/memory_map.h"

#include <QSignalSpy>
#include <QWheelEvent>

#include <random>

using namespace tinsmith;
using namespace tinsmith::test;

namespace {

/// Every letter 7 wide, 14 high.
MemoryText plainText()
{
    return {[](const QString &text) { return 7.0 * static_cast<double>(text.size()); }, 14};
}

MemoryBlock block(std::size_t tensor, std::int64_t offset, std::int64_t bytes, int first, int last)
{
    MemoryBlock b;
    b.tensor = TensorId(tensor);
    b.name = QStringLiteral("a_rather_long_tensor_name_%1").arg(tensor);
    b.shortName = QStringLiteral("Conv2D %1").arg(tensor);
    b.offset = offset;
    b.bytes = bytes;
    b.first = first;
    b.last = last;
    return b;
}

MemoryScene small()
{
    MemoryScene scene;
    for (int i = 0; i < 6; ++i) {
        scene.steps.push_back({QStringLiteral("Conv2D %1").arg(i), OperatorId(static_cast<std::size_t>(i)), false, i});
    }
    scene.blocks
        = {block(0, 0, 784, 0, 1), block(1, 784, 3136, 1, 2), block(2, 0, 1568, 2, 4), block(3, 1600, 32, 4, 5)};
    scene.arenaBytes = 3920;
    scene.lowerBoundBytes = 3920;
    scene.peakStep = 1;
    return scene;
}

} // namespace

class MemoryTest : public QObject {
    Q_OBJECT
private slots:
    void blocksLieWhereTheirBytesAndTimesSay()
    {
        const MemoryScene scene = small();
        const auto g = memoryGeometry(scene, {900, 300}, wholeRange(scene), plainText());
        QCOMPARE(g.blocks.size(), 4U);
        const QRectF &second = g.blocks[1].box;
        constexpr double inset = 2;
        QVERIFY(std::abs(second.left() - g.xOf(1)) <= inset && std::abs(second.right() - g.xOf(3)) <= inset);
        QVERIFY(std::abs(second.bottom() - g.yOf(784)) <= inset && std::abs(second.top() - g.yOf(3920)) <= inset);
        QVERIFY(g.plot.contains(second));
        QCOMPARE(g.arenaY, g.yOf(3920));
        QCOMPARE(g.peak.left(), g.xOf(1));
        // Bytes that do not meet in the arena do not meet in the picture.
        QVERIFY(!g.blocks[0].box.intersects(g.blocks[1].box));
    }

    void theTargetsRamIsALineWhileItIsNear()
    {
        MemoryScene scene = small();
        limitTo(scene, QStringLiteral("part"), 6000, 1000);
        QCOMPARE(scene.roomBytes, std::int64_t(5000));
        QCOMPARE(scene.roomText, QStringLiteral("RAM of part: 4.9 KB of 5.9 KB for the arena"));
        auto g = memoryGeometry(scene, {900, 300}, wholeRange(scene), plainText());
        QVERIFY(g.roomY.has_value());
        QCOMPARE(*g.roomY, g.yOf(5000));
        QVERIFY(*g.roomY > g.plot.top() && *g.roomY < g.arenaY);
        // Far above, blocks would become too low to be read.
        limitTo(scene, QStringLiteral("part"), 600'000, 1000);
        g = memoryGeometry(scene, {900, 300}, wholeRange(scene), plainText());
        QVERIFY(!g.roomY.has_value() && g.roomFarAbove);
        QVERIFY(g.arenaY < g.plot.top() + g.plot.height() * 0.1);
        // Too little: the line crosses the blocks, and the text says by how much.
        limitTo(scene, QStringLiteral("part"), 3000, 1000);
        g = memoryGeometry(scene, {900, 300}, wholeRange(scene), plainText());
        QVERIFY(*g.roomY > g.arenaY && *g.roomY < g.plot.bottom());
        QVERIFY(scene.roomText.endsWith(QStringLiteral("— 1.9 KB too much")));
        // Nothing is left at all.
        limitTo(scene, QStringLiteral("part"), 500, 1000);
        g = memoryGeometry(scene, {900, 300}, wholeRange(scene), plainText());
        QCOMPARE(*g.roomY, g.plot.bottom());
    }

    void numbersAreNeverCut_data()
    {
        QTest::addColumn<double>("width");
        for (const double width : {1200.0, 800.0, 500.0, 300.0, 200.0, 90.0}) {
            QTest::addRow("%g", width) << width;
        }
    }

    void numbersAreNeverCut()
    {
        QFETCH(double, width);
        constexpr std::uint32_t seed = 3;
        std::mt19937 random(seed);
        MemoryScene scene = small();
        for (std::size_t i = 4; i < 60; ++i) {
            const int first = static_cast<int>(random() % 6);
            scene.blocks.push_back(block(i, random() % 3000, 1 + random() % 900, first, std::min(5, first + 1)));
        }
        std::stable_sort(scene.blocks.begin(), scene.blocks.end(),
            [](const MemoryBlock &a, const MemoryBlock &b) { return a.first < b.first; });
        const MemoryText text = plainText();
        const auto g = memoryGeometry(scene, {width, 300}, wholeRange(scene), text);
        for (std::size_t i = 0; i < g.blocks.size(); ++i) {
            const auto &place = g.blocks[i];
            if (place.label.isEmpty()) {
                continue;
            }
            QVERIFY(text.width(place.label) <= place.labelBox.width());
            QVERIFY(place.box.contains(place.labelBox));
            const auto bytes = scene.blocks[static_cast<std::size_t>(place.index)].bytes;
            QVERIFY(
                place.label.endsWith(QStringLiteral("%1 B").arg(bytes)) || place.label.endsWith(QStringLiteral("KB")));
            const QRectF written(place.labelBox.topLeft(), QSizeF(text.width(place.label), text.height));
            for (std::size_t j = i + 1; j < g.blocks.size(); ++j) {
                QVERIFY(!g.blocks[j].box.intersects(written));
            }
        }
    }

    void longNamesGiveWayToShortOnes()
    {
        const MemoryScene scene = small();
        const MemoryText text = plainText();
        const auto wide = memoryGeometry(scene, {2400, 300}, wholeRange(scene), text);
        QCOMPARE(wide.blocks[1].label, QStringLiteral("a_rather_long_tensor_name_1 · 3.1 KB"));
        const auto middle = memoryGeometry(scene, {600, 300}, wholeRange(scene), text);
        QCOMPARE(middle.blocks[1].label, QStringLiteral("Conv2D 1 · 3.1 KB"));
        const auto narrow = memoryGeometry(scene, {340, 300}, wholeRange(scene), text);
        QCOMPARE(narrow.blocks[1].label, QStringLiteral("3.1 KB"));
    }

    void scaleHasOneUnitAndRoundSteps()
    {
        MemoryScene scene = small();
        scene.arenaBytes = 2'451'840;
        const auto big = memoryGeometry(scene, {900, 300}, wholeRange(scene), plainText());
        QVERIFY(big.addresses.size() >= 3);
        for (const auto &tick : big.addresses) {
            QVERIFY2(tick.label.endsWith(QStringLiteral(" MB")), qPrintable(tick.label));
        }
        QCOMPARE(roundAddressStep(4096, 4), 1024.0);
        QCOMPARE(roundAddressStep(5000, 4), 2048.0);
        QCOMPARE(roundAddressStep(0, 0), 1.0);
    }

    void stepNamesDoNotTouch()
    {
        MemoryScene scene = small();
        for (int i = 6; i < 400; ++i) {
            scene.steps.push_back({QStringLiteral("DepthwiseConv2D %1").arg(i), {}, false, i});
        }
        for (const double width : {1400.0, 700.0, 250.0}) {
            const auto g = memoryGeometry(scene, {width, 200}, wholeRange(scene), plainText());
            QVERIFY(!g.names.empty());
            for (std::size_t i = 1; i < g.names.size(); ++i) {
                QVERIFY(g.names[i - 1].box.right() < g.names[i].box.left());
            }
        }
    }

    void rangeStaysWithinTheRun()
    {
        const MemoryScene scene = small();
        const auto left = clamped({-3, 1}, scene);
        QCOMPARE(left.from, 0.0);
        QCOMPARE(left.to, 4.0);
        const auto tight = clamped({2, 2.1}, scene);
        QCOMPARE(tight.length(), 2.0);
        const auto all = clamped({-100, 100}, scene);
        QCOMPARE(all.from, 0.0);
        QCOMPARE(all.to, 6.0);
    }

    void emptyPlanIsHarmless()
    {
        const MemoryScene scene;
        const auto g = memoryGeometry(scene, {900, 300}, wholeRange(scene), plainText());
        QVERIFY(g.blocks.empty());
        MemoryMap map;
        map.setScene(std::make_shared<MemoryScene>());
        QVERIFY(!map.grab().isNull());
        map.setScene(nullptr);
        QVERIFY(!map.grab().isNull());
    }

    void planBecomesBlocks()
    {
        const Graph graph = smallCnn(ModelMaker::Numbers::Int8);
        Plan plan;
        plan.arenaBytes = 4096;
        for (std::size_t i = 0; i < graph.operators().size(); ++i) {
            plan.stages.push_back({{OperatorId(i)}, false});
        }
        plan.peakOperator = OperatorId(std::size_t(2));
        PlanBuffer scratch;
        scratch.owner = OperatorId(std::size_t(2));
        scratch.kind = BufferKind::Scratch;
        scratch.bytes = 64;
        scratch.first = scratch.last = 2;
        PlanBuffer input;
        input.tensor = graph.inputs()[0];
        input.bytes = 144;
        plan.buffers = {scratch, input};
        const MemoryScene scene = memoryOf(graph, plan);
        QCOMPARE(scene.peakStep, 2);
        QCOMPARE(scene.steps.size(), graph.operators().size());
        QCOMPARE(scene.steps[0].name, QStringLiteral("Conv2D 1"));
        QCOMPARE(scene.steps[2].name, QStringLiteral("Conv2D 2"));
        // Sorted by their beginning.
        QCOMPARE(scene.blocks[0].tensor, input.tensor);
        QCOMPARE(scene.blocks[0].shortName, QStringLiteral("Input"));
        QVERIFY(!scene.blocks[1].tensor.valid());
        QCOMPARE(scene.blocks[1].owner, scratch.owner);
    }

    void pointerAndKeysReachBlocks()
    {
        MemoryMap map;
        map.resize(800, 260);
        map.show();
        QVERIFY(QTest::qWaitForWindowExposed(&map));
        map.setScene(std::make_shared<MemoryScene>(small()));
        QSignalSpy hovered(&map, &MemoryMap::tensorHovered);
        QSignalSpy selected(&map, &MemoryMap::tensorSelected);
        const auto g = memoryGeometry(small(), map.size(), map.range(), memoryText(uiFont(-1, true)));
        const QPoint at = g.blocks[1].box.center().toPoint();
        QTest::mouseMove(&map, at);
        QCOMPARE(hovered.count(), 1);
        QCOMPARE(hovered[0][0].value<TensorId>(), TensorId(std::size_t(1)));
        QTest::mouseClick(&map, Qt::LeftButton, {}, at);
        QCOMPARE(selected.count(), 1);
        QTest::keyClick(&map, Qt::Key_Right);
        QCOMPARE(selected[1][0].value<TensorId>(), TensorId(std::size_t(2)));
        QVERIFY(map.accessibleDescription().contains(QStringLiteral("a_rather_long_tensor_name_2")));
        QWheelEvent zoom(
            at, map.mapToGlobal(QPointF(at)), {}, {0, 240}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(&map, &zoom);
        QVERIFY(map.range().length() < 6);
        QTest::keyClick(&map, Qt::Key_F);
        QCOMPARE(map.range().length(), 6.0);
    }
};
TINSMITH_TEST(MemoryTest)

#include "memory_test.moc"

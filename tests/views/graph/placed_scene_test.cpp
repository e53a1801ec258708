// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_main.h"
#include "tests/views/graph/shapes.h"
#include "views/graph/minimap.h"
#include "views/graph/placed_scene.h"
#include "views/graph/scene_fold.h"
#include "views/graph/scene_search.h"
#include "views/graph/scroll_map.h"

#include <algorithm>
#include <random>

using namespace tinsmith;
using namespace tinsmith::test;

class PlacedSceneTest : public QObject {
    Q_OBJECT
private slots:
    void indexFindsWhatALinearSearchFinds()
    {
        constexpr std::uint32_t seed = 7;
        qInfo("seed %u", seed);
        std::mt19937 random(seed);
        const PlacedScene scene(sceneFrom(randomOf(300, seed)), SceneStyle::fromApplication());
        for (int i = 0; i < 200; ++i) {
            const QRectF area(random() % 3000, random() % 12000, 20 + random() % 900, 20 + random() % 900);
            const auto visible = scene.visibleIn(area);
            for (std::size_t c = 0; c < scene.cardRects().size(); ++c) {
                const bool found = std::binary_search(visible.cards.begin(), visible.cards.end(), static_cast<int>(c));
                QCOMPARE(found, scene.cardRects()[c].intersects(area));
            }
            for (std::size_t p = 0; p < scene.pieces().size(); ++p) {
                const ScenePiece &piece = scene.pieces()[p];
                const QRectF box = QRectF(QPointF(piece.a.x, piece.a.y), QPointF(piece.b.x, piece.b.y))
                                       .normalized()
                                       .adjusted(-1, -1, 1, 1);
                if (box.intersects(area)) {
                    QVERIFY(std::binary_search(visible.pieces.begin(), visible.pieces.end(), static_cast<int>(p)));
                }
            }
        }
    }

    void everyCardIsHitInItsMiddle()
    {
        const PlacedScene scene(sceneFrom(towersOf(8)), SceneStyle::fromApplication());
        for (std::size_t c = 0; c < scene.cardRects().size(); ++c) {
            QCOMPARE(scene.cardAt(scene.cardRects()[c].center()), static_cast<int>(c));
        }
        QCOMPARE(scene.cardAt(QPointF(-50, -50)), -1);
        QCOMPARE(scene.edgeAt(scene.labelRect(0).center(), 3), 0);
        const QRectF first = scene.cardRect(0);
        QCOMPARE(scene.edgeAt(QPointF(first.center().x(), first.bottom() + 4), 3), 0);
    }

    void cardsHoldTheirTextWhole()
    {
        GraphScene raw = sceneFrom(chainOf(3));
        raw.cards[1].details = QStringLiteral("11×11 s4×2 d3 · 1024 ch · 16 groups · ReLU6");
        const SceneStyle style = SceneStyle::fromApplication();
        const PlacedScene scene(std::move(raw), style);
        const double needed = QFontMetricsF(style.detailFont).horizontalAdvance(scene.scene().cards[1].details);
        QVERIFY(scene.cardRect(1).width() >= needed + style.stripe + 2 * style.padding - 4);
        QVERIFY(scene.cardRect(0).width() == style.narrowestCard);
    }

    void labelsOfALayerDoNotMeetTheNextCard()
    {
        const PlacedScene scene(sceneFrom(towersOf(4)), SceneStyle::fromApplication());
        for (std::size_t e = 0; e < scene.scene().edges.size(); ++e) {
            const QRectF label = scene.labelRect(static_cast<int>(e));
            for (const QRectF &card : scene.cardRects()) {
                QVERIFY(!card.intersects(label));
            }
            for (std::size_t other = 0; other < e; ++other) {
                QVERIFY(!scene.labelRect(static_cast<int>(other)).intersects(label));
            }
        }
    }

    void edgesGrowWithTheLogarithmOfTheirBytes()
    {
        QCOMPARE(edgeWidthFor(0), edgeWidthFor(100));
        QVERIFY(edgeWidthFor(2048) > edgeWidthFor(1024));
        QVERIFY(std::abs((edgeWidthFor(8192) - edgeWidthFor(4096)) - (edgeWidthFor(4096) - edgeWidthFor(2048))) < 1e-9);
        QCOMPARE(edgeWidthFor(1LL << 40), edgeWidthFor(1LL << 41));
    }

    void searchWantsAllWords()
    {
        const GraphScene scene = sceneFrom(chainOf(12));
        QCOMPARE(searchScene(scene, QStringLiteral("  ")).size(), 0U);
        QCOMPARE(searchScene(scene, QStringLiteral("conv2d")).size(), 8U);
        QCOMPARE(searchScene(scene, QStringLiteral("node_11")), std::vector<int>({11}));
        QCOMPARE(searchScene(scene, QStringLiteral("tensor_4 conv")), std::vector<int>({4}));
        QCOMPARE(searchScene(scene, QStringLiteral("node_4 pool")).size(), 0U);
    }

    void differencesAreMarked()
    {
        GraphScene before = sceneFrom(chainOf(5));
        GraphScene after = before;
        markDifferences(before, after);
        for (const SceneCard &card : after.cards) {
            QVERIFY(card.badge == CardBadge::None);
        }
        after.cards[1].details = QStringLiteral("3×3 s2");
        after.cards[4].name = QStringLiteral("fresh");
        markDifferences(before, after);
        QVERIFY(after.cards[1].badge == CardBadge::Changed);
        QVERIFY(after.cards[4].badge == CardBadge::Added);
        QVERIFY(before.cards[4].badge == CardBadge::Removed);
        QVERIFY(before.cards[1].badge == CardBadge::None);
        QVERIFY(after.cards[2].badge == CardBadge::None);
    }

    void repeatedBlocksFold()
    {
        GraphScene scene = sceneFrom(residualOf(41));
        for (std::size_t i = 0; i < scene.cards.size(); ++i) {
            scene.cards[i].title = i % 4 == 0 ? QStringLiteral("Add") : QStringLiteral("Conv2D");
            scene.cards[i].details = QString::number(i % 4);
        }
        const auto repeats = findRepeats(scene);
        QCOMPARE(repeats.size(), 1U);
        QCOMPARE(repeats[0].period, 4);
        QCOMPARE(repeats[0].repeats, 10);
        scene.edges[20].peak = true;
        const GraphScene folded = foldRepeats(scene, repeats);
        QCOMPARE(folded.cards.size(), scene.cards.size() - 39);
        const auto pile = std::find_if(
            folded.cards.begin(), folded.cards.end(), [](const SceneCard &card) { return !card.folded.empty(); });
        QVERIFY(pile != folded.cards.end());
        QCOMPARE(pile->folded.size(), 40U);
        QVERIFY(pile->peakInside);
        // Every operator still has a card, and nothing reads itself.
        const PlacedScene drawn(folded, SceneStyle::fromApplication());
        for (std::size_t i = 0; i < scene.cards.size(); ++i) {
            QVERIFY(drawn.cardOf(OperatorId(i)) >= 0);
        }
        QCOMPARE(drawn.peakCard(), static_cast<int>(pile - folded.cards.begin()));
        for (const SceneEdge &edge : folded.edges) {
            QVERIFY(std::find(edge.to.begin(), edge.to.end(), edge.from) == edge.to.end());
        }
        QCOMPARE(foldRepeats(scene, repeats, {repeats[0].key}).cards.size(), scene.cards.size());
    }

    void differentBlocksDoNotFold()
    {
        GraphScene scene = sceneFrom(chainOf(30));
        for (std::size_t i = 0; i < scene.cards.size(); ++i) {
            scene.cards[i].details = QString::number(i * i);
        }
        QVERIFY(findRepeats(scene).empty());
        // Two times is no habit yet.
        GraphScene twice = sceneFrom(chainOf(8));
        for (std::size_t i = 0; i < twice.cards.size(); ++i) {
            twice.cards[i].title = QString::number(i % 4);
            twice.cards[i].details.clear();
        }
        QVERIFY(findRepeats(twice).empty());
    }

    void scrollMapNeverRunsBackwards()
    {
        const ScrollMap map({{0, 0}, {100, 50}, {200, 20}, {300, 400}, {400, 500}});
        double before = map.toRight(-100);
        for (double y = -90; y < 600; y += 10) {
            QVERIFY(map.toRight(y) >= before);
            before = map.toRight(y);
        }
        QCOMPARE(map.toRight(300), 400.0);
        QCOMPARE(map.toRight(350), 450.0);
        QCOMPARE(map.toRight(450), 550.0);
        QCOMPARE(ScrollMap().toRight(12), 12.0);
    }

    void minimapFollowsALongGraph()
    {
        const QRectF bounds(0, 0, 300, 600'000);
        const QSizeF size(98, 108);
        const auto top = minimapFrame(bounds, QRectF(0, 0, 300, 600), size);
        QCOMPARE(top.area.top(), 0.0);
        const auto end = minimapFrame(bounds, QRectF(0, 599'400, 300, 600), size);
        QVERIFY(std::abs(end.area.bottom() - 600'000) < 1);
        QVERIFY(end.area.contains(QPointF(150, 599'700)));
        const auto whole = minimapFrame(QRectF(0, 0, 1000, 1000), QRectF(0, 0, 100, 100), size);
        QVERIFY(whole.area.contains(QRectF(0, 0, 1000, 1000)));
    }
};
TINSMITH_TEST(PlacedSceneTest)

#include "placed_scene_test.moc"

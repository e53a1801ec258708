// SPDX-License-Identifier: Apache-2.0
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"
#include "tests/views/graph/shapes.h"
#include "views/graph/colour_legend.h"
#include "views/graph/graph_canvas.h"
#include "views/graph/scene_builder.h"
#include "views/graph/scene_painter.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QSignalSpy>

using namespace tinsmith;
using namespace tinsmith::test;
using Numbers = ModelMaker::Numbers;

class ColourLegendTest : public QObject {
    Q_OBJECT
private slots:
    void familiesAreThoseOfTheScene()
    {
        const Legend legend = legendOf(sceneOf(smallCnn(Numbers::Float32)));
        QCOMPARE(legend.title, QStringLiteral("Operator family"));
        QVERIFY(!legend.heated());
        QStringList names;
        for (const Legend::Family &family : legend.families) {
            names << family.name;
        }
        QVERIFY(names.contains(QStringLiteral("Convolution")));
        QVERIFY(names.contains(QStringLiteral("Pooling")));
        QVERIFY(!names.contains(QStringLiteral("Recurrent")));
    }

    void aScaleHasTheValuesOfItsColours()
    {
        GraphScene scene = sceneFrom(chainOf(4));
        scene.colourBy = ColourBy::WeightBytes;
        scene.mostQuantity = 40960;
        scene.cards[1].heat = 1;
        const Legend legend = legendOf(scene);
        QVERIFY(legend.heated());
        QCOMPARE(legend.scale[0], QStringLiteral("0 B"));
        // Heat goes by the square root.
        QCOMPARE(legend.scale[1], QStringLiteral("10.0 KB"));
        QCOMPARE(legend.scale[2], QStringLiteral("40.0 KB"));
        scene.colourBy = ColourBy::QuantizationError;
        scene.mostQuantity = 40;
        const Legend error = legendOf(scene);
        QCOMPARE(error.scale[0], QStringLiteral("≥ 60 dB"));
        QCOMPARE(error.scale[1], QStringLiteral("50 dB"));
        QCOMPARE(error.scale[2], QStringLiteral("20 dB"));
    }

    void aQuantityThatIsNotKnownSaysSo()
    {
        SceneOptions options;
        options.colourBy = ColourBy::Latency;
        const Legend legend = legendOf(sceneOf(smallCnn(Numbers::Float32), nullptr, nullptr, options));
        QCOMPARE(legend.title, QStringLiteral("Not planned: operator family"));
        QVERIFY(!legend.families.empty());
        QVERIFY(legendOf(GraphScene()).families.empty());
    }

    void badgesAreReadableOnEveryColour()
    {
        constexpr double readable = 4.5;
        for (const Theme *t : {&Theme::light(), &Theme::darkTheme()}) {
            std::vector<QColor> fills{t->card, t->cardHover};
            for (int i = 0; i <= 40; ++i) {
                fills.push_back(t->heat(i / 40.0));
            }
            for (const QColor &fill : fills) {
                for (const CardBadge badge : {CardBadge::Added, CardBadge::Removed, CardBadge::Changed}) {
                    QVERIFY2(contrast(badgeColour(badge, fill, *t), fill) >= readable, qPrintable(fill.name()));
                }
            }
        }
    }

    void theContextMenuKnowsWhatItIsAbout()
    {
        GraphCanvas canvas;
        canvas.resize(700, 500);
        canvas.setScene(placeScene(sceneFrom(chainOf(60)), SceneStyle::fromApplication()));
        canvas.show();
        QSignalSpy wanted(&canvas, &GraphCanvas::contextMenuWanted);
        const auto ask = [&canvas](QContextMenuEvent::Reason reason, QPointF scenePoint) {
            const QPoint at = canvas.toView(scenePoint).toPoint();
            QContextMenuEvent event(reason, at, canvas.mapToGlobal(at));
            QApplication::sendEvent(&canvas, &event);
        };
        ask(QContextMenuEvent::Mouse, canvas.scene()->cardRect(1).center());
        QCOMPARE(wanted.last().at(0).toInt(), 1);
        QCOMPARE(canvas.selectedCard(), 1);
        ask(QContextMenuEvent::Mouse, canvas.scene()->labelRect(1).center());
        QCOMPARE(wanted.last().at(0).toInt(), -1);
        QCOMPARE(wanted.last().at(1).toInt(), 1);
        QCOMPARE(canvas.selectedEdge(), 1);
        // The keyboard's is about what is selected, wherever the pointer is.
        canvas.selectCard(2);
        ask(QContextMenuEvent::Keyboard, {-500, -500});
        QCOMPARE(wanted.last().at(0).toInt(), 2);
        QVERIFY(canvas.rect().contains(canvas.mapFromGlobal(wanted.last().at(2).toPoint())));
    }
};

TINSMITH_TEST(ColourLegendTest)

#include "colour_legend_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "tests/fixtures/models.h"
#include "tests/support/test_main.h"
#include "tests/views/graph/shapes.h"
#include "views/graph/graph_canvas.h"
#include "views/graph/scene_builder.h"

#include <QAccessible>
#include <QApplication>
#include <QSignalSpy>
#include <QWheelEvent>

#include <set>

using namespace tinsmith;
using namespace tinsmith::test;

namespace {

std::shared_ptr<const PlacedScene> placed(GraphScene scene)
{
    return placeScene(std::move(scene), SceneStyle::fromApplication());
}

void wheel(QWidget &widget, QPointF at, int angle)
{
    QWheelEvent event(
        at, widget.mapToGlobal(at), {}, {0, angle}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(&widget, &event);
}

} // namespace

class GraphCanvasTest : public QObject {
    Q_OBJECT
private slots:
    void wheelKeepsThePointUnderThePointer()
    {
        GraphCanvas canvas;
        show(canvas, placed(sceneFrom(chainOf(60))));
        const QPointF at(300, 200);
        const QPointF before = canvas.toScene(at);
        wheel(canvas, at, 120);
        QVERIFY(canvas.zoom() > 1);
        QVERIFY((canvas.toScene(at) - before).manhattanLength() < 1e-6);
        wheel(canvas, at, -120);
        QCOMPARE(canvas.zoom(), 1.0);
    }

    void draggingPansAndAClickSelects()
    {
        GraphCanvas canvas;
        show(canvas, placed(sceneFrom(chainOf(60))));
        QSignalSpy selected(&canvas, &GraphCanvas::operatorSelected);
        const QPoint card = canvas.toView(canvas.scene()->cardRect(2).center()).toPoint();
        const QPointF before = canvas.toScene({0, 0});
        QTest::mousePress(&canvas, Qt::LeftButton, {}, card);
        QTest::mouseMove(&canvas, card + QPoint(0, -60));
        QTest::mouseRelease(&canvas, Qt::LeftButton, {}, card + QPoint(0, -60));
        QVERIFY(std::abs(canvas.toScene({0, 0}).y() - before.y() - 60) < 1e-6);
        QCOMPARE(selected.count(), 0);
        QTest::mouseClick(&canvas, Qt::LeftButton, {}, card + QPoint(0, -60));
        QCOMPARE(selected.count(), 1);
        QCOMPARE(canvas.selectedCard(), 2);
        QVERIFY(canvas.accessibleDescription().contains(QStringLiteral("node_2")));
    }

    void hoverTellsTheTensor()
    {
        GraphCanvas canvas;
        show(canvas, placed(sceneFrom(chainOf(60))));
        QSignalSpy hovered(&canvas, &GraphCanvas::tensorHovered);
        const QPointF label = canvas.toView(canvas.scene()->labelRect(1).center());
        QTest::mouseMove(&canvas, label.toPoint());
        QCOMPARE(hovered.count(), 1);
        QCOMPARE(hovered[0][0].value<TensorId>(), canvas.scene()->scene().edges[1].tensor);
    }

    void arrowsWalkAlongEdges()
    {
        GraphCanvas canvas;
        show(canvas, placed(sceneFrom(towersOf(2))));
        QTest::keyClick(&canvas, Qt::Key_Down);
        QCOMPARE(canvas.selectedCard(), 0);
        QTest::keyClick(&canvas, Qt::Key_Down);
        const int child = canvas.selectedCard();
        const auto &readers = canvas.scene()->scene().edges[0].to;
        QVERIFY(std::find(readers.begin(), readers.end(), child) != readers.end());
        std::set<int> row{child};
        for (int i = 0; i < 4; ++i) {
            QTest::keyClick(&canvas, Qt::Key_Left);
            row.insert(canvas.selectedCard());
        }
        for (int i = 0; i < 4; ++i) {
            QTest::keyClick(&canvas, Qt::Key_Right);
            row.insert(canvas.selectedCard());
        }
        QCOMPARE(row.size(), 4U);
        QTest::keyClick(&canvas, Qt::Key_Up);
        QCOMPARE(canvas.selectedCard(), 0);
        QTest::keyClick(&canvas, Qt::Key_End);
        QCOMPARE(canvas.selectedCard(), static_cast<int>(canvas.scene()->cardRects().size()) - 1);
        QVERIFY(canvas.visibleArea().intersects(canvas.scene()->cardRect(canvas.selectedCard())));
        QTest::keyClick(&canvas, Qt::Key_Escape);
        QCOMPARE(canvas.selectedCard(), -1);
    }

    void fitShowsAll()
    {
        GraphCanvas canvas;
        show(canvas, placed(sceneFrom(residualOf(41))));
        QTest::keyClick(&canvas, Qt::Key_F);
        QVERIFY(canvas.visibleArea().contains(canvas.scene()->bounds()));
        QTest::keyClick(&canvas, Qt::Key_0);
        QCOMPARE(canvas.zoom(), 1.0);
    }

    void peakIsReached()
    {
        GraphScene scene = sceneFrom(chainOf(200));
        scene.edges[150].peak = true;
        GraphCanvas canvas;
        show(canvas, placed(std::move(scene)));
        QTest::keyClick(&canvas, Qt::Key_P);
        QCOMPARE(canvas.selectedCard(), 150);
        QVERIFY(canvas.visibleArea().contains(canvas.scene()->cardRect(150)));
    }

    void twoCanvasesScrollTogether()
    {
        GraphScene longer = sceneFrom(chainOf(80));
        GraphScene shorter = sceneFrom(chainOf(80));
        // The other version lacks forty cards in the middle.
        for (int i = 20; i < 60; ++i) {
            shorter.cards[static_cast<std::size_t>(i)].name += QStringLiteral("_new");
        }
        GraphCanvas left;
        GraphCanvas right;
        show(left, placed(std::move(longer)));
        show(right, placed(std::move(shorter)));
        left.scrollWith(&right);
        left.centreOn(left.scene()->cardRect(70).center());
        QVERIFY((right.visibleArea().center() - right.scene()->cardRect(70).center()).manhattanLength() < 2);
        right.setZoom(0.5, {10, 10});
        QCOMPARE(left.zoom(), right.zoom());
        left.scrollWith(nullptr);
        right.actualSize();
        QCOMPARE(left.zoom(), 0.5);
    }

    void selectionSurvivesANewVersion()
    {
        GraphCanvas canvas;
        show(canvas, placed(sceneFrom(chainOf(60))));
        canvas.selectCard(40);
        const QPointF before = canvas.toView(canvas.scene()->cardRect(40).center());
        GraphScene next = sceneFrom(chainOf(60));
        next.cards[3].name = QStringLiteral("other");
        canvas.setScene(placed(std::move(next)), true);
        QCOMPARE(canvas.selectedCard(), 40);
        QVERIFY((canvas.toView(canvas.scene()->cardRect(40).center()) - before).manhattanLength() < 1e-6);
    }

    void pictureHasSomethingAtEveryZoom()
    {
        for (const ThemeChoice choice : {ThemeChoice::Dark, ThemeChoice::Light}) {
            qApp->findChild<ThemeController *>()->setChoice(choice);
            GraphCanvas canvas;
            show(canvas, placed(sceneFrom(residualOf(60))));
            for (const double zoom : {2.0, 1.0, 0.5, 0.35, 0.2, 0.1}) {
                canvas.setZoom(zoom, canvas.rect().center());
                const QImage image = canvas.grab().toImage();
                std::set<QRgb> colours;
                for (int y = 0; y < image.height(); y += 3) {
                    for (int x = 0; x < image.width(); x += 3) {
                        colours.insert(image.pixel(x, y));
                    }
                }
                QVERIFY2(colours.size() > 4, qPrintable(QString::number(zoom)));
            }
        }
    }

    void screenReadersSeeCards()
    {
        GraphCanvas canvas;
        show(canvas, placed(sceneFrom(chainOf(60))));
        QAccessibleInterface *list = QAccessible::queryAccessibleInterface(&canvas);
        QVERIFY(list != nullptr);
        QCOMPARE(list->childCount(), 60);
        QAccessibleInterface *card = list->child(2);
        QVERIFY(card != nullptr && card->isValid());
        QCOMPARE(card->text(QAccessible::Name), QStringLiteral("Conv2D, 3×3 s1 · 16 ch · ReLU, node_2"));
        QVERIFY(card->text(QAccessible::Description).contains(QStringLiteral("reads 32×32×16 · 16.0 KB from Conv2D")));
        QCOMPARE(list->indexOfChild(card), 2);
        QCOMPARE(card->parent(), list);
        QVERIFY(!card->state().selected);
        canvas.selectCard(2);
        QVERIFY(card->state().selected);
        QCOMPARE(list->focusChild(), card);
        const QPoint middle = card->rect().center();
        QCOMPARE(list->childAt(middle.x(), middle.y()), card);
        QVERIFY(list->child(59)->state().offscreen);
        QVERIFY(list->child(60) == nullptr);
        canvas.setScene(placed(sceneFrom(chainOf(10))));
        QCOMPARE(list->childCount(), 10);
        QVERIFY(list->child(9)->isValid());
    }

    void modelBecomesCards()
    {
        const Graph graph = smallCnn(ModelMaker::Numbers::Int8);
        Plan plan;
        for (std::size_t i = 0; i < graph.operators().size(); ++i) {
            plan.stages.push_back({{OperatorId(i)}, false});
        }
        const OperatorId second(std::size_t(1));
        plan.peakOperator = second;
        PlanBuffer buffer;
        buffer.tensor = graph.op(second).outputs[0];
        buffer.bytes = 512;
        buffer.kind = BufferKind::Ring;
        buffer.ringRows = 3;
        buffer.first = 1;
        buffer.last = 2;
        plan.buffers.push_back(buffer);
        Estimate estimate;
        estimate.operators.resize(graph.operators().size());
        estimate.operators[0].macs = 300;
        estimate.operators[2].macs = 600;

        const GraphScene scene = sceneOf(graph, &plan, &estimate);
        QCOMPARE(scene.cards.size(), graph.operators().size() + graph.inputs().size() + graph.outputs().size());
        QVERIFY(scene.cards.front().kind == CardKind::Input);
        QVERIFY(scene.cards.back().kind == CardKind::Output);
        QCOMPARE(scene.cards[1].title, QStringLiteral("Conv2D"));
        QVERIFY2(scene.cards[1].details.startsWith(QStringLiteral("3×3 s1")), qPrintable(scene.cards[1].details));
        QCOMPARE(scene.cards[1].macBar, 0.5);
        QCOMPARE(scene.cards[3].macBar, 1.0);
        const auto peak
            = std::find_if(scene.edges.begin(), scene.edges.end(), [](const SceneEdge &e) { return e.peak; });
        QVERIFY(peak != scene.edges.end());
        QCOMPARE(peak->tensor, buffer.tensor);
        QCOMPARE(peak->bytes, 512);
        QVERIFY2(peak->label.endsWith(QStringLiteral("3 rows · 512 B peak")), qPrintable(peak->label));
        QVERIFY(scene.edges.back().to.size() == 1);

        SceneOptions options;
        options.colourBy = ColourBy::Macs;
        const GraphScene heated = sceneOf(graph, &plan, &estimate, options);
        QCOMPARE(heated.cards[3].heat, 1.0);
        QVERIFY(heated.cards[1].heat > 0.5 && heated.cards[1].heat < 1);
        QVERIFY(sceneOf(graph, nullptr, nullptr, options).cards[1].heat < 0);
    }

private:
    static void show(GraphCanvas &canvas, std::shared_ptr<const PlacedScene> scene)
    {
        canvas.resize(700, 500);
        canvas.show();
        QVERIFY(QTest::qWaitForWindowExposed(&canvas));
        canvas.setScene(std::move(scene));
        canvas.actualSize();
        canvas.centreOn(canvas.scene()->cardRect(2).center());
    }
};
TINSMITH_TEST(GraphCanvasTest)

#include "graph_canvas_test.moc"
